"""Ways to reach a person as a message spells them."""

from __future__ import annotations

from rapport.capture.message import Message
from rapport.capture.reading import Handle
from rapport.capture.words import Sort


def handle_at(message: Message, at: int) -> Handle | None:
    """The e-mail address, phone number, Telegram name or web address standing here."""
    if not 0 <= at < len(message.words):
        return None
    word = message.words[at]
    if word.sort is Sort.EMAIL:
        return Handle("email", word.text)
    if word.sort is Sort.PHONE:
        digits = "".join(c for c in word.text if c.isdecimal())
        return Handle("phone", "+" + digits if word.text[0] == "+" else digits)
    if word.sort is Sort.AT_NAME:
        return Handle("telegram", word.text[1:])
    if word.sort is Sort.URL:
        return _web_handle(word.text.rstrip(".,;:!?)"))
    return None


def _web_handle(url: str) -> Handle:
    low = url.lower()
    for site, kind in (("linkedin.com/in/", "linkedin"), ("t.me/", "telegram")):
        before, found, slug = low.partition(site)
        start = len(before) + len(site)
        name = url[start:].split("/")[0].split("?")[0]
        if found and slug.strip("/") and name:
            return Handle(kind, name)
    return Handle("url", url)
