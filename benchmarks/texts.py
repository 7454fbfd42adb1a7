"""What people text in the benchmarks: the note after an evening, each about somebody new."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

# fmt: off
_GIVEN = (
    "Amara", "Anselm", "Beatriz", "Bruno", "Carla", "Cyril", "Daria", "Dmitri",
    "Elena", "Emil", "Farah", "Felix", "Greta", "Gustavo", "Hana", "Hugo",
    "Imani", "Ivan", "Jonas", "Katya", "Leila", "Luca", "Maja", "Mateo",
    "Nadia", "Nils", "Olga", "Omar", "Paula", "Pavel", "Rania", "Samir",
)
# fmt: on
_ROLES = ("CTO", "CEO", "designer", "data engineer", "head of product", "researcher")
_COMPANIES = ("Acme", "Borealis", "Contoso", "Fabrikam", "Globex", "Initech", "Nordlicht", "Umbra")
_SYLLABLES = tuple(start + vowel for start in "bdfgklmnprstvz" for vowel in "aeiou")
_ENDINGS = ("nov", "rsen", "llini", "ska")

_SURNAMES = len(_SYLLABLES) ** 3 * len(_ENDINGS)
# Coprime to the number of surnames, so that neighbours share little and none returns.
_STRIDE = 104_729


@dataclass(frozen=True)
class Meeting:
    """Somebody met: the text about it, and the surname that occurs in no other."""

    name: str
    surname: str
    text: str


def meetings(first: int = 0) -> Iterator[Meeting]:
    """Meetings without end, the same ones each time; a surname returns after 1.3 million."""
    for number in count(first):
        surname = _surname(number)
        person = f"{_GIVEN[number % len(_GIVEN)]} {surname}"
        work = f"{_ROLES[number % len(_ROLES)]} at {_COMPANIES[number % len(_COMPANIES)]}"
        yield Meeting(
            person,
            surname,
            f"Met {person}, {work}, at PyData Berlin last night. Talked vector DBs. "
            "Promised to send our benchmark by Friday.",
        )


def _surname(number: int) -> str:
    rest, ending = divmod(number * _STRIDE % _SURNAMES, len(_ENDINGS))
    syllables = []
    for _ in range(3):
        rest, syllable = divmod(rest, len(_SYLLABLES))
        syllables.append(_SYLLABLES[syllable])
    return "".join(syllables).capitalize() + _ENDINGS[ending]
