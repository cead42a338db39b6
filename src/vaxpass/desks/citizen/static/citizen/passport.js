// The passport page: the screen stays awake, and the holder may keep the passport on this phone.
import { stayAwake } from "./kept/bright.js";
import { has, keep } from "./kept/store.js";
import { CHOSEN } from "./kept/words.js";

const byId = (id) => document.getElementById(id);

// Ready once the whole page lies on the phone: only then does it open in flight mode.
async function installed(worker, scope) {
  const registration = await navigator.serviceWorker.register(worker, { scope, updateViaCache: "none" });
  const installing = registration.installing ?? registration.waiting;
  if (registration.active || !installing) return;
  await new Promise((resolve, reject) => {
    installing.addEventListener("statechange", () => {
      if (installing.state === "activated") resolve();
      if (installing.state === "redundant") reject(new Error("not installed"));
    });
  });
}

function say(id) {
  for (const one of ["keep-busy", "keep-done", "keep-failed"]) byId(one).hidden = one !== id;
}

async function begin() {
  await stayAwake();
  const part = byId("keep");
  if (!part || !("serviceWorker" in navigator) || !("indexedDB" in globalThis)) return;
  const passport = JSON.parse(byId("kept-passport").textContent);
  part.hidden = false;
  if (await has(passport.id)) say("keep-done");
  byId("keep-button").addEventListener("click", async () => {
    say("keep-busy");
    try {
      await installed(part.dataset.worker, part.dataset.scope);
      await keep({ ...passport, keptAt: new Date().toISOString() });
      localStorage.setItem(CHOSEN, document.documentElement.lang);
      await navigator.storage?.persist?.();
      say("keep-done");
      byId("keep-done").focus();
    } catch {
      say("keep-failed");
    }
  });
}

begin();
