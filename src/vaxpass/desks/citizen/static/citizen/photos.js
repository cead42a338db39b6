/*
 * Photos leave the phone small and without the place where they were taken: drawn anew on a canvas, at most 2000 pixels
 * a side, as JPEG. What the browser cannot draw (HEIC outside of Safari, PDF) is sent as it is, and the server does the
 * same with it. Written for browsers from 2017 on; where anything is missing, the plain form goes its way.
 */
(function () {
  "use strict";

  const LONGEST = 2000;
  const QUALITY = 0.85;
  const DRAWN = /^image\/(jpeg|png|webp)$/;
  const ORIENTATION = 0x0112;

  const form = document.querySelector("form[data-photos]");
  if (!form || !window.FormData || !window.FileReader || !HTMLCanvasElement.prototype.toBlob) return;

  const inputs = Array.prototype.slice.call(form.querySelectorAll("input[type=file]"));
  const mostBytes = Number(form.dataset.mostBytes);
  let status = form.querySelector("[data-photos-status]");
  const bar = form.querySelector("[data-photos-progress]");
  const ready = new Map(); // input -> promise of its files, made smaller
  if (!inputs.length || !status || !bar) return;

  /* How the camera was held (EXIF 2.32, tag 0x0112): 1 to 8; only for browsers that do not turn pictures themselves. */
  function orientationIn(buffer) {
    const view = new DataView(buffer);
    let place = 2;
    while (place + 4 < view.byteLength && view.getUint8(place) === 0xff) {
      if (view.getUint8(place + 1) === 0xe1 && view.getUint32(place + 4) === 0x45786966) return inExif(view, place + 10);
      place += 2 + view.getUint16(place + 2);
    }
    return 1;
  }

  function inExif(view, start) {
    const little = view.getUint16(start) === 0x4949;
    const first = start + view.getUint32(start + 4, little);
    const count = view.getUint16(first, little);
    for (let number = 0; number < count; number += 1) {
      const entry = first + 2 + 12 * number;
      if (view.getUint16(entry, little) === ORIENTATION) return view.getUint16(entry + 8, little);
    }
    return 1;
  }

  function readHead(file) {
    return new Promise(function (resolve) {
      const reader = new FileReader();
      reader.onload = function () {
        try { resolve(orientationIn(reader.result)); } catch (_error) { resolve(1); }
      };
      reader.onerror = function () { resolve(1); };
      reader.readAsArrayBuffer(file.slice(0, 131072));
    });
  }

  function turnsItself() {
    return Boolean(window.CSS && CSS.supports && CSS.supports("image-orientation", "from-image"));
  }

  function loaded(file) {
    return new Promise(function (resolve, reject) {
      const address = URL.createObjectURL(file);
      const image = new Image();
      image.onload = function () { URL.revokeObjectURL(address); resolve(image); };
      image.onerror = function () { URL.revokeObjectURL(address); reject(new Error("not drawn")); };
      image.src = address;
    });
  }

  function draw(image, held) {
    const scale = Math.min(1, LONGEST / Math.max(image.naturalWidth, image.naturalHeight));
    const width = Math.max(1, Math.round(image.naturalWidth * scale));
    const height = Math.max(1, Math.round(image.naturalHeight * scale));
    const lies = held >= 5;
    const canvas = document.createElement("canvas");
    canvas.width = lies ? height : width;
    canvas.height = lies ? width : height;
    const pen = canvas.getContext("2d");
    const turns = {
      2: [-1, 0, 0, 1, width, 0], 3: [-1, 0, 0, -1, width, height], 4: [1, 0, 0, -1, 0, height],
      5: [0, 1, 1, 0, 0, 0], 6: [0, 1, -1, 0, height, 0], 7: [0, -1, -1, 0, height, width], 8: [0, -1, 1, 0, 0, width],
    };
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    if (turns[held]) pen.setTransform.apply(pen, turns[held]);
    pen.drawImage(image, 0, 0, width, height);
    return canvas;
  }

  async function smaller(file) {
    if (!DRAWN.test(file.type)) return { blob: file, name: file.name };
    try {
      const held = turnsItself() ? 1 : await readHead(file);
      const canvas = draw(await loaded(file), held);
      const blob = await new Promise(function (resolve) { canvas.toBlob(resolve, "image/jpeg", QUALITY); });
      return blob ? { blob: blob, name: "photo.jpg" } : { blob: file, name: file.name };
    } catch (_error) {
      return { blob: file, name: file.name }; // the server says what is wrong with it
    }
  }

  async function allSmaller(files) {
    const done = [];
    for (const file of files) done.push(await smaller(file)); // one after the other: an old phone has little memory
    return done;
  }

  function kilobytes(files) {
    return Math.max(1, Math.round(files.reduce(function (sum, one) { return sum + one.blob.size; }, 0) / 1000));
  }

  function prepare(input) {
    const files = Array.prototype.slice.call(input.files);
    const work = allSmaller(files);
    ready.set(input, work);
    status.textContent = status.dataset.shrinking;
    work.then(function () { return Promise.all(Array.from(ready.values())); }).then(function (lists) {
      const all = [].concat.apply([], lists);
      if (ready.get(input) === work) {
        status.textContent = all.length ? status.dataset.ready + " " + all.length + " · " + kilobytes(all) + " kB" : "";
      }
    });
  }

  async function collected() {
    const data = new FormData();
    const files = [];
    for (const field of Array.from(form.elements)) {
      if (!field.name || field.disabled || field.type === "submit" || field.type === "button") continue;
      if (field.type !== "file") { data.append(field.name, field.value); continue; }
      const made = await (ready.get(field) || allSmaller(Array.prototype.slice.call(field.files)));
      made.forEach(function (one) { files.push(one); data.append(field.name, one.blob, one.name); });
    }
    return { data: data, files: files };
  }

  /* The page that came back takes the place of this one; a refusal keeps what was typed, as the server wrote it. */
  function show(request) {
    if (request.status >= 200 && request.status < 300 && request.responseURL !== location.href) {
      location.assign(request.responseURL);
      return;
    }
    if (request.status >= 200 && request.status < 300) { location.reload(); return; }
    const answer = new DOMParser().parseFromString(request.responseText, "text/html");
    const fresh = answer.querySelector("main");
    if (!fresh) { fail(); return; }
    document.querySelector("main").replaceWith(document.importNode(fresh, true));
    const summary = document.querySelector(".error-summary");
    if (summary) summary.focus();
    const script = document.createElement("script"); // the new form wants the same
    script.src = source;
    document.head.appendChild(script);
  }

  function fail() {
    busy(false);
    status.textContent = status.dataset.lost;
  }

  function busy(is) {
    bar.hidden = !is;
    form.setAttribute("aria-busy", String(is));
    Array.prototype.forEach.call(form.querySelectorAll("button"), function (button) { button.disabled = is; });
  }

  async function send(pressed) {
    busy(true);
    const made = await collected();
    const large = made.files.find(function (one) { return one.blob.size > mostBytes; });
    if (large) {
      busy(false);
      status.textContent = status.dataset.tooLarge + " " + large.name + " (" + Math.round(large.blob.size / 1e6) + " MB)";
      return;
    }
    if (pressed && pressed.name) made.data.append(pressed.name, pressed.value);
    const request = new XMLHttpRequest();
    request.open("POST", form.action || location.href);
    request.upload.onprogress = function (event) {
      if (!event.lengthComputable) return;
      bar.value = Math.round((100 * event.loaded) / event.total);
      status.textContent = status.dataset.sending + " " + bar.value + " %";
    };
    request.onload = function () { show(request); };
    request.onerror = fail;
    request.send(made.data);
  }

  const source = document.currentScript ? document.currentScript.src : "";
  let pressed = null;
  form.addEventListener("click", function (event) {
    if (event.target.tagName === "BUTTON") pressed = event.target;
  });
  inputs.forEach(function (input) { input.addEventListener("change", function () { prepare(input); }); });
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    send(event.submitter || pressed);
  });
})();
