// Records a voice message with this machine's microphone.
import { button, el } from "./dom.js";
import { icon } from "./icons.js";
import { duration } from "./times.js";

const FORMATS = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus", "audio/mp4"];

export class Recorder {
  #done;
  #refused;
  #media = null;
  #time = el("span", { class: "recording-time" });

  constructor({ done, refused }) {
    this.#done = done;
    this.#refused = refused;
    this.node = el("div", { class: "recording", hidden: true },
      el("span", { class: "recording-dot", "aria-hidden": "true" }), this.#time,
      button("Discard the recording", { class: "plain", onclick: () => this.#stop(false) }, "Cancel"),
      button("Send the recording", { class: "round send", onclick: () => this.#stop(true) }, icon("send")));
  }

  async start() {
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      return this.#refused("No microphone here. A recording can be sent as a file.");
    }
    const mimeType = FORMATS.find((format) => MediaRecorder.isTypeSupported(format));
    const media = new MediaRecorder(stream, { mimeType });
    const pieces = [];
    const began = Date.now();
    const show = () => { this.#time.textContent = duration((Date.now() - began) / 1000); };
    const ticking = setInterval(show, 250);
    show();
    media.addEventListener("dataavailable", ({ data }) => pieces.push(data));
    media.addEventListener("stop", () => {
      clearInterval(ticking);
      for (const track of stream.getTracks()) track.stop();
      this.node.hidden = true;
      const ending = mimeType.slice("audio/".length).split(";")[0];
      if (this.#media.wanted) this.#done(new File(pieces, `voice.${ending}`, { type: mimeType }));
    });
    this.#media = { recorder: media, wanted: false };
    this.node.hidden = false;
    media.start();
    this.node.querySelector(".send").focus();
  }

  #stop(wanted) {
    this.#media.wanted = wanted;
    this.#media.recorder.stop();
  }
}
