"""What Telegram finds in a text by itself: commands, mentions, tags, addresses."""

import re

from playground.text.formatted import CONTINUOUS, Entity, Formatted, in_order, units

_DOMAIN = r"(?:[\w-]+\.)+(?:com|org|net|io|dev|app|ai|co|me|de|fr|uk|eu|info|edu|gov|ru|ch|at|nl)"
_FINDERS = (
    ("email", re.compile(rf"[\w.+-]+@{_DOMAIN}\b")),
    ("url", re.compile(r"(?:https?|tg|ton)://[^\s<>\"']*[^\s<>\"'.,;:!?)\]]", re.IGNORECASE)),
    ("url", re.compile(rf"(?<![\w.@/-]){_DOMAIN}\b(?:[/?#][^\s<>\"']*[^\s<>\"'.,;:!?)\]])?")),
    (
        "bot_command",
        re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])"),
    ),
    ("mention", re.compile(r"(?<!\w)@[A-Za-z0-9_]{3,32}(?!\w)")),
    ("hashtag", re.compile(r"(?<![\w#])#(?!\d+(?!\w))\w{1,256}")),
    ("cashtag", re.compile(r"(?<![\w$])\$[A-Z]{1,8}(?!\w)")),
    ("phone_number", re.compile(r"(?<!\w)\+\d(?:[ ()-]?\d){7,14}(?!\w)")),
)


def with_detected(formatted: Formatted) -> Formatted:
    """The same text, with what was found outside code and links."""
    taken = [_span(entity) for entity in formatted.entities if entity["type"] in CONTINUOUS]
    found: list[Entity] = []
    for kind, finder in _FINDERS:
        for match in finder.finditer(formatted.text):
            offset = units(formatted.text[: match.start()])
            entity = {"offset": offset, "length": units(match.group()), "type": kind}
            start, end = _span(entity)
            if all(end <= first or start >= last for first, last in taken):
                taken.append((start, end))
                found.append(entity)
    if not found:
        return formatted
    return Formatted(formatted.text, tuple(in_order([*formatted.entities, *found])))


def _span(entity: Entity) -> tuple[int, int]:
    return entity["offset"], entity["offset"] + entity["length"]
