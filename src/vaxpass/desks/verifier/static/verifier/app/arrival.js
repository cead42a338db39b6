// The second answer: what the rules of the country of arrival say. It never changes the first.
import { judge, setsOf, valueSetsOf } from "../proof/index.js";
import { day } from "./dates.js";
import { byId, el } from "./dom.js";
import { languageNow, t } from "./words.js";

const TONES = { PASSED: "valid", FAILED: "not-valid", OPEN: "cannot-tell" };

// Fill both choices from the rules on the device and keep what was chosen.
export function offerCountries(sets, chosen) {
  const countries = [...new Set(sets.map((set) => set.country))].sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
  const purposes = [...new Set(["entry", ...sets.filter((set) => set.country === chosen.country).map((set) => set.purpose)])];
  const country = countries.includes(chosen.country) ? chosen.country : "";
  fill(byId("country"), [["", t("No country chosen")], ...countries.map((code) => [code, nameOf(code)])], country);
  fill(byId("purpose"), purposes.map((purpose) => [purpose, purposeName(purpose)]), chosen.purpose ?? "entry");
}

function fill(select, options, chosen) {
  select.replaceChildren(...options.map(([value, text]) => el("option", { value, selected: value === chosen }, text)));
}

function nameOf(country) {
  try {
    return `${new Intl.DisplayNames([languageNow()], { type: "region" }).of(country)} (${country})`;
  } catch {
    return country;
  }
}

const purposeName = (purpose) => (purpose === "entry" ? t("Entry") : purpose);

// null where no country is chosen, and for what is no valid proof: "meets the rules" beside it would be read as a yes.
export function judged({ answer, claims, certificate }, device, now) {
  const country = byId("country").value;
  if (!country || answer !== "VALID") return null;
  const purpose = byId("purpose").value || "entry";
  const told = { country, purpose, arrives: byId("arrives-at").value, endsBefore: arrival() > claims.expiresAt };
  try {
    const judgement = judge(read(setsOf, device.rules), claims.dcc, {
      country,
      purpose,
      at: arrival() ?? now,
      valueSets: device.valueSets && read(valueSetsOf, device.valueSets),
      kid: base64Of(certificate.keyId),
      issuedAt: claims.issuedAt,
      expiresAt: claims.expiresAt,
      issuerCountry: claims.issuer,
    });
    return { ...judgement, ...told };
  } catch (error) {
    return { outcome: "OPEN", code: error.code ?? "RULES_INVALID", findings: [], ...told };
  }
}

// Documents are read once, not with every passport.
const readings = new WeakMap();

function read(reader, document) {
  if (!document) return reader(document);
  if (!readings.has(document)) readings.set(document, reader(document));
  return readings.get(document);
}

function arrival() {
  const given = new Date(byId("arrives-at").value);
  return Number.isNaN(given.getTime()) ? null : given;
}

// As it was typed, by the clock of the place of arrival: YYYY-MM-DDThh:mm.
const asWritten = (typed) => `${typed.slice(11)} ${day(typed.slice(0, 10))}`;

const base64Of = (hex) => btoa(String.fromCharCode(...hex.match(/../g).map((pair) => parseInt(pair, 16))));

function outcomeWord(outcome) {
  if (outcome === "PASSED") return t("Meets the rules");
  return outcome === "FAILED" ? t("Does not meet the rules") : t("Rules: cannot tell");
}

export function judgementPart({ outcome, code, findings, country, purpose, arrives }, lists) {
  return el(
    "section",
    { className: `answer answer-second answer-${TONES[outcome]}`, "aria-labelledby": "judgement" },
    el("span", { className: "answer-mark", "aria-hidden": "true" }),
    el(
      "div",
      {},
      el("h2", { id: "judgement" }, outcomeWord(outcome)),
      el("p", {}, `${nameOf(country)}: ${purposeName(purpose)}`),
      arrives ? el("p", {}, t("Judged for an arrival at %(at)s.", { at: asWritten(arrives) })) : null,
      code ? el("p", {}, t(code)) : null,
      findings.length ? el("ul", {}, ...findings.filter((one) => one.outcome !== "PASSED").map((one) => findingLine(lists, one))) : null,
    ),
  );
}

// The rule in its own words, then what of the passport it looked at.
function fieldName(field) {
  const names = {
    dn: t("Dose number"),
    sd: t("Doses in the series"),
    dt: t("Date of vaccination"),
    mp: t("Vaccine"),
    ma: t("Manufacturer"),
    sc: t("Sample taken"),
    tr: t("Result"),
    fr: t("First positive test"),
    df: t("Valid from"),
    du: t("Valid to"),
    dob: t("Date of birth"),
  };
  return names[field.split(".").at(-1)] ?? field;
}

const SETS = { mp: "vaccines-covid-19-names", ma: "vaccines-covid-19-auth-holders", tr: "covid-19-lab-result" };

function fieldValue(field, value, lists) {
  const name = field.split(".").at(-1);
  if (SETS[name]) return lists.display(SETS[name], value);
  return /^\d{4}-\d{2}-\d{2}$/.test(value) ? day(value) : String(value);
}

function findingLine(lists, { id, outcome, code, description, affected }) {
  const words = description[languageNow()] ?? description.en ?? Object.values(description)[0] ?? "";
  const fields = Object.entries(affected).map(([field, value]) => `${fieldName(field)}: ${fieldValue(field, value, lists)}`);
  const open = outcome === "OPEN" ? ` ${t(code ?? "RULE_NOT_EVALUABLE")}` : "";
  return el("li", {}, words + open, el("div", { className: "code-line" }, [id, ...fields].join(" · ")));
}
