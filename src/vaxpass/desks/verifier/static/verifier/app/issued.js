// "Was this one issued?": by a proof file, or by the one question that leaves the device, and only when a person asks it.
import { LogPolicy, openText, prefixLength, prefixOf, readBucket, readProof } from "../proof/index.js";
import { el } from "./dom.js";
import { t } from "./words.js";

const CHECKPOINT = "/published/log/checkpoint";
const QUESTION = "/api/v1/log/issued/";
const QUIET = { cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer" };

async function fetched(path) {
  const answer = await fetch(path, QUIET);
  if (!answer.ok) throw new Error(`${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

const policyOf = (lists) => LogPolicy.fromIndex(lists.device.index);

export async function askLog(text, lists) {
  const { cose } = await openText(text);
  const policy = await policyOf(lists);
  // A size that nobody signed could ask for so many digits that they tell whose passport it is.
  const { size } = await policy.open(await fetched(CHECKPOINT));
  const prefix = await prefixOf(text, prefixLength(size));
  return readBucket(await fetched(QUESTION + prefix), cose, policy);
}

export async function takeProof(text, file, lists) {
  const { cose } = await openText(text);
  return readProof(new Uint8Array(await file.arrayBuffer()), cose, await policyOf(lists));
}

// Our log holds our passports alone: another country's would be called forged. The signer's country decides, not what the
// passport says of itself, where a stolen key writes anything.
function isOurs({ certificate }, { index, revocations, revocationFilter }) {
  const named = index.log.countries ?? [];
  const ours = named.length ? new Set(named) : (revocations ?? revocationFilter)?.countries;
  return !ours || !certificate || ours.has(certificate.country);
}

export function issuedPart({ verdict, log, logTrouble }, lists) {
  if (!lists.device.index?.log || !isOurs(verdict, lists.device)) return null;
  return el(
    "details",
    { className: "question", open: verdict.code === "LOG_PROOF_NEEDED" || Boolean(log || logTrouble) },
    el("summary", {}, t("Was this one issued?")),
    el("p", {}, t("Every passport that the ministry signs stands in a public log. A passport with a good signature that is not there was made with a stolen key.")),
    el("p", {}, t("The button sends the first digits of a fingerprint of this passport to our server, so few that many others share them; name, birth date and the passport itself stay on this device.")),
    el("p", { className: "buttons issued-ways" }, el("button", { type: "button", id: "ask-log", className: "btn btn-secondary" }, t("Ask the log"))),
    el(
      "div",
      { className: "field issued-ways" },
      el("label", { for: "proof" }, t("Or a proof file that the holder brings")),
      el("div", { className: "hint", id: "proof-hint" }, t("Nothing is sent.")),
      el("input", { type: "file", id: "proof", "aria-describedby": "proof-hint" }),
    ),
  );
}
