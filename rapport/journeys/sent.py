"""Sent it: a draft the owner has sent is a touch, and may have kept a promise."""

from __future__ import annotations

from datetime import date, datetime

from rapport.journeys.touch import in_touch
from storage import promises
from storage.drafts import StoredDraft
from storage.notebook import Notebook
from storage.promises import Promise

_KINDS = {"email": "email"}


def sent(notebook: Notebook, draft_id: int, today: date, now: datetime) -> StoredDraft:
    """The draft, marked as sent; its sentences are used up and the clock restarts, once.

    NoSuchRecord if the owner has no such draft.
    """
    draft = notebook.drafts.get(draft_id)
    if notebook.drafts.sent(draft_id, today):
        kind = _KINDS.get(draft.channel, "message")
        in_touch(notebook, draft.contact_id, kind, today, now)
    return notebook.drafts.get(draft_id)


def perhaps_kept(notebook: Notebook, contact_id: int) -> list[Promise]:
    """The owner's open promises to somebody, which a message may have kept."""
    return [each for each in notebook.promises.open(contact_id) if each.by_me]


def kept(notebook: Notebook, promise_id: int, today: date) -> Promise:
    """The promise, done; a second time changes nothing."""
    promise = notebook.promises.get(promise_id)
    if promise.state == promises.OPEN:
        notebook.promises.settle(promise_id, promises.DONE, today)
    return promise
