"""Messages that tell something: clause by clause into entries of what took place and is to come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from rapport.capture.clauses import clauses
from rapport.capture.happenings import happening
from rapport.capture.lexicon import (
    APPROACHES,
    CHANNELS,
    INTEREST_VERBS,
    LIKES,
    LOG_NOUNS,
    LOG_PHRASES,
    LOG_VERBS,
    LOOSE_TASKS,
    ME,
    NEEDS,
    OPENERS,
    PLANS,
    PRONOUNS,
    ROLE_WORDS,
    STOP,
    SUBJECTS,
    TASKS,
    TOPIC_CUES,
    TOPIC_VERBS,
)
from rapport.capture.message import Message
from rapport.capture.people import (
    Somebody,
    attributes,
    describe,
    handle_at,
    people_at,
    person_at,
    referred,
    role_end_at,
)
from rapport.capture.reading import Entry, Fact, Intent, Kind, LifeEvent, Promise, Ref, When
from rapport.capture.when import Direction, month_day
from rapport.capture.words import Sort
from storage.types import FactKind, PartialDate


def entries(message: Message) -> tuple[Entry, ...]:
    """What the message tells, in its own order; empty when it tells nothing to remember."""
    return _Notes(message).entries()


@dataclass(eq=False)
class _Draft:
    """An entry while its clauses are still being read."""

    people: list[Somebody] = field(default_factory=list)
    mentions: list[Somebody] = field(default_factory=list)
    kind: Kind | None = None
    place: str | None = None
    date: When | None = None
    follow_up: When | None = None
    task: str | None = None
    promises: list[tuple[bool, Somebody, str, When | None]] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    facts: list[tuple[Somebody, FactKind, str, str]] = field(default_factory=list)
    how_met: str | None = None
    events: list[tuple[Somebody, str]] = field(default_factory=list)
    is_stored: bool = False

    def include(self, somebody: Somebody) -> Somebody:
        """The person as one of this entry's people, the same object for the same person."""
        for present in self.people:
            if present.is_same(somebody):
                return present
        self.people.append(somebody)
        return somebody

    def intent(self) -> Intent:
        """What the entry is above all."""
        is_described = any(one.role or one.company or one.handles for one in self.people)
        stores = self.kind or self.is_stored or is_described
        if stores and (any(one.ref is Ref.NEW for one in self.people) or not self.people):
            return Intent.NEW_CONTACT
        if self.kind:
            return Intent.INTERACTION
        if self.events:
            return Intent.LIFE_EVENT
        if self.promises:
            return Intent.PROMISE
        if self.follow_up or self.task:
            return Intent.REMINDER
        is_dated = any(one.birthday for one in self.people)
        return Intent.UPDATE if self.facts or is_described or is_dated else Intent.NONE

    def frozen(self) -> Entry:
        """The entry as the reading holds it."""
        return Entry(
            self.intent(),
            people=tuple(one.frozen() for one in self.people),
            mentions=tuple(one.frozen() for one in self._mentioned()),
            kind=self.kind,
            place=self.place,
            date=self.date,
            follow_up=self.follow_up,
            task=self.task,
            promises=tuple(
                Promise(me, one.name, what, due) for me, one, what, due in self.promises
            ),
            topics=tuple(dict.fromkeys(self.topics)),
            facts=tuple(
                dict.fromkeys(
                    Fact(one.name, kind, text, topic) for one, kind, text, topic in self.facts
                )
            ),
            how_met=self.how_met,
            life_events=tuple(
                dict.fromkeys(LifeEvent(one.name, kind) for one, kind in self.events)
            ),
        )

    def _mentioned(self) -> list[Somebody]:
        kept: list[Somebody] = []
        for one in self.mentions:
            if not any(one.is_same(other) for other in (*self.people, *kept)):
                kept.append(one)
        return kept


_PROMISED_ACTS = frozenset(
    (
        "send", "share", "forward", "intro", "introduce", "give", "get", "review", "deliver", "pay",
        "return", "connect", "help", "bring", "draft", "write", "prepare", "lend", "set", "make",
        "put", "let", "email", "show", "check", "provide", "buy", "invite", "call", "ask", "look",
    )
)  # fmt: skip
_FOLLOW_UPS = frozenset(("ping", "follow", "check", "circle", "nudge", "chase", "reach", "call", "catch", "remind", "text", "message"))  # fmt: skip
_DUTIES = frozenset(("need", "should", "must", "have", "gotta", "got", "remember", "todo", "let's", "lets", "want", "ought", "plan", "planning", "going"))  # fmt: skip
_FINITE = frozenset(("is", "are", "was", "has", "had", "said", "says", "did", "does", "knows", "thinks", "told", "mentioned", "just", "might", "may", "can", "could", "used", "grew", "started", "asked", "studied", "lives", "lived", "came", "comes", "turned", "turns", "got", "gave", "speaks", "still", "really", "wrote", "went", "likes"))  # fmt: skip


class _Notes:
    """The reading of one message: the entry being filled and the person being spoken of."""

    def __init__(self, message: Message) -> None:
        self.message = message
        self.drafts: list[_Draft] = []
        self.subject: Somebody | None = None
        self.named: dict[int, int] = {}
        self.rules: tuple[Callable[[int, int], bool], ...] = (
            self._addition,
            self._my_promise,
            self._duty,
            self._log,
            self._topics,
            self._introduction,
            self._about_somebody,
        )

    def entries(self) -> tuple[Entry, ...]:
        """All entries that came to mean something."""
        for start, end in clauses(self.message):
            at = self.message.after_greeting(start, end)
            if at < end:
                any(rule(at, end) for rule in self.rules)
                self._handles(at, end)
                self._mentions(at, end)
        frozen = [draft.frozen() for draft in self.drafts]
        return tuple(entry for entry in frozen if entry.intent is not Intent.NONE)

    # --- the entry and the person at hand ---

    def _current(self) -> _Draft:
        if not self.drafts:
            self.drafts.append(_Draft())
        return self.drafts[-1]

    def _fresh(self) -> _Draft:
        self.drafts.append(_Draft())
        return self.drafts[-1]

    def _draft_of(self, somebody: Somebody) -> _Draft:
        """The entry that is about somebody; a new one if the last is about others."""
        for draft in reversed(self.drafts):
            if any(one.is_same(somebody) for one in draft.people):
                return draft
        current = self._current()
        return current if not current.people else self._fresh()

    def _person(self) -> Somebody | None:
        """Whom a pronoun, or a clause without a subject, is about."""
        if self.subject is None:
            self.subject = referred(self.message)
        return self.subject

    def _take(self, somebody: Somebody) -> tuple[_Draft, Somebody]:
        draft = self._draft_of(somebody)
        self.subject = draft.include(somebody)
        return draft, self.subject

    # --- storing somebody ---

    def _addition(self, at: int, end: int) -> bool:
        """ "add Dr. Henrike Vogt, radiologist at Charité", "new contact: …"."""
        message = self.message
        low = message.low(at)
        if low in ("add", "save", "store"):
            at += 1 + (message.low(at + 1) in ("contact", "new"))
        elif low == "new" and message.low(at + 1) in ("contact", "person"):
            at += 2
        else:
            return False
        while at < end and message.is_mark(at, ":"):
            at += 1
        found = person_at(message, at, end, expected=True)
        if found is None:
            return False
        draft, somebody = self._take(found[0])
        draft.is_stored = True
        rest = attributes(message, somebody, found[1], end)
        self._circumstances(draft, rest, end)
        return True

    # --- what the owner is to do ---

    def _duty(self, at: int, end: int) -> bool:
        """A reminder asked for, a task, or a need to do something for somebody."""
        message = self.message
        bare = message.low(at) not in ("i", "we")
        if not bare:
            at += 1 + (message.low(at + 1) in ("also", "really"))
        if message.low(at) in ("remind", "reminder"):
            at += 1 + (message.low(at + 1) in ("me", ":", "to"))
            return self._task(self._past_to(at, end), end, explicit=True)
        if message.low(at) in _DUTIES:
            verb = at + 1
            while message.low(verb) in ("to", "be", "not", ":") or message.is_mark(verb, ":"):
                verb += 1
            if message.low(verb) in _PROMISED_ACTS and message.low(verb) not in TASKS - {
                "send",
                "share",
                "forward",
                "introduce",
                "intro",
            }:
                return self._promise(True, verb, end) or self._task(verb, end)
            if message.low(at) == "let's" or message.low(verb) in TASKS | LOG_NOUNS.keys():
                return self._task(verb, end)
            return message.low(at) in ("need", "must", "gotta", "todo") and self._task(verb, end)
        if bare and message.low(at) in TASKS and not self._is_noun_here(at, end):
            return self._task(at, end)
        return False

    def _past_to(self, at: int, end: int) -> int:
        """Past dates and "to" up to the task itself."""
        message = self.message
        while at < end and (message.low(at) == "to" or at in message.dated):
            at += 1
        return at

    def _is_noun_here(self, at: int, end: int) -> bool:
        """ "call with Ana" is a call; "call Ana" is a task."""
        low = self.message.low(at)
        if low not in LOG_NOUNS:
            return False
        after = at + 1
        while after < end and after in self.message.dated:
            after += 1
        return self.message.low(after) in ("with", "from") or (after > at + 1 and after < end)

    def _task(self, at: int, end: int, explicit: bool = False) -> bool:
        message = self.message
        when = message.date_in(at - 1 if explicit else at, end, Direction.FUTURE)
        if explicit:
            when = when or message.date_in(max(at - 8, 0), end, Direction.FUTURE)
        somebody = self._whom(at, end)
        task = message.cut_undated(at, end) or None
        if not (explicit or when or somebody or self.drafts):
            return False
        if message.low(at) in LOOSE_TASKS and not (explicit or when) and somebody is None:
            return False
        if somebody is None and (self.subject or not self.drafts):
            somebody = self._person()
        if somebody is None:
            draft = self._current()
        else:
            draft, _ = self._take(somebody)
        if draft.follow_up or draft.task:
            people = draft.people
            draft = self._fresh()
            draft.people = list(people)
        draft.follow_up, draft.task = when, task
        return True

    def _whom(self, at: int, end: int) -> Somebody | None:
        """Whom a task is about: the pronoun, or the person its verb is followed by."""
        message = self.message
        for position in range(at, end):
            if position in message.dated:
                continue
            low = message.low(position)
            if low in PRONOUNS - {"it"}:
                return self._person()
            found = person_at(message, position, end)
            if found is None:
                continue
            after_verb = position > at and (
                message.low(position - 1) in TASKS
                or message.low(position - 1)
                in ("with", "to", "up", "in", "out", "back", "about", "on")
            )
            if found[0].ref is not Ref.NEW or after_verb:
                return found[0]
        return None

    # --- promises ---

    def _my_promise(self, at: int, end: int) -> bool:
        """ "promised to send …", "I'll send …", "owe her …", "said I'd …"."""
        message = self.message
        low = message.low(at)
        if low in ("i'll", "we'll") or (low in ("i", "we") and message.low(at + 1) == "will"):
            verb = at + (1 if low in ("i'll", "we'll") else 2)
            if message.low(verb) in _FOLLOW_UPS:
                return self._task(verb, end)
            return self._promise(True, verb, end)
        if low in ("i", "we", "i've", "we've"):
            at += 1
            at += message.low(at) in ("also", "have", "just")
            low = message.low(at)
        if low in ("promised", "promise", "agreed", "offered", "pledged", "committed"):
            return self._promise(True, at + 1, end)
        if low in ("owe", "owed"):
            return self._debt(at + 1, end)
        if low in ("said", "told"):
            for position in range(at + 1, min(end, at + 4)):
                if message.low(position) in ("i'd", "i'll", "i"):
                    return self._promise(True, at + 1, end)
        return False

    def _promise(self, by_me: bool, at: int, end: int) -> bool:
        """A promise from these words on: whom it is made to, what, and by when."""
        message = self.message
        somebody: Somebody | None = None
        while at < end:
            low = message.low(at)
            if low in PRONOUNS or low == "you":
                somebody = self._person()
                at += 1
            elif low in (
                "to",
                "that",
                "i'd",
                "i'll",
                "i",
                "would",
                "he'd",
                "she'd",
                "they'd",
                "will",
                "me",
                "us",
                "he",
                "she",
            ):
                at += 1
            elif somebody is None and (found := person_at(message, at, end)):
                somebody, at = found
            else:
                break
        what = message.cut_undated(at, end)
        somebody = somebody or self._person_promised(at, end)
        if not what or somebody is None:
            return False
        draft, somebody = self._take(somebody)
        when = message.date_in(at, end, Direction.FUTURE)
        due = When(when.last, when.last, when.time) if when else None
        draft.promises.append((by_me, somebody, what, due))
        return True

    def _person_promised(self, at: int, end: int) -> Somebody | None:
        """Whom a promise without an addressee is made to: the person at hand, else one named in it."""
        somebody = self._person()
        if somebody is not None:
            return somebody
        for position in range(at, end):
            found = person_at(self.message, position, end)
            before = self.message.low(position - 1)
            if found and (found[0].ref is not Ref.NEW or before in ("to", "send", "give", "get")):
                return found[0]
        return None

    def _debt(self, at: int, end: int) -> bool:
        """ "owe mateusz a beer and the link": each thing is a promise of its own."""
        message = self.message
        found = (
            person_at(message, at, end, expected=True) if message.low(at) not in PRONOUNS else None
        )
        somebody = found[0] if found else self._person()
        at = found[1] if found else at + (message.low(at) in PRONOUNS)
        if somebody is None:
            return False
        things = self._things(at, end)
        draft, somebody = self._take(somebody)
        when = message.date_in(at, end, Direction.FUTURE)
        due = When(when.last, when.last, when.time) if when else None
        draft.promises += [(True, somebody, thing, due) for thing in things]
        return bool(things)

    def _things(self, at: int, end: int) -> list[str]:
        message = self.message
        things: list[str] = []
        start = at
        for position in range(at, end):
            articled = message.low(position + 1) in ("a", "an", "the", "my", "our", "some")
            if message.low(position) == "and" and articled and position not in message.dated:
                things.append(message.cut_undated(start, position))
                start = position + 1
        things.append(message.cut_undated(start, end))
        return [thing for thing in things if thing]

    # --- what took place ---

    def _log(self, at: int, end: int) -> bool:
        """An interaction: "met …", "coffee with …", "spoke to …", "Will called"."""
        message = self.message
        planned = False
        for position in range(at, min(end, at + 14)):
            if position in message.dated:
                continue
            low = message.low(position)
            if low in PLANS and not (
                message.words[position].capital and position == at and low == "will"
            ):
                planned = True
            after = self._log_start(position, end)
            if after is not None:
                kind, start = after
                is_plan = planned or message.lies_ahead(at, end)
                return self._logged(at, position, start, end, kind, is_plan)
        return False

    def _log_start(self, at: int, end: int) -> tuple[Kind, int] | None:
        """The kind of interaction that this word announces and where its people may begin."""
        message = self.message
        low = message.low(at)
        phrase = LOG_PHRASES.get(low)
        if phrase and message.low(at + 1) in phrase[0]:
            start = at + 2 + (message.low(at + 2) == "with")
            return phrase[1], start
        if low in LOG_VERBS:
            return LOG_VERBS[low], at + 1
        if low in LOG_NOUNS and self._is_shared(at, end):
            kind = LOG_NOUNS[low]
            if message.low(at - 1) in ("video", "zoom"):
                kind = Kind.VIDEO
            return kind, at + 1
        if low in ("meeting", "seeing", "catch", "meet") and message.low(at + 1) not in (
            "with",
            "for",
        ):
            start = at + 1 + (message.low(at + 1) == "up") + (message.low(at + 2) == "with")
            return (Kind.MET, start) if person_at(message, start, end) else None
        return None

    def _is_shared(self, at: int, end: int) -> bool:
        """Whether a noun such as "coffee" is followed by somebody to have it with."""
        message = self.message
        if person := person_at(message, at + 1, end):
            return person[0].ref is not Ref.NEW
        limit = min(end, at + 14)
        return any(
            message.low(position) in ("with", "from", "between") and position not in message.dated
            for position in range(at + 1, limit)
        )

    def _logged(
        self, begin: int, trigger: int, start: int, end: int, kind: Kind, planned: bool
    ) -> bool:
        message = self.message
        subject = self._leading_person(begin, trigger)
        if subject and not planned and message.low(trigger) in APPROACHES:
            if message.low(start) in ("me", "us"):
                start += 1
        elif (
            subject is None
            and message.low(trigger) in LOG_VERBS
            and message.low(start) in ("me", "us")
        ):
            return False
        draft = _Draft(kind=kind)
        if subject and message.low(trigger) in APPROACHES:
            draft.kind = APPROACHES[message.low(trigger)]
            draft.include(subject)
        if message.low(trigger) == "introduced":
            self._introduced(draft, start, end)
        self._companions(draft, trigger, start, end)
        if not draft.people:
            return self._logged_of_last(draft, subject, trigger, start, end)
        if planned:
            return self._planned(draft, begin, end)
        self._open(draft)
        self.subject = draft.people[0] if len(draft.people) == 1 else draft.people[-1]
        before = message.date_in(begin, start, Direction.PAST)
        self._circumstances(draft, start, end)
        draft.date = draft.date or before
        return True

    def _open(self, draft: _Draft) -> None:
        """Makes this the current entry, taking over one that only named the same people."""
        if self.drafts:
            last = self.drafts[-1]
            if (
                last.kind is None
                and not last.follow_up
                and any(one.is_same(other) for one in draft.people for other in last.people)
            ):
                last.kind, last.place, last.date = draft.kind, draft.place, draft.date
                for one in draft.people:
                    last.include(one)
                return
        self.drafts.append(draft)

    def _companions(self, draft: _Draft, trigger: int, start: int, end: int) -> None:
        """The people of an interaction: right after its verb, or after "with"."""
        message = self.message
        verbal = message.low(trigger) in LOG_VERBS or message.low(trigger) in LOG_PHRASES
        position = start
        if message.low(position) in ("him", "her", "them"):
            somebody = self._person()
            if somebody:
                draft.include(somebody)
            return
        tries = [position] if verbal or person_at(message, position, end) else []
        approached = message.low(trigger) in ("call", "email", "message", "text", "mail", "dm")
        cues = ("with", "between", ":", "from") if approached else ("with", "between", ":")
        tries += [
            at + 1
            for at in range(position, end)
            if message.low(at) in cues and at not in message.dated
        ]
        for at in tries:
            if message.low(at) in ("him", "her", "them") and (somebody := self._person()):
                draft.include(somebody)
                return
            people, mentions, after = people_at(message, at, end)
            if people:
                self.named[at] = after
                for one in people:
                    draft.include(one)
                draft.mentions += mentions
                return

    def _introduced(self, draft: _Draft, start: int, end: int) -> None:
        """ "introduced Nadia to Kofi": both."""
        for position in range(start, end):
            if self.message.low(position) == "to":
                found = person_at(self.message, position + 1, end)
                if found:
                    first = person_at(self.message, start, end)
                    if first:
                        draft.include(first[0])
                    draft.include(found[0])
                return

    def _leading_person(self, begin: int, trigger: int) -> Somebody | None:
        if begin >= trigger:
            return None
        if self.message.low(begin) in SUBJECTS:
            return self._person()
        found = person_at(self.message, begin, trigger)
        return found[0] if found and found[1] == trigger else None

    def _logged_of_last(
        self, draft: _Draft, subject: Somebody | None, trigger: int, start: int, end: int
    ) -> bool:
        """ "Ana Silva, Finch. Met at Slush": the verb without an object means who was named."""
        message = self.message
        somebody = subject or (self.subject if self.drafts else None)
        following = message.low(start)
        if message.low(trigger) not in LOG_VERBS:
            return False
        if somebody is None:
            return self._nameless(draft, start, end)
        closed = start >= end or start in message.dated or message.is_mark(start)
        if not (following in ("at", "in", "on", "via", "through", "during") or closed):
            return False
        draft.include(somebody)
        self._open(draft)
        self.subject = somebody
        self._circumstances(self.drafts[-1], start, end)
        return True

    def _nameless(self, draft: _Draft, start: int, end: int) -> bool:
        """ "ran into someone from N26": somebody was met, whoever it was."""
        message = self.message
        if message.low(start) not in ("someone", "somebody"):
            return False
        self.drafts.append(draft)
        self._circumstances(draft, start + 1, end)
        return True

    def _planned(self, draft: _Draft, begin: int, end: int) -> bool:
        """An interaction that has not happened yet is a reminder."""
        message = self.message
        plan = self._fresh()
        plan.people = draft.people
        plan.mentions = draft.mentions
        plan.follow_up = message.date_in(begin, end, Direction.FUTURE)
        plan.task = message.cut_undated(begin, end) or None
        self.subject = draft.people[0]
        return True

    def _circumstances(self, draft: _Draft, at: int, end: int) -> None:
        """When, where, how, about what: everything a log says besides its people."""
        message = self.message
        while at < end:
            phrase = message.dated.get(at)
            if phrase is not None:
                draft.date = draft.date or message.when(phrase, Direction.PAST)
                at = phrase.end
            elif at in self.named:
                at = self.named[at]
            else:
                at = self._circumstance(draft, at, end)

    def _circumstance(self, draft: _Draft, at: int, end: int) -> int:
        message = self.message
        low = message.low(at)
        somebody = draft.people[-1] if draft.people else None
        if low in ("over", "via", "by", "on", "for") and (channel := self._channel(at + 1, end)):
            kind, after = channel
            draft.kind = (
                kind if draft.kind in (Kind.MET, Kind.CALL, None) or low != "for" else draft.kind
            )
            return after
        if low in ("through", "via") or (low == "thanks" and message.low(at + 1) == "to"):
            start = at + 1 + (low == "thanks")
            found = person_at(message, start, end)
            if found:
                draft.how_met = message.cut(at, found[1])
                draft.mentions.append(found[0])
                return found[1]
        if low in TOPIC_CUES or (low == "on" and message.low(at + 1) in ("the",) and draft.place):
            return self._topic_list(draft, at + 1, end)
        if message.is_mark(at, ":") and draft.people:
            return (
                self._topic_list(draft, at + 1, end)
                if not self._lists_people(at + 1, end)
                else at + 1
            )
        if low in ("at", "in", "on", "during") and draft.place is None:
            return self._place(draft, at, end)
        if message.is_mark(at, "(") and somebody:
            close = next((i for i in range(at, end) if message.is_mark(i, ")")), end)
            describe(message, somebody, at + 1, close)
            return close + 1
        if somebody and (handle := handle_at(message, at)):
            somebody.handles.append(handle)
            return at + 1
        if message.is_mark(at, ",") and somebody and somebody.role is None:
            role_end = role_end_at(message, at + 1, end)
            if role_end:
                return attributes(message, somebody, at, end)
        return at + 1

    def _lists_people(self, at: int, end: int) -> bool:
        return person_at(self.message, at, end) is not None

    def _channel(self, at: int, end: int) -> tuple[Kind, int] | None:
        message = self.message
        at += message.low(at) in ("a", "the", "some", "an")
        at += message.low(at) in ("quick", "long", "video", "lovely")
        if message.low(at) in CHANNELS and not message.low(at + 1) == "about":
            kind = CHANNELS[message.low(at)]
            return (Kind.VIDEO if message.low(at - 1) == "video" else kind), at + 1
        return None

    def _place(self, draft: _Draft, at: int, end: int) -> int:
        message = self.message
        preposition = message.low(at)
        start = at + 1
        if message.low(start) in ("the", "a", "an", "this", "some"):
            start += 1
        if not message.is_word(start) or message.low(start) in (
            "person",
            "all",
            "least",
            "once",
            "first",
            "general",
            "touch",
            "his",
            "her",
        ):
            return at + 1
        if (
            preposition in ("on", "in")
            and not (message.words[start].capital or start > at + 1)
            and preposition == "on"
        ):
            return at + 1
        after = self._place_end(start, end)
        if after > start:
            draft.place = message.cut(start, after)
            self._host(draft, start, after)
            return after
        return at + 1

    def _host(self, draft: _Draft, start: int, end: int) -> None:
        """ "dinner at Ingrid's place" was with Ingrid too."""
        message = self.message
        found = person_at(message, start, end)
        if (
            found
            and found[0].ref is Ref.KNOWN
            and message.words[min(found[1], end - 1)].sort is Sort.POSSESSIVE
            and message.low(end - 1) in ("place", "house", "home", "flat", "apartment")
        ):
            draft.include(found[0])

    def _place_end(self, start: int, end: int) -> int:
        """Where a place ends: at a date, a mark, or a word that begins something else."""
        message = self.message
        position = start
        while position < min(end, start + 8) and position not in message.dated:
            low = message.low(position)
            word = message.words[position]
            if word.sort in (Sort.MARK, Sort.BREAK) and word.text not in "'’":
                break
            joined = low in ("of", "the", "for", "to", "de", "in") and position > start
            is_and = low == "and" and position + 1 < end and message.words[position + 1].capital
            if (low in STOP and not joined and not is_and and not word.capital) or low in (
                "with",
                "re",
                "about",
                "who",
            ):
                break
            position += 1
        while position > start and message.low(position - 1) in ("of", "the", "for", "to", "in"):
            position -= 1
        return position

    # --- topics ---

    def _topics(self, at: int, end: int) -> bool:
        """ "talked vector DBs", "re the guest post"; only of an interaction that is being logged."""
        message = self.message
        if message.low(at) in ("we", "they", "and"):
            at += 1
        if not self.drafts or message.low(at) not in TOPIC_VERBS | TOPIC_CUES:
            return False
        at += 1
        while message.low(at) in (
            "about",
            "on",
            "through",
            "over",
            "a",
            "lot",
            "mostly",
            "mainly",
        ) or message.is_mark(at, ":"):
            at += 1
        self._topic_list(self.drafts[-1], at, end)
        return True

    def _topic_list(self, draft: _Draft, at: int, end: int) -> int:
        message = self.message
        start = at
        for position in range(at, end + 1):
            divides = (
                position == end
                or message.is_mark(position, ",/")
                or (message.low(position) == "and" and position not in message.dated)
            )
            if divides:
                phrase = next((i for i in range(start, position) if i in message.dated), None)
                if phrase is not None:
                    found = message.when(message.dated[phrase], Direction.PAST)
                    draft.date = draft.date or found
                topic = message.cut_undated(start, position)
                if topic:
                    draft.topics.append(topic)
                start = position + 1
        return end

    # --- somebody introduced by name alone ---

    def _introduction(self, at: int, end: int) -> bool:
        """ "Marta Silva, CTO at Finch" or "Carlos Mendes (Feedzai) at web summit"."""
        message = self.message
        if not message.is_word(at) or not message.words[at].capital:
            return False
        found = person_at(message, at, end)
        if found is None or found[0].ref is not Ref.NEW:
            return False
        people, mentions, after = people_at(message, at, end)
        described = any(one.role or one.company or one.handles for one in people)
        placed = message.low(after) in ("at", "from") and len(people) > 1
        whole_name = " " in people[0].name or described if people else False
        if not people or not whole_name or not (described or placed or self._is_taken_up(end)):
            return False
        draft = self._fresh()
        for one in people:
            draft.include(one)
        draft.mentions = mentions
        self.subject = people[-1]
        if message.low(after) == "at" or after in message.dated:
            draft.kind = Kind.MET
            self._circumstances(draft, after, end)
        draft.is_stored = described
        return True

    def _is_taken_up(self, end: int) -> bool:
        """Whether a following clause says that this person was met."""
        lows = self.message.lows[end : end + 12]
        return "met" in lows

    # --- what is said of somebody ---

    def _about_somebody(self, at: int, end: int) -> bool:
        """A statement on a person: named, meant by a pronoun, or the one spoken of."""
        message = self.message
        somebody, after, possessed = self._spoken_of(at, end)
        if somebody is None:
            return False
        explicit = after > at
        if not explicit and not self.drafts and message.context.card is None:
            return False
        mentioned_new = somebody.ref is Ref.NEW and not self._is_at_hand(somebody)
        event = happening(message, after, end)
        if mentioned_new and (event is None or " " not in somebody.name):
            return False
        told = (
            self._birthday(somebody, after, end, possessed)
            or self._their_promise(somebody, after, end)
            or (event is not None and self._event(somebody, event, after, end))
            or self._occupation(somebody, after, end)
            or self._need(somebody, after, end)
            or self._interest(somebody, after, end)
            or (explicit and self._remark(somebody, after, end, possessed))
        )
        if told and explicit:
            self.subject = somebody
        return told

    def _is_at_hand(self, somebody: Somebody) -> bool:
        return any(one.is_same(somebody) for draft in self.drafts for one in draft.people)

    def _spoken_of(self, at: int, end: int) -> tuple[Somebody | None, int, bool]:
        """Whom a clause is about, where its statement begins, and whether it is about theirs."""
        message = self.message
        low = message.low(at)
        if low in ("his", "her", "their"):
            return self._person(), at + 1, True
        if low in SUBJECTS or low in (
            "he'll",
            "she'll",
            "they'll",
            "he'd",
            "she'd",
            "they're",
            "they've",
        ):
            return self._person(), at + (low in SUBJECTS), False
        found = person_at(message, at, end)
        if found and (
            found[0].ref is not Ref.NEW or self._is_at_hand(found[0]) or " " in found[0].name
        ):
            somebody, after = found
            possessive = after < end and message.words[after].sort is Sort.POSSESSIVE
            if possessive and message.low(after + 1) in (
                "now",
                "just",
                "a",
                "the",
                "at",
                "into",
                "looking",
                "moving",
                "hiring",
                "getting",
                "leaving",
                "joining",
                "been",
                "started",
            ):
                return somebody, after + 1, False
            return somebody, after + possessive, possessive
        return self._person(), at, False

    def _birthday(self, somebody: Somebody, at: int, end: int, possessed: bool) -> bool:
        message = self.message
        spot = next(
            (i for i in range(at, min(end, at + 5)) if message.low(i) in ("birthday", "born")), None
        )
        if spot is None:
            return False
        day = month_day(message.words[spot:end], message.context.locale.lower() == "en-us")
        if day is None:
            phrase = next((i for i in range(spot, end) if i in message.dated), None)
            when = (
                message.when(message.dated[phrase], Direction.FUTURE)
                if phrase is not None
                else None
            )
            if when is None or when.first != when.last:
                return False
            day = (when.first.month, when.first.day, None)
        month, number, year = day
        try:
            birthday = PartialDate(month, number, year)
        except ValueError:
            return False
        _, somebody = self._take(somebody)
        somebody.birthday = birthday
        return True

    def _their_promise(self, somebody: Somebody, at: int, end: int) -> bool:
        message = self.message
        low = message.low(at)
        at_verb = at + 1
        if low in ("said", "says", "promised", "promises", "offered", "agreed"):
            while message.low(at_verb) in (
                "he'd",
                "she'd",
                "they'd",
                "he'll",
                "she'll",
                "they'll",
                "to",
                "he",
                "she",
                "they",
                "would",
                "will",
                "me",
                "that",
            ):
                at_verb += 1
            bare_report = at_verb == at + 1 and low in ("said", "says")
            if bare_report or message.low(at_verb) in STOP:
                return False
            return self._owed_by(somebody, at_verb, end)
        if low in ("owes", "owe") and message.low(at + 1) in ("me", "us"):
            return self._owed_by(somebody, at + 2, end)
        if low in ("will", "he'll", "she'll", "they'll") or (
            low == "going" and message.low(at + 1) == "to"
        ):
            at_verb += low == "going"
            return message.low(at_verb) in _PROMISED_ACTS and self._owed_by(somebody, at_verb, end)
        return False

    def _owed_by(self, somebody: Somebody, at: int, end: int) -> bool:
        what = self.message.cut_undated(at, end)
        if not what:
            return False
        draft, somebody = self._take(somebody)
        when = self.message.date_in(at, end, Direction.FUTURE)
        due = When(when.last, when.last, when.time) if when else None
        draft.promises.append((False, somebody, what, due))
        for position in range(at, end):
            if self.message.low(position) in ("to", "meet") and (
                found := person_at(self.message, position + 1, end)
            ):
                draft.mentions.append(found[0])
        return True

    def _event(self, somebody: Somebody, event: tuple[str, int], at: int, end: int) -> bool:
        message = self.message
        kind, after = event
        draft, somebody = self._take(somebody)
        draft.events.append((somebody, kind))
        if message.low(at) == "and":  # "Yuki & Wei are getting married"
            other = person_at(message, at + 1, end)
            if other and other[0].ref is Ref.KNOWN:
                draft.events.append((draft.include(other[0]), kind))
        if kind in ("new_job", "promotion"):
            self._job(somebody, after, end)
        if draft.kind is None:
            ahead = any(
                message.low(i) in ("moving", "getting", "will", "wedding") for i in range(at, end)
            )
            direction = Direction.FUTURE if ahead else Direction.PAST
            draft.date = draft.date or message.date_in(at, end, direction)
        return True

    def _job(self, somebody: Somebody, at: int, end: int) -> None:
        message = self.message
        while message.low(at) in ("to", "as", "a", "an", "the", "at") and at < end:
            if message.low(at) == "at" or (
                message.low(at - 1) == "joined" and at not in message.dated
            ):
                break
            at += 1
        stop = next((i for i in range(at, end) if i in message.dated), end)
        if message.low(at - 1) in ("joined", "joining"):
            held = Somebody("")
            describe(message, held, at, stop)
            somebody.company = held.company or somebody.company
            somebody.role = held.role or somebody.role
            return
        held = Somebody("")
        describe(message, held, at + (message.low(at) == "at"), stop)
        somebody.role = held.role or somebody.role
        somebody.company = held.company or somebody.company

    def _occupation(self, somebody: Somebody, at: int, end: int) -> bool:
        """ "is head of product at Miro", "works at Finch", "CTO of Parcelly"."""
        message = self.message
        held = Somebody("")
        start = at
        while start < end and (
            message.low(start) in ("is", "now", "a", "an", "the", "currently", "was", "are")
            or message.words[start].sort is Sort.POSSESSIVE
        ):
            start += 1
        works = message.low(start) in ("works", "working") and message.low(start + 1) in (
            "at",
            "for",
            "as",
            "in",
            "with",
        )
        if not works and role_end_at(message, start, end) is None and not self._is_label(at, end):
            return False
        if works:
            attributes(message, held, start, end)
        else:
            describe(message, held, start, end)
        if not (held.role or held.company):
            return False
        draft, somebody = self._take(somebody)
        somebody.role = held.role or somebody.role
        somebody.company = held.company or somebody.company
        now = any(message.low(i) == "now" for i in range(at, end))
        if now and somebody.ref is Ref.KNOWN:
            draft.events.append((somebody, "new_job"))
        return True

    def _is_label(self, at: int, end: int) -> bool:
        """Whether a few words with a role among them stand alone: "NEOM, procurement"."""
        lows = self.message.lows[at:end]
        return len(lows) < 8 and any(low in ROLE_WORDS for low in lows) and not STOP & set(lows)

    def _need(self, somebody: Somebody, at: int, end: int) -> bool:
        message = self.message
        while at < end and (
            message.low(at) in ("is", "are", "also", "still", "now", "currently", "really")
            or message.words[at].sort is Sort.POSSESSIVE
        ):
            at += 1
        low = message.low(at)
        if low == "looking" and message.low(at + 1) in ("for", "to"):
            start = at + 2
        elif low in ("could", "can") and message.low(at + 1) == "use":
            start = at + 2
        elif low in ("hiring", "recruiting", "raising"):
            start = at
        elif low in NEEDS:
            start = at + 1 + (message.low(at + 1) == "to")
        else:
            return False
        return self._fact(somebody, FactKind.NP, start, end, "need")

    def _interest(self, somebody: Somebody, at: int, end: int) -> bool:
        message = self.message
        while at < end and (
            message.low(at) in ("is", "are", "also", "really", "super", "very", "a", "big", "huge")
            or message.words[at].sort is Sort.POSSESSIVE
        ):
            at += 1
        low = message.low(at)
        if low == "into":
            return self._each(somebody, at + 1, end, "interest")
        if low == "fan" and message.low(at + 1) == "of":
            return self._each(somebody, at + 2, end, "interest")
        if low == "interested" and message.low(at + 1) == "in":
            return self._each(somebody, at + 2, end, "interest")
        if low in INTEREST_VERBS:
            return self._each(somebody, at + 1, end, "interest")
        if low in LIKES:
            return self._fact(somebody, FactKind.CLAUSE, at, end, "note")
        return False

    def _each(self, somebody: Somebody, at: int, end: int, topic: str) -> bool:
        """One fact for each of the things listed."""
        message = self.message
        found = False
        start = at
        for position in range(at, end + 1):
            if position == end or message.is_mark(position, ",") or message.low(position) == "and":
                if message.low(start) in LIKES:
                    found = self._fact(somebody, FactKind.CLAUSE, start, position, "note") or found
                else:
                    found = self._fact(somebody, FactKind.NP, start, position, topic) or found
                start = position + 1
        return found

    def _fact(self, somebody: Somebody, kind: FactKind, at: int, end: int, topic: str) -> bool:
        text = self.message.cut(at, end)
        if not text:
            return False
        draft, somebody = self._take(somebody)
        draft.facts.append((somebody, kind, text, topic))
        return True

    def _remark(self, somebody: Somebody, at: int, end: int, possessed: bool) -> bool:
        """Anything else that is said outright of somebody is kept as it was said."""
        message = self.message
        if any(handle_at(message, position) for position in range(at, end)):
            return False
        low = message.low(at)
        verbal = low in _FINITE or (at < end and message.words[at].sort is Sort.POSSESSIVE)
        verbal = (
            verbal
            or low.endswith("ed")
            or (low.endswith("s") and low not in STOP)
            or low in OPENERS
        )
        if message.is_mark(len(message) - 1, "?") or not (verbal or possessed) or end - at < 2:
            return False
        start = at + 1 if message.words[at].sort is Sort.POSSESSIVE else at
        return self._fact(somebody, FactKind.CLAUSE, start, end, "note")

    # --- what stands anywhere ---

    def _handles(self, at: int, end: int) -> None:
        """Addresses and numbers belong to the person at hand, or to the one named beside them."""
        message = self.message
        for position in range(at, end):
            handle = handle_at(message, position)
            if handle is None or any(
                handle in one.handles for d in self.drafts for one in d.people
            ):
                continue
            somebody = self._named_beside(at, end) or self._person()
            if somebody is not None:
                _, somebody = self._take(somebody)
                somebody.handles.append(handle)

    def _named_beside(self, at: int, end: int) -> Somebody | None:
        for position in range(at, end):
            found = person_at(self.message, position, end)
            if found and found[0].ref is not Ref.NEW:
                return found[0]
        return None

    def _mentions(self, at: int, end: int) -> None:
        """Known people named in passing."""
        if not self.drafts:
            return
        message = self.message
        draft = self.drafts[-1]
        position = at
        while position < end:
            found = person_at(message, position, end)
            introduced = message.low(position - 1) == "to" and message.low(position - 2) in (
                "intro",
                "me",
                "introduction",
            )
            if found and (found[0].ref is Ref.KNOWN or introduced):
                draft.mentions.append(found[0])
            position = found[1] if found else position + 1
