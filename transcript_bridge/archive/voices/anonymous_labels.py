"""Labels that only distinguish speakers of one recording: `SPEAKER_00`, `Speaker B`, `S01`, `2`.

Each recording has its own numbers, so such a label means a different person in each.
"""

from __future__ import annotations

import re

_ANONYMOUS = re.compile(
    r"(?:speaker|person|participant|voice|sprecher(?:in)?|guest|user|unknown|channel)"
    r"(?:[ _-]*\d+|[ _-]+[a-z])?"
    r"|(?:s|ch|spk|spkr)[ _-]*\d+"
    r"|\d+"
    r"|[a-z]"
)

_LONGEST_NAME = 1000
"""Characters; a longer text is not a label but the content of a broken file."""


def is_anonymous(label: str | None) -> bool:
    """Whether a label names nobody, or is missing."""
    if label is None or len(label) > _LONGEST_NAME:
        return True
    return _ANONYMOUS.fullmatch(label.strip().casefold()) is not None


def lacks_name(label: str | None, name: str | None, *, is_user: bool) -> bool:
    """Whether a voice is unknown: neither its label nor the speaker map names it, and it is not
    the owner."""
    return name is None and not is_user and is_anonymous(label)
