/**
 * Rules of countries, as the EU gateway exchanges them (its validation-rule schema): read strictly, chosen by country,
 * purpose, kind, region and time, and judged. A second answer beside the verdict on the proof.
 */

import { evaluate, isExpression, member } from "./certlogic.js";
import { ProofError } from "./codes.js";
import { isObject, parseTime } from "./documents.js";
import { isLonger } from "./prefix.js";
import { VALUE_SETS } from "./valuesets.js";

const MAX_RULES = 10_000;
const [MAX_DESCRIPTIONS, MAX_TEXT, MAX_FIELDS, MAX_NAME, MAX_REGION] = [100, 5_000, 200, 100, 10];
const LANGUAGE_VERSION = [1, 3, 3];
const VERSION = /^[0-9]{1,9}\.[0-9]{1,9}\.[0-9]{1,9}$/;
const IDENTIFIER = /^(?:GR|VR|TR|RR|IR)-[A-Z]{2}-[0-9]{1,9}$/;
const KINDS = /** @type {const} */ ([
  ["v", "Vaccination"],
  ["t", "Test"],
  ["r", "Recovery"],
]);

/**
 * @typedef {object} Rule  times: milliseconds since 1970
 * @property {string} id
 * @property {string} type
 * @property {string|null} region
 * @property {string} version
 * @property {string} engineVersion
 * @property {string} certificateType
 * @property {Record<string, string>} description
 * @property {number} from
 * @property {number} to
 * @property {string[]} fields
 * @property {Record<string, any>} logic
 *
 * @typedef {{country: string, purpose: string, rules: Rule[]}} RuleSet
 *
 * @typedef {object} Circumstances  what rules may know besides the passport
 * @property {string} country  that is entered, e.g. `DE`
 * @property {Date} at
 * @property {string} [purpose]  `entry`
 * @property {Record<string, string[]>|null} [valueSets]  codes by value set: `valueSetsOf(device.valueSets)`
 * @property {string|null} [region]
 * @property {string|null} [kid]  base64
 * @property {Date|null} [issuedAt]
 * @property {Date|null} [expiresAt]
 * @property {string|null} [issuerCountry]  `claims.issuer`
 */

/**
 * The sets of a published document (`device.rules`). One rule that is wrong refuses them all: RULES_INVALID.
 * @param {Record<string, any>|null} document
 * @returns {RuleSet[]}
 */
export function setsOf(document) {
  const sets = document?.sets;
  if (!Array.isArray(sets) || !sets.every(isSet)) throw new ProofError("RULES_INVALID", "sets");
  const count = sets.reduce((total, set) => total + set.rules.length, 0);
  if (count > MAX_RULES) throw new ProofError("RULES_INVALID", "too many rules");
  return sets.map(({ country, purpose, rules }) => ({ country, purpose, rules: rules.map(readRule) }));
}

/**
 * Codes by value set, of a published document (`device.valueSets`). VALUE_SETS_INVALID.
 * @param {Record<string, any>} document
 * @returns {Record<string, string[]>}
 */
export function valueSetsOf(document) {
  const sets = document.value_sets;
  const known = isObject(sets) && Object.values(sets).every((set) => isObject(set) && isObject(set.values));
  if (!known) throw new ProofError("VALUE_SETS_INVALID", "value_sets");
  return Object.fromEntries(Object.entries(sets).map(([name, set]) => [name, Object.keys(set.values)]));
}

/**
 * What the country's rules say of a passport. Never throws.
 * @param {RuleSet[]} sets  of `setsOf`
 * @param {Record<string, any>} dcc  `claims.dcc`
 * @param {Circumstances} circumstances
 * @returns {import("./index.js").Judgement}
 */
export function judge(sets, dcc, circumstances) {
  const payload = withoutBigNumbers(dcc);
  const kind = KINDS.find(([group]) => Array.isArray(payload[group]) && payload[group].length);
  if (!kind) return { outcome: "OPEN", code: "RULE_NOT_EVALUABLE", findings: [] };
  const issuerCountry = circumstances.issuerCountry || textOrNull(member(payload[kind[0]][0], "co"));
  const known = { purpose: "entry", region: null, ...circumstances, issuerCountry, type: kind[1] };
  const rules = select(sets, known);
  const data = { payload, external: externalOf(known) };
  return together(rules, rules.map((rule) => find(rule, data)));
}

/** @returns {import("./index.js").Finding} */
export function find(/** @type {Rule} */ rule, /** @type {Record<string, any>} */ data) {
  const affected = affectedOf(rule, data.payload);
  const { id, version, description } = rule;
  const [outcome, code] = outcomeOf(rule, data);
  return { id, version, outcome, code, description, affected };
}

/** @returns {["PASSED"|"FAILED"|"OPEN", string|null]} */
function outcomeOf(/** @type {Rule} */ rule, /** @type {Record<string, any>} */ data) {
  if (compare(versionOf(rule.engineVersion), LANGUAGE_VERSION) > 0) return ["OPEN", "RULE_ENGINE_TOO_NEW"];
  try {
    const value = evaluate(rule.logic, data);
    if (typeof value !== "boolean") return ["OPEN", "RULE_NOT_EVALUABLE"];
    return [value ? "PASSED" : "FAILED", null];
  } catch (error) {
    if (error instanceof ProofError) return ["OPEN", error.code];
    throw error;
  }
}

/** @returns {import("./index.js").Judgement} */
function together(/** @type {Rule[]} */ rules, /** @type {import("./index.js").Finding[]} */ findings) {
  const says = (/** @type {string} */ outcome) => findings.some((finding) => finding.outcome === outcome);
  if (says("FAILED")) return { outcome: "FAILED", code: null, findings };
  if (says("OPEN")) return { outcome: "OPEN", code: "RULE_NOT_EVALUABLE", findings };
  if (!rules.some((rule) => rule.type === "Acceptance")) return { outcome: "OPEN", code: "RULES_NOT_KNOWN", findings };
  return { outcome: "PASSED", code: null, findings };
}

/** Each rule in its highest version that is in force, acceptance first, then by name. */
function select(/** @type {RuleSet[]} */ sets, /** @type {Circumstances & {type: string}} */ wanted) {
  /** @type {Map<string, Rule>} */
  const latest = new Map();
  for (const set of sets.filter(({ purpose }) => purpose === wanted.purpose)) {
    for (const rule of set.rules.filter((one) => isAskedFor(one, set.country, wanted))) {
      const known = latest.get(rule.id);
      if (!known || compare(versionOf(rule.version), versionOf(known.version)) > 0) latest.set(rule.id, rule);
    }
  }
  const order = (/** @type {Rule} */ rule) => `${rule.type === "Invalidation" ? 1 : 0} ${rule.id}`;
  return [...latest.values()].sort((one, other) => (order(one) < order(other) ? -1 : 1));
}

function isAskedFor(
  /** @type {Rule} */ rule,
  /** @type {string} */ country,
  /** @type {Circumstances & {type: string}} */ wanted,
) {
  const of = rule.type === "Acceptance" ? wanted.country : wanted.issuerCountry;
  const now = wanted.at.getTime();
  const here = rule.region === null || rule.region === wanted.region;
  const fits = rule.certificateType === "General" || rule.certificateType === wanted.type;
  return country === of && here && fits && rule.from <= now && now <= rule.to;
}

/** The rules' external parameters (EU business rules); what is not known is absent. */
function externalOf(/** @type {Circumstances} */ { at, valueSets, country, issuedAt, expiresAt, issuerCountry, kid, region }) {
  const known = {
    validationClock: at.toISOString(),
    valueSets: valueSets ?? builtIn(),
    countryCode: country,
    exp: expiresAt?.toISOString(),
    iat: issuedAt?.toISOString(),
    issuerCountryCode: issuerCountry,
    kid,
    region,
  };
  return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== null && value !== undefined));
}

/** The EU's value sets that this library knows by itself: all but countries and test devices. */
function builtIn() {
  return {
    "disease-agent-targeted": ["840539006"],
    "sct-vaccines-covid-19": VALUE_SETS.prophylaxis,
    "vaccines-covid-19-names": [...VALUE_SETS.products.keys()],
    "vaccines-covid-19-auth-holders": [...VALUE_SETS.holders],
    "covid-19-lab-test-type": ["LP6464-4", "LP217198-3"],
    "covid-19-lab-result": ["260415000", "260373001"],
  };
}

function affectedOf(/** @type {Rule} */ rule, /** @type {any} */ payload) {
  const pairs = rule.fields.map((field) => [field, field.split(".").reduce(member, payload)]);
  return Object.fromEntries(pairs.filter(([, value]) => ["string", "number", "boolean"].includes(typeof value)));
}

/**
 * The rule of a JSON object; unknown members are ignored. RULES_INVALID.
 * @param {any} value
 * @returns {Rule}
 */
export function readRule(value) {
  const wrong = isObject(value) ? Object.keys(CHECKS).find((name) => !CHECKS[name](value[name])) : "no object";
  if (wrong) throw new ProofError("RULES_INVALID", wrong);
  const descriptions = [...value.Description].reverse();
  return {
    id: value.Identifier,
    type: value.Type,
    region: value.Region || null,
    version: value.Version,
    engineVersion: value.EngineVersion,
    certificateType: value.CertificateType,
    description: Object.fromEntries(descriptions.map(({ lang, desc }) => [lang.toLowerCase(), desc])),
    from: parseTime(value.ValidFrom),
    to: parseTime(value.ValidTo),
    fields: value.AffectedFields,
    logic: value.Logic,
  };
}

/** @type {Record<string, (value: any) => boolean>} */
const CHECKS = {
  Identifier: (value) => matches(value, IDENTIFIER),
  Type: (value) => ["Acceptance", "Invalidation"].includes(value),
  Country: (value) => matches(value, /^[A-Z]{2}$/),
  Region: (value) => value === null || value === undefined || isText(value, MAX_REGION),
  Version: (value) => matches(value, VERSION),
  SchemaVersion: (value) => matches(value, VERSION),
  Engine: (value) => value === "CERTLOGIC",
  EngineVersion: (value) => matches(value, VERSION),
  CertificateType: (value) => ["General", "Vaccination", "Test", "Recovery"].includes(value),
  Description: (value) => isList(value, MAX_DESCRIPTIONS, isDescription) && value.length > 0,
  ValidFrom: (value) => !Number.isNaN(parseTime(value)),
  ValidTo: (value) => !Number.isNaN(parseTime(value)),
  AffectedFields: (value) => isList(value, MAX_FIELDS, (field) => field !== "" && isText(field, MAX_NAME)),
  Logic: (value) => isObject(value) && isExpression(value),
};

function matches(/** @type {any} */ value, /** @type {RegExp} */ pattern) {
  return typeof value === "string" && pattern.test(value);
}

function isText(/** @type {any} */ value, /** @type {number} */ limit) {
  return typeof value === "string" && !isLonger(value, limit);
}

function isList(/** @type {any} */ value, /** @type {number} */ limit, /** @type {(item: any) => boolean} */ is) {
  return Array.isArray(value) && value.length <= limit && value.every(is);
}

function isDescription(/** @type {any} */ entry) {
  if (!isObject(entry) || !matches(entry.lang, /^[a-z]{2}(?:-[a-zA-Z]{2})?$/)) return false;
  return entry.desc !== "" && isText(entry.desc, MAX_TEXT);
}

function isSet(/** @type {any} */ entry) {
  return isObject(entry) && typeof entry.country === "string" && typeof entry.purpose === "string" && Array.isArray(entry.rules);
}

function textOrNull(/** @type {any} */ value) {
  return typeof value === "string" ? value : null;
}

function versionOf(/** @type {string} */ text) {
  return text.split(".").map(Number);
}

function compare(/** @type {number[]} */ one, /** @type {number[]} */ other) {
  const at = one.findIndex((number, place) => number !== other[place]);
  return at < 0 ? 0 : one[at] - other[at];
}

/** Rules count with numbers alone. @returns {any} */
function withoutBigNumbers(/** @type {any} */ value) {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(withoutBigNumbers);
  if (!isObject(value) || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, withoutBigNumbers(one)]));
}
