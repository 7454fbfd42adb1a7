// Builds DOM nodes. Whatever anybody wrote becomes a text node: nothing on this page parses HTML.

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) set(node, name, value);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function set(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else node.setAttribute(name, value === true ? "" : String(value));
}

export function button(label, attributes, ...children) {
  return el("button", { type: "button", "aria-label": label, title: label, ...attributes }, ...children);
}

// The full name as messengers show it.
export function nameOf(user) {
  return [user.first_name, user.last_name].filter(Boolean).join(" ");
}

export function initialsOf(name) {
  const letters = name.trim().split(/\s+/u).map((word) => Array.from(word)[0] ?? "");
  return letters.slice(0, 2).join("").toLocaleUpperCase() || "?";
}

export function avatar(id, name, size = "") {
  return el("span", { class: `avatar ${size} hue-${Math.abs(id) % 7}`, "aria-hidden": "true" }, initialsOf(name));
}

export function spokenOnly(text) {
  return el("span", { class: "hidden-text" }, text);
}
