// The list of the bot's commands: all of them from a button, the matching ones while "/" is typed.
import { el } from "./dom.js";

const BEGINNING = /^\/(\w*)$/u;

export class CommandList {
  #bot;
  #area;
  #choose;
  #matches = [];
  #chosen = 0;

  // Belongs to the text area `area`; `choose(command)` hears which one was taken.
  constructor(bot, area, id, choose) {
    this.#bot = bot;
    this.#area = area;
    this.#choose = choose;
    this.node = el("div", { class: "command-list", role: "listbox", id, "aria-label": "Commands", hidden: true });
    area.setAttribute("aria-autocomplete", "list");
    area.setAttribute("aria-controls", id);
  }

  get isOpen() {
    return this.#matches.length > 0;
  }

  // Answers whether there is anything to show.
  showAll() {
    this.#show(this.#bot.commands);
    return this.isOpen;
  }

  complete(text) {
    const typed = BEGINNING.exec(text);
    this.#show(typed ? this.#bot.commands.filter(({ command }) => command.startsWith(typed[1].toLowerCase())) : []);
  }

  close() {
    this.#show([]);
  }

  // Answers whether the key was meant for the list.
  key(event) {
    if (!this.isOpen || event.shiftKey) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.#mark((this.#chosen + step + this.#matches.length) % this.#matches.length);
    else if (event.key === "Enter") this.#choose(this.#matches[this.#chosen].command);
    else if (event.key === "Tab") this.#write(this.#matches[this.#chosen].command);
    else if (event.key === "Escape") this.close();
    else return false;
    return true;
  }

  #write(command) {
    this.#area.value = `/${command} `;
    this.#area.dispatchEvent(new Event("input"));
  }

  #show(commands) {
    this.#matches = commands;
    this.node.hidden = !this.isOpen;
    this.node.replaceChildren(...commands.map(({ command, description }, index) =>
      el("div", {
        class: "command", role: "option", id: `${this.node.id}-${index}`,
        // The text keeps the focus, and a phone its keyboard.
        onpointerdown: (event) => event.preventDefault(),
        onclick: () => this.#choose(command),
      }, el("span", { class: "first" }, `/${command}`), el("span", { class: "second", dir: "auto" }, description))));
    this.#mark(0);
  }

  #mark(chosen) {
    this.#chosen = chosen;
    [...this.node.children].forEach((option, index) => option.setAttribute("aria-selected", String(index === chosen)));
    this.node.children[chosen]?.scrollIntoView({ block: "nearest" });
    if (this.isOpen) this.#area.setAttribute("aria-activedescendant", `${this.node.id}-${chosen}`);
    else this.#area.removeAttribute("aria-activedescendant");
  }
}
