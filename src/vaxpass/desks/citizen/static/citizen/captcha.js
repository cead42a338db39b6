// Does the work that a page asks for (ALTCHA version 2, PBKDF2) while the form is filled in.
//
// The question in words goes out of the way only once the work can be done here; where it cannot (no WebCrypto, an
// old browser), the question stays and nothing is lost.

const AT_ONCE = 8; // derivations on the way together; between two such groups the page can breathe

const bytesOf = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const hexOf = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

async function derive(parameters, counter) {
  const nonce = bytesOf(parameters.nonce);
  const password = new Uint8Array(nonce.length + 4);
  password.set(nonce);
  new DataView(password.buffer).setUint32(nonce.length, counter);
  const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: bytesOf(parameters.salt), iterations: parameters.cost };
  return hexOf(await crypto.subtle.deriveBits(how, key, parameters.keyLength * 8));
}

/** Find the counter whose key begins as the challenge says; give what the form posts (base64 of JSON). */
export async function solve(challenge, breathe = () => new Promise((resolve) => setTimeout(resolve))) {
  const { parameters } = challenge;
  if (parameters.algorithm !== "PBKDF2/SHA-256") throw new Error("unknown algorithm");
  for (let first = 0; ; first += AT_ONCE) {
    const counters = Array.from({ length: AT_ONCE }, (_, place) => first + place);
    const keys = await Promise.all(counters.map((counter) => derive(parameters, counter)));
    const found = keys.findIndex((key) => key.startsWith(parameters.keyPrefix));
    if (found >= 0) {
      const solution = { counter: counters[found], derivedKey: keys[found] };
      return btoa(JSON.stringify({ challenge, solution }));
    }
    await breathe();
  }
}

function serve(box) {
  const form = box.closest("form");
  const words = box.querySelector("[data-captcha-words]");
  const status = box.querySelector("[data-captcha-status]");
  let sentBy;

  const work = solve(JSON.parse(box.dataset.captcha)).then((solution) => {
    box.querySelector("[data-captcha-work]").value = solution;
    status.textContent = status.dataset.done;
    if (sentBy !== undefined) (form.requestSubmit ?? form.submit).call(form, sentBy);
  });
  work.catch(() => {
    words.hidden = false;
    status.textContent = "";
    sentBy = undefined;
  });
  words.hidden = true;
  status.textContent = status.dataset.working;

  form.addEventListener("submit", (event) => {
    const solved = box.querySelector("[data-captcha-work]").value;
    if (solved || !words.hidden) return;
    event.preventDefault(); // sent by itself as soon as the work is done
    sentBy = event.submitter ?? null;
    status.scrollIntoView({ block: "nearest" });
  });
}

if (typeof document !== "undefined" && globalThis.crypto?.subtle) {
  for (const box of document.querySelectorAll("[data-captcha]")) serve(box);
}
