// Asks for what a user is about to share: a file, a contact, a place, somebody else's message.
import { el, nameOf } from "./dom.js";
import { icon } from "./icons.js";
import { ask } from "./overlays.js";
import { fileSize } from "./times.js";

const MAX_CAPTION = 1024;

// Answers the caption and whether it goes as a photo or as a file; null when cancelled.
export async function askForAttachment(file, kind) {
  const isPicture = file.type.startsWith("image/") && file.type !== "image/svg+xml";
  const address = isPicture ? URL.createObjectURL(file) : null;
  const body = address
    ? el("img", { class: "preview", src: address, alt: `Preview of ${file.name}` })
    : el("div", { class: "file" }, el("span", { class: "round" }, icon("file")),
      el("span", { class: "two-lines" }, el("span", { class: "first", dir: "auto" }, file.name), el("span", { class: "second" }, fileSize(file.size))));
  const fields = [{ name: "caption", label: "Caption", first: true, maxlength: MAX_CAPTION }];
  if (isPicture) fields.push({ name: "compressed", label: "Send as a photo", type: "checkbox", checked: kind === "photo" });
  const answer = await ask({ title: isPicture ? "Send picture" : "Send file", body: [body], fields, confirm: "Send" });
  if (address) URL.revokeObjectURL(address);
  return answer && { kind: answer.compressed ? "photo" : "document", caption: answer.caption };
}

export async function offerContact() {
  const answer = await ask({
    title: "Send a contact",
    fields: [
      { name: "first_name", label: "First name", required: true, first: true },
      { name: "last_name", label: "Last name" },
      { name: "phone_number", label: "Phone number", type: "tel", value: "+49 30 901820", required: true },
    ],
    confirm: "Send",
  });
  return answer && { phone_number: answer.phone_number, first_name: answer.first_name, ...(answer.last_name && { last_name: answer.last_name }) };
}

export async function offerOwnNumber(bot, user) {
  const answer = await ask({
    title: "Share your phone number?",
    text: `${nameOf(bot)} will see this number and the name ${nameOf(user)}.`,
    fields: [{ name: "phone_number", label: "Your number", type: "tel", value: "+49 170 5550100", required: true, first: true }],
    confirm: "Share",
  });
  return answer && {
    phone_number: answer.phone_number, first_name: user.first_name, ...(user.last_name && { last_name: user.last_name }), user_id: user.id,
  };
}

// Places to stand on without asking the browser where it is, which would ask the network.
const PLACES = {
  Berlin: [52.52, 13.405], London: [51.5074, -0.1278], "New York": [40.7128, -74.006], "San Francisco": [37.7749, -122.4194],
  "São Paulo": [-23.5505, -46.6333], Lagos: [6.5244, 3.3792], Mumbai: [19.076, 72.8777], Tokyo: [35.6762, 139.6503], Sydney: [-33.8688, 151.2093],
};
const ELSEWHERE = "elsewhere";

export async function offerLocation() {
  const coordinates = el("div", { class: "coordinates" });
  const latitude = el("input", { name: "latitude", type: "number", step: "any", min: -90, max: 90, required: true });
  const longitude = el("input", { name: "longitude", type: "number", step: "any", min: -180, max: 180, required: true });
  coordinates.append(el("label", { class: "field" }, el("span", {}, "Latitude"), latitude), el("label", { class: "field" }, el("span", {}, "Longitude"), longitude));
  const choice = el("select", { name: "place", "data-first": true },
    Object.keys(PLACES).map((name) => el("option", {}, name)), el("option", { value: ELSEWHERE }, "Somewhere else"));
  const move = () => {
    const place = PLACES[choice.value];
    if (place) [latitude.value, longitude.value] = place;
  };
  choice.addEventListener("change", move);
  coordinates.addEventListener("input", () => { choice.value = ELSEWHERE; });
  move();
  const answer = await ask({ title: "Send a location", body: [el("label", { class: "field" }, el("span", {}, "Where"), choice), coordinates], confirm: "Send" });
  return answer && { latitude: Number(answer.latitude), longitude: Number(answer.longitude) };
}

export async function offerForward() {
  const answer = await ask({
    title: "Forward somebody's message",
    fields: [
      { name: "kind", label: "Written by", value: "user", options: [["user", "a Telegram user"], ["hidden_user", "a user who hides the account"], ["channel", "a channel"]] },
      { name: "name", label: "Name", required: true, first: true },
      { name: "text", label: "Message", rows: 3, required: true },
    ],
    confirm: "Forward",
  });
  return answer && { text: answer.text, origin: originOf(answer.kind, answer.name) };
}

function originOf(type, name) {
  if (type === "hidden_user") return { type, sender_user_name: name };
  if (type === "channel") return { type, chat: { title: name } };
  return { type, sender_user: { first_name: name } };
}
