// Was this passport ended? Asked of the public log by the first digits of a fingerprint, so few that many passports
// share them; the answer is a whole crowd of leaves, and the phone finds its own in it. No name, no number, no cookie.
import { LogPolicy, openText, prefixLength, prefixOf, readBucket } from "../../verifier/proof/index.js";

const CHECKPOINT = "/published/log/checkpoint";
const QUESTION = "/api/v1/log/issued/";
const QUIET = { cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer" };

async function fetched(path) {
  const answer = await fetch(path, QUIET);
  if (!answer.ok) throw new Error(`${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

// true: revoked; false: not revoked; null: nobody could say (no network, no log yet, an old browser).
export async function isEnded(text, base) {
  try {
    const policy = await LogPolicy.fromValues(await (await fetch(`${base}log.json`)).json());
    // A size that nobody signed could ask for so many digits that they tell whose passport it is.
    const { size } = await policy.open(await fetched(CHECKPOINT));
    const bucket = await fetched(QUESTION + (await prefixOf(text, prefixLength(size))));
    return (await readBucket(bucket, (await openText(text)).cose, policy)).revokedAt !== null;
  } catch {
    return null;
  }
}
