// The lists on this device: fetched when the network is there, opened by the pinned publishers' signatures, kept for when
// it is not. What is refused leaves what was there before.
import { Device } from "../proof/index.js";

const PUBLISHED = "/published/";
const LIST = "revocation-list.jws";
const FILTER = "revocation-filter.jws";
const LARGEST_LIST = 5_000_000; // bytes; beyond it the compact filter is fetched instead of the exact list
const ALWAYS = ["trust-list.jws", "value-sets.jws", "rules.jws"];
const ALL = ["index.jws", ...ALWAYS, LIST, FILTER];
const MINUTE = 60_000;
const CLOCKS_DIFFER_BY = 5 * MINUTE;
const POLICY = { guardClock: true, revocationsNeeded: true };

const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");
const sha256 = async (bytes) => hex(await crypto.subtle.digest("SHA-256", bytes));
const codeOf = (error) => error?.code ?? "PUBLICATION_UNREADABLE";

// Only what everybody may read is asked for, and nothing is told with it.
async function fetched(path) {
  const answer = await fetch(PUBLISHED + path, { cache: "no-cache", credentials: "omit", referrerPolicy: "no-referrer" });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer;
}

export class Lists {
  refused = new Map(); // file → code, of the last time it was fetched
  unreachable = false;

  constructor(store, pins, onChange) {
    Object.assign(this, { store, pins, onChange });
    this.shas = new Map();
  }

  // Take again what is kept on the device.
  async open(now) {
    const facts = (await this.store.get("facts")) ?? {};
    await this.#begin(facts);
    for (const file of ALL) {
      const bytes = await this.store.get(file);
      if (bytes) await this.#take(file, bytes, now).catch((error) => this.refused.set(file, codeOf(error)));
    }
  }

  // Publishers that a signed index named stay known, as long as this page itself names the same ones as then.
  async #begin({ numbers = {}, lastSeen = null, named = [], shipped = "" }) {
    this.shipped = await sha256(await new Blob(this.pins).arrayBuffer());
    const pins = shipped === this.shipped ? [...this.pins, ...named] : this.pins;
    this.device = await Device.create({ pins, policy: POLICY, numbers, lastSeen });
    this.shas.clear();
  }

  async #take(file, bytes, now) {
    await this.device.take(bytes, now);
    this.shas.set(file, await sha256(bytes));
  }

  // Fetch what changed. One at a time; never throws.
  refresh(now) {
    this.running ??= this.#refresh(now).finally(() => {
      this.running = null;
      this.onChange();
    });
    return this.running;
  }

  async #refresh(now) {
    this.refused.clear();
    try {
      const answer = await fetched("index.jws");
      this.unreachable = false;
      await this.#believeClock(answer, now);
      await this.#adopt("index.jws", new Uint8Array(await answer.arrayBuffer()), now);
      await this.#refreshFiles(this.device.index.files, now);
    } catch (error) {
      if (error.code) this.refused.set("index.jws", error.code);
      else this.unreachable = true;
    }
    await this.remember();
  }

  async #refreshFiles(files, now) {
    const exact = files[LIST] && files[LIST].size <= LARGEST_LIST;
    for (const file of [...ALWAYS, exact || !files[FILTER] ? LIST : FILTER]) {
      if (!files[file] || files[file].sha256 === this.shas.get(file)) continue;
      try {
        await this.#adoptNamed(file, files[file], now);
      } catch (error) {
        this.refused.set(file, codeOf(error));
      }
    }
    const other = exact ? FILTER : LIST;
    if (files[FILTER] && this.shas.has(other) && this.shas.has(exact ? LIST : FILTER)) await this.#drop(other, now);
  }

  // A file that is not the one the index names is half written or already newer: the next round fetches both.
  async #adoptNamed(file, named, now) {
    const bytes = new Uint8Array(await (await fetched(file)).arrayBuffer());
    if ((await sha256(bytes)) !== named.sha256) throw Object.assign(new Error(file), { code: "PUBLICATION_UNREADABLE" });
    await this.#adopt(file, bytes, now);
  }

  async #adopt(file, bytes, now) {
    await this.#take(file, bytes, now);
    await this.store.put(file, bytes);
  }

  // The list grew beyond what is fetched, or shrank again: the other one would only grow old.
  async #drop(file, now) {
    await this.store.delete(file);
    await this.remember();
    await this.open(now);
  }

  // A clock that was ahead once would be "turned back" for ever after; our server's clock, heard now, settles it.
  async #believeClock(answer, now) {
    const theirs = Date.parse(answer.headers.get("Date") ?? "");
    const { lastSeen } = this.device;
    if (!lastSeen || now >= lastSeen || !(Math.abs(theirs - now) < CLOCKS_DIFFER_BY)) return;
    await this.#keep(now);
    await this.open(now);
  }

  // Keep the numbers, the latest time seen and the publishers that were named.
  async remember() {
    await this.#keep(this.device.lastSeen);
    this.remembered = this.device.lastSeen;
  }

  #keep(lastSeen) {
    const { numbers, pinned: named } = this.device;
    return this.store.put("facts", { numbers, lastSeen, named, shipped: this.shipped });
  }

  // The time of a check, written down once a minute: five are tolerated.
  async rememberTime() {
    if (this.device.lastSeen - (this.remembered ?? 0) >= MINUTE) await this.remember();
  }

  // What stands for a code in the published value sets, else the code.
  display(set, code) {
    return this.device.valueSets?.value_sets[set]?.values?.[code]?.display ?? code;
  }
}
