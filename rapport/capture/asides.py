"""Words that are no note: small talk, wishes about what is kept, and notes told in place of the
answer to a question."""

from __future__ import annotations

from enum import StrEnum

from rapport.capture.lexicon import LOG_PHRASES, LOG_VERBS
from rapport.capture.reading import Entry, Intent, Reading
from rapport.capture.words import Sort, words_of


class Talk(StrEnum):
    """What small talk wants."""

    GREETING = "greeting"
    THANKS = "thanks"
    HELP = "help"
    CANCEL = "cancel"
    UNDO = "undo"
    EXPORT = "export"
    ERASE = "erase"


_PHRASES = {
    Talk.GREETING: "hi|hello|hey|hiya|yo|good morning|morning|good afternoon|good evening|evening|"
    "namaste|howdy|hi there|hello there|hey there",
    Talk.THANKS: "thanks|thank you|thanks a lot|thank you so much|many thanks|cheers|ta|great|"
    "ok|okay|ok thanks|lol thanks|got it|cool|perfect|nice|lol|lovely|great thanks|ok cool",
    Talk.HELP: "help|help me|what can you do|what is this|what's this|who are you|"
    "how does this work|what are you|how do i use this|what now|how do you work|what do you do",
    Talk.CANCEL: "cancel|stop|never mind|nevermind|forget it|cancel that|quit|exit",
    Talk.UNDO: "undo|undo that|take that back|delete that|remove that|that's wrong|wrong",
    Talk.EXPORT: "export|export everything|export all|export it all|export my contacts|"
    "export my data|export my notes|export all my contacts|export all my data|"
    "give me my data|give me all my data|download my data|backup|back up|make a backup",
    Talk.ERASE: "erase everything|delete everything|forget everything|remove everything|"
    "erase all|delete all|erase it all|delete it all|erase my data|delete my data|"
    "erase all my data|delete all my data|delete all my contacts|delete my account|"
    "erase my account|forget me|erase me|delete me",
}
_TALK = {phrase: talk for talk, phrases in _PHRASES.items() for phrase in phrases.split("|")}
_LONGEST_THANKS = 3
_FORGETTING = tuple(
    tuple(phrase.split())
    for phrase in (
        *("forget everything about", "forget all about", "forget about", "forget"),
        *("delete", "remove", "erase"),
    )
)
_NO_ANSWER = frozenset(
    (
        "skip", "nothing", "none", "no", "nope", "nah", "idk", "i don't know", "dunno",
        "don't know", "not sure", "no idea", "n/a",
    )
)  # fmt: skip


def small_talk(words: str) -> Talk | None:
    """What these words want, if they are small talk and nothing else."""
    plain = _plain(words)
    if plain.startswith("thank") and len(plain.split()) <= _LONGEST_THANKS:
        return Talk.THANKS  # "thanks mate"
    return _TALK.get(plain.removeprefix("please ").removesuffix(" please"))


def whom_to_forget(words: str) -> str | None:
    """The name in "forget Anna", if the words may be that; whether it is one, the roster knows."""
    said = words.strip(" .!\n").split()
    if said and said[0].lower() == "please":
        said = said[1:]
    for phrase in _FORGETTING:
        if tuple(word.lower() for word in said[: len(phrase)]) == phrase:
            return " ".join(said[len(phrase) :]) or None
    return None


def is_no_answer(words: str) -> bool:
    """Whether the answer to a question is that there is none."""
    return _plain(words) in _NO_ANSWER


def _plain(words: str) -> str:
    kept = (word for word in words_of(words) if word.sort not in (Sort.MARK, Sort.BREAK))
    return " ".join(word.low for word in kept).replace(" 's", "'s")


def is_note(words: str, reading: Reading) -> bool:
    """Whether words sent where a few were asked for are a whole note: "Met Bob at Slush"."""
    first = next((word.low for word in words_of(words) if word.sort is Sort.WORD), "")
    opens = first in LOG_VERBS or first in LOG_PHRASES or first in ("had", "grabbed", "remind")
    asks = reading.intent in (Intent.DRAFT, Intent.QUERY)
    return asks or (opens and any(map(_tells, reading.entries)))


def is_more_than_a_name(_: str, reading: Reading) -> bool:
    """Whether words sent where a name was asked for are a note, a question or a wish."""
    return any(map(_tells, reading.entries))


def _tells(entry: Entry) -> bool:
    asked = entry.intent in (Intent.DRAFT, Intent.QUERY)
    return bool(asked or entry.kind or entry.promises or entry.follow_up or entry.life_events)
