// What lies over the chat for a moment: toasts, menus, questions, a picture at full size.
import { button, el } from "./dom.js";
import { icon } from "./icons.js";

const TOAST_MS = 3200;

// A short word in the pane it belongs to, read out by screen readers.
export function toast(host, text) {
  const shown = el("div", { class: "toast" }, text);
  host.replaceChildren(shown);
  setTimeout(() => shown.remove(), Math.max(TOAST_MS, text.length * 60));
}

export async function copy(text, host) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copyBySelection(text);
  }
  toast(host, "Copied to the clipboard");
}

// For browsers that refuse the clipboard on a page without TLS.
function copyBySelection(text) {
  const area = el("textarea", { class: "hidden-text", "aria-hidden": "true" });
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

// A menu at its anchor, or at the pointer. Items: {label, sign, act}.
export function menu(anchor, items, pointer = null) {
  const list = el("div", { class: "menu", role: "menu", popover: "auto" }, items.map(({ label, sign, act }) =>
    el("button", { type: "button", role: "menuitem", tabindex: "-1", onclick: () => { list.hidePopover(); act(); } }, icon(sign), label)));
  list.addEventListener("keydown", (event) => walk(event, list));
  list.addEventListener("toggle", (event) => {
    if (event.newState === "closed") list.remove();
  });
  document.body.append(list);
  list.showPopover();
  place(list, anchor, pointer);
  list.querySelector("button")?.focus();
}

function walk(event, list) {
  const items = [...list.querySelectorAll("button")];
  const at = items.indexOf(document.activeElement);
  const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (next === undefined) return;
  event.preventDefault();
  items.at(next % items.length).focus();
}

const MARGIN = 8;

function place(list, anchor, pointer) {
  const box = anchor.getBoundingClientRect();
  const { width, height } = list.getBoundingClientRect();
  const x = pointer?.clientX ?? box.left;
  const below = pointer?.clientY ?? box.bottom + 4;
  const above = (pointer?.clientY ?? box.top - 4) - height;
  const y = below + height + MARGIN <= innerHeight ? below : above;
  list.style.left = `${Math.max(MARGIN, Math.min(x, innerWidth - width - MARGIN))}px`;
  list.style.top = `${Math.max(MARGIN, Math.min(y, innerHeight - height - MARGIN))}px`;
}

// Asks; answers the fields' values by name, or null when it was cancelled.
export function ask({ title, text = null, body = [], fields = [], confirm = "OK", cancel = "Cancel" }) {
  return new Promise((resolve) => {
    const form = el("form", { method: "dialog" },
      el("h2", { id: "dialog-title", dir: "auto" }, title),
      text && el("p", { class: "dialog-text", dir: "auto" }, text),
      body,
      fields.map(field),
      el("div", { class: "dialog-buttons" },
        cancel && el("button", { type: "button", class: "plain", onclick: () => dialog.close() }, cancel),
        el("button", { type: "submit", class: "strong", value: "yes" }, confirm)));
    const dialog = el("dialog", { "aria-labelledby": "dialog-title", onclick: (event) => event.target === dialog && dialog.close() }, form);
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes" ? Object.fromEntries(new FormData(form)) : null);
      dialog.remove();
    });
    document.body.append(dialog);
    dialog.showModal();
    (form.querySelector("[data-first]") ?? form.querySelector(".strong")).focus();
  });
}

function field({ name, label, value = "", options = null, first = false, ...rest }) {
  if (rest.type === "checkbox") {
    return el("label", { class: "check" }, el("input", { name, value: "yes", ...rest }), label);
  }
  const input = options
    ? el("select", { name, ...rest }, options.map(([key, text]) => el("option", { value: key, selected: key === value }, text)))
    : el(rest.rows ? "textarea" : "input", { name, autocomplete: "off", "data-first": first, ...rest });
  if (!options) input.value = value;
  return el("label", { class: "field" }, el("span", {}, label), input);
}

export function say(title, text = null) {
  return ask({ title, text, cancel: null });
}

// The reader sees where a link leads before anything leaves this machine.
export async function openLink(address) {
  const yes = await ask({ title: "Open this link?", text: address, confirm: "Open" });
  if (yes) window.open(address, "_blank", "noopener,noreferrer");
}

export function enlarge(address) {
  const dialog = el("dialog", { class: "picture", "aria-label": "Photo", onclick: () => dialog.close() },
    el("img", { src: address, alt: "Photo" }),
    button("Close", { class: "round close" }, icon("close")));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
