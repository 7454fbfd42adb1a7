// Speaks to the playground's server: one function a question, and the stream of what happens.

export class Refusal extends Error {}

async function ask(path, options) {
  let response;
  try {
    response = await fetch(`/play/${path}`, options);
  } catch {
    throw new Refusal("The playground is not answering. Is it still running?");
  }
  const body = await response.json().catch(() => null);
  if (!response.ok) throw new Refusal(body?.description ?? `The playground answered ${response.status}.`);
  return body;
}

function post(path, body) {
  return ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

export const world = () => ask("state");
export const addUser = (user) => post("users", user);
export const messagesOf = (uid, after = 0) => ask(`users/${uid}/messages?after=${after}`);
export const fileAddress = (fileId) => `/play/files/${encodeURIComponent(fileId)}`;

// What a user can do; each answers with what the server made of it.
export const act = (uid, deed, body) => post(`users/${uid}/${deed}`, body);

export function upload(uid, { file, kind, caption, replyTo }) {
  const form = new FormData();
  form.append("kind", kind);
  if (caption) form.append("caption", caption);
  if (replyTo) form.append("reply_to", String(replyTo));
  form.append("file", file, file.name);
  return ask(`users/${uid}/upload`, { method: "POST", body: form });
}

const RETRY_MS = 1500;

// Follows what happens to one user until closed. After an interruption it begins anew and
// lets `onopen` catch up: a number kept from before may belong to a world that is gone.
export function follow(uid, { onopen, onevent, onlost }) {
  let source = null;
  let timer = 0;
  const open = () => {
    source = new EventSource(`/play/users/${uid}/events`);
    source.onopen = () => onopen().catch(again);
    source.onmessage = (event) => onevent(JSON.parse(event.data));
    source.onerror = again;
  };
  const again = () => {
    source.close();
    clearTimeout(timer);
    timer = setTimeout(open, RETRY_MS);
    onlost();
  };
  open();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}
