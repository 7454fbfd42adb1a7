"""What a message is, all told: the most likely answers that agree with one another."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from math import inf, log
from typing import Self

from rapport.capture.learned.tags import Tag
from rapport.capture.reading import Intent, Kind, Ref

NEVER = "-"
_LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a message is: `event` is the kind of a life event."""

    intent: Intent
    kind: Kind | None
    event: str | None


def verdict(
    likely: Mapping[str, Mapping[str, float]], refs: Collection[Ref], tags: Collection[Tag]
) -> Verdict:
    """The best of all answers that agree: with one another, with the people found (`refs`), and
    with what else stands in the message (`tags`).

    `likely`: by judge (intent, kind, event), how likely each answer is.
    """
    kinds, events = _Best.of(likely["kind"]), _Best.of(likely["event"])
    best, chosen = -inf, Verdict(Intent.NONE, None, None)
    for answer, chance in likely["intent"].items():
        intent = Intent(answer)
        kind = kinds.fitting(_OF_KIND.get(intent))
        event = events.fitting(_OF_EVENT.get(intent))
        score = _log(chance) + kind[0] + event[0] - _strangeness(intent, refs, tags)
        if score > best:
            best, chosen = score, Verdict(intent, Kind(kind[1]) if kind[1] else None, event[1])
    return chosen


@dataclass(frozen=True, slots=True)
class _Best:
    """What speaks for nothing having happened, and for the likeliest that may have."""

    nothing: tuple[float, None]
    something: tuple[float, str]

    @classmethod
    def of(cls, likely: Mapping[str, float]) -> Self:
        chance, answer = max((chance, one) for one, chance in likely.items() if one != NEVER)
        return cls((_log(likely[NEVER]), None), (_log(chance), answer))

    def fitting(self, has_happened: bool | None) -> tuple[float, str | None]:
        """The better of the two, or the one that is asked for."""
        if has_happened is None:
            return max(self.nothing, self.something, key=lambda one: one[0])
        return self.something if has_happened else self.nothing


def _log(chance: float) -> float:
    return log(chance + _LEAST)


# Whether something took place, or happened to somebody, where the intent tells; else either.
_ASKED = (Intent.NONE, Intent.QUERY, Intent.DRAFT, Intent.CORRECTION)
_TOLD = (Intent.PROMISE, Intent.REMINDER, Intent.UPDATE)
_OF_KIND = {
    **dict.fromkeys((*_ASKED, *_TOLD, Intent.LIFE_EVENT), False),
    Intent.INTERACTION: True,
}
_OF_EVENT = {**dict.fromkeys((*_ASKED, *_TOLD), False), Intent.LIFE_EVENT: True}


def _strangeness(intent: Intent, refs: Collection[Ref], tags: Collection[Tag]) -> float:
    """What speaks against an intent, given who and what was found; tried out on messages seen."""
    is_new, is_anybody = Ref.NEW in refs, bool(refs)
    if intent is Intent.NEW_CONTACT and not is_new:
        return 4 if is_anybody else 2.5
    if intent is Intent.INTERACTION and (is_new or not is_anybody):
        return 3
    if intent is Intent.LIFE_EVENT and not is_anybody:
        return 3
    if intent is Intent.PROMISE and not {Tag.MY_PROMISE, Tag.THEIR_PROMISE} & set(tags):
        return 5 + is_new
    return 1 if intent in _TOLD and is_new else 0
