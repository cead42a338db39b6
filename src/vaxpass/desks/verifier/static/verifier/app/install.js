// Keeping the page on the device: the service worker, the browser's own way to install, and new releases as a whole.
import { byId } from "./dom.js";
import { t } from "./words.js";

let offer = null;
let registration = null;

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  offer = event;
  show();
});
addEventListener("appinstalled", () => {
  offer = null;
  show();
});

const isInstalled = () => matchMedia("(display-mode: standalone)").matches;

export function show() {
  byId("install-offer").hidden = !offer;
  byId("install-hint").hidden = Boolean(offer) || isInstalled();
  byId("update-offer").hidden = !registration?.waiting;
  byId("install-status").textContent = state();
}

function state() {
  if (registration?.waiting) return t("A new version of this page is ready. It begins when the page is idle.");
  if (registration?.active) return t("This page is kept on this device: it opens and checks without a network.");
  return t("This page is not kept on this device yet.");
}

// `onWaiting`: a new release lies ready; the page calls `takeOver` when nobody is being checked, and is loaded anew.
export async function keepOnDevice(address, scope, onWaiting) {
  const look = () => (show(), registration?.waiting && onWaiting());
  byId("install").addEventListener("click", () => offer?.prompt());
  byId("update").addEventListener("click", takeOver);
  const worker = navigator.serviceWorker;
  if (!worker) return show();
  const hadController = Boolean(worker.controller);
  worker.addEventListener("controllerchange", () => hadController && location.reload());
  try {
    registration = await worker.register(address, { scope, updateViaCache: "none" });
    registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", look));
    await worker.ready;
    lookForUpdate();
  } catch {
    registration = null; // the page works, as long as it is open
  }
  look();
}

export const takeOver = () => registration?.waiting?.postMessage("take over");

export const lookForUpdate = () => registration?.update().catch(() => {});
