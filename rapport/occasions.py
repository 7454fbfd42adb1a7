"""The occasions to write a message, and what each needs to know.

A new occasion is a letter, templates/messages/en/<id>.j2, and one line here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Occasion:
    """A reason to write.

    `wants`: one of these facts makes the message worth sending; when none is on record, the first
    is the one to ask the owner for. `channel`: where it is sent unless the owner says otherwise.
    """

    id: str
    wants: tuple[str, ...] = ()
    channel: str = "telegram"


OCCASIONS = {
    occasion.id: occasion
    for occasion in (
        Occasion("outreach", wants=("topic", "wish"), channel="email"),
        Occasion("follow-up", wants=("topic", "promise", "need", "interest")),
        Occasion("thank-you", wants=("favour",)),
        Occasion(
            "congratulation",
            wants=("news", "promotion", "new_job", "award", "launch", "graduation"),
        ),
        Occasion("birthday"),
        Occasion("check-in"),
    )
}
