"""Life events: the phrases that tell that something happened in somebody's life."""

from __future__ import annotations

from rapport.capture.lexicon import FAMILY
from rapport.capture.message import Message

_PLACES_AFTER_MOVED = ("to", "back", "from", "into", "in")


def happening(message: Message, start: int, end: int) -> tuple[str, int] | None:
    """What happened according to these words, and where the phrase that says so ends."""
    for at in range(start, end):
        rule = _RULES.get(message.low(at))
        if rule is None:
            continue
        for kind, needed, reach in rule:
            if not needed:
                return kind, at + 1
            for position in range(at + 1, min(end, at + 1 + reach)):
                if message.low(position) in needed:
                    return kind, position + 1
    return None


def _one_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


_NOTHING: frozenset[str] = frozenset()

# By the word that starts the phrase: the event, a word that must follow, and within how many.
_RULES: dict[str, tuple[tuple[str, frozenset[str], int], ...]] = {
    "promoted": (("promotion", _NOTHING, 0),),
    "promotion": (("promotion", _NOTHING, 0),),
    "new": (("new_job", _one_of("job role gig position"), 1), ("baby", _one_of("baby"), 1)),
    "joined": (("new_job", _NOTHING, 0),),
    "joining": (("new_job", _NOTHING, 0),),
    "started": (
        ("new_job", _one_of("as at"), 1),
        ("new_job", _one_of("job role"), 3),
    ),
    "got": (
        ("wedding", _one_of("married engaged hitched"), 2),
        ("new_job", _one_of("job"), 3),
        ("left_job", _one_of("fired"), 1),
    ),
    "getting": (("wedding", _one_of("married"), 1),),
    "married": (("wedding", _NOTHING, 0),),
    "engaged": (("wedding", _NOTHING, 0),),
    "wedding": (("wedding", _NOTHING, 0),),
    "had": (("baby", _one_of("baby twins boy daughter"), 5),),
    "having": (("baby", _one_of("baby twins"), 2),),
    "expecting": (("baby", _one_of("baby twins child"), 3),),
    "gave": (("baby", _one_of("birth"), 1),),
    "pregnant": (("baby", _NOTHING, 0),),
    "newborn": (("baby", _NOTHING, 0),),
    "moved": (("moved", frozenset(_PLACES_AFTER_MOVED), 1),),
    "moving": (("moved", frozenset(_PLACES_AFTER_MOVED), 1),),
    "relocated": (("moved", _NOTHING, 0),),
    "relocating": (("moved", _NOTHING, 0),),
    "raised": (("funding", _one_of("round seed series million funding m money"), 6),),
    "closed": (("funding", _one_of("round seed series funding"), 5),),
    "lost": (
        ("bereavement", FAMILY, 3),
        ("left_job", _one_of("job"), 2),
    ),
    "passed": (("bereavement", _one_of("away"), 1),),
    "died": (("bereavement", _NOTHING, 0),),
    "funeral": (("bereavement", _NOTHING, 0),),
    "laid": (("left_job", _one_of("off"), 1),),
    "quit": (("left_job", _NOTHING, 0),),
    "resigned": (("left_job", _NOTHING, 0),),
    "won": (("award", _one_of("award prize medal grant competition"), 6),),
    "graduated": (("graduation", _NOTHING, 0),),
    "launched": (("launch", _NOTHING, 0),),
    "hospital": (("illness", _NOTHING, 0),),
    "surgery": (("illness", _NOTHING, 0),),
    "diagnosed": (("illness", _NOTHING, 0),),
    "cancer": (("illness", _NOTHING, 0),),
    "sick": (("illness", _NOTHING, 0),),
}  # fmt: skip
