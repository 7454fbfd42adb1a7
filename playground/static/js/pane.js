// One chat on the screen: its header, its messages, its composer, and what connects them.
import { avatar, button, el, nameOf } from "./dom.js";
import { Composer } from "./composer.js";
import { safeAddress } from "./formatting.js";
import { icon } from "./icons.js";
import { Log } from "./log.js";
import { copy, enlarge, menu, openLink, say, toast } from "./overlays.js";

const ACTION_MS = 5500;
const ANSWER_MS = 15_000;
const ACTIONS = {
  upload_photo: "sending a photo", upload_document: "sending a file", record_voice: "recording", upload_voice: "sending a recording",
  find_location: "looking for a place", choose_sticker: "choosing a sticker",
};

export class Pane {
  #conversation;
  #bot;
  #log;
  #composer;
  #status = el("span", { class: "status" });
  #toasts = el("div", { class: "toasts", role: "status", "aria-live": "assertive" });
  #answers = new Map();
  #quiet = 0;
  #live = true;
  #listening = new AbortController();

  // `frame` is what the page around does: openPeople(), close() where panes stand side by side.
  constructor(conversation, bot, frame) {
    this.#conversation = conversation;
    this.#bot = bot;
    this.#composer = new Composer(conversation, bot, this.#toasts);
    this.#log = new Log(conversation, bot, this.#hands(), this.#welcome());
    const who = nameOf(conversation.user);
    this.node = el("section", { class: "pane", "aria-label": `Chat of ${who} with ${nameOf(bot)}`, "data-user": conversation.user.id },
      this.#header(who, frame), this.#log.node, this.#toasts, this.#composer.node);
    this.#takeDrops();
    this.#listen();
    if (conversation.loaded) this.#showAll();
    conversation.follow();
  }

  close() {
    this.#listening.abort();
    this.#conversation.unfollow();
    clearTimeout(this.#quiet);
    this.node.remove();
  }

  focus() {
    this.#composer.focus();
  }

  // Seen is what the reader has in front of them, at the end of the chat, in a visible page.
  seen() {
    if (this.#log.isAtEnd && document.visibilityState === "visible") this.#conversation.read();
    this.#log.count();
  }

  #header(who, frame) {
    return el("header", { class: "pane-header" },
      button("Test users", { class: "tool open-people", onclick: frame.openPeople }, icon("menu")),
      avatar(this.#bot.id, nameOf(this.#bot), "bot"),
      el("div", { class: "two-lines" }, el("h1", { class: "first", dir: "auto" }, nameOf(this.#bot)), this.#status),
      el("span", { class: "as", title: `You are ${who} here` }, avatar(this.#conversation.user.id, who, "small"), el("span", { dir: "auto" }, who)),
      button("Close this chat", { class: "tool close-pane", onclick: frame.close }, icon("close")));
  }

  #welcome() {
    return el("div", { class: "welcome" },
      el("p", { class: "notice" }, icon("lock"), "A local playground. Nothing you write here leaves this machine."),
      el("div", { class: "introduction" },
        avatar(this.#bot.id, nameOf(this.#bot), "bot large"),
        el("h2", { dir: "auto" }, nameOf(this.#bot)),
        el("p", { dir: "auto" }, this.#bot.description || "No messages here yet."),
        el("button", { type: "button", class: "strong start", onclick: () => this.#composer.say("/start") }, "START")));
  }

  // --- What happens in the conversation

  #listen() {
    const on = (type, listener) => this.#conversation.addEventListener(type, ({ detail }) => listener(detail), { signal: this.#listening.signal });
    on("reset", () => this.#showAll());
    on("message", ({ message }) => {
      if (!message.outgoing) this.#showAction(null);
      this.#log.add(message);
      this.#refresh();
    });
    on("edit", ({ message }) => {
      this.#log.change(message);
      this.#refresh();
    });
    on("delete", ({ ids }) => {
      this.#log.drop(ids);
      this.#refresh();
    });
    on("waiting", ({ added }) => {
      this.#log.showWaiting(this.#conversation.waiting, this.#conversation);
      if (added) this.#log.toEnd();
      this.#refresh();
    });
    on("read", () => this.#log.count());
    on("action", ({ action }) => this.#showAction(action));
    on("callback_answer", (answer) => this.#hearAnswer(answer));
    on("connection", ({ live }) => {
      this.#live = live;
      this.#showAction(null);
    });
    document.addEventListener("visibilitychange", () => this.seen(), { signal: this.#listening.signal });
  }

  #showAll() {
    this.#log.showAll();
    this.#refresh();
    this.#showAction(null);
  }

  #refresh() {
    const empty = this.#conversation.loaded && this.#conversation.messages.length === 0 && this.#conversation.waiting.length === 0;
    this.node.classList.toggle("empty", empty);
    this.#composer.refreshAnswers();
    this.seen();
  }

  #showAction(action) {
    clearTimeout(this.#quiet);
    const doing = action && action !== "cancel" ? ACTIONS[action] ?? "typing" : null;
    this.#status.textContent = this.#live ? (doing ? `${doing}…` : "bot") : "Connecting…";
    this.#status.classList.toggle("active", Boolean(doing) || !this.#live);
    this.#log.showTyping(doing === "typing");
    if (doing) this.#quiet = setTimeout(() => this.#showAction(null), ACTION_MS);
  }

  // --- What a reader can do with a message

  #hands() {
    return {
      tap: (message, key, row, column) => this.#tap(message, key, row, column),
      copy: (text) => copy(text, this.#toasts),
      open: (address) => this.#open(address),
      command: (text) => this.#composer.say(text),
      enlarge,
      menu: (message, anchor, pointer) => this.#offer(message, anchor, pointer),
      jump: (id) => this.#log.jump(id),
      reachedEnd: () => this.seen(),
    };
  }

  async #tap(message, key, row, column) {
    if (key.copy_text) return copy(key.copy_text.text, this.#toasts);
    if (key.url) return this.#open(key.url);
    if (key.switch_inline_query_current_chat !== undefined) return this.#composer.insert(`@${this.#bot.username} ${key.switch_inline_query_current_chat}`);
    if (key.callback_data === undefined) return toast(this.#toasts, "The playground has no such button yet");
    try {
      const { query_id: id } = await this.#conversation.tap(message.message_id, row, column);
      await this.#answered(id);
    } catch (error) {
      toast(this.#toasts, error.message);
    }
    return undefined;
  }

  #open(text) {
    const address = safeAddress(text);
    return address ? openLink(address) : toast(this.#toasts, `This leads into Telegram itself: ${text}`);
  }

  // Over when the bot has answered the tap; a bot that never does is not waited for.
  #answered(id) {
    if (this.#answers.delete(id)) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ANSWER_MS);
      this.#answers.set(id, () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #hearAnswer({ query_id: id, text, show_alert: asAlert, url }) {
    const waiting = this.#answers.get(id);
    if (waiting) {
      this.#answers.delete(id);
      waiting();
    } else {
      // Faster than the answer to the tap itself.
      this.#answers.set(id, null);
    }
    if (url) this.#open(url);
    else if (text && asAlert) say(nameOf(this.#bot), text);
    else if (text) toast(this.#toasts, text);
  }

  #offer(message, anchor, pointer) {
    const text = message.text ?? message.caption;
    const items = [{ label: "Reply", sign: "reply", act: () => this.#composer.replyTo(message) }];
    if (text) items.push({ label: "Copy text", sign: "copy", act: () => copy(text, this.#toasts) });
    if (message.outgoing && message.text) items.push({ label: "Edit", sign: "edit", act: () => this.#composer.correct(message) });
    menu(anchor, items, pointer);
  }

  #takeDrops() {
    const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
    this.node.addEventListener("dragover", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      this.node.classList.add("dropping");
    });
    this.node.addEventListener("dragleave", (event) => {
      if (!this.node.contains(event.relatedTarget)) this.node.classList.remove("dropping");
    });
    this.node.addEventListener("drop", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      this.node.classList.remove("dropping");
      const files = [...event.dataTransfer.files];
      this.#composer.attach(files, files[0]?.type.startsWith("image/") ? "photo" : "document");
    });
  }
}
