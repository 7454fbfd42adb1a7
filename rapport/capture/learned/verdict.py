"""What a message is, all told: the most likely answers that agree with one another."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
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
    odd = _strangeness(is_new=Ref.NEW in refs, is_anybody=bool(refs), is_owed=_is_owed(tags))
    best = -inf
    chosen: tuple[str, str | None, str | None] = (Intent.NONE, None, None)
    for intent, chance in likely["intent"].items():
        for_kind, kind = kinds.fitting(_OF_KIND.get(intent))
        for_event, event = events.fitting(_OF_EVENT.get(intent))
        score = _log(chance) + for_kind + for_event - odd.get(intent, 0)
        if score > best:
            best, chosen = score, (intent, kind, event)
    intent, kind, event = chosen
    return Verdict(Intent(intent), Kind(kind) if kind else None, event)


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
_OF_KIND: Mapping[str, bool] = {
    **dict.fromkeys((*_ASKED, *_TOLD, Intent.LIFE_EVENT), False),
    Intent.INTERACTION: True,
}
_OF_EVENT: Mapping[str, bool] = {**dict.fromkeys((*_ASKED, *_TOLD), False), Intent.LIFE_EVENT: True}


def _is_owed(tags: Collection[Tag]) -> bool:
    return Tag.MY_PROMISE in tags or Tag.THEIR_PROMISE in tags


@cache
def _strangeness(*, is_new: bool, is_anybody: bool, is_owed: bool) -> Mapping[str, float]:
    """What speaks against each intent, given who and what was found; tried out on messages seen."""
    against: dict[str, float] = dict.fromkeys(_TOLD, float(is_new))
    if not is_owed:
        against[Intent.PROMISE] = 5.0 + is_new
    if not is_new:
        against[Intent.NEW_CONTACT] = 4.0 if is_anybody else 2.5
    if is_new or not is_anybody:
        against[Intent.INTERACTION] = 3.0
    if not is_anybody:
        against[Intent.LIFE_EVENT] = 3.0
    return against
