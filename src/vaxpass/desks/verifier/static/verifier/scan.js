// Reads codes on this device, from the camera or a chosen picture; only the text of the code is sent to be checked.
const byId = (id) => document.getElementById(id);
const scanner = byId("scanner");
const trouble = byId("scan-trouble");
let reader = null;
let stream = null;

function tell(reason) {
  trouble.textContent = trouble.dataset[reason];
  trouble.hidden = false;
  trouble.scrollIntoView({ block: "nearest" });
}

// The reader is fetched on first use: most visits paste a text.
function loadReader() {
  reader ??= new Promise((loaded, failed) => {
    const script = document.createElement("script");
    script.src = scanner.dataset.reader;
    script.onload = loaded;
    script.onerror = failed;
    document.head.append(script);
  }).then(() => {
    const module = globalThis.ZXingWASM;
    const overrides = { locateFile: () => scanner.dataset.wasm };
    return module.prepareZXingModule({ overrides, fireImmediately: true }).then(() => module);
  });
  return reader;
}

async function readCode(module, pixels) {
  const found = await module.readBarcodes(pixels, { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 4 });
  const texts = found.filter((code) => code.isValid).map((code) => code.text);
  return texts.find((text) => text.startsWith("HC1:")) ?? texts[0];
}

function pixelsOf(source, width, height) {
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "#fff"; // what is transparent becomes white paper
  context.fillRect(0, 0, width, height);
  context.drawImage(source, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

function hand(text) {
  byId("text").value = text;
  byId("text-form").requestSubmit();
}

// Camera ------------------------------------------------------------------------------------------------------------
async function startCamera() {
  trouble.hidden = true;
  const video = byId("camera-picture");
  try {
    stream = await navigator.mediaDevices.getUserMedia({
      video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } },
    });
  } catch {
    return tell("noCamera");
  }
  byId("camera").hidden = false;
  byId("camera-offer").hidden = true;
  video.srcObject = stream;
  await video.play();
  let module;
  try {
    module = await loadReader();
  } catch {
    stopCamera();
    return tell("noReader");
  }
  await watch(video, module, stream);
}

async function watch(video, module, watched) {
  while (stream === watched) {
    if (video.videoWidth) {
      const text = await readCode(module, pixelsOf(video, video.videoWidth, video.videoHeight));
      if (text && stream === watched) {
        stopCamera();
        return hand(text);
      }
    }
    await new Promise(requestAnimationFrame);
  }
}

function stopCamera() {
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
  byId("camera").hidden = true;
  byId("camera-offer").hidden = false;
}

if (navigator.mediaDevices?.getUserMedia) {
  byId("camera-offer").hidden = false;
  byId("camera-start").addEventListener("click", startCamera);
  byId("camera-stop").addEventListener("click", stopCamera);
  addEventListener("pagehide", stopCamera);
}

// Picture -----------------------------------------------------------------------------------------------------------
async function readPicture(file) {
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return tell("noCode");
  }
  let module;
  try {
    module = await loadReader();
  } catch {
    return tell("noReader");
  }
  const scale = Math.min(1, 4000 / Math.max(picture.width, picture.height));
  const pixels = pixelsOf(picture, Math.round(picture.width * scale), Math.round(picture.height * scale));
  const text = await readCode(module, pixels);
  return text ? hand(text) : tell("noCode");
}

byId("picture-form").addEventListener("submit", (event) => {
  event.preventDefault();
  trouble.hidden = true;
  readPicture(byId("picture").files[0]);
});
byId("picture").addEventListener("change", () => byId("picture").files.length && byId("picture-form").requestSubmit());
