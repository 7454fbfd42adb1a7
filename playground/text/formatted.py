"""A text and its entities: the value, its units, and what Telegram does to both before it sends."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

Entity = dict[str, Any]

# Nothing may be formatted inside these, and nothing is detected inside the last four.
CODE = frozenset({"code", "pre"})
CONTINUOUS = CODE | {"text_link", "text_mention", "custom_emoji"}
SPLITTABLE = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})
_PRECEDENCE = ("blockquote", "expandable_blockquote", "pre", "code", "text_link", "text_mention")
MOST_ENTITIES = 100
# mailto:…, but not host:8080.
_OTHER_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?!\d)")


@dataclass(frozen=True)
class Formatted:
    """A text with its entities; offsets and lengths count UTF-16 units."""

    text: str
    entities: tuple[Entity, ...] = ()


class Unparsable(Exception):
    """The markup is broken; the message says where, as Telegram says it."""


def units(text: str) -> int:
    """The length in UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def byte_offset(source: str, index: int) -> int:
    """Where a character stands in the UTF-8 form: Telegram's parsers count bytes."""
    return len(source[:index].encode("utf-8", "surrogatepass"))


def link_entity(offset: int, length: int, url: str) -> Entity | None:
    """A link or a mention of a user, or None for an address that Telegram drops."""
    place = {"offset": offset, "length": length}
    if (user_id := linked_user(url)) is not None:
        user = {"id": user_id, "is_bot": False, "first_name": ""}
        return {"type": "text_mention", **place, "user": user}
    if (checked := checked_link(url)) is not None:
        return {"type": "text_link", **place, "url": checked}
    return None


def linked_user(url: str) -> int | None:
    """The id in a tg://user?id=… link."""
    parts = urlsplit(url)
    if parts.scheme == "tg" and parts.netloc == "user":
        number = parse_qs(parts.query).get("id", [""])[0]
        return int(number) if number.isascii() and number.isdigit() else None
    return None


def checked_link(url: str) -> str | None:
    """The address as Telegram stores it, or None where it knows no such scheme or host."""
    url = url.strip()
    if not url or any(character.isspace() for character in url):
        return None
    scheme, separator, _ = url.partition("://")
    if not separator:
        if url.lower().startswith(("tg:", "ton:")):
            return url
        if _OTHER_SCHEME.match(url):
            return None
        url, scheme = f"http://{url}", "http"
    if scheme.lower() in {"tg", "ton"}:
        return url
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    host = parts.hostname or ""
    known = scheme.lower() in {"http", "https"} and ("." in host or host == "localhost")
    if not known or host.startswith(".") or ".." in host:
        return None
    return url if parts.path or parts.query or parts.fragment else f"{url}/"


def in_order(entities: Iterable[Entity]) -> list[Entity]:
    """By offset, the enclosing one first."""

    def rank(entity: Entity) -> tuple[int, int, int]:
        kind = entity["type"]
        precedence = _PRECEDENCE.index(kind) if kind in _PRECEDENCE else len(_PRECEDENCE)
        return entity["offset"], -entity["length"], precedence

    return sorted(entities, key=rank)


def settled(formatted: Formatted) -> Formatted:
    """What is stored: trimmed at both ends, code kept plain, at most a hundred entities."""
    trimmed = _trimmed(formatted)
    entities = in_order(_with_plain_code(trimmed.entities))
    return Formatted(trimmed.text, tuple(entities[:MOST_ENTITIES]))


def _trimmed(formatted: Formatted) -> Formatted:
    text = formatted.text.replace("\r", "")
    right = text.rstrip()
    left = right.lstrip()
    cut = units(right) - units(left)
    length = units(left)
    kept = []
    for entity in formatted.entities:
        start = max(0, entity["offset"] - cut)
        end = min(length, entity["offset"] + entity["length"] - cut)
        if end > start:
            kept.append({**entity, "offset": start, "length": end - start})
    return Formatted(left, tuple(kept))


def _with_plain_code(entities: Iterable[Entity]) -> list[Entity]:
    entities = list(entities)
    code = [entity for entity in entities if entity["type"] in CODE]
    kept = []
    for entity in entities:
        kept += _without(entity, code) if entity["type"] in SPLITTABLE else [entity]
    return kept


def _without(entity: Entity, holes: list[Entity]) -> list[Entity]:
    pieces = [(entity["offset"], entity["offset"] + entity["length"])]
    for hole in holes:
        first, last = hole["offset"], hole["offset"] + hole["length"]
        pieces = [
            piece
            for start, end in pieces
            for piece in ((start, min(end, first)), (max(start, last), end))
            if piece[1] > piece[0]
        ]
    return [{**entity, "offset": start, "length": end - start} for start, end in pieces]
