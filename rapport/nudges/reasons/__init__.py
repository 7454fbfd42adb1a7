"""The reasons to get in touch, one module each, and the list of those in force.

A new reason is a module with one function from a case to reasons, and one entry here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rapport.nudges.reasons import after_event, birthday, cadence, follow_up, promises
from rapport.nudges.reasons.case import Case
from rapport.nudges.state import Reason

Rule = Callable[[Case], Iterable[Reason]]

IN_FORCE: tuple[Rule, ...] = (
    birthday.reasons,
    follow_up.reasons,
    promises.reasons,
    after_event.reasons,
    cadence.reasons,
)
