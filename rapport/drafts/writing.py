"""From a brief to a message: for each part the most specific block that fits and is not used up.

1. Only facts that are known, public and fit a sentence can be said (`record`).
2. A block is open to a draft when its tone fits, all it needs is known, and nothing it says has
   been said: neither by an earlier part, nor, word for word, to this person before.
3. Of these the most specific comes first; the next version of the draft takes the next.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from rapport.chance import share
from rapport.drafts.brief import Brief, Draft
from rapport.drafts.channels import CHANNELS, Channel
from rapport.drafts.letters import Block, Letter, letter
from rapport.drafts.record import known
from rapport.occasions import OCCASIONS

_PARAGRAPHS = (("open", "reason", "body"), ("ask", "out", "close"))
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_SHORTEST_SENTENCE = 3


def missing(brief: Brief) -> str | None:
    """The label of the fact to ask the owner for, or None when enough is known to write well."""
    wants = OCCASIONS[brief.occasion].wants
    return wants[0] if wants and known(brief).keys().isdisjoint(wants) else None


def write(brief: Brief, used: frozenset[str] = frozenset(), draft_no: int = 0) -> Draft | None:
    """The message, in its nth version; None when all that fits was said to this person before.

    `used` holds the hashes of the sentences that were sent to them.
    """
    draft = _Draft(brief, letter(brief.occasion, brief.language), used, draft_no, known(brief))
    paragraphs = [text for slots in _PARAGRAPHS if (text := " ".join(draft.parts(slots)))]
    if "open" not in (block.slot for block in draft.chosen):
        return None
    envelope = replace(draft, letter=letter("_envelope", draft.letter.language), said=set())
    channel = CHANNELS[brief.channel]
    return Draft(
        text="\n\n".join(
            (*envelope.parts(("greeting",)), *paragraphs, *_signed(envelope, channel))
        ),
        subject=replace(draft, said=set()).part("subject") if channel.has_subject else None,
        language=draft.letter.language,
        sentences=frozenset[str]().union(*map(hashes, paragraphs)),
        blocks=tuple(block.id for block in draft.chosen),
    )


def _signed(envelope: _Draft, channel: Channel) -> Iterator[str]:
    """The parting phrase and name of a letter; the name alone in a chat, and none among friends."""
    if channel.has_farewell:
        yield "\n".join((*envelope.parts(("farewell",)), envelope.brief.sign_as))
    elif envelope.brief.tone != "casual":
        yield envelope.brief.sign_as


def hashes(text: str) -> frozenset[str]:
    """A hash for each sentence of at least three words, the same however it is punctuated."""
    spoken = (re.findall(r"\w+", part.casefold()) for part in _SENTENCE_END.split(text))
    return frozenset(
        blake2b(" ".join(words).encode(), digest_size=8).hexdigest()
        for words in spoken
        if len(words) >= _SHORTEST_SENTENCE
    )


@dataclass
class _Draft:
    """A draft on its way: what is known, and what has been said so far."""

    brief: Brief
    letter: Letter
    used: frozenset[str]
    draft_no: int
    known: dict[str, object]
    said: set[str] = field(default_factory=set)
    chosen: list[Block] = field(default_factory=list)

    def parts(self, slots: tuple[str, ...]) -> Iterator[str]:
        """The parts for which there is something to say."""
        for slot in slots:
            text = self.part(slot)
            if text is not None:
                yield text

    def part(self, slot: str) -> str | None:
        """The words for one part, or None when nothing fits or all of it has been said."""
        ranked = sorted(filter(self._is_open, self.letter.blocks_for(slot)), key=self._rank)
        turn = self.draft_no % len(ranked) if ranked else 0
        for block in (*ranked[turn:], *ranked[:turn]):
            text = block.render(self.known)
            if hashes(text).isdisjoint(self.used):
                self.said |= block.says
                self.chosen.append(block)
                return text
        return None

    def _is_open(self, block: Block) -> bool:
        return (
            self.brief.tone in block.tones
            and block.needs <= self.known.keys()
            and block.bars.isdisjoint(self.known)
            and self.said.isdisjoint(block.says)
        )

    def _rank(self, block: Block) -> tuple[int, float]:
        return (-block.weight, share(self.brief.contact_id, self.brief.occasion, block.id))
