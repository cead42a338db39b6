/**
 * Asks the library in Node: a JSON list of questions on each line of the input, the list of answers on each line of
 * the output. `node node_runner.mjs FOLDER`
 */

import { webcrypto } from "node:crypto";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { makeAnswers } from "./answers.js";

globalThis.crypto ??= webcrypto; // Node 18
globalThis.SubtleCrypto ??= webcrypto.subtle.constructor;
const folder = pathToFileURL(`${process.argv[2]}/`);
const answer = await makeAnswers((name) => import(new URL(name, folder).href));
for await (const line of createInterface({ input: process.stdin })) {
  const answers = [];
  for (const question of JSON.parse(line)) answers.push(await answer(question));
  process.stdout.write(`${JSON.stringify(answers)}\n`);
}
