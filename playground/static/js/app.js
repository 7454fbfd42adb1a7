// Puts the page together: the list of test users and one or two chats, remembered across reloads.
import { addUser, world } from "./api.js";
import { Conversation } from "./conversation.js";
import { button, el, nameOf } from "./dom.js";
import { Pane } from "./pane.js";
import { People } from "./people.js";
import { say } from "./overlays.js";

const OPEN_KEY = "playground.open";
const GLANCE_MS = 4000;
const wide = matchMedia("(min-width: 1080px)");

class App {
  #bot = null;
  #conversations = new Map();
  #panes = new Map();
  #people = new People({
    choose: (user) => this.#open([user.id]),
    beside: (user) => this.#open([...this.#panes.keys()].slice(0, 1).concat(user.id)),
    add: (user) => this.#add(user),
    close: () => this.#showPeople(false),
  });
  #chats = el("main", { class: "chats" });
  #veil = el("div", { class: "veil", onclick: () => this.#showPeople(false) });
  #root = document.getElementById("app");

  async start() {
    this.#root.replaceChildren(this.#people.node, this.#veil, this.#chats);
    await this.#learn();
    this.#open(JSON.parse(localStorage.getItem(OPEN_KEY) ?? "[]"));
    wide.addEventListener("change", () => this.#open([...this.#panes.keys()]));
    addEventListener("keydown", (event) => event.key === "Escape" && this.#showPeople(false));
    setInterval(() => this.#glance(), GLANCE_MS);
    this.#glance();
  }

  #meet(user) {
    const conversation = new Conversation(user);
    this.#conversations.set(user.id, conversation);
    for (const type of ["message", "edit", "delete", "reset", "read"]) conversation.addEventListener(type, () => this.#listPeople());
    conversation.addEventListener("commands", () => this.#learn());
  }

  #open(ids) {
    const known = [...new Set(ids)].filter((id) => this.#conversations.has(id)).slice(wide.matches ? -2 : -1);
    const wanted = known.length > 0 ? known : [...this.#conversations.keys()].slice(0, 1);
    for (const [id, pane] of this.#panes) {
      if (wanted.includes(id)) continue;
      pane.close();
      this.#panes.delete(id);
    }
    for (const id of wanted.filter((each) => !this.#panes.has(each))) {
      this.#panes.set(id, this.#pane(id));
      this.#chats.append(this.#panes.get(id).node);
    }
    this.#chats.classList.toggle("two", wanted.length === 2);
    localStorage.setItem(OPEN_KEY, JSON.stringify(wanted));
    this.#showPeople(false);
    this.#listPeople();
    if (matchMedia("(pointer: fine)").matches) this.#panes.get(wanted.at(-1)).focus();
  }

  #pane(id) {
    return new Pane(this.#conversations.get(id), this.#bot, {
      openPeople: () => this.#showPeople(true),
      close: () => this.#open([...this.#panes.keys()].filter((other) => other !== id)),
    });
  }

  async #add(values) {
    try {
      const user = await addUser(values);
      this.#meet(user);
      this.#open([user.id]);
    } catch (error) {
      say("That did not work", error.message);
    }
  }

  // The bot may have given itself commands or a name, other pages may have added users,
  // and a world that was started anew has lost them.
  async #learn() {
    const { bot, users } = await world();
    const introduction = this.#introduction;
    this.#bot = Object.assign(this.#bot ?? {}, bot);
    for (const user of users) if (!this.#conversations.has(user.id)) this.#meet(user);
    const ids = users.map(({ id }) => id);
    for (const id of this.#conversations.keys()) if (!ids.includes(id)) this.#conversations.delete(id);
    const open = [...this.#panes.keys()];
    if (introduction && introduction !== this.#introduction) {
      for (const pane of this.#panes.values()) pane.close();
      this.#panes.clear();
    }
    if (open.some((id) => !this.#panes.has(id) || !this.#conversations.has(id))) this.#open(open);
    else this.#listPeople();
  }

  get #introduction() {
    return this.#bot && JSON.stringify([this.#bot.id, this.#bot.first_name, this.#bot.description]);
  }

  // Chats that are not open have no stream: a browser grants a host only six connections.
  async #glance() {
    if (document.visibilityState === "hidden") return;
    const closed = [...this.#conversations.values()].filter(({ user }) => !this.#panes.has(user.id));
    // An answer that does not come is asked for again in a moment; the open chats show the interruption.
    await Promise.allSettled([this.#learn(), ...closed.map((conversation) => conversation.glance())]);
  }

  #listPeople() {
    const conversations = [...this.#conversations.values()];
    this.#people.show(conversations, [...this.#panes.keys()]);
    const unread = conversations.reduce((sum, conversation) => sum + conversation.unread, 0);
    document.title = `${unread ? `(${unread}) ` : ""}${nameOf(this.#bot)} · playground`;
    this.#root.classList.toggle("unread-elsewhere", unread > 0);
  }

  #showPeople(on) {
    this.#root.classList.toggle("people-open", on);
    if (on) this.#people.node.querySelector(".person-open")?.focus();
  }
}

try {
  await new App().start();
} catch (error) {
  document.getElementById("app").replaceChildren(el("div", { class: "lost", role: "alert" },
    el("p", {}, error.message),
    button("Try again", { class: "strong", onclick: () => location.reload() }, "Try again")));
}
