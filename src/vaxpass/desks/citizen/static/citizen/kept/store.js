// The phone's own store of passports. They come here by the holder's press, leave by it, and are sent nowhere.
const NAME = "vaxpass-kept";
const ROOM = "passports";

const answered = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

async function room(mode) {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(ROOM, { keyPath: "id" });
  const database = await answered(request);
  return { passports: database.transaction(ROOM, mode).objectStore(ROOM), close: () => database.close() };
}

async function within(mode, work) {
  const { passports, close } = await room(mode);
  try {
    return await answered(work(passports));
  } finally {
    close();
  }
}

export const keep = (passport) => within("readwrite", (passports) => passports.put(passport));

export const remove = (id) => within("readwrite", (passports) => passports.delete(id));

export const has = async (id) => Boolean(await within("readonly", (passports) => passports.getKey(id)));

// The newest first.
export async function all() {
  const found = await within("readonly", (passports) => passports.getAll());
  return found.sort((one, other) => other.keptAt.localeCompare(one.keptAt));
}
