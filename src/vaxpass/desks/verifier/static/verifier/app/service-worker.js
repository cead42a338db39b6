// Keeps one whole release on the device. `RELEASE` stands above: {version, home, base, files}.
// Only the page and its own files are answered from here; everything else (published lists, the question about the log)
// goes to the network as if this worker were not there.
const CACHE = `verifier-${RELEASE.version}`;
const SHELL = `${RELEASE.base}shell.html`;

// All or nothing: one file that cannot be fetched, and the old release stays.
async function install() {
  const cache = await caches.open(CACHE);
  await cache.addAll(RELEASE.files.map((path) => RELEASE.base + path));
}

async function forgetOlder() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("verifier-") && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function kept(address, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(address)) ?? fetch(request);
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(forgetOlder()));
self.addEventListener("message", (event) => event.data === "take over" && self.skipWaiting());
self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (origin !== self.location.origin || event.request.method !== "GET") return;
  if (pathname === RELEASE.home) event.respondWith(kept(SHELL, event.request));
  else if (pathname.startsWith(RELEASE.base)) event.respondWith(kept(pathname, event.request));
});
