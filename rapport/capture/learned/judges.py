"""What a whole message is: its intent, how an interaction took place, what happened to somebody.

Three judges tell how likely each answer is, from the words with whatever is tagged in them left
open ("met #P at #L"), so that they learn turns of phrase and no names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from rapport.capture.learned.features import LEXICON
from rapport.capture.learned.tags import OUTSIDE, Span
from rapport.capture.learned.vocabulary import vocabulary
from rapport.capture.message import Message
from rapport.capture.reading import Ref

_MOST_COUNTED = 3
_WORDS_A_STEP, _MOST_STEPS = 5, 6


@lru_cache(maxsize=8192)
def _known_of(low: str) -> tuple[str, ...]:
    return (*vocabulary().groups_of(low)[1:], *LEXICON.get(low, ()))


def described(
    message: Message,
    labels: Sequence[str],
    spans: Sequence[Span],
    refs: Mapping[Span, Ref],
    hints: Sequence[str],
) -> list[str]:
    """The features of a message as a whole; `hints` are what the rules say of it."""
    open_words = [
        f"#{label[2:]}" if label != OUTSIDE else message.lows[at]
        for at, label in enumerate(labels)
        if not label.startswith("I-")
    ]
    features = {f"w={word}" for word in open_words}
    features.update(f"b={one}|{two}" for one, two in pairwise(open_words))
    features.update(
        f"t={one}|{two}|{three}"
        for one, two, three in zip(open_words, open_words[1:], open_words[2:], strict=False)
    )
    for low in message.lows:
        features.update(_known_of(low))
    if open_words:
        features |= {f"first={open_words[0]}", f"last={open_words[-1]}"}
        features.add("|".join(["first2=", *open_words[:2]]))
    for tag, number in Counter(span.tag for span in spans).items():
        features |= {f"has={tag}", f"n={tag}{min(number, _MOST_COUNTED)}"}
    for span, ref in refs.items():
        features |= {f"{span.tag}ref={ref}", f"{span.tag}many={span.end - span.start > 1}:{ref}"}
    if "?" in message.text:
        features.add("?")
    features.add(f"len={min(len(message) // _WORDS_A_STEP, _MOST_STEPS)}")
    features.update(hints)
    return list(features)
