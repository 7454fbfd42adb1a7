// The list of test users: who there is, what was said last, whom one is looking at.
import { summary } from "./attachments.js";
import { avatar, button, el, nameOf } from "./dom.js";
import { icon } from "./icons.js";
import { ask } from "./overlays.js";
import { shortDay } from "./times.js";

export class People {
  #frame;
  #rows = el("ul", { class: "people-rows" });
  #themeButton = button("Dark or light", { class: "tool", onclick: () => window.theme.toggle() });

  // `frame` is what choosing does: choose(user), beside(user), add(user), close().
  constructor(frame) {
    this.#frame = frame;
    this.node = el("nav", { class: "people", "aria-label": "Test users" },
      el("header", { class: "people-header" },
        el("h2", {}, "Test users"),
        this.#themeButton,
        button("Add a test user", { class: "tool", onclick: () => this.#add() }, icon("addPerson")),
        button("Close the list", { class: "tool close-people", onclick: () => frame.close() }, icon("close"))),
      this.#rows,
      el("p", { class: "notice" }, icon("lock"), el("span", {}, "Local playground. Nothing leaves this machine.")));
    addEventListener("themechange", () => this.#showTheme());
    this.#showTheme();
  }

  // `shown` holds the ids of the users whose chats are open.
  show(conversations, shown) {
    const focused = document.activeElement?.closest?.(".person")?.dataset.user;
    this.#rows.replaceChildren(...conversations.map((conversation) => this.#row(conversation, shown)));
    if (focused) this.#rows.querySelector(`[data-user="${focused}"] .person-open`)?.focus();
  }

  #row(conversation, shown) {
    const { user, last, unread } = conversation;
    const open = shown.includes(user.id);
    return el("li", { class: `person ${open ? "open" : ""}`, "data-user": user.id },
      el("button", { type: "button", class: "person-open", "aria-current": open ? "true" : null, onclick: () => this.#frame.choose(user) },
        avatar(user.id, nameOf(user)),
        el("span", { class: "two-lines" },
          el("span", { class: "line" }, el("span", { class: "first", dir: "auto" }, nameOf(user)), last && el("time", { class: "second" }, shortDay(last.date))),
          el("span", { class: "line" },
            el("span", { class: "second", dir: "auto" }, last ? (last.outgoing ? "You: " : "") + summary(last) : user.username ? `@${user.username}` : "No messages yet"),
            unread > 0 && el("span", { class: "badge", "aria-label": `${unread} unread` }, String(unread))))),
      !open && button(`Show ${nameOf(user)} beside`, { class: "tool beside", onclick: () => this.#frame.beside(user) }, icon("split")));
  }

  async #add() {
    const answer = await ask({
      title: "Add a test user",
      text: "Each test user has a chat of their own with the bot and sees nobody else's.",
      fields: [
        { name: "first_name", label: "First name", required: true, first: true, maxlength: 64 },
        { name: "last_name", label: "Last name", maxlength: 64 },
        { name: "username", label: "Username", pattern: "[A-Za-z][A-Za-z0-9_]{4,31}", title: "5 to 32 letters, digits or underscores" },
      ],
      confirm: "Add",
    });
    if (answer) this.#frame.add(Object.fromEntries(Object.entries(answer).filter(([, value]) => value.trim() !== "")));
  }

  #showTheme() {
    const dark = document.documentElement.dataset.theme === "dark";
    const label = dark ? "Light mode" : "Dark mode";
    this.#themeButton.replaceChildren(icon(dark ? "sun" : "moon"));
    this.#themeButton.setAttribute("aria-label", label);
    this.#themeButton.title = label;
  }
}
