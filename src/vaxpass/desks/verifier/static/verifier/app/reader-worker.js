// Reads QR codes beside the page, so that the page never stutters. One canvas for all pictures of one size.
const VENDOR = new URL("../../vendor/zxing-wasm-3.1.4/", self.location);
importScripts(new URL("index.js", VENDOR));
ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => new URL("zxing_reader.wasm", VENDOR).href } });

let canvas = null;
let paper = null;

function pixelsOf(picture) {
  if (canvas?.width !== picture.width || canvas.height !== picture.height) {
    canvas = new OffscreenCanvas(picture.width, picture.height);
    paper = canvas.getContext("2d", { willReadFrequently: true });
  }
  paper.fillStyle = "#fff"; // what is transparent becomes white paper
  paper.fillRect(0, 0, canvas.width, canvas.height);
  paper.drawImage(picture, 0, 0);
  return paper.getImageData(0, 0, canvas.width, canvas.height);
}

async function read({ picture, thorough }) {
  const options = { formats: ["QRCode"], tryHarder: thorough, tryDownscale: thorough, maxNumberOfSymbols: 4 };
  try {
    const found = await ZXingWASM.readBarcodes(pixelsOf(picture), options);
    return found.filter((code) => code.isValid).map((code) => code.text);
  } finally {
    picture.close();
    paper.clearRect(0, 0, canvas.width, canvas.height);
  }
}

self.addEventListener("message", async ({ data }) => {
  try {
    self.postMessage({ id: data.id, texts: await read(data) });
  } catch (error) {
    self.postMessage({ id: data.id, error: String(error) });
  }
});
