// The reference implementation of CertLogic. In: JSON lines {expression, data}. Out: one JSON line each:
// {value, faults} with date-times as {"$moment": milliseconds or null}, or {refused: true, faults}.
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { evaluate } = require('certlogic-js');
const { validateFormat } = require('certlogic-js/dist/validation');

const plain = (value) => {
  if (value instanceof Date) return { $moment: Number.isNaN(value.getTime()) ? null : value.getTime() };
  if (Array.isArray(value)) return value.map(plain);
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  }
  return value === undefined ? { $undefined: true } : value;
};

for await (const line of createInterface({ input: process.stdin })) {
  const { expression, data } = JSON.parse(line);
  const faults = validateFormat(expression).length;
  try {
    console.log(JSON.stringify({ value: plain(evaluate(expression, data)), faults }));
  } catch {
    console.log(JSON.stringify({ refused: true, faults }));
  }
}
