// The answer as people read it: colour, word and shape; whose passport it is; then everything else.
import { listsOf, inWords, warning } from "./ages.js";
import { judgementPart } from "./arrival.js";
import { day, hanoi } from "./dates.js";
import { alert, el, facts } from "./dom.js";
import { issuedPart } from "./issued.js";
import { t } from "./words.js";

const TONES = { VALID: "valid", NOT_VALID: "not-valid", CANNOT_TELL: "cannot-tell" };

function answerWord(answer) {
  if (answer === "VALID") return t("Valid");
  return answer === "NOT_VALID" ? t("Not valid") : t("Cannot tell");
}

// `shown`: {text, verdict, judgement, log, logTrouble}. What its controls do is heard by the page, by their ids.
export function resultPage(shown, lists, now) {
  const { verdict } = shown;
  const onDevice = listsOf(lists.device);
  const old = warning(onDevice, now);
  return [
    answerPart(verdict),
    el("p", { className: "buttons next" }, nextButton()),
    el("p", { className: "hint" }, t("Enter, Esc or an idle minute clears this page for the next person.")),
    verdict.claims ? holderPart(verdict.claims) : null,
    old ? alert("warning", old) : null,
    ...verdict.facts.remarks.map((code) => alert("info", t(code))),
    logLine(shown),
    shown.judgement?.endsBefore ? alert("warning", t("The passport expires before the arrival that was chosen.")) : null,
    shown.judgement ? judgementPart(shown.judgement, lists) : null,
    facts([...passportFacts(verdict, lists), ...checkFacts(verdict, onDevice, now)]),
    verdict.claims || verdict.code === "LOG_PROOF_NEEDED" ? issuedPart(shown, lists) : null,
  ].filter(Boolean);
}

function answerPart({ answer, code }) {
  return el(
    "section",
    { className: `answer answer-${TONES[answer]}`, "aria-labelledby": "answer" },
    el("span", { className: "answer-mark", "aria-hidden": "true" }),
    el("div", {}, el("h1", { id: "answer" }, answerWord(answer)), el("p", { id: "answer-reason" }, t(code))),
  );
}

function nextButton() {
  const described = "answer answer-reason";
  return el("button", { type: "button", id: "next", className: "btn btn-primary btn-wide", "aria-describedby": described }, t("Next person"));
}

function holderPart(claims) {
  const name = `${claims.familyName} ${claims.givenName}`.trim();
  const latin = `${claims.familyNameLatin} ${claims.givenNameLatin}`.replaceAll("<", " ").trim();
  const value = (text) => el("dd", { className: "holder-value" }, text);
  return el(
    "section",
    { className: "panel holder", "aria-labelledby": "holder" },
    el("h2", { id: "holder" }, t("Compare with the identity document")),
    el(
      "dl",
      {},
      el("div", {}, el("dt", {}, t("Name")), value(name), latin ? el("dd", { className: "muted" }, latin) : null),
      el("div", {}, el("dt", {}, t("Date of birth")), value(claims.birthDate ? day(claims.birthDate) : "–")),
    ),
  );
}

function logLine({ log, logTrouble }) {
  if (logTrouble === "unreachable") return alert("warning", t("The log could not be asked. Try again with a network, or take a proof file."));
  if (logTrouble) return alert("warning", t(logTrouble));
  if (!log) return null;
  if (log.revokedAt !== null) return alert("danger", t("The log has its revocation at position %(index)s.", { index: log.revokedAt }));
  if (log.issuedAt === null) return null;
  const told = t("Issued: position %(index)s of %(size)s in the public log.", { index: log.issuedAt, size: log.size });
  return alert("success", log.complete ? told : `${told} ${t("A proof file cannot tell whether it was revoked since.")}`);
}

function passportFacts({ claims, certificate, facts: known }, lists) {
  const pairs = [];
  if (claims) {
    pairs.push(...(ENTRIES[claims.kind]?.(claims.entry, lists) ?? []));
    pairs.push([t("Issued by"), `${claims.entry.is}, ${claims.entry.co}`]);
    pairs.push([t("Issued at"), hanoi(claims.issuedAt)], [t("Valid until"), hanoi(claims.expiresAt)]);
    pairs.push([t("Certificate identifier"), claims.uvci]);
  }
  if (certificate) pairs.push([t("Signed by"), `${certificate.commonName}, ${certificate.country}`]);
  if (known.keyId) pairs.push([t("Key"), known.keyId]);
  return pairs;
}

const ENTRIES = {
  v: (entry, lists) => [
    [t("Vaccine"), lists.display("vaccines-covid-19-names", entry.mp)],
    [t("Manufacturer"), lists.display("vaccines-covid-19-auth-holders", entry.ma)],
    [t("Dose"), t("%(number)d of %(size)d", { number: entry.dn, size: entry.sd })],
    [t("Date of vaccination"), day(entry.dt)],
  ],
  t: (entry, lists) => [
    [t("Test"), lists.display("covid-19-lab-test-type", entry.tt)],
    [t("Sample taken"), String(entry.sc)],
    [t("Result"), lists.display("covid-19-lab-result", entry.tr)],
  ],
  r: (entry) => [
    [t("First positive test"), day(entry.fr)],
    [t("Valid from"), day(entry.df)],
    [t("Valid to"), day(entry.du)],
  ],
};

function checkFacts({ code, facts: known }, onDevice, now) {
  return [
    [t("Reason"), code],
    [t("Checked at"), hanoi(known.checkedAt)],
    ...onDevice.map((list) => [list.name, inWords(list, now)]),
  ];
}
