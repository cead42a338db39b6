// The camera looks for a code until it is stopped; while an answer is shown it rests. Frames go to the reader one by one.
import { certificatesAmong, isCertificate } from "./reader.js";

const AWAY = 1500; // milliseconds without the last code, after which it may be shown again
const WISH = { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } };

export class Camera {
  #stream = null;
  #resting = false;
  #last = { text: "", at: 0 };
  #frames = 0;
  #lock = null;

  // `onText(text)`: a code that was not before the camera a moment ago; `onSeveral()`: more than one passport in view;
  // `onOther()`: a code that is none, as on a boarding pass or a poster. It is no person's, so it gets no answer.
  constructor(video, reader, { onText, onSeveral, onOther, onBroken }) {
    Object.assign(this, { video, reader, onText, onSeveral, onOther, onBroken });
  }

  static isThere() {
    return Boolean(navigator.mediaDevices?.getUserMedia);
  }

  get isOn() {
    return this.#stream !== null;
  }

  // Throws what the browser throws where the camera is missing or not allowed.
  async start() {
    this.reader.prepare();
    const stream = await navigator.mediaDevices.getUserMedia({ video: WISH });
    this.#stream = stream;
    this.#resting = false;
    this.video.srcObject = stream;
    await this.video.play();
    this.#lock = await navigator.wakeLock?.request("screen").catch(() => null);
    this.#watch(stream);
  }

  stop() {
    this.#stream?.getTracks().forEach((track) => track.stop());
    this.#lock?.release();
    this.#stream = this.#lock = this.video.srcObject = null;
    this.#last = { text: "", at: 0 };
  }

  rest() {
    this.#resting = true;
  }

  // The code of the last person is forgotten once it has been away.
  wake() {
    this.#resting = false;
    this.#last.at = performance.now();
  }

  async #watch(stream) {
    try {
      while (this.#stream === stream) {
        if (!this.#resting && this.video.videoWidth) await this.#look(stream);
        await new Promise(requestAnimationFrame);
      }
    } catch {
      if (this.#stream === stream) this.onBroken();
    }
  }

  // Every third frame is read thoroughly (turned, blurred, far away); the others quickly.
  async #look(stream) {
    const picture = await createImageBitmap(this.video);
    const texts = certificatesAmong(await this.reader.read(picture, { thorough: this.#frames++ % 3 === 0 }));
    if (this.#stream !== stream || this.#resting) return;
    if (texts.length > 1) this.onSeveral();
    else if (texts.length === 1 && !isCertificate(texts[0])) this.onOther();
    else if (texts.length === 1) this.#take(texts[0]);
    else if (performance.now() - this.#last.at > AWAY) this.#last.text = "";
  }

  #take(text) {
    const again = text === this.#last.text;
    this.#last = { text, at: performance.now() };
    if (!again) this.onText(text);
  }
}
