// Where the user writes: text, replies, corrections and attachments, with the bot's commands and answers at hand.
import { isAnswered, SuggestedAnswers } from "./answers.js";
import { summary } from "./attachments.js";
import { CommandList } from "./commands.js";
import { button, el, nameOf } from "./dom.js";
import { icon } from "./icons.js";
import { menu, toast } from "./overlays.js";
import { Recorder } from "./recorder.js";
import { askForAttachment, offerContact, offerForward, offerLocation, offerOwnNumber } from "./sharing.js";

const MAX_TEXT = 4096;
const PLACEHOLDER = "Message";

export class Composer {
  #conversation;
  #bot;
  #toasts;
  #about = null;
  #area;
  #bar = el("div", { class: "about", hidden: true });
  #send = button("Send", { class: "round send" }, icon("send"));
  #commands;
  #answers = new SuggestedAnswers((key) => this.#pressKey(key));
  #recorder;

  constructor(conversation, bot, toasts) {
    this.#conversation = conversation;
    this.#bot = bot;
    this.#toasts = toasts;
    this.#area = el("textarea", {
      rows: 1, placeholder: PLACEHOLDER, "aria-label": `Message to ${nameOf(bot)} as ${nameOf(conversation.user)}`, dir: "auto",
      maxlength: MAX_TEXT, enterkeyhint: "send", autocomplete: "off",
    });
    this.#commands = new CommandList(bot, this.#area, `commands-${conversation.user.id}`, (command) => this.#sendCommand(command));
    this.#recorder = new Recorder({
      done: (file) => conversation.post({ file, kind: "voice", replyTo: this.#takeReply() }),
      refused: (reason) => toast(toasts, reason),
    });
    const commands = button("Commands", { class: "tool", "aria-haspopup": "listbox", onclick: () => this.#toggleCommands() }, icon("command"));
    const attach = button("Attach", { class: "tool", "aria-haspopup": "menu", onclick: (event) => this.#offerAttachments(event.currentTarget) }, icon("attach"));
    this.#send.addEventListener("click", () => this.#sendOrRecord());
    this.node = el("div", { class: "composer" },
      this.#commands.node,
      el("div", { class: "composer-card" },
        this.#bar,
        el("div", { class: "composer-row" }, attach, this.#area, this.#answers.foldButton, commands, this.#recorder.node, this.#send)),
      this.#answers.node);
    this.#area.addEventListener("input", () => this.#changed());
    this.#area.addEventListener("keydown", (event) => this.#key(event));
    this.#area.addEventListener("paste", (event) => this.#paste(event));
    // Leaving for the page's other parts closes the list; leaving for its button, or for another window, does not.
    this.node.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget && !this.node.contains(relatedTarget)) this.#commands.close();
    });
    this.#area.value = localStorage.getItem(this.#draftKey) ?? "";
    this.#changed();
  }

  get #draftKey() {
    return `playground.draft.${this.#conversation.user.id}`;
  }

  focus() {
    this.#area.focus();
  }

  // --- Replying and correcting

  replyTo(message) {
    this.#setAbout({ kind: "reply", message, label: "Reply to" });
  }

  correct(message) {
    this.#setAbout({ kind: "edit", message, label: "Edit message" });
    this.#area.value = message.text ?? "";
    this.#changed();
    this.#area.setSelectionRange(this.#area.value.length, this.#area.value.length);
  }

  #setAbout(about) {
    this.#about = about;
    this.#bar.hidden = !about;
    this.#bar.replaceChildren();
    this.#send.classList.toggle("saving", about?.kind === "edit");
    if (about) {
      this.#bar.append(icon(about.kind === "edit" ? "edit" : "reply"),
        el("span", { class: "two-lines" }, el("span", { class: "first" }, about.label), el("span", { class: "second", dir: "auto" }, summary(about.message))),
        button("Cancel", { class: "tool", onclick: () => this.#cancelAbout() }, icon("close")));
      this.focus();
    }
    this.#showSend();
  }

  #cancelAbout() {
    if (this.#about?.kind === "edit") this.#area.value = "";
    this.#setAbout(null);
    this.#changed();
    this.focus();
  }

  #takeReply() {
    const replyTo = this.#about?.kind === "reply" ? this.#about.message.message_id : undefined;
    if (replyTo) this.#setAbout(null);
    return replyTo;
  }

  // --- Writing

  #changed() {
    fitToContent(this.#area);
    if (this.#about?.kind !== "edit") localStorage.setItem(this.#draftKey, this.#area.value);
    this.#commands.complete(this.#area.value);
    this.#showSend();
  }

  #showSend() {
    const records = this.#area.value.trim() === "" && this.#about?.kind !== "edit";
    const [sign, label] = records ? ["microphone", "Record a voice message"] : this.#about?.kind === "edit" ? ["check", "Save"] : ["send", "Send"];
    if (this.#send.getAttribute("aria-label") === label && this.#send.firstElementChild) return;
    this.#send.replaceChildren(icon(sign));
    this.#send.setAttribute("aria-label", label);
    this.#send.title = label;
  }

  #key(event) {
    if (event.isComposing) return;
    if (this.#commands.key(event)) return event.preventDefault();
    // On a touch screen Enter begins a line, as thumbs expect; the button sends.
    if (event.key === "Enter" && !event.shiftKey && !matchMedia("(pointer: coarse)").matches) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "Escape" && this.#about) {
      event.preventDefault();
      this.#cancelAbout();
    } else if (event.key === "ArrowUp" && this.#area.value === "") {
      const mine = this.#conversation.messages.findLast((message) => message.outgoing && message.text);
      if (mine) {
        event.preventDefault();
        this.correct(mine);
      }
    }
  }

  #sendOrRecord() {
    if (this.#area.value.trim() === "" && this.#about?.kind !== "edit") return this.#recorder.start();
    this.#submit();
    this.focus();
  }

  async #submit() {
    const text = this.#area.value.trim();
    if (!text) return;
    const about = this.#about;
    this.#area.value = "";
    this.#setAbout(null);
    this.#changed();
    if (about?.kind !== "edit") return this.say(text, about?.message.message_id);
    if (text === about.message.text) return;
    try {
      await this.#conversation.change(about.message.message_id, text);
    } catch (error) {
      toast(this.#toasts, error.message);
    }
  }

  say(text, replyTo) {
    this.#conversation.say(text, replyTo);
    this.#answers.used();
  }

  insert(text) {
    this.#area.value = text;
    this.#changed();
    this.focus();
  }

  // --- Commands

  #toggleCommands() {
    if (this.#commands.isOpen) return this.#commands.close();
    this.focus();
    if (!this.#commands.showAll()) toast(this.#toasts, "The bot has registered no commands yet");
  }

  #sendCommand(command) {
    this.#area.value = "";
    this.#changed();
    this.say(`/${command}`);
    this.focus();
  }

  // --- The answers the bot suggests

  refreshAnswers() {
    const { messages } = this.#conversation;
    const message = this.#answers.follow(messages);
    if (message === undefined) return;
    const markup = message?.reply_markup;
    this.#area.placeholder = markup?.input_field_placeholder ?? PLACEHOLDER;
    if (markup?.force_reply && !isAnswered(messages, message)) this.replyTo(message);
  }

  async #pressKey(key) {
    const user = this.#conversation.user;
    if (key.request_contact) {
      const number = await offerOwnNumber(this.#bot, user);
      if (number) this.#answerWith("contact", number);
    } else if (key.request_location) {
      const place = await offerLocation();
      if (place) this.#answerWith("location", place);
    } else if (key.web_app || key.request_users || key.request_chat || key.request_poll) {
      toast(this.#toasts, "The playground has no such button yet");
    } else {
      this.say(key.text);
    }
  }

  #answerWith(kind, body) {
    this.#conversation.share(kind, body);
    this.#answers.used();
  }

  // --- Attachments

  #offerAttachments(anchor) {
    menu(anchor, [
      { label: "Photo", sign: "photo", act: () => this.#pick("photo", "image/*") },
      { label: "File", sign: "file", act: () => this.#pick("document", "") },
      { label: "Contact", sign: "person", act: () => this.#share("contact", offerContact) },
      { label: "Location", sign: "location", act: () => this.#share("location", offerLocation) },
      { label: "Forwarded message", sign: "forward", act: () => this.#share("forward", offerForward) },
    ]);
  }

  #pick(kind, accept) {
    const input = el("input", { type: "file", accept, multiple: true });
    input.addEventListener("change", () => this.attach([...input.files], kind));
    input.click();
  }

  async attach(files, kind = "document") {
    for (const file of files) {
      const chosen = await askForAttachment(file, kind);
      if (chosen) this.#conversation.post({ file, ...chosen, replyTo: this.#takeReply() });
    }
    this.focus();
  }

  async #share(kind, offer) {
    const body = await offer();
    if (body) this.#conversation.share(kind, body);
    this.focus();
  }

  #paste(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    this.attach(files, files[0].type.startsWith("image/") ? "photo" : "document");
  }
}

// For browsers that do not size a field by its content themselves.
function fitToContent(area) {
  if (CSS.supports("field-sizing", "content")) return;
  area.style.height = "auto";
  area.style.height = area.value === "" ? "" : `${area.scrollHeight}px`;
}
