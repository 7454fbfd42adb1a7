// Draws the buttons a bot offers: those under a message, and those in place of the keyboard.
import { el } from "./dom.js";
import { icon } from "./icons.js";

// `press(button, row, column, node)` answers when the press is over; until then the button is busy.
export function inlineKeyboard(rows, press) {
  return el("div", { class: "inline-keyboard" }, rows.map((row, r) =>
    el("div", { class: "keys" }, row.map((key, c) => inlineKey(key, () => press(key, r, c))))));
}

const SIGNS = [["url", "link"], ["copy_text", "copy"], ["login_url", "link"], ["switch_inline_query", "forward"]];

function inlineKey(key, press) {
  const sign = SIGNS.find(([field]) => key[field] !== undefined)?.[1];
  const node = el("button", { type: "button", class: `key ${STYLES.has(key.style) ? key.style : ""}` },
    el("span", { dir: "auto" }, key.text), sign && icon(sign));
  node.addEventListener("click", async () => {
    if (node.getAttribute("aria-busy") === "true") return;
    node.setAttribute("aria-busy", "true");
    try {
      await press();
    } finally {
      node.removeAttribute("aria-busy");
    }
    if (key.copy_text) confirmCopied(node);
  });
  return node;
}

const STYLES = new Set(["primary", "success", "danger"]);
const CONFIRMATION_MS = 1600;

function confirmCopied(node) {
  const sign = node.querySelector(".icon");
  sign?.replaceWith(icon("check"));
  node.classList.add("done");
  setTimeout(() => {
    node.classList.remove("done");
    node.querySelector(".icon")?.replaceWith(icon("copy"));
  }, CONFIRMATION_MS);
}

export function replyKeyboard(markup, press) {
  const rows = markup.keyboard.map((row) => row.map((key) => (typeof key === "string" ? { text: key } : key)));
  return el("div", { class: `reply-keyboard ${markup.resize_keyboard ? "" : "tall"}`, role: "group", "aria-label": "Answers the bot suggests" },
    rows.map((row) => el("div", { class: "keys" }, row.map((key) =>
      el("button", { type: "button", class: `key ${STYLES.has(key.style) ? key.style : ""}`, onclick: () => press(key) },
        key.request_contact && icon("person"), key.request_location && icon("location"), el("span", { dir: "auto" }, key.text))))));
}
