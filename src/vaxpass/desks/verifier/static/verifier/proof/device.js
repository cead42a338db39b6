/**
 * What a verifier's device keeps: lists taken from signed publications, their numbers, the latest time it has seen.
 * A published file is taken or refused whole; what is refused leaves what was there before untouched. Numbers only
 * grow, so that an old list cannot be put back. A clock that once ran ahead and was set right is believed again as soon
 * as a later edition comes, which nobody but the publisher can make.
 */

import { ProofError, answerOf } from "./codes.js";
import { checkVersion, isObject, numberIn, octets, readObject, timeIn } from "./documents.js";
import { Pins, isPublication } from "./publications.js";
import { RevocationFilter, RevocationList } from "./revocations.js";
import { TrustList } from "./trust.js";
import { verify } from "./verify.js";

const CLOCK_TOLERANCE = 5 * 60_000;
const UNREADABLE = "PUBLICATION_UNREADABLE";

/**
 * One verifier. `numbers` (of each format, the highest taken), `lastSeen` (the latest time of any `take` or `check`)
 * and `pinned` (certificates of publishers; an index adds to them) belong into lasting storage; the files themselves
 * are taken again after a start.
 *
 * After `take`: `trust`, `revocations`, `revocationFilter` (each with `madeAt`, `nextAt` in milliseconds), `index`,
 * `valueSets`, `rules` (the documents as JSON objects); null where never taken.
 */
export class Device {
  /**
   * @param {Pins|null} pins
   * @param {{policy?: import("./index.js").Policy, numbers?: Record<string, number>, lastSeen?: Date|null}} kept
   */
  constructor(pins, { policy = {}, numbers = {}, lastSeen = null }) {
    this.pins = pins;
    this.policy = policy;
    /** @type {Map<string, number>} */
    this.known = new Map(Object.entries(numbers));
    this.lastSeen = lastSeen;
    this.trust = new TrustList([]);
    /** @type {RevocationList|null} */
    this.revocations = null;
    /** @type {RevocationFilter|null} */
    this.revocationFilter = null;
    /** @type {Record<string, any>|null} */
    this.index = null;
    /** @type {Record<string, any>|null} */
    this.valueSets = null;
    /** @type {Record<string, any>|null} */
    this.rules = null;
    /** @type {Promise<unknown>} files are taken one after the other */
    this.taking = Promise.resolve();
  }

  /**
   * @param {object} kept
   * @param {Uint8Array[]|null} kept.pins  DER certificates of publishers; null: plain documents by the user's choice
   * @param {import("./index.js").Policy} [kept.policy]
   * @param {Record<string, number>} [kept.numbers]
   * @param {Date|null} [kept.lastSeen]
   * @returns {Promise<Device>}  CERTIFICATE_UNREADABLE, UNSUITABLE_PUBLIC_KEY_TYPE
   */
  static async create({ pins, ...kept }) {
    return new Device(pins && (await Pins.fromDer(pins)), kept);
  }

  /** Of each format, the highest number taken. @returns {Record<string, number>} */
  get numbers() {
    return Object.fromEntries(this.known);
  }

  /** DER certificates of the publishers that are believed; null: plain documents by the user's choice. */
  get pinned() {
    return this.pins && [...this.pins.certificates.values()].map((certificate) => certificate.der);
  }

  /**
   * Take a published file; its format. PUBLICATION_*, TRUST_LIST_INVALID, REVOCATION_LIST_INVALID.
   * @param {Uint8Array} data
   * @param {Date} at
   * @returns {Promise<string>}
   */
  take(data, at) {
    const taken = this.taking.then(() => this.takeNext(data, at));
    this.taking = taken.catch(() => {});
    return taken;
  }

  /** @private @param {Uint8Array} data @param {Date} at */
  async takeNext(data, at) {
    const payload = await this.opened(data, at);
    const head = readObject(payload, UNREADABLE);
    const number = numberIn(head, UNREADABLE);
    const reader = typeof head.format === "string" ? READERS.get(head.format) : undefined;
    if (!reader) throw new ProofError("PUBLICATION_UNEXPECTED", "format");
    const known = this.known.get(head.format) ?? 0;
    if (number < known) throw new ProofError("PUBLICATION_ROLLED_BACK", `${number} after ${known}`);
    Object.assign(this, await reader(payload, head, this));
    this.known.set(head.format, number);
    const later = this.pins && known > 0 && number > known && timeIn(head, "made_at", UNREADABLE) <= at.getTime();
    if (later) this.lastSeen = at; // a later edition, made before this moment: it was the later time that was wrong
    this.see(at);
    return head.format;
  }

  /**
   * The verdict on an `HC1:` text with what the device keeps. Never throws on any text.
   * @param {string} text
   * @param {Date} at
   * @param {{log?: import("./index.js").LogAnswer|null}} [more]
   * @returns {Promise<import("./index.js").Verdict>}
   */
  async check(text, at, { log = null } = {}) {
    const refusal = this.refusalAt(at);
    if (refusal) return refused(refusal, at);
    this.see(at);
    const { trust, revocations, revocationFilter, policy } = this;
    return verify(text, { trust, revocations, revocationFilter }, { at, log, policy });
  }

  /** @private @param {Date} at */
  refusalAt(at) {
    if (this.lastSeen && at.getTime() < this.lastSeen.getTime() - CLOCK_TOLERANCE) return "CLOCK_TURNED_BACK";
    const none = !this.revocations && !this.revocationFilter;
    return this.policy.revocationsNeeded && none ? "REVOCATION_LIST_MISSING" : null;
  }

  /** @private @param {Date} at */
  see(at) {
    if (!this.lastSeen || at > this.lastSeen) this.lastSeen = at;
  }

  /** @private @param {Uint8Array} data @param {Date} at */
  async opened(data, at) {
    if (this.pins) return this.pins.open(data, at.getTime());
    if (isPublication(data)) throw new ProofError("PUBLICATION_SIGNER_UNKNOWN", "no publisher is pinned");
    return data;
  }
}

/** @type {Map<string, (payload: Uint8Array, head: Record<string, any>, device: Device) => any>} what changes, by format */
const READERS = new Map(
  Object.entries({
    "vaxproof-index": readIndex,
    "vaxproof-trust-list": async (payload) => ({ trust: await TrustList.fromJson(payload) }),
    "vaxproof-revocation-list": (payload) => ({ revocations: RevocationList.fromJson(payload) }),
    "vaxproof-revocation-filter": (payload) => ({ revocationFilter: RevocationFilter.fromJson(payload) }),
    "vaxproof-value-sets": readValueSets,
    "vaxproof-rules": readRules,
  }),
);

/** Publishers named by a signed index are pinned too; those pinned before stay. */
async function readIndex(
  /** @type {Uint8Array} */ _payload,
  /** @type {Record<string, any>} */ head,
  /** @type {Device} */ device,
) {
  checkHead(head);
  const publishers = Object.hasOwn(head, "publishers") ? head.publishers : [];
  const forms = Array.isArray(publishers) && isObject(head.files) && isObject(head.log ?? {});
  if (!forms) throw new ProofError(UNREADABLE, "index");
  const ders = publishers.map((/** @type {unknown} */ publisher) => octets(publisher, UNREADABLE));
  return { index: head, pins: device.pins && (await device.pins.withMore(ders)) };
}

function readValueSets(/** @type {Uint8Array} */ _payload, /** @type {Record<string, any>} */ head) {
  checkHead(head);
  if (!isObject(head.value_sets)) throw new ProofError(UNREADABLE, "value_sets");
  return { valueSets: head };
}

function readRules(/** @type {Uint8Array} */ _payload, /** @type {Record<string, any>} */ head) {
  checkHead(head);
  if (!Array.isArray(head.sets)) throw new ProofError(UNREADABLE, "sets");
  return { rules: head };
}

function checkHead(/** @type {Record<string, any>} */ head) {
  checkVersion(head, UNREADABLE);
  timeIn(head, "made_at", UNREADABLE);
  timeIn(head, "next_at", UNREADABLE);
}

/** @returns {import("./index.js").Verdict} */
function refused(/** @type {string} */ code, /** @type {Date} */ at) {
  const none = { trustMadeAt: null, trustNextAt: null, revocationsMadeAt: null, revocationsNextAt: null };
  const facts = { checkedAt: at, remarks: [], revocationsChecked: false, algorithm: null, keyId: null, detail: "", ...none };
  return { answer: answerOf(code), code, claims: null, certificate: null, facts };
}
