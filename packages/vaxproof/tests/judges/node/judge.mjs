// An independent verifier: @pathcheck/dcc-sdk, fed with keys beforehand so that it stays offline.
// In: JSON lines {kid, key, text} (key: base64 SubjectPublicKeyInfo). Out: one JSON line each {status, contents}.
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
require('@peculiar/webcrypto'); // first: the sdk's own loader cannot parse its syntax
const sdk = require('@pathcheck/dcc-sdk');

console.warn = () => {};
const print = console.log;
console.log = () => {};

const plain = (value) => {
  if (value instanceof Map) return Object.fromEntries([...value].map(([k, v]) => [String(k), plain(v)]));
  if (Array.isArray(value)) return value.map(plain);
  if (value && typeof value === 'object' && value.constructor === Object) {
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]));
  }
  return value;
};

for await (const line of createInterface({ input: process.stdin })) {
  const { kid, key, text } = JSON.parse(line);
  sdk.addCachedKeys({ [kid]: key });
  const { status, contents } = await sdk.unpackAndVerify(text);
  print(JSON.stringify({ status, contents: status === 'verified' ? plain(contents) : null }));
}
