/**
 * CertLogic 1.3.3 (dgc-business-rules): evaluation under the limits of `vaxproof.rules`, and whether an expression is
 * CertLogic at all. A rule comes from a stranger and may neither hang nor overflow a verifier.
 */

import { ProofError } from "./codes.js";
import { isObject } from "./documents.js";

export const MAX_STEPS = 100_000;
const MAX_DEPTH = 200;
const MAX_SIZE = 20_000;
const LETTERS_A_STEP = 32;
const FURTHEST = 8_640_000_000_000_000; // ECMA-262, 21.4.1.1
const PATH = /^(?:[^.]+(?:\.[^.]+)*)?$/;
const INDEX = /^[0-9]{1,9}$/;
const PARTIAL = /^([0-9]{4})(?:-([0-9]{2}))?$/;
const DATE = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;
const DATE_TIME =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]+))?(?:Z|([+-])([0-9]{1,2})(?::?([0-9]{2}))?)?$/;
const UNITS = ["year", "month", "day", "hour"];
/** Fewest and most operands. @type {Map<string, [number, number]>} */
const OPERANDS = new Map([
  ["if", [3, 3]],
  ["and", [2, Infinity]],
  ["===", [2, 2]],
  ["in", [2, 2]],
  ["+", [2, 2]],
  [">", [2, 3]],
  ["<", [2, 3]],
  [">=", [2, 3]],
  ["<=", [2, 3]],
  ["after", [2, 3]],
  ["before", [2, 3]],
  ["not-after", [2, 3]],
  ["not-before", [2, 3]],
  ["!", [1, 1]],
  ["plusTime", [3, 3]],
  ["dccDateOfBirth", [1, 1]],
  ["reduce", [3, 3]],
  ["extractFromUVCI", [2, 2]],
]);

/** An instant, told apart from another by identity, as in the reference. `milliseconds` since 1970. */
export class Moment {
  constructor(/** @type {number} */ milliseconds) {
    if (!(Math.abs(milliseconds) <= FURTHEST)) throw notEvaluable("a date too far away");
    this.milliseconds = milliseconds;
  }

  toJSON() {
    return new Date(this.milliseconds).toISOString();
  }
}

function notEvaluable(/** @type {string} */ detail) {
  return new ProofError("RULE_NOT_EVALUABLE", detail);
}

function noExpression(/** @type {string} */ detail) {
  return new ProofError("RULE_EXPRESSION_INVALID", detail);
}

/**
 * The value of the expression on the data: a JSON value or a `Moment`. RULE_EXPRESSION_INVALID (not CertLogic),
 * RULE_NOT_EVALUABLE (operands of the wrong type, no such date, a limit is reached).
 * @param {any} expression
 * @param {any} data
 * @returns {any}
 */
export function evaluate(expression, data, steps = MAX_STEPS) {
  return new Run(steps).value(expression, data);
}

/** One evaluation, and what is left of its limits. */
class Run {
  constructor(/** @type {number} */ steps) {
    this.steps = steps;
    this.depth = MAX_DEPTH;
  }

  pay(/** @type {number} */ steps) {
    this.steps -= steps;
    if (this.steps < 0) throw notEvaluable("too many steps");
  }

  /** @returns {any} */
  value(/** @type {any} */ expression, /** @type {any} */ data) {
    this.pay(1);
    if (isLiteral(expression)) return expression;
    if (!isObject(expression) && !Array.isArray(expression)) throw noExpression("not an expression");
    this.depth -= 1;
    if (this.depth < 0) throw notEvaluable("nested too deeply");
    const value = Array.isArray(expression) ? this.items(expression, data) : this.operation(expression, data);
    this.depth += 1;
    return value;
  }

  items(/** @type {any[]} */ expressions, /** @type {any} */ data) {
    this.pay(expressions.length >> 2);
    return expressions.map((item) => (isLiteral(item) ? item : this.value(item, data)));
  }

  operation(/** @type {Record<string, any>} */ expression, /** @type {any} */ data) {
    const [name, ...others] = Object.keys(expression);
    if (name === undefined || others.length) throw noExpression("an object must have one key");
    const operands = expression[name];
    if (name === "var") return read(operands, data);
    const [least, most] = OPERANDS.get(name) ?? [1, 0];
    const fits = Array.isArray(operands) && operands.length >= least && operands.length <= most;
    if (!fits) throw noExpression(`operands of ${name}`);
    return OPERATIONS[name](this, operands, data);
  }

  /** Each operand's value, checked before the next is looked at. */
  values(/** @type {any[]} */ operands, /** @type {any} */ data, /** @type {(value: any) => any} */ checked) {
    return operands.map((operand) => checked(this.value(operand, data)));
  }

  text(/** @type {any} */ value) {
    if (typeof value !== "string") throw notEvaluable("not a text");
    this.pay(value.length >> 5);
    return value;
  }
}

function isLiteral(/** @type {any} */ value) {
  return typeof value === "string" || typeof value === "boolean" || Number.isInteger(value);
}

/** True or false for what is truthy or falsy; fractions and date-times are neither. */
function decided(/** @type {any} */ value) {
  if (value === null || value === false || value === "" || value === 0) return false;
  if (isLiteral(value)) return true;
  if (Array.isArray(value)) return value.length > 0;
  if (isObject(value) && !(value instanceof Moment)) return Object.keys(value).length > 0;
  throw notEvaluable("neither truthy nor falsy");
}

function read(/** @type {any} */ path, /** @type {any} */ data) {
  if (typeof path !== "string" || !PATH.test(path)) throw noExpression("path of var");
  return (path ? path.split(".") : []).reduce(member, data);
}

/**
 * The member of an object or the item of an array; null where it is not there.
 * @param {any} data
 * @param {string} fragment
 */
export function member(data, fragment) {
  if (Array.isArray(data)) return INDEX.test(fragment) ? (data[Number(fragment)] ?? null) : null;
  return isObject(data) && !(data instanceof Moment) && Object.hasOwn(data, fragment) ? data[fragment] : null;
}

function integer(/** @type {any} */ value) {
  if (!Number.isInteger(value)) throw notEvaluable("not an integer");
  return value;
}

function milliseconds(/** @type {any} */ value) {
  if (!(value instanceof Moment)) throw notEvaluable("not a date-time");
  return value.milliseconds;
}

/** @typedef {(run: Run, operands: any[], data: any) => any} Operation */

/** @returns {Operation} */
function compared(/** @type {(value: any) => number} */ checked, /** @type {(a: number, b: number) => boolean} */ holds) {
  return (run, operands, data) => {
    const values = run.values(operands, data, checked);
    return values.every((value, at) => at === 0 || holds(values[at - 1], value));
  };
}

/** @type {Record<string, Operation>} */
const OPERATIONS = {
  if: (run, [condition, yes, no], data) => run.value(decided(run.value(condition, data)) ? yes : no, data),
  and: (run, operands, data) => {
    let value;
    for (const operand of operands) {
      value = run.value(operand, data);
      if (!decided(value)) break;
    }
    return value;
  },
  "!": (run, [operand], data) => !decided(run.value(operand, data)),
  "===": (run, [left, right], data) => run.value(left, data) === run.value(right, data),
  in: (run, operands, data) => {
    const [wanted, values] = operands.map((operand) => run.value(operand, data));
    if (values === null) return false;
    if (!Array.isArray(values)) throw notEvaluable("in: not an array");
    run.pay(values.length >> 4);
    return values.some((value) => value === wanted);
  },
  "+": (run, operands, data) => {
    const [left, right] = operands.map((operand) => run.value(operand, data));
    const total = integer(left) + integer(right);
    if (!Number.isSafeInteger(total)) throw notEvaluable("+: too large");
    return total;
  },
  ">": compared(integer, (a, b) => a > b),
  "<": compared(integer, (a, b) => a < b),
  ">=": compared(integer, (a, b) => a >= b),
  "<=": compared(integer, (a, b) => a <= b),
  after: compared(milliseconds, (a, b) => a > b),
  before: compared(milliseconds, (a, b) => a < b),
  "not-before": compared(milliseconds, (a, b) => a >= b),
  "not-after": compared(milliseconds, (a, b) => a <= b),
  plusTime: (run, [operand, amount, unit], data) => {
    if (!Number.isInteger(amount) || !UNITS.includes(unit)) throw noExpression("plusTime: amount or unit");
    return shifted(moment(run.text(run.value(operand, data))), amount, unit);
  },
  dccDateOfBirth: (run, [operand], data) => birthDate(run.text(run.value(operand, data))),
  reduce: (run, [operand, combine, initial], data) => {
    const values = run.value(operand, data);
    let accumulator = run.value(initial, data);
    if (values === null) return accumulator;
    if (!Array.isArray(values)) throw notEvaluable("reduce: not an array");
    for (const current of values) accumulator = run.value(combine, { accumulator, current, data });
    return accumulator;
  },
  extractFromUVCI: (run, [operand, index], data) => {
    if (!Number.isInteger(index)) throw noExpression("extractFromUVCI: index");
    const value = run.value(operand, data);
    if (value === null) return null;
    return run.text(value).replace(/^URN:UVCI:/, "").split(/[/#:]/)[index] ?? null;
  },
};

/** The instant of a text in one of the nineteen forms that `plusTime` takes. */
function moment(/** @type {string} */ text) {
  const found = DATE_TIME.exec(text);
  if (!found) return birthDate(text);
  const [hour, minute, second, awayHours, awayMinutes] = [4, 5, 6, 9, 10].map((group) => Number(found[group] ?? 0));
  if (hour > 23 || minute > 59 || second > 59 || awayHours > 23 || awayMinutes > 59) throw notEvaluable("no such time");
  const thousandths = Number((found[7] ?? "").slice(0, 3).padEnd(3, "0"));
  const local = ((hour * 60 + minute) * 60 + second) * 1000 + thousandths;
  const away = (awayHours * 60 + awayMinutes) * 60_000;
  return new Moment(midnight(Number(found[1]), Number(found[2]), Number(found[3])) + local - (found[8] === "-" ? -away : away));
}

/** The last midnight that agrees with `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. */
function birthDate(/** @type {string} */ text) {
  const whole = DATE.exec(text);
  if (whole) return new Moment(midnight(Number(whole[1]), Number(whole[2]), Number(whole[3])));
  const found = PARTIAL.exec(text);
  const month = Number(found?.[2] ?? 12);
  if (!found || month < 1 || month > 12) throw notEvaluable("not a date or date-time");
  return new Moment(new Date(0).setUTCFullYear(Number(found[1]), month, 0));
}

/** Impossible dates, which the specification leaves undefined, are refused. */
function midnight(/** @type {number} */ year, /** @type {number} */ month, /** @type {number} */ day) {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) throw notEvaluable("no such day");
  return date.getTime();
}

/** Years and months overflow: 29 February and a year is 1 March. */
function shifted(/** @type {Moment} */ from, /** @type {number} */ amount, /** @type {string} */ unit) {
  if (!amount) return from;
  const date = new Date(from.milliseconds);
  if (unit === "year") date.setUTCFullYear(date.getUTCFullYear() + amount);
  if (unit === "month") date.setUTCMonth(date.getUTCMonth() + amount);
  if (unit === "day") date.setUTCDate(date.getUTCDate() + amount);
  if (unit === "hour") date.setUTCHours(date.getUTCHours() + amount);
  return new Moment(date.getTime());
}

/**
 * Whether all of an expression is CertLogic 1.3.3, and not too large.
 * @param {any} expression
 */
export function isExpression(expression) {
  return !isTooLarge(expression) && isWellFormed(expression, 0);
}

function isTooLarge(/** @type {any} */ expression) {
  const left = [expression];
  let size = 0;
  while (left.length && size <= MAX_SIZE) {
    const part = left.pop();
    size += 1;
    if (typeof part === "string" || Array.isArray(part)) size += Math.floor(part.length / LETTERS_A_STEP);
    if (isObject(part)) for (const key of Object.keys(part)) size += Math.floor(key.length / LETTERS_A_STEP);
    if (typeof part === "object" && part !== null) for (const one of Object.values(part)) left.push(one);
  }
  return size > MAX_SIZE;
}

/** @returns {boolean} */
function isWellFormed(/** @type {any} */ expression, /** @type {number} */ depth) {
  if (isLiteral(expression)) return true;
  if (depth >= MAX_DEPTH) return false;
  if (Array.isArray(expression)) return expression.every((item) => isWellFormed(item, depth + 1));
  if (!isObject(expression) || Object.keys(expression).length !== 1) return false;
  const [[name, operands]] = Object.entries(expression);
  if (name === "var") return typeof operands === "string" && PATH.test(operands);
  const [least, most] = OPERANDS.get(name) ?? [1, 0];
  if (!Array.isArray(operands) || operands.length < least || operands.length > most) return false;
  if (name === "plusTime" && !(Number.isInteger(operands[1]) && UNITS.includes(operands[2]))) return false;
  if (name === "extractFromUVCI" && !Number.isInteger(operands[1])) return false;
  const evaluated = name === "plusTime" || name === "extractFromUVCI" ? operands.slice(0, 1) : operands;
  return evaluated.every((operand) => isWellFormed(operand, depth + 1));
}
