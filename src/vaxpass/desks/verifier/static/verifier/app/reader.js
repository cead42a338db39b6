// The texts of the QR codes in a picture, read by a worker on this device.
const MOST_BYTES = 12_000_000;
const LONGEST_SIDE = 4000;
const PREFIX = /^HC[1-9A-Z]:/;

export class Reader {
  #worker = null;
  #waiting = new Map();
  #last = 0;

  // Start the worker ahead of the first picture.
  prepare() {
    this.#worker ??= this.#start();
  }

  #start() {
    const worker = new Worker(new URL("reader-worker.js", import.meta.url));
    worker.onmessage = ({ data }) => this.#answer(data);
    worker.onerror = () => this.#fail();
    return worker;
  }

  #answer({ id, texts, error }) {
    const asked = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error) asked?.reject(new Error(error));
    else asked?.resolve(texts);
  }

  #fail() {
    this.#worker?.terminate();
    this.#worker = null;
    for (const asked of this.#waiting.values()) asked.reject(new Error("the reader stopped"));
    this.#waiting.clear();
  }

  // `picture`: an ImageBitmap, which is given away.
  read(picture, { thorough = true } = {}) {
    this.prepare();
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, picture, thorough }, [picture]);
    });
  }

  // null where the file is no picture.
  async readFile(file) {
    const picture = await opened(file);
    return picture && this.read(picture);
  }
}

async function opened(file) {
  if (file.size > MOST_BYTES) return null;
  try {
    const picture = await createImageBitmap(file);
    const scale = LONGEST_SIDE / Math.max(picture.width, picture.height);
    if (scale >= 1) return picture;
    const smaller = { resizeWidth: Math.round(picture.width * scale), resizeHeight: Math.round(picture.height * scale) };
    const scaled = await createImageBitmap(picture, { ...smaller, resizeQuality: "high" });
    picture.close();
    return scaled;
  } catch {
    return null;
  }
}

export const isCertificate = (text) => PREFIX.test(text);

// Of the texts in one picture, the certificates; other codes count only where there is no certificate.
export function certificatesAmong(texts) {
  const different = [...new Set(texts)];
  const certificates = different.filter(isCertificate);
  return certificates.length ? certificates : different.slice(0, 1);
}
