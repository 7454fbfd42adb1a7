// The scrolling list of messages: days, groups, what is unread, and where the reader stands.
import { bubble, waitingBubble } from "./bubble.js";
import { button, el } from "./dom.js";
import { icon } from "./icons.js";
import { dayKey, dayName } from "./times.js";

const GROUP_SECONDS = 300;
const NEAR_PX = 80;

export class Log {
  #conversation;
  #bot;
  #hands;
  #nodes = new Map();
  #atEnd = true;
  #size = "";
  #scroller = el("div", { class: "log-scroller", tabindex: "0", role: "log", "aria-label": "Messages", "aria-live": "polite", "aria-busy": "true" });
  #list = el("div", { class: "log-list" });
  #outbox = el("div", { class: "outbox" });
  #typing = el("div", { class: "message theirs typing", hidden: true, "aria-hidden": "true" }, el("div", { class: "parts" }, el("div", { class: "bubble" }, el("i"), el("i"), el("i"))));
  #count = el("span", { class: "badge", hidden: true });
  #toEnd = button("Scroll to the newest message", { class: "to-end round", hidden: true }, icon("down"), this.#count);

  constructor(conversation, bot, hands, welcome) {
    this.#conversation = conversation;
    this.#bot = bot;
    this.#hands = hands;
    this.#scroller.append(el("div", { class: "log-column" }, welcome, this.#list, this.#outbox, this.#typing));
    this.node = el("div", { class: "log" }, this.#scroller, this.#toEnd);
    this.#scroller.addEventListener("scroll", () => this.#stand(), { passive: true });
    this.#toEnd.addEventListener("click", () => this.toEnd(true));
    // Whatever makes the chat or its window grow (a picture, a keyboard), the end stays in sight.
    const grown = new ResizeObserver(() => this.#stand());
    grown.observe(this.#scroller);
    grown.observe(this.#scroller.firstElementChild);
  }

  get isAtEnd() {
    return this.#atEnd;
  }

  showAll() {
    this.#scroller.setAttribute("aria-busy", "true");
    const place = this.#atEnd ? null : this.#scroller.scrollTop;
    this.#nodes.clear();
    this.#list.replaceChildren();
    for (const message of this.#conversation.messages) this.#place(message, null);
    this.#arrange();
    if (place === null) this.toEnd();
    else this.#scroller.scrollTop = place;
    requestAnimationFrame(() => this.#scroller.setAttribute("aria-busy", "false"));
  }

  add(message) {
    // Somebody may have scrolled so recently that no event has told of it.
    this.#stand();
    this.#place(message, this.#following(message)).classList.add("fresh");
    this.#arrange();
    if (message.outgoing || this.#atEnd) this.toEnd();
    this.count();
  }

  change(message) {
    const old = this.#nodes.get(message.message_id);
    if (!old) return this.add(message);
    const node = bubble(message, this.#bot, this.#hands);
    const focused = old.contains(document.activeElement) && document.activeElement.className;
    old.replaceWith(node);
    this.#nodes.set(message.message_id, node);
    this.#arrange();
    // A tap often redraws its own buttons: whoever tapped by keyboard goes on from there.
    if (focused) (node.querySelector(".key") ?? node.querySelector("button"))?.focus({ preventScroll: true });
  }

  drop(ids) {
    for (const id of ids) {
      this.#nodes.get(id)?.remove();
      this.#nodes.delete(id);
    }
    for (const day of this.#list.querySelectorAll(".day")) if (!day.querySelector(".message")) day.remove();
    this.#arrange();
  }

  showWaiting(entries, deeds) {
    this.#outbox.replaceChildren(...entries.map((entry) => waitingBubble(entry, {
      again: () => deeds.again(entry),
      forget: () => deeds.forget(entry),
    })));
  }

  showTyping(on) {
    this.#typing.hidden = !on;
    if (on && this.#atEnd) this.toEnd();
  }

  jump(id) {
    const node = this.#nodes.get(id);
    if (!node) return;
    node.scrollIntoView({ block: "center", behavior: smoothly() });
    node.classList.remove("flash");
    requestAnimationFrame(() => node.classList.add("flash"));
  }

  toEnd(smooth = false) {
    this.#scroller.scrollTo({ top: this.#scroller.scrollHeight, behavior: smooth ? smoothly() : "instant" });
    if (smooth) return;
    this.#size = this.#measure();
    this.#atEnd = true;
    this.#stand();
  }

  count() {
    const unread = this.#conversation.unread;
    this.#count.hidden = unread === 0;
    this.#count.textContent = String(unread);
    this.#toEnd.setAttribute("aria-label", unread ? `Scroll to the newest message, ${unread} unread` : "Scroll to the newest message");
  }

  #measure() {
    return `${this.#scroller.scrollHeight} ${this.#scroller.clientHeight}`;
  }

  #stand() {
    if (this.#atEnd && this.#size !== this.#measure()) return this.toEnd();
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    this.#size = this.#measure();
    this.#atEnd = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    this.#toEnd.hidden = this.#atEnd;
    if (this.#atEnd) this.#hands.reachedEnd();
  }

  #following(message) {
    const next = this.#conversation.messages.find(({ message_id: id }) => id > message.message_id && this.#nodes.has(id));
    return next ? this.#nodes.get(next.message_id) : null;
  }

  #place(message, next) {
    const node = bubble(message, this.#bot, this.#hands);
    this.#nodes.set(message.message_id, node);
    const day = this.#day(message.date);
    if (next?.parentElement === day) next.before(node);
    else day.append(node);
    return node;
  }

  #day(date) {
    const key = dayKey(date);
    const days = [...this.#list.children];
    const found = days.find((section) => section.dataset.day === key);
    if (found) return found;
    const section = el("section", { class: "day", "data-day": key }, el("h2", {}, el("span", {}, dayName(date))));
    const later = days.find((other) => other.dataset.day > key);
    if (later) later.before(section);
    else this.#list.append(section);
    return section;
  }

  // Neighbours of one sender within minutes form a group; its last bubble wears the tail.
  #arrange() {
    let previous = null;
    for (const message of this.#conversation.messages) {
      const node = this.#nodes.get(message.message_id);
      if (!node) continue;
      const joined = previous !== null
        && Boolean(previous.outgoing) === Boolean(message.outgoing)
        && message.date - previous.date < GROUP_SECONDS
        && dayKey(previous.date) === dayKey(message.date);
      node.classList.toggle("opens", !joined);
      node.classList.add("closes");
      if (joined) this.#nodes.get(previous.message_id).classList.remove("closes");
      previous = message;
    }
  }
}

function smoothly() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth";
}
