// The keyboard a bot offers in place of the usual one: shown, folded away after use, taken back.
import { button, el } from "./dom.js";
import { icon } from "./icons.js";
import { replyKeyboard } from "./keyboards.js";

export class SuggestedAnswers {
  #press;
  #message = null;
  node = el("div", { class: "reply-area", hidden: true });
  foldButton = button("Show or hide the suggested answers", { class: "tool", hidden: true, "aria-expanded": "false" }, icon("keyboard"));

  // `press(key)` hears which key was pressed.
  constructor(press) {
    this.#press = press;
    this.foldButton.addEventListener("click", () => this.#fold(!this.node.hidden));
  }

  // Shows what these messages leave standing. Answers the message that brought something new
  // (a keyboard, or a wish for a reply), null where all was taken back, undefined for no change.
  follow(messages) {
    const message = standing(messages);
    if (message?.message_id === this.#message?.message_id) return undefined;
    this.#message = message;
    const markup = message?.reply_markup;
    this.node.replaceChildren();
    if (markup?.keyboard) this.node.append(replyKeyboard(markup, this.#press));
    this.foldButton.hidden = !markup?.keyboard;
    this.#fold(!markup?.keyboard || (markup.one_time_keyboard && isAnswered(messages, message)));
    return message;
  }

  used() {
    if (this.#message?.reply_markup.one_time_keyboard) this.#fold(true);
  }

  #fold(folded) {
    this.node.hidden = folded;
    this.foldButton.setAttribute("aria-expanded", String(!folded));
  }
}

export function isAnswered(messages, message) {
  return messages.some((other) => other.outgoing && other.message_id > message.message_id);
}

function standing(messages) {
  const last = messages.findLast(({ outgoing, reply_markup: markup }) =>
    !outgoing && (markup?.keyboard || markup?.force_reply || markup?.remove_keyboard));
  return last && !last.reply_markup.remove_keyboard ? last : null;
}
