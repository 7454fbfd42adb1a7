"""The envelope: what a channel puts around the words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Channel:
    """`has_subject`: it carries a subject line. `has_farewell`: it ends with a parting phrase."""

    id: str
    has_subject: bool = False
    has_farewell: bool = False


CHANNELS = {
    channel.id: channel
    for channel in (
        Channel("telegram"),
        Channel("whatsapp"),
        Channel("linkedin"),
        Channel("email", has_subject=True, has_farewell=True),
    )
}
