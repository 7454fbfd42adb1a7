"""Editing a contact in words: what an answer to "what should it be?" says, and keeping it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from rapport.capture.details import birthday_in, handles_in
from rapport.capture.guided import Said
from rapport.contacts.adding import as_name
from rapport.contacts.editing import switch_handles, switch_tags
from rapport.names import clean
from storage.notebook import Notebook

LONGEST_NOTE = 1000
LONGEST_TAG = 40

_JOINERS = "\u200c\u200d"


def edit(notebook: Notebook, contact_id: int, field: str, words: str, said: Said) -> bool:
    """Whether the words said something of that kind, which is kept then."""
    return _EDITS[field](notebook, contact_id, words, said)


def clear(notebook: Notebook, contact_id: int, field: str) -> None:
    """Nothing is known of that any more."""
    if field not in CLEARABLE:
        raise ValueError(f"{field} cannot be cleared")
    notebook.contacts.change(contact_id, **{field: None})


def _name(notebook: Notebook, contact_id: int, words: str, _: Said) -> bool:
    return _set(notebook, contact_id, "name", as_name(words))


def _line(field: str) -> Edit:
    def change(notebook: Notebook, contact_id: int, words: str, _: Said) -> bool:
        return _set(notebook, contact_id, field, clean(words) or None)

    return change


def _birthday(notebook: Notebook, contact_id: int, words: str, said: Said) -> bool:
    return _set(notebook, contact_id, "birthday", birthday_in(words, said))


def _note(notebook: Notebook, contact_id: int, words: str, _: Said) -> bool:
    seen = (c for c in " ".join(words.split()) if c.isprintable() or c in _JOINERS)
    return _set(notebook, contact_id, "note", "".join(seen)[:LONGEST_NOTE].strip() or None)


def _tags(notebook: Notebook, contact_id: int, words: str, _: Said) -> bool:
    typed = words.replace("#", ",").replace("\n", ",").split(",")
    tags = list(dict.fromkeys(tag for part in typed if (tag := clean(part)[:LONGEST_TAG].strip())))
    switch_tags(notebook, contact_id, tags)
    return bool(tags)


def _reach(notebook: Notebook, contact_id: int, words: str, said: Said) -> bool:
    handles = handles_in(words, said)
    switch_handles(notebook, contact_id, [(handle.kind, handle.value) for handle in handles])
    return bool(handles)


def _set(notebook: Notebook, contact_id: int, field: str, value: object) -> bool:
    if value is not None:
        notebook.contacts.change(contact_id, **{field: value})
    return value is not None


Edit = Callable[[Notebook, int, str, Said], bool]

_EDITS: Mapping[str, Edit] = {
    "name": _name,
    "role": _line("role"),
    "company": _line("company"),
    "birthday": _birthday,
    "note": _note,
    "tags": _tags,
    "reach": _reach,
}
FIELDS = tuple(_EDITS)
CLEARABLE = frozenset(("role", "company", "birthday", "note"))
