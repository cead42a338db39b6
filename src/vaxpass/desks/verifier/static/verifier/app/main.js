// The page: three ways in, one answer at a time, nothing left behind.
import { ageLine, clockTrouble, listsOf, inWords, warning } from "./ages.js";
import { judged, offerCountries } from "./arrival.js";
import { Camera } from "./camera.js";
import { alert, byId, fact } from "./dom.js";
import { keepOnDevice, lookForUpdate, show as showInstall, takeOver } from "./install.js";
import { askLog, takeProof } from "./issued.js";
import { Lists } from "./lists.js";
import { certificatesAmong, Reader } from "./reader.js";
import { resultPage } from "./result.js";
import { openStore } from "./store.js";
import { languageNow, loadWords, speak, t, writeTexts } from "./words.js";

const MINUTE = 60_000;
const REFRESH_EVERY = 15 * MINUTE;
const { base, home, worker } = document.body.dataset;

let store = null;
let lists = null;
let camera = null;
let choices = {};
let shown = null; // the answer on the screen, and nothing of anybody before
let cameFrom = null;
let lastTouch = Date.now();
let lastRefresh = 0;
const reader = new Reader();

// An answer -----------------------------------------------------------------------------------------------------------
async function check(text, from) {
  tell("");
  camera.rest();
  const now = new Date();
  const verdict = await lists.device.check(text, now);
  cameFrom = from;
  shown = { text, verdict, log: null, logTrouble: "", judgement: judged(verdict, lists.device, now) };
  lastTouch = Date.now();
  showResult();
  byId("next").focus();
  await lists.rememberTime();
}

function showResult() {
  byId("result").replaceChildren(...resultPage(shown, lists, new Date()));
  byId("result").hidden = false;
  byId("home").hidden = true;
  document.title = byId("answer").textContent;
  scrollTo(0, 0);
}

// The verdict again, with what the log says about it.
async function withLog(asked) {
  const mine = shown;
  let log = null;
  let trouble = "";
  try {
    log = await asked(mine.text);
  } catch (error) {
    trouble = error.code ?? "unreachable";
  }
  if (shown !== mine) return; // somebody else stands there by now
  const now = new Date();
  if (log) mine.verdict = await lists.device.check(mine.text, now, { log });
  if (shown !== mine) return;
  mine.judgement = judged(mine.verdict, lists.device, now);
  Object.assign(mine, { log, logTrouble: trouble });
  lastTouch = Date.now();
  showResult();
  byId("next").focus();
}

// Lists came while an answer stood there: what they say of it counts, and nobody has to ask for it.
async function judgeAgain() {
  const mine = shown;
  const now = new Date();
  const verdict = await lists.device.check(mine.text, now, mine.log ? { log: mine.log } : {});
  if (shown !== mine || verdict.code === mine.verdict.code) return;
  Object.assign(mine, { verdict, judgement: judged(verdict, lists.device, now) });
  showResult();
}

// What was pasted and never checked goes too.
function next() {
  byId("text-form").reset();
  byId("picture-form").reset();
  if (!shown) return;
  shown = null;
  byId("result").replaceChildren();
  byId("result").hidden = true;
  byId("home").hidden = false;
  camera.wake();
  byId("camera-status").textContent = t("Hold the next code in front of the camera.");
  showHome();
  (cameFrom?.isConnected && cameFrom.offsetParent ? cameFrom : byId("main")).focus();
  scrollTo(0, 0);
}

// The page that waits -------------------------------------------------------------------------------------------------
function tell(trouble) {
  byId("trouble").textContent = trouble;
  byId("trouble").hidden = !trouble;
  if (trouble) byId("trouble").scrollIntoView({ block: "nearest" });
}

function showHome() {
  const now = new Date();
  const onDevice = listsOf(lists.device);
  const old = warning(onDevice, now);
  const missing = onDevice.some(({ madeAt }) => !madeAt);
  const troubles = [...lists.refused].map(([file, code]) => alert("danger", `${file}: ${t(code)} ${t("The list that was here before stays.")}`));
  if (missing) troubles.push(alert("warning", t("This device has no lists yet. Connect to a network once; then it checks without one.")));
  if (old) troubles.push(alert("warning", old));
  const clock = clockTrouble(lists.device, now);
  if (clock) troubles.push(alert("warning", clock));
  byId("lists-troubles").replaceChildren(...troubles);
  byId("lists-line").textContent = ageLine(onDevice, now);
  byId("lists").replaceChildren(...onDevice.map((list) => fact(list.name, inWords(list, now))));
  byId("lists-status").textContent = lists.running ? t("Fetching…") : lists.unreachable ? t("No network: what is on this device is used.") : "";
  offerCountries(lists.device.rules?.sets ?? [], choices);
  showInstall();
  document.title = t("Verify a passport");
}

function showLanguage() {
  for (const one of byId("language").children) one.ariaCurrent = one.value === languageNow() ? "true" : null;
  writeTexts(document.body);
  showHome();
  if (shown) showResult();
}

async function choose(change) {
  choices = { ...choices, ...change };
  await store.put("choices", choices);
}

async function refresh() {
  lastRefresh = Date.now();
  const running = lists.refresh(new Date());
  if (!shown) showHome();
  await running;
  if (shown) await judgeAgain();
  else showHome();
  navigator.storage?.persist?.();
}

// Once in a while: ages grow, lists are renewed, an answer that nobody looks at goes, a new release may begin.
function tick() {
  const idle = Date.now() - lastTouch >= MINUTE;
  if (idle) next();
  if (Date.now() - lastRefresh >= REFRESH_EVERY) {
    refresh();
    lookForUpdate();
  }
  if (shown) return;
  if (idle) renew();
  if (document.activeElement?.closest("#arrival") === null) showHome();
}

// A new release begins where nobody is disturbed; a camera that was on is on again afterwards.
function renew() {
  if (shown || byId("text").value) return;
  if (camera.isOn) sessionStorage.setItem("camera", "on");
  takeOver();
}

function takeUpCamera() {
  const wasOn = sessionStorage.getItem("camera");
  sessionStorage.removeItem("camera");
  if (wasOn) startCamera();
}

// The ways in ---------------------------------------------------------------------------------------------------------
async function startCamera() {
  tell("");
  try {
    await camera.start();
  } catch {
    return tell(t("The camera cannot be used. Allow it in the browser's settings, or choose a picture."));
  }
  byId("camera").hidden = false;
  byId("camera-offer").hidden = true;
  byId("camera-status").textContent = t("Hold the code in front of the camera.");
  byId("main").focus(); // not the button that stops: one Enter too many would stop the camera
}

function stopCamera() {
  camera.stop();
  byId("camera").hidden = true;
  byId("camera-offer").hidden = false;
}

function brokenReader() {
  stopCamera();
  tell(t("The reader could not be loaded. Reload the page, or paste the text."));
}

async function readPicture() {
  tell("");
  const file = byId("picture").files[0];
  if (!file) return;
  let texts;
  try {
    texts = certificatesAmong((await reader.readFile(file)) ?? []);
  } catch {
    return brokenReader();
  } finally {
    byId("picture").value = "";
  }
  if (texts.length === 1) return check(texts[0], byId("picture"));
  tell(texts.length ? several() : t("No readable code in the picture. Take it again, closer, well lit and with the whole code in view. The picture did not leave this device."));
}

const tellCamera = (words) => (byId("camera-status").textContent = words);
const other = () => t("This code is no vaccine passport. Hold the passport's code in front of the camera.");
const several = () => t("More than one passport is in the picture. Show one at a time.");

function readText(event) {
  event.preventDefault();
  const text = byId("text").value;
  if (!text.trim()) return tell(t("Nothing was handed in. Scan, choose a picture or paste the text."));
  check(text, byId("text"));
}

function listen() {
  byId("camera-start").addEventListener("click", startCamera);
  byId("camera-stop").addEventListener("click", stopCamera);
  byId("picture").addEventListener("change", readPicture);
  byId("text-form").addEventListener("submit", readText);
  byId("picture-form").addEventListener("submit", (event) => event.preventDefault());
  byId("result").addEventListener("click", (event) => onResult(event.target.id));
  byId("result").addEventListener("change", (event) => prove(event.target.files?.[0]));
  byId("fetch-lists").addEventListener("click", refresh);
  byId("country").addEventListener("change", () => choose({ country: byId("country").value, purpose: "entry" }).then(showHome));
  byId("purpose").addEventListener("change", () => choose({ purpose: byId("purpose").value }));
  byId("language").addEventListener("click", (event) => speakAs(event.target.closest("button")?.value));
  addEventListener("online", refresh);
  addEventListener("pagehide", () => (stopCamera(), next()));
  document.addEventListener("visibilitychange", tick);
  document.addEventListener("keydown", (event) => isNext(event) && next());
  for (const kind of ["keydown", "pointerdown", "wheel", "touchmove"]) addEventListener(kind, () => (lastTouch = Date.now()), { passive: true });
  setInterval(tick, MINUTE / 4);
}

// Enter on a button or a field is theirs.
function isNext({ key }) {
  const nothing = [document.body, byId("main"), null].includes(document.activeElement);
  return key === "Escape" || (key === "Enter" && nothing);
}

function onResult(id) {
  if (id === "next") next();
  if (id === "ask-log") withLog((text) => askLog(text, lists));
}

function prove(file) {
  if (file) withLog((text) => takeProof(text, file, lists));
}

async function speakAs(language) {
  if (!language) return;
  speak(language);
  await choose({ language });
  showLanguage();
}

// Begin ---------------------------------------------------------------------------------------------------------------
const canCheck = () => globalThis.isSecureContext && crypto.subtle && globalThis.DecompressionStream && globalThis.OffscreenCanvas && globalThis.Worker;

const languageOfSite = () => /(?:^|; )django_language=(\w+)/.exec(document.cookie)?.[1];

async function publishers() {
  const { publishers: pins } = await (await fetch(`${base}pins.json`)).json();
  return pins.map((pin) => Uint8Array.from(atob(pin), (letter) => letter.charCodeAt(0)));
}

async function begin() {
  if (!canCheck()) return;
  const [pins] = await Promise.all([publishers(), loadWords(base)]);
  store = await openStore();
  choices = (await store.get("choices")) ?? {};
  speak(choices.language ?? languageOfSite());
  lists = new Lists(store, pins, showHome);
  await lists.open(new Date());
  camera = new Camera(byId("camera-picture"), reader, { onText: (text) => check(text, null), onSeveral: () => tellCamera(several()), onOther: () => tellCamera(other()), onBroken: brokenReader });
  byId("camera-offer").hidden = !Camera.isThere();
  listen();
  showLanguage();
  byId("not-started").remove();
  byId("language").hidden = false;
  byId("home").hidden = false;
  takeUpCamera();
  await Promise.all([refresh(), keepOnDevice(worker, home, () => camera.isOn || renew())]);
}

begin();
