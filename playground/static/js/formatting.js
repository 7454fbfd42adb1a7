// Turns a text and its entities into nodes. Offsets count UTF-16 units, as JavaScript's own strings do.
import { button, el } from "./dom.js";
import { icon } from "./icons.js";

// Only these leave the page; anything else that calls itself a link stays plain text.
const SCHEMES = new Set(["http:", "https:", "mailto:", "tel:"]);

export function safeAddress(text) {
  try {
    const url = new URL(/^[a-z][a-z0-9+.-]*:/iu.test(text) ? text : `https://${text}`);
    return SCHEMES.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

// `hands` does what a reader of the text can do: copy(text), command(text), open(address).
export function formatted(text, entities = [], hands) {
  const ordered = entities
    .filter(({ offset, length }) => offset >= 0 && length > 0 && offset < text.length)
    .map((entity) => ({ ...entity, end: Math.min(entity.offset + entity.length, text.length) }))
    .sort((a, b) => a.offset - b.offset || b.end - a.end);
  const fragment = document.createDocumentFragment();
  fragment.append(...nodes(text, 0, text.length, ordered, hands));
  return fragment;
}

function nodes(text, start, end, entities, hands) {
  const result = [];
  let at = start;
  let rest = entities;
  while (rest.length > 0) {
    const [entity, ...later] = rest;
    const from = Math.max(entity.offset, at);
    const to = Math.min(entity.end, end);
    if (from > at) result.push(text.slice(at, from));
    const inside = later.filter(({ offset }) => offset < to);
    const children = nodes(text, from, to, inside, hands);
    result.push(dress(entity, children, text.slice(from, to), hands));
    at = to;
    // What overlaps without nesting goes on behind its neighbour's end.
    rest = later.filter((other) => other.offset >= to || other.end > to).filter((other) => other.end > at);
    if (BLOCKS.has(entity.type) && text[at] === "\n" && at < end) at += 1;
  }
  if (at < end) result.push(text.slice(at, end));
  return result;
}

const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);
const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s" };

function dress(entity, children, text, hands) {
  switch (entity.type) {
    case "bold":
    case "italic":
    case "underline":
    case "strikethrough":
      return el(TAGS[entity.type], {}, children);
    case "code":
      return tapToCopy(text, children, hands);
    case "pre":
      return block(text, children, entity.language, hands);
    case "blockquote":
      return el("blockquote", {}, children);
    case "expandable_blockquote":
      return expandable(children);
    case "spoiler":
      return spoiler(children);
    case "text_link":
      return link(entity.url, children, hands, true);
    case "url":
      return link(text, children, hands, false);
    case "email":
      return link(`mailto:${text}`, children, hands, false);
    case "phone_number":
      return link(`tel:${text.replace(/[^+\d]/gu, "")}`, children, hands, false);
    case "bot_command":
      return el("button", { type: "button", class: "inline-link", onclick: () => hands.command(text) }, children);
    case "mention":
    case "text_mention":
    case "hashtag":
    case "cashtag":
      return el("span", { class: "mention" }, children);
    default:
      return el("span", {}, children);
  }
}

function tapToCopy(text, children, hands) {
  return el("code", { role: "button", tabindex: "0", title: "Tap to copy", ...pressed(() => hands.copy(text)) }, children);
}

function block(text, children, language, hands) {
  const copy = (event) => {
    // A reader who is marking a passage wants that passage, not all of it.
    if (getSelection().isCollapsed || event.currentTarget.tagName === "BUTTON") hands.copy(text);
    event.stopPropagation();
  };
  return el("div", { class: "pre" },
    el("div", { class: "pre-head" },
      el("span", {}, language || ""),
      button("Copy this text", { class: "pre-copy", onclick: copy }, icon("copy"), "Copy")),
    el("pre", { title: "Tap to copy", onclick: copy }, children));
}

function expandable(children) {
  const quote = el("blockquote", { class: "expandable" }, el("div", {}, children));
  const toggle = el("button", { type: "button", class: "inline-link", "aria-expanded": "false" }, "Show more");
  toggle.addEventListener("click", () => {
    const open = quote.classList.toggle("open");
    toggle.setAttribute("aria-expanded", String(open));
    toggle.textContent = open ? "Show less" : "Show more";
  });
  quote.append(toggle);
  return quote;
}

function spoiler(children) {
  const inner = el("span", { "aria-hidden": "true" }, children);
  const cover = el("span", { class: "spoiler", role: "button", tabindex: "0", "aria-label": "Hidden text: show it" }, inner);
  const reveal = () => {
    cover.classList.add("shown");
    for (const name of ["role", "tabindex", "aria-label"]) cover.removeAttribute(name);
    inner.removeAttribute("aria-hidden");
  };
  for (const [name, listener] of Object.entries(pressed(reveal))) cover.addEventListener(name.slice(2), listener, { once: name === "onclick" });
  return cover;
}

function link(target, children, hands, disguised) {
  const address = safeAddress(target ?? "");
  if (!address) return el("span", { class: "mention", title: target }, children);
  const anchor = el("a", { href: address, target: "_blank", rel: "noopener noreferrer", title: address }, children);
  // Words may hide where a link goes, so such a link asks first.
  if (disguised) {
    anchor.addEventListener("click", (event) => {
      event.preventDefault();
      hands.open(address);
    });
  }
  return anchor;
}

// Listeners that make an element answer to the pointer and to the keyboard alike.
export function pressed(action) {
  return {
    onclick: action,
    onkeydown: (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      action(event);
    },
  };
}
