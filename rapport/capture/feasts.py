"""Feasts by name: Christmas, Easter, Thanksgiving, Diwali, and the national days of a country.

Those of a fixed date or weekday, and those that hang on Easter, are computed here. The moon's and
the nations' come from the `holidays` package, imported when somebody first names one: it takes a
quarter of a second and 19 MB.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache, lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

from rapport.capture.almanac import MODIFIERS, words
from rapport.capture.days import Direction, Resolve, Span, whole_month
from rapport.capture.moments import Found, day, span
from rapport.capture.months import FOLLOWERS, year_at
from rapport.capture.spans import nth_weekday_of
from rapport.capture.words import Line, Sort

Yearly = Callable[[int], date | None]

_LAST = -1
_FIRST_YEAR, _LAST_YEAR = 1950, 2100


def _fixed(month: int, day: int) -> Yearly:
    return lambda year: date(year, month, day)


def _easter(days: int = 0) -> Yearly:
    return lambda year: _western_easter(year) + timedelta(days=days)


def _orthodox(days: int = 0) -> Yearly:
    return lambda year: _eastern_easter(year) + timedelta(days=days)


def _nth(number: int, weekday: int, month: int, days: int = 0) -> Yearly:
    def on(year: int) -> date | None:
        found = nth_weekday_of(number, weekday, whole_month(month, year))(
            date(year, 1, 1), Direction.FUTURE
        )
        return found and found[0] + timedelta(days=days)

    return on


def _western_easter(year: int) -> date:
    """Easter Sunday by the Gregorian reckoning (Meeus, Jones, Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    month, day = divmod(h + k - 7 * ((a + 11 * h + 22 * k) // 451) + 114, 31)
    return date(year, month, day + 1)


def _eastern_easter(year: int) -> date:
    """Easter Sunday of the Orthodox churches (Meeus), thirteen days of the calendars between."""
    d = (19 * (year % 19) + 15) % 30
    month, day = divmod(d + (2 * (year % 4) + 4 * (year % 7) - d + 34) % 7 + 114, 31)
    return date(year, month, day + 1) + timedelta(days=13)


# --- which feasts there are ----------------------------------------------------------------

MON, TUE, THU, FRI, SUN = 0, 1, 3, 4, 6
_EVERYWHERE: dict[str, Yearly] = {
    "christmas|xmas|x-mas|christmas day|xmas day": _fixed(12, 25),
    "christmas eve|xmas eve": _fixed(12, 24),
    "boxing day|st stephens day|saint stephens day": _fixed(12, 26),
    "new years eve|new year eve|nye|hogmanay|silvester": _fixed(12, 31),
    "new years day|new years|new year|new year day": _fixed(1, 1),
    "epiphany|three kings day": _fixed(1, 6),
    "burns night": _fixed(1, 25),
    "valentines day|valentine day|valentines|vday|v-day": _fixed(2, 14),
    "groundhog day": _fixed(2, 2),
    "womens day|international womens day": _fixed(3, 8),
    "st patricks day|saint patricks day|st paddys day|st patricks|paddys day": _fixed(3, 17),
    "pi day": _fixed(3, 14),
    "april fools day|april fools|april fool": _fixed(4, 1),
    "earth day": _fixed(4, 22),
    "may day": _fixed(5, 1),
    "star wars day": _fixed(5, 4),
    "bastille day": _fixed(7, 14),
    "halloween|hallowe'en|halloween night": _fixed(10, 31),
    "all saints day|all saints": _fixed(11, 1),
    "all souls day": _fixed(11, 2),
    "guy fawkes night|guy fawkes|guy fawkes day|bonfire night": _fixed(11, 5),
    "singles day": _fixed(11, 11),
    "st nicholas day": _fixed(12, 6),
    "easter|easter sunday|easter day": _easter(),
    "easter monday": _easter(1),
    "good friday": _easter(-2),
    "maundy thursday": _easter(-3),
    "easter saturday|easter eve|holy saturday": _easter(-1),
    "palm sunday": _easter(-7),
    "ash wednesday": _easter(-46),
    "shrove tuesday|pancake day|pancake tuesday|mardi gras|fat tuesday": _easter(-47),
    "rose monday|rosenmontag": _easter(-48),
    "ascension day|ascension": _easter(39),
    "pentecost|whitsun|whit sunday|whitsunday": _easter(49),
    "whit monday|pentecost monday": _easter(50),
    "corpus christi": _easter(60),
    "orthodox easter|greek easter": _orthodox(),
    "orthodox christmas": _fixed(1, 7),
    "black friday": _nth(4, THU, 11, 1),
    "cyber monday": _nth(4, THU, 11, 4),
    "giving tuesday": _nth(4, THU, 11, 5),
}
# What is kept on different days: by country, "" for everywhere else.
_BY_COUNTRY: dict[str, dict[str, Yearly]] = {
    "thanksgiving|thanksgiving day|turkey day": {"": _nth(4, THU, 11), "CA": _nth(2, MON, 10)},
    "mothers day|mother day": {
        "": _nth(2, SUN, 5),
        "GB IE": _easter(-21),
        "FR SE": _nth(_LAST, SUN, 5),
        "ES PT": _nth(1, SUN, 5),
        "PL": _fixed(5, 26),
        "MX": _fixed(5, 10),
    },
    "mothering sunday": {"": _easter(-21)},
    "fathers day|father day": {
        "": _nth(3, SUN, 6),
        "DE": _easter(39),
        "ES IT PT": _fixed(3, 19),
        "AU NZ": _nth(1, SUN, 9),
        "SE FI NO": _nth(2, SUN, 11),
    },
    "labor day|labour day": {"": _fixed(5, 1), "US CA": _nth(1, MON, 9)},
    "memorial day": {"": _nth(_LAST, MON, 5)},
    "mlk day|martin luther king day|martin luther king jr day": {"": _nth(3, MON, 1)},
    "presidents day|president day": {"": _nth(3, MON, 2)},
    "columbus day|indigenous peoples day": {"": _nth(2, MON, 10)},
    "veterans day|remembrance day|armistice day": {"": _fixed(11, 11)},
    "remembrance sunday": {"": _nth(2, SUN, 11)},
    "juneteenth": {"": _fixed(6, 19)},
    "early may bank holiday|may bank holiday": {"": _nth(1, MON, 5)},
    "spring bank holiday": {"": _nth(_LAST, MON, 5)},
    "august bank holiday|summer bank holiday": {"": _nth(_LAST, MON, 8)},
    "super bowl|super bowl sunday|superbowl": {"": _nth(2, SUN, 2)},
    "kings day|koningsdag": {"": _fixed(4, 27)},
    "fourth of july|4th of july|july 4th|july fourth": {"": _fixed(7, 4)},
    "cinco de mayo": {"": _fixed(5, 5)},
}
# Those that follow the moon, as a country that keeps them calls them.
_MOON = {
    "diwali|deepavali|divali": ("SG", "Diwali"),
    "holi": ("IN", "Holi"),
    "dussehra": ("IN", "Dussehra"),
    "raksha bandhan|rakhi": ("IN", "Raksha Bandhan"),
    "janmashtami": ("IN", "Janmashtami"),
    "ganesh chaturthi": ("IN", "Ganesh Chaturthi"),
    "chinese new year|lunar new year|cny|spring festival|tet": ("SG", "Chinese New Year"),
    "mid-autumn festival|mid autumn festival|moon festival": ("CN", "Mid-Autumn Festival"),
    "dragon boat festival": ("CN", "Dragon Boat Festival"),
    "vesak|wesak|vesak day": ("SG", "Vesak Day"),
    "eid|eid al-fitr|eid ul-fitr|eid-al-fitr|hari raya|end of ramadan": ("SG", "Eid al-Fitr"),
    "eid al-adha|eid ul-adha|bakrid": ("SG", "Eid al-Adha"),
    "passover|pesach": ("IL", "Pesach"),
    "rosh hashanah|rosh hashana|jewish new year": ("IL", "Rosh Hashanah"),
    "yom kippur": ("IL", "Yom Kippur"),
    "sukkot|sukkoth": ("IL", "Sukkot"),
    "hanukkah|chanukah|hanukah": ("IL", "Hanukkah"),
    "purim": ("IL", "Purim"),
    "shavuot": ("IL", "Shavuot"),
}
_RAMADAN_DAYS = 29  # or 30: nobody knows before the moon is seen
# "Independence Day" is whatever the owner's country keeps under that name.
_NATIONAL = words(
    "independence national republic constitution liberation unity victory canada australia anzac "
    "waitangi heritage freedom revolution reformation immaculate assumption flag victoria"
)
_ELSEWHERE = {"independence": "US", "canada": "CA", "australia": "AU", "anzac": "AU",
              "waitangi": "NZ", "victoria": "CA"}  # fmt: skip

_NAMES: dict[tuple[str, ...], str] = {
    tuple(name.split()): names
    for names in (*_EVERYWHERE, *_BY_COUNTRY, *_MOON, "ramadan")
    for name in names.split("|")
}
_LONGEST = max(map(len, _NAMES))
FIRST_WORDS = frozenset(name[0] for name in _NAMES) | _NATIONAL
# Names that are a day's and nobody else's: a clause may end with one.
_SURE_ENDS = words("eve day friday monday sunday saturday tuesday wednesday")
_CALLS = words(
    "on by until till til before after since from due for this last next coming past every at "
    "over around in during about between to through thru and mid post pre"
)
_TRAILS = words("break holiday holidays weekend week period time vacation hols itself")


# --- finding them --------------------------------------------------------------------------


def feast(line: Line, at: int) -> Found | None:
    """A feast by its name: "Easter Monday", "New Year's Eve", "Christmas 2027"."""
    named = _named(line, at)
    if named is None:
        return None
    end, names, spelled = named
    end += line.low(end) == "of" and line.low(end + 2) == "year"
    said = year_at(line, end + (line.low(end) == ","))
    shift = None
    if said:
        end = said[0]
    elif line.low(end) in MODIFIERS and line.low(end + 1) == "year":
        shift, end = MODIFIERS[line.low(end)], end + 2
    before = at - 1 - (line.low(at - 1) == "the")
    modifier = MODIFIERS.get(line.low(before))
    is_followed = not line.ends(end) and line.low(end) not in FOLLOWERS
    if is_followed and line.low(end) in _TRAILS:
        end, is_followed = end + 1, False
    called = line.low(before) in _CALLS or said is not None or shift is not None
    alone = spelled[-1] in _SURE_ENDS and line.ends(end) and len(spelled) > 1
    sure = not is_followed and (called or alone) and line.sort(end) is not Sort.POSSESSIVE
    leans = None
    if modifier and shift is None:
        leans = Direction.PAST if modifier < 0 else Direction.FUTURE
    days = _days(names, line.zone, said and said[1], shift)
    found = span if names == "ramadan" else day
    return found(end, days, leans, sure)


def _named(line: Line, at: int) -> tuple[int, str, tuple[str, ...]] | None:
    """Where the longest name that begins here ends, and under which it is kept."""
    spelled: list[str] = []
    found = None
    position = at
    while position < len(line) and len(spelled) < _LONGEST and position < at + 2 * _LONGEST:
        low = line.low(position)
        position += 1
        if line.sort(position - 1) is Sort.POSSESSIVE:
            spelled[-1] += "s"
        elif low in ("'", "’", "."):
            pass
        else:
            spelled.append(low.removesuffix(".").replace("'", "") if low != "." else low)
        names = _NAMES.get(tuple(spelled))
        if names:
            found = position, names, tuple(spelled)
        elif len(spelled) == 2 and spelled[0] in _NATIONAL and spelled[1] == "day":
            found = position, f"national {spelled[0]}", tuple(spelled)
    return found


def _days(names: str, zone: ZoneInfo | None, year: int | None, shift: int | None) -> Resolve:
    """The feast of a year, or the one that lies in the direction looked in."""

    def resolve(today: date, direction: Direction) -> Span | None:
        if year is not None or shift is not None:
            return _in_year(names, zone, year or today.year + (shift or 0))
        spans = [
            found
            for step in (-1, 0, 1)
            if (found := _in_year(names, zone, today.year + step)) is not None
        ]
        if direction is Direction.PAST:
            return next((each for each in reversed(spans) if each[0] <= today), None)
        return next((each for each in spans if each[1] >= today), None)

    return resolve


def _in_year(names: str, zone: ZoneInfo | None, year: int) -> Span | None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    if names == "ramadan":
        end = _of_package("SG", "Eid al-Fitr", year)
        if end is None:
            return None
        return end - timedelta(days=_RAMADAN_DAYS), end - timedelta(days=1)
    if names in _EVERYWHERE:
        found = _EVERYWHERE[names](year)
    elif names in _MOON:
        found = _of_package(*_MOON[names], year)
    elif names.startswith("national "):
        found = _national(names.removeprefix("national "), country_of(zone), year)
    else:
        by_country = _BY_COUNTRY[names]
        country = country_of(zone) if len(by_country) > 1 else ""
        found = next(
            (on for codes, on in by_country.items() if country in codes.split()), by_country[""]
        )(year)
    return None if found is None else (found, found)


def _national(word: str, country: str, year: int) -> date | None:
    name = f"{word.title()} Day"
    found = _of_package(country, name, year) if country else None
    elsewhere = _ELSEWHERE.get(word)
    return found or (_of_package(elsewhere, name, year) if elsewhere else None)


@lru_cache(maxsize=512)
def _of_package(country: str, name: str, year: int) -> date | None:
    """The first day in the year that a country keeps under an English name."""
    import holidays

    # Its function for any country calls every failing of its own an unknown country.
    of_country = getattr(holidays, country, None)
    if of_country is None:
        return None
    kept = of_country(years=year, language="en_US", observed=False, categories=_categories(country))
    return min((on for on, said in kept.items() if _says(said, name)), default=None)


def _says(said: str, name: str) -> bool:
    return any(each.split(" (")[0].strip() == name for each in said.split(";"))


def _categories(country: str) -> tuple[str, ...]:
    return {"IN": ("public", "optional"), "IL": ("public", "optional", "school")}.get(
        country, ("public",)
    )


@cache
def country_of(zone: ZoneInfo | None) -> str:
    """The two letters of the country whose clocks follow a zone, "" when there is no one such."""
    return _countries().get(zone.key, "") if zone else ""


@cache
def _countries() -> dict[str, str]:
    table = resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return {row[2]: row[0] for row in rows}
