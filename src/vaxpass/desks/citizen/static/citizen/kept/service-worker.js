// Keeps one whole release of the page on the phone. `RELEASE` stands above: {version, home, base, files}.
// Only this page and its own files are answered from here; the question to the log goes to the network.
const CACHE = `kept-${RELEASE.version}`;
const SHELL = `${RELEASE.base}shell.html`;

// All or nothing: one file that cannot be fetched, and the old release stays.
async function install() {
  const cache = await caches.open(CACHE);
  await cache.addAll(RELEASE.files.map((path) => RELEASE.base + path));
  await self.skipWaiting(); // the page holds nothing that a new release could break: it reads the store anew
}

async function forgetOlder() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("kept-") && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function kept(address, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(address)) ?? fetch(request);
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(forgetOlder()));
self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (origin !== self.location.origin || event.request.method !== "GET") return;
  if (pathname === RELEASE.home) event.respondWith(kept(SHELL, event.request));
  else if (pathname.startsWith(RELEASE.base)) event.respondWith(kept(pathname, event.request));
});
