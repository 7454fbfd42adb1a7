// Where the user writes: text, commands, answers the bot suggests, attachments, replies and corrections.
import { summary } from "./attachments.js";
import { askForAttachment, offerContact, offerForward, offerLocation, offerOwnNumber } from "./sharing.js";
import { button, el, nameOf } from "./dom.js";
import { icon } from "./icons.js";
import { replyKeyboard, standingKeyboard } from "./keyboards.js";
import { menu, toast } from "./overlays.js";
import { Recorder } from "./recorder.js";

const MAX_TEXT = 4096;
const PLACEHOLDER = "Message";

export class Composer {
  #conversation;
  #bot;
  #toasts;
  #about = null;
  #keyboardShown = null;
  #keyboardFolded = false;
  #matches = [];
  #chosen = 0;
  #area;
  #commandList;
  #bar = el("div", { class: "about", hidden: true });
  #keyboard = el("div", { class: "reply-area", hidden: true });
  #send = button("Send", { class: "round send" }, icon("send"));
  #fold = button("Show or hide the suggested answers", { class: "tool", hidden: true, "aria-expanded": "true" }, icon("keyboard"));
  #recorder;

  constructor(conversation, bot, toasts) {
    this.#conversation = conversation;
    this.#bot = bot;
    this.#toasts = toasts;
    const listId = `commands-${conversation.user.id}`;
    this.#commandList = el("div", { class: "command-list", role: "listbox", id: listId, "aria-label": "Commands", hidden: true });
    this.#area = el("textarea", {
      rows: 1, placeholder: PLACEHOLDER, "aria-label": `Message to ${nameOf(bot)} as ${nameOf(conversation.user)}`, dir: "auto",
      maxlength: MAX_TEXT, enterkeyhint: "send", "aria-autocomplete": "list", "aria-controls": listId, autocomplete: "off",
    });
    this.#recorder = new Recorder({
      done: (file) => conversation.post({ file, kind: "voice", replyTo: this.#takeReply() }),
      refused: (reason) => toast(toasts, reason),
    });
    const commands = button("Commands", { class: "tool", "aria-haspopup": "listbox", onclick: () => this.#toggleCommands() }, icon("command"));
    const attach = button("Attach", { class: "tool", "aria-haspopup": "menu", onclick: (event) => this.#offerAttachments(event.currentTarget) }, icon("attach"));
    this.#fold.addEventListener("click", () => this.#foldKeyboard(!this.#keyboardFolded));
    this.#send.addEventListener("click", () => this.#sendOrRecord());
    this.node = el("div", { class: "composer" },
      this.#commandList,
      el("div", { class: "composer-card" },
        this.#bar,
        el("div", { class: "composer-row" }, attach, this.#area, this.#fold, commands, this.#recorder.node, this.#send)),
      this.#keyboard);
    this.#area.addEventListener("input", () => this.#changed());
    this.#area.addEventListener("keydown", (event) => this.#key(event));
    this.#area.addEventListener("paste", (event) => this.#paste(event));
    // Leaving for the page's other parts closes the list; leaving for its button, or for another window, does not.
    this.node.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget && !this.node.contains(relatedTarget)) this.#showCommands([]);
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
    const typed = /^\/(\w*)$/u.exec(this.#area.value);
    this.#showCommands(typed ? this.#bot.commands.filter(({ command }) => command.startsWith(typed[1].toLowerCase())) : []);
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
    if (this.#matches.length > 0 && this.#commandKey(event)) return event.preventDefault();
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
    if (this.#keyboardShown?.markup.one_time_keyboard) this.#foldKeyboard(true);
  }

  insert(text) {
    this.#area.value = text;
    this.#changed();
    this.focus();
  }

  // --- Commands

  #toggleCommands() {
    if (this.#matches.length > 0) return this.#showCommands([]);
    this.focus();
    if (this.#bot.commands.length === 0) return toast(this.#toasts, "The bot has registered no commands yet");
    this.#showCommands(this.#bot.commands);
  }

  #showCommands(commands) {
    this.#matches = commands;
    this.#chosen = 0;
    this.#commandList.hidden = commands.length === 0;
    this.#commandList.replaceChildren(...commands.map(({ command, description }, index) =>
      el("div", {
        class: "command", role: "option", id: `${this.#commandList.id}-${index}`,
        // Before the blur that would close the list.
        onpointerdown: (event) => event.preventDefault(),
        onclick: () => this.#sendCommand(command),
      }, el("span", { class: "first" }, `/${command}`), el("span", { class: "second", dir: "auto" }, description))));
    this.#mark();
  }

  #mark() {
    [...this.#commandList.children].forEach((option, index) => {
      option.setAttribute("aria-selected", String(index === this.#chosen));
      if (index === this.#chosen) option.scrollIntoView({ block: "nearest" });
    });
    if (this.#matches.length > 0) this.#area.setAttribute("aria-activedescendant", `${this.#commandList.id}-${this.#chosen}`);
    else this.#area.removeAttribute("aria-activedescendant");
  }

  #commandKey(event) {
    const count = this.#matches.length;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      this.#chosen = (this.#chosen + step + count) % count;
      this.#mark();
    } else if (event.key === "Enter" && !event.shiftKey) {
      this.#sendCommand(this.#matches[this.#chosen].command);
    } else if (event.key === "Tab" && !event.shiftKey) {
      this.insert(`/${this.#matches[this.#chosen].command} `);
    } else if (event.key === "Escape") {
      this.#showCommands([]);
    } else {
      return false;
    }
    return true;
  }

  #sendCommand(command) {
    this.#area.value = "";
    this.#changed();
    this.say(`/${command}`);
    this.focus();
  }

  // --- The keyboard the bot offers

  refreshKeyboard() {
    const standing = standingKeyboard(this.#conversation.messages);
    if (standing?.message.message_id === this.#keyboardShown?.message.message_id) return;
    this.#keyboardShown = standing;
    const markup = standing?.markup;
    this.#area.placeholder = markup?.input_field_placeholder ?? PLACEHOLDER;
    this.#keyboard.replaceChildren();
    if (markup?.keyboard) this.#keyboard.append(replyKeyboard(markup, (key) => this.#pressKey(key)));
    this.#fold.hidden = !markup?.keyboard;
    this.#foldKeyboard(Boolean(markup?.one_time_keyboard) && this.#answeredSince(standing.message));
    if (markup?.force_reply && !this.#answeredSince(standing.message)) this.replyTo(standing.message);
  }

  #answeredSince(message) {
    return this.#conversation.messages.some((other) => other.outgoing && other.message_id > message.message_id);
  }

  #foldKeyboard(folded) {
    this.#keyboardFolded = folded;
    this.#keyboard.hidden = folded || !this.#keyboardShown?.markup.keyboard;
    this.#fold.setAttribute("aria-expanded", String(!this.#keyboard.hidden));
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
    if (this.#keyboardShown?.markup.one_time_keyboard) this.#foldKeyboard(true);
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
