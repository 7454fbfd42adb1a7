"""What nobody sees in a text, and what makes it look like another: marks that turn it round,
letters without width, controls.

They would leave in drafts, in what is copied with one tap, and in an address that looks like
another. Joiners stay, as Persian is misspelt without them and a family of emoji falls apart; so
does what selects a form of an emoji, and what makes lines.
"""

from __future__ import annotations

import re

_UNSEEN = re.compile(
    r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    r"\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff]"
)


def without_unseen(text: str) -> str:
    """The text as typed, less what nobody sees in it."""
    return _UNSEEN.sub("", text)
