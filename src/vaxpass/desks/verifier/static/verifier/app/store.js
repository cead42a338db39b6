// What the device keeps: published documents, and facts about the verifier (numbers of editions, language, country of
// arrival, the latest time seen). Nothing about a holder is ever given to it.
const NAME = "vaxpass-verifier";
const ROOM = "kept";

const answered = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

class Kept {
  constructor(database) {
    this.database = database;
  }

  #room(mode) {
    return this.database.transaction(ROOM, mode).objectStore(ROOM);
  }

  get(key) {
    return answered(this.#room("readonly").get(key));
  }

  put(key, value) {
    return answered(this.#room("readwrite").put(value, key));
  }

  delete(key) {
    return answered(this.#room("readwrite").delete(key));
  }
}

// A browser that keeps nothing (some private windows) checks as well, until the page is closed.
class Forgetful {
  entries = new Map();

  async get(key) {
    return this.entries.get(key);
  }

  async put(key, value) {
    this.entries.set(key, value);
  }

  async delete(key) {
    this.entries.delete(key);
  }
}

export async function openStore() {
  try {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(ROOM);
    return new Kept(await answered(request));
  } catch {
    return new Forgetful();
  }
}
