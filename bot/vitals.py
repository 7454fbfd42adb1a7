"""Whether Rapport is well: its vital signs, from where on each is bad, and what is worth telling.

All of it is decided here from values; `bot.watch` takes the signs and does the telling.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, StrEnum, auto

from storage.alerts import REFUSED, SET_ASIDE, Alert

HOUR = 3600.0


class Condition(StrEnum):
    """How the database is."""

    WELL = "well"
    OUT_OF_REACH = "out of reach"  # it does not answer
    REFUSES = "refuses work"  # it answers, but did not take what was to be stored: a full disk


class Trouble(StrEnum):
    """What can be wrong."""

    DATABASE = "database"
    INTAKE = "intake"
    OUTBOX = "outbox"
    TICK = "tick"
    BACKUP = "backup"
    SET_ASIDE = SET_ASIDE
    REFUSED = REFUSED


HAPPENS_ONCE = frozenset({Trouble.SET_ASIDE, Trouble.REFUSED})
# Of these people notice something while they last, so the operator hears when they are over.
SAID_TO_BE_OVER = frozenset({Trouble.DATABASE, Trouble.OUTBOX})
# Another of the same within a day is in the log, and no message.
TOLD_AGAIN_AFTER = timedelta(days=1)
MOST_DOUBLED = 5  # an hour of peace, with two minutes of patience


@dataclass(frozen=True, slots=True)
class Vitals:
    """The signs, ages in seconds; what waits is None while the database does not answer."""

    database_answers: bool
    last_refusal: float | None  # since the database last did not store something; None: never
    last_tick: float  # since what is due was last looked for
    intake_lag: float | None  # of the longest waiting update
    outbox_age: float | None  # of the longest waiting letter
    last_backup: datetime | None  # None: none yet, or none are made
    backup_age: float | None  # None: none are made, or none yet and the database does not answer


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on a sign is bad, in seconds."""

    refusal: float = 20.0
    """What waits is tried again every 15 seconds: a refusal older than this was the last."""
    tick: float = 300.0
    """A reminder at a named time that comes later than this has missed its purpose."""
    intake: float = 300.0
    """Whoever wrote has stopped looking at the chat by then."""
    outbox: float = 900.0
    """Telegram's own pauses (429) are over by then, and so are six tries of a letter."""
    backup: float = 36 * HOUR
    """One is made a day; half a day is for a machine that is off at night."""

    @classmethod
    def ticking(cls, seconds: float) -> Limits:
        """The limits where the database is asked what is due this often: two may be missed."""
        return cls(tick=cls().tick + 2 * seconds)


def condition(vitals: Vitals, limits: Limits) -> Condition:
    """How the database is."""
    if not vitals.database_answers:
        return Condition.OUT_OF_REACH
    if vitals.last_refusal is not None and vitals.last_refusal < limits.refusal:
        return Condition.REFUSES
    return Condition.WELL


def troubles(vitals: Vitals, limits: Limits) -> dict[Trouble, bool]:
    """Of each trouble that can be judged whether it is there.

    While the database is not well that is the trouble: everything else would follow from it.
    """
    if condition(vitals, limits) is not Condition.WELL:
        return {Trouble.DATABASE: True}
    judged = {
        Trouble.TICK: (vitals.last_tick, limits.tick),
        Trouble.INTAKE: (vitals.intake_lag, limits.intake),
        Trouble.OUTBOX: (vitals.outbox_age, limits.outbox),
        Trouble.BACKUP: (vitals.backup_age, limits.backup),
    }
    found = {each: age > limit for each, (age, limit) in judged.items() if age is not None}
    return {Trouble.DATABASE: False, **found}


def waited(attempts: int, pauses: tuple[float, ...]) -> float:
    """How long a letter has been tried at least, its time to be sent moving on each time."""
    return sum(pauses[min(number, len(pauses) - 1)] for number in range(attempts))


# --- what is worth telling ----------------------------------------------------------------------


class News(Enum):
    """What the operator is to hear."""

    WRONG = auto()
    OVER = auto()


@dataclass(frozen=True, slots=True)
class Course:
    """How a trouble went so far; seconds of a clock that nobody sets."""

    wrong_since: float | None = None  # None: it is not wrong, as far as was told
    well_since: float | None = None  # None: it was wrong when last looked at
    is_told: bool = False
    times: int = 0  # told to be over before: what comes and goes must stay well for longer

    def seen(self, *, is_wrong: bool, at: float) -> Course:
        """The course after another look."""
        if is_wrong:
            since = at if self.wrong_since is None else self.wrong_since
            return replace(self, wrong_since=since, well_since=None)
        since = at if self.well_since is None else self.well_since
        if self.is_told:
            return replace(self, well_since=since)
        is_long_ago = at - since >= TOLD_AGAIN_AFTER.total_seconds()
        return Course(None, since, times=0 if is_long_ago else self.times)

    def news(self, at: float, patience: float) -> News | None:
        """What is to be told now: only what stays wrong, and only what stays well."""
        if not self.is_told:
            since, long_enough = self.wrong_since, patience
        else:
            since, long_enough = self.well_since, patience * 2 ** min(self.times, MOST_DOUBLED)
        if since is None or at - since < long_enough:
            return None
        return News.OVER if self.is_told else News.WRONG

    def told(self, what: News) -> Course:
        """The course once the operators know."""
        if what is News.WRONG:
            return replace(self, is_told=True)
        return Course(None, self.well_since, times=self.times + 1)


def news_of(noted: list[Alert], now: datetime) -> Iterator[tuple[Trouble, News]]:
    """What is to be told of that which happens once: at once, and then for a day no more."""
    for alert in noted:
        if alert.kind not in HAPPENS_ONCE:
            continue
        if alert.told_at is None:
            yield Trouble(alert.kind), News.WRONG
        elif now - alert.told_at >= TOLD_AGAIN_AFTER:
            yield Trouble(alert.kind), News.OVER
