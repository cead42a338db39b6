// The page of the passports kept on this phone. It opens in flight mode; what it shows, it has from the phone alone.
import { letSleep, stayAwake } from "./bright.js";
import { all, keep, remove } from "./store.js";
import { CHOSEN, languageNow, loadWords, speak, t, writeTexts } from "./words.js";

const { base, home, worker } = document.body.dataset;
const SVG = "http://www.w3.org/2000/svg";
const byId = (id) => document.getElementById(id);

function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== false) element.setAttribute(key, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

// Drawn from numbers and letters of a path; never from markup.
function codeOf({ qr }) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${qr.side} ${qr.side}`);
  svg.setAttribute("shape-rendering", "crispEdges");
  const [paper, modules] = [document.createElementNS(SVG, "path"), document.createElementNS(SVG, "path")];
  paper.setAttribute("fill", "#fff");
  paper.setAttribute("d", `M0 0h${qr.side}v${qr.side}H0z`);
  modules.setAttribute("stroke", "#000");
  modules.setAttribute("d", qr.path);
  svg.append(paper, modules);
  const part = el("div", { class: "show-code", role: "img", "aria-label": t("QR code of the passport") });
  part.append(svg);
  return part;
}

const inBoth = (words) => (words.vi === words.en ? words.vi : `${words.vi} / ${words.en}`);

function fieldsOf({ fields }) {
  const rows = fields.map(({ label, value }) =>
    el("li", {}, el("span", { class: "label" }, inBoth(label)), el("strong", {}, inBoth(value))),
  );
  return el("details", { class: "question" }, el("summary", {}, t("The eleven fields")), el("ol", { class: "meanings" }, ...rows));
}

function stateOf(passport) {
  if (passport.ended) return ["danger", t("This passport was replaced or revoked. Do not show it; fetch the new one.")];
  if (new Date(passport.expiresAt) <= new Date()) return ["warning", t("This passport has expired. Fetch the new one.")];
  return null;
}

function askToRemove(passport, button) {
  const yes = el("button", { type: "button", class: "btn btn-danger" }, t("Yes, remove it from this phone"));
  const no = el("button", { type: "button", class: "btn btn-secondary" }, t("Keep it"));
  const buttons = el("p", { class: "buttons" }, yes, no);
  yes.addEventListener("click", async () => {
    await remove(passport.id);
    await show(t("Removed from this phone."));
    byId("main").focus();
  });
  no.addEventListener("click", () => (buttons.replaceWith(button.parentElement), button.focus()));
  button.parentElement.replaceWith(buttons);
  yes.focus();
}

function sheetOf(passport) {
  const state = stateOf(passport);
  const button = el("button", { type: "button", class: "btn btn-secondary" }, t("Remove from this phone"));
  button.addEventListener("click", () => askToRemove(passport, button));
  return el(
    "article",
    { class: state ? "show show-ended" : "show" },
    el("h2", {}, passport.name),
    el("p", { class: "show-latin" }, passport.latin),
    state && el("p", { class: `alert alert-${state[0]}` }, state[1]),
    state && el("p", { class: "buttons" }, el("a", { class: "btn btn-primary", href: byId("fetch").getAttribute("href") }, t("Fetch the new one"))),
    state ? null : codeOf(passport),
    el("p", { class: "show-until" }, `${t("Valid until")}: ${passport.validUntil[languageNow()]}`),
    state ? null : el("p", { class: "show-carry" }, passport.carry[languageNow()]),
    fieldsOf(passport),
    el("p", { class: "buttons" }, button),
  );
}

async function show(said = "") {
  const passports = await all();
  byId("passports").replaceChildren(...passports.map(sheetOf));
  byId("nothing").hidden = passports.length > 0;
  byId("status").textContent = said;
  if (passports.length) stayAwake();
  else letSleep();
  return passports;
}

// Only when there is a network; without one the passports are shown as they are.
async function askWhetherEnded() {
  if (!navigator.onLine) return;
  byId("asked").textContent = t("Asking the public log …");
  const { isEnded } = await import("./ended.js"); // two dozen modules that nothing else needs
  const answers = [];
  for (const passport of await all()) {
    const ended = await isEnded(passport.text, base);
    answers.push(ended);
    if (ended && !passport.ended) await keep({ ...passport, ended });
  }
  if (answers.includes(true)) await show();
  byId("asked").textContent = said(answers);
}

function said(answers) {
  if (!answers.length) return "";
  if (answers.includes(null)) return t("The public log could not be asked now. The passports are shown as they were kept.");
  if (answers.includes(true)) return t("The public log says that a passport was ended.");
  return t("The public log was asked: none of these was ended.");
}

async function begin() {
  await loadWords(base);
  speak(localStorage.getItem(CHOSEN) ?? "vi");
  for (const button of document.querySelectorAll("#language button")) {
    button.addEventListener("click", async () => {
      localStorage.setItem(CHOSEN, button.value);
      speak(button.value);
      markLanguage();
      writeTexts(document);
      await show();
    });
  }
  markLanguage();
  writeTexts(document);
  byId("language").hidden = false;
  byId("not-started").hidden = true;
  byId("home").hidden = false;
  await show();
  document.body.dataset.ready = "yes";
  addEventListener("online", askWhetherEnded);
  await navigator.serviceWorker?.register(worker, { scope: home, updateViaCache: "none" }).catch(() => null);
  await askWhetherEnded();
}

function markLanguage() {
  for (const button of document.querySelectorAll("#language button")) {
    if (button.value === languageNow()) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
}

begin();
