"""From what a call says (text, parse mode, entities) to the formatted text that is sent."""

import json
from typing import Any

from playground.refusals import bad_request
from playground.text.detected import with_detected
from playground.text.formatted import Entity, Formatted, Unparsable, settled
from playground.text.html import parse_html
from playground.text.markdown import parse_markdown, parse_markdown_v2

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
_MOST_BYTES = 1 << 15
_PARSERS = {"html": parse_html, "markdown": parse_markdown, "markdownv2": parse_markdown_v2}
_SENDABLE = frozenset(
    {
        "bold",
        "italic",
        "underline",
        "strikethrough",
        "spoiler",
        "blockquote",
        "expandable_blockquote",
        "code",
        "pre",
        "text_link",
        "text_mention",
        "custom_emoji",
    }
)


def read_text(text: str, parse_mode: str, entities: object) -> Formatted:
    """The text of a message: there must be some, and at most 4096 characters of it."""
    if not text:
        raise bad_request("message text is empty")
    formatted = with_detected(settled(_parsed(text, parse_mode, entities)))
    if not formatted.text:
        raise bad_request("text must be non-empty")
    if len(formatted.text) > LONGEST_TEXT:
        raise bad_request("message is too long")
    return formatted


def read_caption(text: str, parse_mode: str, entities: object) -> Formatted:
    """A caption: may be empty, at most 1024 characters."""
    formatted = with_detected(settled(_parsed(text, parse_mode, entities)))
    if len(formatted.text) > LONGEST_CAPTION:
        raise bad_request("message caption is too long")
    return formatted


def typed(text: str, entities: list[Entity] | None = None) -> Formatted:
    """What a person typed: plain, with what Telegram finds in it."""
    return with_detected(settled(Formatted(text, tuple(entities or ()))))


def _parsed(text: str, parse_mode: str, entities: object) -> Formatted:
    if len(text.encode("utf-8", "surrogatepass")) > _MOST_BYTES:
        raise bad_request("text is too long")
    mode = parse_mode.lower()
    if not text or not mode or mode == "none":
        return Formatted(text, tuple(_given(entities)))
    if mode not in _PARSERS:
        raise bad_request("unsupported parse_mode")
    try:
        return _PARSERS[mode](text)
    except Unparsable as fault:
        raise bad_request(f"can't parse entities: {fault}") from None


def _given(entities: object) -> list[Entity]:
    if isinstance(entities, str) and entities:
        entities = json.loads(entities)
    if not isinstance(entities, list):
        return []
    return [_checked(entity) for entity in entities if _is_sendable(entity)]


def _is_sendable(entity: object) -> bool:
    return isinstance(entity, dict) and entity.get("type") in _SENDABLE


def _checked(entity: dict[str, Any]) -> Entity:
    try:
        place = {"offset": int(entity["offset"]), "length": int(entity["length"])}
    except (KeyError, TypeError, ValueError):
        raise bad_request("can't parse MessageEntity: expected offset and length") from None
    return {**entity, **place}
