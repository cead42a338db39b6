/**
 * Answers of the JavaScript library to questions of the tests, in Node and in a browser alike. A question is an object
 * with `op`; an answer is plain JSON. Bytes travel as base64.
 */

/** @param {(name: string) => Promise<any>} load  gives a module of the library by its file name */
export async function makeAnswers(load) {
  const names = ["index", "bytes", "inflate", "cbor", "certificates", "trust", "verify", "certlogic", "rules", "valuesets"];
  const modules = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await load(`${name}.js`)])));
  modules.audit = await load("../audit/audit.js");
  const { ProofError, answerOf } = modules.index;
  return async (question) => {
    try {
      return await OPERATIONS[question.op](modules, question);
    } catch (error) {
      if (!(error instanceof ProofError)) return { crash: String(error?.stack ?? error) };
      return { answer: answerOf(error.code), code: error.code, detail: error.detail };
    }
  };
}

function bytesOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

function said(verdict) {
  const { answer, code, facts, claims } = verdict;
  const name = claims && `${claims.familyName} ${claims.givenName}`.trim();
  return { answer, code, remarks: [...facts.remarks].sort(), name };
}

const lists = new Map();

const OPERATIONS = {
  async verify({ trust, verify }, { text, ders, at, policy }) {
    const key = ders.join();
    if (!lists.has(key)) lists.set(key, await trust.TrustList.fromDer(ders.map(bytesOf)));
    return said(await verify.verify(text, { trust: lists.get(key) }, { at: new Date(at), policy: policy ?? {} }));
  },

  async inflate({ inflate, bytes }, { data }) {
    return { bytes: bytes.toBase64(await inflate.inflate(bytesOf(data))) };
  },

  async cbor({ cbor }, { data }) {
    return { value: describe(cbor, cbor.decode(bytesOf(data))) };
  },

  async certificate({ certificates }, { data }) {
    const { key, purposes, ...facts } = await certificates.readCertificate(bytesOf(data));
    return { ...facts, algorithm: key?.algorithm ?? null, purposes: purposes && [...purposes].sort() };
  },

  /** A device that takes files in order and then checks a text. The first refusal is the result. */
  async case({ index, rules }, { case: test, documents }) {
    const at = new Date(test.at);
    const { guard_clock, revocations_needed, list_grace_hours, ignore_foreign_purposes } = test.policy;
    const device = await index.Device.create({
      pins: test.pins && test.pins.map((name) => bytesOf(documents[name])),
      policy: {
        guardClock: guard_clock,
        revocationsNeeded: revocations_needed,
        listGraceHours: list_grace_hours,
        ignoreForeignPurposes: ignore_foreign_purposes,
      },
      numbers: test.numbers,
      lastSeen: test.last_seen ? new Date(test.last_seen) : null,
    });
    for (const name of test.take) await device.take(bytesOf(documents[name]), at);
    const log = await logAnswer(index, test, documents);
    const verdict = await device.check(test.text, at, { log });
    const judged = test.kind === "rules" && verdict.claims ? judgement(rules, device, verdict.claims, test, at) : {};
    return { ...said(verdict), ...judged, numbers: device.numbers };
  },

  /** A log's files, audited under its policy; what is found first. */
  async audit({ index, audit }, { policy, since, files }) {
    const read = async (path) => (path in files ? bytesOf(files[path]) : null);
    const rules = await index.LogPolicy.fromJson(bytesOf(policy));
    const now = await rules.open(await read("checkpoint"));
    const findings = await audit.auditLog(read, now, since && (await rules.open(bytesOf(since))));
    const code = findings[0]?.code ?? "VALID";
    return { answer: index.answerOf(code), code };
  },

  /** The same on a device whose WebCrypto has no Ed25519, as browsers of before 2025. */
  async caseWithoutEd25519(modules, question) {
    const { importKey } = SubtleCrypto.prototype;
    SubtleCrypto.prototype.importKey = function (format, data, algorithm, ...rest) {
      if (algorithm.name === "Ed25519") return Promise.reject(new DOMException("no", "NotSupportedError"));
      return importKey.call(this, format, data, algorithm, ...rest);
    };
    try {
      return await OPERATIONS.case(modules, question);
    } finally {
      SubtleCrypto.prototype.importKey = importKey;
    }
  },

  async certlogic({ certlogic }, { expression, data }) {
    return { value: certlogic.evaluate(expression, data) };
  },

  async expression({ certlogic }, { expression }) {
    return { good: certlogic.isExpression(expression) };
  },

  async rule({ rules }, { rule, data }) {
    const { outcome, code } = rules.find(rules.readRule(rule), data);
    return { outcome, code };
  },

  async codes({ index }) {
    return { codes: index.CODES, answers: index.CODES.map(index.answerOf) };
  },


  async valueSets({ valuesets }) {
    const { products, holders, prophylaxis, withdrawn } = valuesets.VALUE_SETS;
    const triples = [...products].map(([mp, { ma, vp }]) => [mp, ma, vp]);
    return { products: triples, holders: [...holders], prophylaxis, withdrawn: [...withdrawn] };
  },

  /** Milliseconds for so many checks of one text, one after the other. */
  async speed({ trust, verify }, { text, ders, at, rounds }) {
    const list = await trust.TrustList.fromDer(ders.map(bytesOf));
    const check = () => verify.verify(text, { trust: list }, { at: new Date(at) });
    for (let warm = 0; warm < 50; warm++) await check();
    const begun = performance.now();
    let verdict;
    for (let round = 0; round < rounds; round++) verdict = await check();
    return { ...said(verdict), milliseconds: (performance.now() - begun) / rounds };
  },
};

async function logAnswer(index, test, documents) {
  const name = test.proof ?? test.bucket;
  if (!name) return null;
  const { cose } = await index.openText(test.text);
  const policy = await index.LogPolicy.fromJson(bytesOf(documents[test.log_policy]));
  const read = test.proof ? index.readProof : index.readBucket;
  return read(bytesOf(documents[name]), cose, policy);
}

function judgement(rules, device, claims, test, at) {
  const { outcome, code, findings } = rules.judge(rules.setsOf(device.rules), claims.dcc, {
    country: test.country,
    purpose: test.purpose,
    region: test.region,
    at,
    valueSets: device.valueSets && rules.valueSetsOf(device.valueSets),
    issuedAt: claims.issuedAt,
    expiresAt: claims.expiresAt,
    issuerCountry: claims.issuer,
  });
  return { outcome, reason: code, findings: findings.map((one) => [one.id, one.version, one.outcome, one.code]) };
}

/** A decoded value as text, the same for the same value in both languages. */
function describe(cbor, value) {
  if (value instanceof cbor.Float) return `f${value.value + 0}`.replace("Infinity", "inf");
  if (value instanceof Uint8Array) return `b${[...value].join()}`;
  if (value instanceof cbor.Tagged) return `${value.tag}(${describe(cbor, value.value)})`;
  if (value instanceof cbor.CborMap) return `{${[...value.values.values()].map((one) => describe(cbor, one)).join()}}`;
  if (Array.isArray(value)) return `[${value.map((one) => describe(cbor, one)).join()}]`;
  if (typeof value === "string") return `s${[...value].map((letter) => letter.codePointAt(0)).join()}`;
  if (typeof value === "object" && value !== null) return `simple${value.value}`;
  return String(value);
}
