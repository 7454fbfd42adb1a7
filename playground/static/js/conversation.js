// What one test user and the bot have said to each other, kept current; tells its listeners what changed.
import { act, follow, messagesOf, upload } from "./api.js";

export class Conversation extends EventTarget {
  #user;
  #messages = new Map();
  #ordered = null;
  #held = null;
  #waiting = [];
  #stop = null;
  #errands = Promise.resolve();
  #nextWaiting = 1;
  loaded = false;

  constructor(user) {
    super();
    this.#user = user;
  }

  get user() {
    return this.#user;
  }

  // In the order of the chat.
  get messages() {
    this.#ordered ??= [...this.#messages.values()].sort((a, b) => a.message_id - b.message_id);
    return this.#ordered;
  }

  // Sent from here and not yet taken by the server.
  get waiting() {
    return [...this.#waiting];
  }

  get last() {
    return this.messages.at(-1) ?? null;
  }

  get unread() {
    const read = this.#readUpTo;
    return this.messages.filter((message) => !message.outgoing && message.message_id > read).length;
  }

  get #readKey() {
    return `playground.read.${this.#user.id}`;
  }

  get #readUpTo() {
    return Number(localStorage.getItem(this.#readKey) ?? 0);
  }

  read() {
    const newest = this.last?.message_id ?? 0;
    if (newest === this.#readUpTo) return;
    localStorage.setItem(this.#readKey, String(newest));
    this.#tell("read");
  }

  // Reads everything again: at the start, and after the stream was interrupted.
  async load() {
    // What is heard while reading happens after what is read.
    const held = [];
    this.#held = held;
    try {
      const messages = await messagesOf(this.#user.id);
      this.#messages = new Map(messages.map((message) => [message.message_id, message]));
    } finally {
      if (this.#held === held) this.#held = null;
    }
    this.loaded = true;
    this.#ordered = null;
    // The numbers of a new world begin again: an old mark would hide its messages.
    if (this.#readUpTo > (this.last?.message_id ?? 0)) localStorage.removeItem(this.#readKey);
    this.#tell("reset");
    for (const event of held) this.#hear(event);
  }

  // Only what is new: for a user who is not on the screen, and so has no stream.
  async glance() {
    if (this.#stop) return;
    if (!this.loaded) return this.load();
    const fresh = await messagesOf(this.#user.id, this.last?.message_id ?? 0);
    for (const message of fresh) this.#keep(message);
  }

  follow() {
    if (this.#stop) return;
    this.#stop = follow(this.#user.id, {
      onopen: async () => {
        await this.load();
        this.#tell("connection", { live: true });
      },
      onlost: () => this.#tell("connection", { live: false }),
      onevent: (event) => this.#hear(event),
    });
  }

  unfollow() {
    this.#stop?.();
    this.#stop = null;
  }

  #hear(event) {
    if (this.#held) return this.#held.push(event);
    switch (event.type) {
      case "message":
        // The stream may be faster than the answer to the sending.
        if (event.message.outgoing && !this.#messages.has(event.message.message_id)) {
          this.#settle((entry) => isEcho(entry, event.message));
        }
        return this.#keep(event.message);
      case "edit":
        return this.#change(event.message);
      case "delete":
        return this.#drop(event.message_ids ?? [event.message_id]);
      case "reaction":
        return this.#change({ ...this.#messages.get(event.message_id), reaction: event.reaction });
      case "reset":
        return this.load().catch(() => {
          // The stream will be lost as well, and catches up when it is back.
        });
      default:
        return this.#tell(event.type, event);
    }
  }

  #keep(message) {
    if (this.#messages.has(message.message_id)) return this.#change(message);
    this.#set(message);
    this.#tell("message", { message });
  }

  #change(message) {
    const before = this.#messages.get(message.message_id);
    if (before && JSON.stringify(before) === JSON.stringify(message)) return;
    this.#set(message);
    this.#tell(before ? "edit" : "message", { message });
  }

  #set(message) {
    this.#messages.set(message.message_id, message);
    this.#ordered = null;
  }

  #drop(ids) {
    for (const id of ids) this.#messages.delete(id);
    this.#ordered = null;
    this.#tell("delete", { ids });
  }

  #settle(matches) {
    const index = this.#waiting.findIndex(matches);
    if (index < 0) return;
    this.#waiting.splice(index, 1);
    this.#tell("waiting");
  }

  // --- What the user does. Deeds leave one after the other, so that they arrive in their order.

  say(text, replyTo) {
    this.#send({ text, label: text }, () => act(this.#user.id, "text", { text, ...(replyTo && { reply_to: replyTo }) }));
  }

  post(attachment) {
    const label = attachment.caption || attachment.file.name;
    this.#send({ file: attachment.file, label }, () => upload(this.#user.id, attachment));
  }

  share(kind, body) {
    this.#send({ kind, label: kind }, () => act(this.#user.id, kind, body));
  }

  change(messageId, text) {
    return this.#errand(() => act(this.#user.id, "edit", { message_id: messageId, text }));
  }

  tap(messageId, row, column) {
    return act(this.#user.id, "tap", { message_id: messageId, row, column });
  }

  again(entry) {
    this.#waiting = this.#waiting.filter((other) => other !== entry);
    this.#send(entry, entry.deed);
  }

  forget(entry) {
    this.#settle((other) => other === entry);
  }

  #send(what, deed) {
    const entry = { ...what, key: `waiting-${this.#nextWaiting++}`, deed, failure: null };
    this.#waiting.push(entry);
    this.#tell("waiting", { added: entry });
    this.#errand(async () => {
      try {
        const message = await deed();
        this.#settle((other) => other === entry);
        this.#keep({ ...message, outgoing: true });
      } catch (error) {
        entry.failure = error.message;
        this.#tell("waiting");
      }
    });
  }

  #errand(deed) {
    const done = this.#errands.then(deed);
    this.#errands = done.catch(() => {});
    return done;
  }

  #tell(type, detail = {}) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

function isEcho(entry, message) {
  if (entry.failure) return false;
  if (entry.text !== undefined) return entry.text.trim() === message.text?.trim();
  if (entry.file) return Boolean(message.photo ?? message.document ?? message.voice ?? message.audio ?? message.video);
  return entry.kind === "forward" ? Boolean(message.forward_origin) : message[entry.kind] !== undefined;
}
