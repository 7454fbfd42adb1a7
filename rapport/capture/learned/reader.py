"""A message read by the models, beside the rules: whichever of the two is likelier to be right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapport.capture.attempts import ATTEMPT
from rapport.capture.learned.composing import cast, composed
from rapport.capture.learned.judges import described
from rapport.capture.learned.models import ANSWERED, TRUST, Models, describer, models
from rapport.capture.learned.tags import OUTSIDE, spans_of
from rapport.capture.learned.verdict import NEVER, Verdict, verdict
from rapport.capture.lexicon import (
    CONTRACTED,
    DELIVERIES,
    LOG_NOUNS,
    LOG_PHRASES,
    LOG_VERBS,
    OWED_BY_ME,
    PRONOUNS,
    STOP,
)
from rapport.capture.message import Message
from rapport.capture.reading import Intent, Person, Reading, Ref
from rapport.capture.remarks import WITHOUT_THE_OWNER
from rapport.names import fold

RULES, MODELS = "rules", "models"
_STEPS = 5
_TENTHS = 10
TRUSTED = 0.8  # of 1; the rules are believed where they may be right
_NO_TOUCH = (ATTEMPT, WITHOUT_THE_OWNER)
_HALVES = frozenset(map(chr, range(0xD800, 0xE000)))
_LONGEST = 400  # words; longer than any note
_SHORTEST = 3  # words; in so few the rules miss nothing
# What says how something was rather than what; a reading holds it as its intent and kind.
_LOGS = LOG_VERBS.keys() | LOG_PHRASES.keys() | DELIVERIES | {"had", "grabbed", "shared"}
_SMALL = STOP | PRONOUNS | CONTRACTED | _LOGS | LOG_NOUNS.keys() | OWED_BY_ME | {"i'll", "we'll"}
_SMALL |= {word for words, _ in LOG_PHRASES.values() for word in words}


@dataclass(frozen=True)
class Opinion:
    """What the models make of a message."""

    features: Sequence[str]
    verdict: Verdict
    reading: Reading
    certainty: float
    """How likely the intent is, by its judge alone."""


def opinion(message: Message, labels: Sequence[str], by_rules: Reading, models: Models) -> Opinion:
    """What follows from what each word stands for."""
    spans = spans_of(labels)
    found = cast(message, spans)
    features = described(message, labels, spans, found.refs, hints(by_rules))
    likely = models.likely(ANSWERED, features)
    decided = verdict(likely, found.refs.values(), {span.tag for span in spans})
    reading = composed(message, spans, found, decided, by_rules)
    return Opinion(features, decided, reading, likely["intent"].get(decided.intent, 0.0))


def hints(by_rules: Reading) -> list[str]:
    """What the rules say of a message, as features."""
    entries = by_rules.entries
    kind = next((entry.kind for entry in entries if entry.kind), NEVER)
    event = next((event.kind for entry in entries for event in entry.life_events), NEVER)
    people = len({person.name for entry in entries for person in entry.people})
    return [f"ri={by_rules.intent}", f"rk={kind}", f"re={event}", f"rp={people}"]


def compared(found: Opinion, by_rules: Reading, message: Message) -> list[str]:
    """Where the two readings differ, as features of whom to trust."""
    ours, theirs = found.reading, by_rules
    content = _content(message)
    covered, missed = _covered(content, theirs), _covered(content, ours)
    relation = _relation(_people(ours), _people(theirs))
    begins = _begins_as_a_log(message)
    sameness = {
        "people": relation == "same",
        "mentions": _mentions(ours) == _mentions(theirs),
        "kind": _all(ours, "kind") == _all(theirs, "kind"),
        "place": _all(ours, "place") == _all(theirs, "place"),
        "date": _all(ours, "date") == _all(theirs, "date"),
        "follow_up": _all(ours, "follow_up") == _all(theirs, "follow_up"),
        "promises": _count(ours, "promises") == _count(theirs, "promises"),
        "events": _count(ours, "life_events") == _count(theirs, "life_events"),
        "described": _described(ours) == _described(theirs),
    }
    step = int(found.certainty * _STEPS)
    return [
        *hints(by_rules),
        f"covered={covered}",
        f"covered={covered}:{theirs.intent}",
        f"covered={covered}:{found.verdict.intent == theirs.intent}",
        f"more={(covered > missed) - (covered < missed)}",
        f"begins={begins}:{theirs.intent}:{found.verdict.intent}",
        f"begins={begins}:{covered}",
        f"people={relation}",
        f"people={relation}:{begins}",
        f"mi={found.verdict.intent}",
        f"both={found.verdict.intent}|{theirs.intent}",
        f"sure={step}",
        f"sure={step}:{found.verdict.intent == theirs.intent}",
        f"len={min(len(message) // _STEPS, _STEPS)}",
        f"entries={len(theirs.entries)}",
        *(f"{name}={is_same}" for name, is_same in sameness.items()),
        *(f"{name}={is_same}:{theirs.intent}" for name, is_same in sameness.items()),
        f"all={all(sameness.values())}",
        *(f"P{ref}" for person in _everybody(ours) for ref in [person.ref]),
        *(f"R{ref}" for person in _everybody(theirs) for ref in [person.ref]),
    ]


def _relation(ours: set[tuple[str, Ref]], theirs: set[tuple[str, Ref]]) -> str:
    if ours == theirs:
        return "same"
    return "more" if ours > theirs else "fewer" if ours < theirs else "other"


def _content(message: Message) -> list[str]:
    """The words of a message, folded, that say more than how something was."""
    return [
        message.folded(at)
        for at in range(len(message))
        if message.is_word(at) and message.lows[at] not in _SMALL
    ]


def _covered(content: Sequence[str], reading: Reading) -> int:
    """How many tenths of what a message says stand in a reading."""
    if not content:
        return _TENTHS
    held = {word for said in _said(reading) for word in fold(said).split()}
    return _TENTHS * sum(word in held for word in content) // len(content)


def _said(reading: Reading) -> Iterator[str]:
    for entry in reading.entries:
        for person in (*entry.people, *entry.mentions):
            yield " ".join(filter(None, (person.name, person.role, person.company)))
        yield " ".join(filter(None, (entry.place, entry.task, entry.how_met, *entry.topics)))
        yield from (fact.text for fact in entry.facts)
        yield from (promise.what for promise in entry.promises)
        yield from entry.query
        if entry.draft:
            yield f"{entry.draft.to} {entry.draft.about or ''}"
        if entry.correction:
            yield entry.correction.value


def _everybody(reading: Reading) -> list[Person]:
    return [person for entry in reading.entries for person in entry.people]


def _people(reading: Reading) -> set[tuple[str, Ref]]:
    return {(fold(person.name), person.ref) for person in _everybody(reading)}


def _mentions(reading: Reading) -> set[str]:
    return {fold(person.name) for entry in reading.entries for person in entry.mentions}


def _described(reading: Reading) -> set[tuple[str, str]]:
    people = _everybody(reading)
    return {(fold(one.name), said) for one in people for said in (one.role, one.company) if said}


def _all(reading: Reading, field: str) -> set[object]:
    return {said for entry in reading.entries if (said := getattr(entry, field)) is not None}


def _count(reading: Reading, field: str) -> int:
    return sum(len(getattr(entry, field)) for entry in reading.entries)


def reread(message: Message, by_rules: Reading) -> Reading:
    """The better of what the rules read and what the models do."""
    if not _is_legible(message):
        return by_rules
    if _hangs_on_context(message, by_rules) or _is_plain(message, by_rules):
        return by_rules
    here = models()
    labels = here.labels(describer().of(message))
    found = opinion(message, labels, by_rules, here)
    trust = here.likely((TRUST,), compared(found, by_rules, message))[TRUST]
    is_doubtful = (
        trust[MODELS] <= TRUSTED
        or _is_bare(message, labels, by_rules)
        or _is_made_up(found.reading, by_rules)
        or _is_less(message, found.reading, by_rules)
    )
    return by_rules if is_doubtful else found.reading


def _is_legible(message: Message) -> bool:
    """Whether the models may be shown it: it is no longer than a note, and no half of a letter is
    in it, which they cannot take."""
    text = message.text
    return len(message) <= _LONGEST and (text.isascii() or _HALVES.isdisjoint(text))


def _is_plain(message: Message, by_rules: Reading) -> bool:
    """Whether the rules read all of it, as what they seldom read wrongly; or several entries,
    where the models know of one; or contact that was tried and not made."""
    entries = by_rules.entries
    if len({(entry.kind, entry.date) for entry in entries if entry.kind}) > 1:
        return True
    if any(fact.topic in _NO_TOUCH for entry in entries for fact in entry.facts):
        return True
    if by_rules.intent in (Intent.QUERY, Intent.DRAFT):
        return True
    covered = _covered(_content(message), by_rules)
    if by_rules.intent in (Intent.INTERACTION, Intent.PROMISE, Intent.LIFE_EVENT):
        return covered == _TENTHS
    return bool(entries and entries[0].kind) and covered == _TENTHS and _begins_as_a_log(message)


def _begins_as_a_log(message: Message) -> bool:
    at = message.after_greeting(0, len(message))
    while message.low(at) in ("i", "we", "just"):
        at += 1
    return message.low(at) in _LOGS or message.low(at) in LOG_NOUNS


def _is_bare(message: Message, labels: Sequence[str], by_rules: Reading) -> bool:
    """Whether the message hardly does more than name somebody or something, of which the rules
    make nothing."""
    return not by_rules.entries and (
        len(message) <= _SHORTEST
        or not any(
            label == OUTSIDE and message.is_word(at) and message.low(at) not in _SMALL
            for at, label in enumerate(labels)
        )
    )


def _is_made_up(ours: Reading, by_rules: Reading) -> bool:
    """Whether the models tell something of nobody, or take somebody up of whom nothing is told,
    where the rules do not."""
    for entry in ours.entries:
        if not entry.people and entry.intent not in (Intent.QUERY, Intent.REMINDER):
            return True
        if not (entry.people or entry.query or entry.task or entry.follow_up):
            return True
        is_told_of = entry.kind or entry.how_met or _described(ours)
        has_handles = any(person.handles for person in entry.people)
        if entry.intent is Intent.NEW_CONTACT and not (is_told_of or has_handles):
            return not by_rules.entries
    return False


def _is_less(message: Message, ours: Reading, by_rules: Reading) -> bool:
    """Whether the models see nothing where the rules know whom it is about, or miss people of what
    begins as a log and both take for the same."""
    if not ours.entries:
        return any(person.ref is Ref.KNOWN for person in _everybody(by_rules))
    return (
        ours.intent is by_rules.intent
        and _people(ours) < _people(by_rules)
        and _begins_as_a_log(message)
    )


def _hangs_on_context(message: Message, by_rules: Reading) -> bool:
    """Whether somebody is meant whom no word of it names: on a card replied to, shown last
    ("her"), of a family ("the Hoffmanns"), or nobody knows who ("someone from N26")."""
    if message.context.card is not None:
        return True
    if any(entry.kind and not entry.people for entry in by_rules.entries):
        return True
    words = {message.folded(at) for at in range(len(message))}
    return any(
        person.ref is Ref.KNOWN and words.isdisjoint(fold(person.name).split())
        for person in _everybody(by_rules)
    )
