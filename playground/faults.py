"""The fault plan: what goes wrong, in which method, how often."""

import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from itertools import count
from typing import Any

_numbers = count(1)


class Kind(StrEnum):
    """What goes wrong."""

    DELAY = "delay"  # answers after so many seconds
    STATUS = "status"  # refuses with a status and a description
    CUT_BEFORE = "cut_before"  # closes the connection; nothing was taken
    CUT_AFTER = "cut_after"  # does what was asked, then closes without an answer
    STALL = "stall"  # does what was asked, then answers after so many seconds


_DESCRIPTIONS = {
    400: "Bad Request: made up by the fault plan",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    409: "Conflict: terminated by other getUpdates request;"
    " make sure that only one bot instance is running",
    429: "Too Many Requests: retry after {retry_after}",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


@dataclass
class Fault:
    """One rule of the plan. `count` None means for ever; `skip` lets the first calls pass."""

    kind: Kind
    method: str = "*"
    count: int | None = 1
    skip: int = 0
    probability: float = 1.0
    chat_id: int | None = None
    seconds: float = 0.0
    status: int = 500
    description: str = ""
    retry_after: int | None = None
    # Sent instead of JSON: a proxy in front of Telegram answers in HTML.
    body: str | None = None
    hits: int = 0
    id: int = field(default_factory=lambda: next(_numbers))

    def __post_init__(self) -> None:
        self.kind = Kind(self.kind)
        if not self.description:
            text = _DESCRIPTIONS.get(self.status, "made up by the fault plan")
            self.description = text.format(retry_after=self.retry_after or 1)
        if self.status == 429 and self.retry_after is None and self.body is None:
            self.retry_after = 1

    def is_about(self, method: str, chat_id: object) -> bool:
        """Whether the rule speaks of this call."""
        here = self.chat_id is None or str(self.chat_id) == str(chat_id)
        return here and self.method.lower() in {"*", method.lower()}

    def described(self) -> dict[str, Any]:
        """The rule as JSON."""
        return asdict(self)


class FaultPlan:
    """The rules in force, the oldest first; a used-up rule leaves the plan."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._faults)

    def add(self, fault: Fault) -> Fault:
        """Puts a rule at the end of the plan."""
        self._faults.append(fault)
        return fault

    def clear(self) -> None:
        """Nothing goes wrong any more."""
        self._faults.clear()

    def strike(self, method: str, chat_id: object) -> Fault | None:
        """The fault that hits this call, counted as used, or None."""
        for fault in self._faults:
            if not fault.is_about(method, chat_id):
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            if random.random() >= fault.probability:  # noqa: S311 (a dice roll, no secret)
                continue
            fault.hits += 1
            if fault.count is not None:
                fault.count -= 1
                if fault.count <= 0:
                    self._faults.remove(fault)
            return fault
        return None
