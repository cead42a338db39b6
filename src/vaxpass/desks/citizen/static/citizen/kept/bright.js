// Keeps the screen awake while a code is shown, where the browser can.
let lock = null;

async function hold() {
  if (!("wakeLock" in navigator) || document.visibilityState !== "visible") return;
  try {
    lock = await navigator.wakeLock.request("screen");
  } catch {
    lock = null; // low battery, or not allowed: the code is shown all the same
  }
}

export function stayAwake() {
  document.addEventListener("visibilitychange", hold);
  return hold();
}

export function letSleep() {
  document.removeEventListener("visibilitychange", hold);
  lock?.release();
  lock = null;
}
