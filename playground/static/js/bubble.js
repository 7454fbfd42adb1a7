// Draws one message.
import { attachments, summary } from "./attachments.js";
import { spokenOnly, button, el, nameOf } from "./dom.js";
import { formatted } from "./formatting.js";
import { icon } from "./icons.js";
import { inlineKeyboard } from "./keyboards.js";
import { fullTimeOf, timeOf } from "./times.js";

// `hands` is what a reader can do with a message: tap, copy, open, command, enlarge, menu, jump.
export function bubble(message, bot, hands) {
  const mine = Boolean(message.outgoing);
  const text = message.text ?? message.caption ?? "";
  const carried = attachments(message, hands);
  const body = el("div", { class: "bubble" },
    spokenOnly(mine ? "You: " : `${nameOf(bot)}: `),
    message.forward_origin && forwarded(message.forward_origin),
    message.reply_to_message && quote(message.reply_to_message, bot, hands),
    carried,
    text
      ? el("div", { class: "text", dir: "auto" }, formatted(text, message.entities ?? message.caption_entities, hands), meta(message, mine))
      : [carried.length === 0 && el("div", { class: "text unknown" }, "A kind of message that the playground does not show."), meta(message, mine)].filter(Boolean),
    reactions(message));
  const parts = el("div", { class: "parts" }, body);
  if (message.reply_markup?.inline_keyboard?.length) {
    parts.append(inlineKeyboard(message.reply_markup.inline_keyboard, (key, row, column) => hands.tap(message, key, row, column)));
  }
  const article = el("article", { class: `message ${mine ? "mine" : "theirs"} ${look(message, text)}`, "data-id": message.message_id },
    parts, button("Message menu", { class: "message-menu", "aria-haspopup": "menu", onclick: (event) => hands.menu(message, event.currentTarget) }, icon("more")));
  body.addEventListener("contextmenu", (event) => {
    if (event.target.closest("a, img, input") || !getSelection().isCollapsed) return;
    event.preventDefault();
    hands.menu(message, article.querySelector(".message-menu"), event);
  });
  return article;
}

// A message of our own that the server has not taken yet.
export function waitingBubble(entry, { again, forget }) {
  const state = entry.failure
    ? el("span", { class: "failure", role: "alert" }, icon("warning"), entry.failure,
      el("button", { type: "button", class: "inline-link", onclick: again }, "Try again"),
      el("button", { type: "button", class: "inline-link", onclick: forget }, "Discard"))
    : el("span", { class: "meta" }, icon("clock"), spokenOnly("Sending"));
  return el("article", { class: "message mine waiting", "data-key": entry.key },
    el("div", { class: "parts" }, el("div", { class: "bubble" }, el("div", { class: "text", dir: "auto" }, entry.label, state))));
}

function look(message, text) {
  if (message.sticker || message.dice) return "bare";
  if (isFewEmoji(text) && !message.entities?.length && !message.reply_to_message && !message.forward_origin) return "bare emoji";
  return message.photo || message.video || message.animation ? "pictured" : "";
}

const EMOJI = /^(?:\p{Extended_Pictographic}|\p{Regional_Indicator})/u;

function isFewEmoji(text) {
  if (!text || text.length > 40) return false;
  const signs = [...new Intl.Segmenter().segment(text.trim())].map(({ segment }) => segment);
  return signs.length > 0 && signs.length <= 3 && signs.every((sign) => EMOJI.test(sign));
}

function meta(message, mine) {
  const title = fullTimeOf(message.date) + (message.edit_date ? `, changed ${fullTimeOf(message.edit_date)}` : "");
  return el("span", { class: "meta", title },
    message.edited && el("span", {}, "edited"),
    el("time", { dir: "ltr", datetime: new Date(message.date * 1000).toISOString() }, timeOf(message.date)),
    mine && icon("check"));
}

function reactions(message) {
  if (!message.reaction?.length) return null;
  return el("div", { class: "reactions" }, message.reaction.map(({ emoji }) => el("span", { title: "Reaction" }, emoji ?? "★")));
}

function forwarded(origin) {
  const from = origin.sender_user ? nameOf(origin.sender_user) : origin.sender_user_name ?? origin.sender_chat?.title ?? origin.chat?.title ?? "somebody";
  return el("div", { class: "forwarded" }, icon("forward"), "Forwarded from ", el("strong", { dir: "auto" }, from));
}

function quote(original, bot, hands) {
  const author = original.from?.is_bot ? nameOf(bot) : original.from ? nameOf(original.from) : nameOf(bot);
  return el("button", { type: "button", class: "quote", title: "Show this message", onclick: () => hands.jump(original.message_id) },
    el("span", { class: "first", dir: "auto" }, author), el("span", { class: "second", dir: "auto" }, summary(original)));
}
