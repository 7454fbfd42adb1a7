// Shows what a message carries besides text: photos, files, voice, contacts, places.
import { fileAddress } from "./api.js";
import { avatar, button, el, nameOf } from "./dom.js";
import { icon } from "./icons.js";
import { duration, fileSize } from "./times.js";

// The nodes for whatever the message carries; none for a plain text.
export function attachments(message, hands) {
  const shown = [];
  for (const [kind, show] of Object.entries(KINDS)) {
    if (message[kind] !== undefined && !(kind === "document" && message.animation) && !(kind === "location" && message.venue)) {
      shown.push(show(message[kind], hands));
    }
  }
  return shown;
}

// One line for quotes, the chat list and screen readers.
export function summary(message) {
  const text = message.text ?? message.caption;
  if (text) return text;
  if (message.photo) return "Photo";
  if (message.document) return message.document.file_name ?? "File";
  if (message.voice) return "Voice message";
  if (message.audio) return message.audio.title ?? message.audio.file_name ?? "Audio";
  if (message.contact) return `Contact: ${nameOf(message.contact)}`;
  if (message.venue) return `Place: ${message.venue.title}`;
  if (message.location) return "Location";
  if (message.sticker) return `${message.sticker.emoji ?? ""} Sticker`.trim();
  if (message.dice) return message.dice.emoji;
  return "Message";
}

const KINDS = {
  photo, video, animation: video, video_note: video, sticker, voice, audio: voice, document: attachedFile, contact, venue, location, dice,
};

function photo(sizes, hands) {
  const largest = sizes.reduce((best, size) => (size.width * size.height > best.width * best.height ? size : best));
  const address = fileAddress(largest.file_id);
  // Width and height keep the place free, so that the chat does not jump when the picture arrives.
  return button("Show the photo", { class: "photo", onclick: () => hands.enlarge(address) },
    el("img", { src: address, alt: "Photo", width: largest.width, height: largest.height, loading: "lazy" }));
}

function video(file) {
  return el("video", { class: "video", src: fileAddress(file.file_id), controls: true, preload: "metadata" });
}

function sticker(file) {
  if (file.is_animated || file.is_video || !file.file_id) return el("span", { class: "large-emoji" }, file.emoji ?? "🖼️");
  const image = el("img", { class: "sticker", src: fileAddress(file.file_id), alt: `Sticker ${file.emoji ?? ""}`, width: 160, height: 160 });
  image.addEventListener("error", () => image.replaceWith(el("span", { class: "large-emoji" }, file.emoji ?? "🖼️")), { once: true });
  return image;
}

function attachedFile(file) {
  const name = file.file_name ?? "file";
  return el("a", { class: "file", href: fileAddress(file.file_id), download: name, title: `Save ${name}` },
    el("span", { class: "round" }, icon("file")),
    el("span", { class: "two-lines" },
      el("span", { class: "first", dir: "auto" }, name),
      el("span", { class: "second" }, [fileSize(file.file_size), extension(name)].filter(Boolean).join(" · "))));
}

function extension(name) {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? name.slice(dot + 1).toUpperCase() : "";
}

function voice(file) {
  const audio = new Audio();
  audio.preload = "none";
  audio.src = fileAddress(file.file_id);
  const seek = el("input", { type: "range", min: 0, max: 1000, value: 0, "aria-label": "Position in the recording" });
  const time = el("span", { class: "second" }, file.duration ? duration(file.duration) : "Voice message");
  const toggle = button("Play", { class: "round" }, icon("play"));
  const length = () => (Number.isFinite(audio.duration) && audio.duration > 0 ? audio.duration : file.duration || 1);
  const show = (label, sign) => {
    toggle.replaceChildren(icon(sign));
    toggle.setAttribute("aria-label", label);
    toggle.title = label;
  };
  toggle.addEventListener("click", () => (audio.paused ? audio.play().catch(() => show("This recording cannot be played here", "warning")) : audio.pause()));
  audio.addEventListener("play", () => show("Pause", "pause"));
  audio.addEventListener("pause", () => show("Play", "play"));
  audio.addEventListener("timeupdate", () => {
    seek.value = String(Math.round((audio.currentTime / length()) * 1000));
    time.textContent = `${duration(audio.currentTime)} / ${duration(length())}`;
  });
  seek.addEventListener("input", () => { audio.currentTime = (Number(seek.value) / 1000) * length(); });
  return el("div", { class: "voice" }, toggle, el("span", { class: "two-lines" }, seek, time));
}

function contact(person, hands) {
  const name = nameOf(person);
  return el("div", { class: "file" },
    avatar(person.user_id ?? name.length, name),
    el("span", { class: "two-lines" },
      el("span", { class: "first", dir: "auto" }, name),
      el("button", { type: "button", class: "inline-link second", title: "Copy the number", onclick: () => hands.copy(person.phone_number) }, person.phone_number)));
}

function venue({ location: place, title, address }, hands) {
  return map(place, hands, el("strong", { dir: "auto" }, title), el("span", { class: "second", dir: "auto" }, address));
}

function location(place, hands) {
  return map(place, hands);
}

// A map would have to be fetched from somewhere: a drawn tile and the coordinates do.
function map(place, hands, ...lines) {
  const coordinates = `${place.latitude.toFixed(5)}, ${place.longitude.toFixed(5)}`;
  return el("div", { class: "place" },
    el("div", { class: "map", "aria-hidden": "true" }, icon("location")),
    el("div", { class: "two-lines" }, ...lines,
      el("button", { type: "button", class: "inline-link second", title: "Copy the coordinates", onclick: () => hands.copy(coordinates) }, coordinates)));
}

function dice({ emoji, value }) {
  return el("span", { class: "large-emoji", title: String(value) }, emoji);
}
