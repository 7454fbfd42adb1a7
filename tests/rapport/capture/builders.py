"""A context to read messages in: a Wednesday in Berlin and some people known."""

from datetime import datetime
from zoneinfo import ZoneInfo

from rapport.capture.reading import Context, Reading
from rapport.capture.roster import Known, Roster
from rapport.capture.understand import read

BERLIN = ZoneInfo("Europe/Berlin")
WEDNESDAY = datetime(2026, 3, 18, 9, 30, tzinfo=BERLIN)
PEOPLE = (
    "Ana Beltran",
    "Tom Okafor",
    "Tom Brandt",
    "Lena Hoffmann",
    "Dario Conti",
    "Grace Kim",
    "Raj Malhotra",
    "Omar Haddad",
    "Wei Zhang",
    "Kofi Mensah",
    "Will Archer",
    "Rose Tierney",
    "Mark Visser",
    "Nguyễn Thị Mai",
)
ROSTER = Roster.of(Known(number, name) for number, name in enumerate(PEOPLE, start=1))


def context(
    said_at: datetime = WEDNESDAY,
    roster: Roster = ROSTER,
    locale: str = "en",
    shown: tuple[int, ...] = (),
    card: int | None = None,
) -> Context:
    """The context of a message; a test names only what matters to it."""
    return Context(said_at, BERLIN, roster, locale, shown=shown, card=card)


def reading(text: str) -> Reading:
    """What the text says to somebody who knows the people above."""
    return read(text, context())
