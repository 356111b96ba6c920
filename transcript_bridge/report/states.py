"""What a state means to the owner of an archive, and what to do about it."""

from __future__ import annotations

from typing import Literal, NamedTuple

FileState = Literal[
    "uncertain",
    "rejected",
    "blocked",
    "failed",
    "turns-alone",
    "unread",
    "sending",
    "processing",
    "planned",
    "unsent",
    "deleted",
    "silent",
    "duplicate",
    "left-out",
    "discarded",
    "done",
]
"""The ledger's states of a request, and those of files that were never sent."""

Tone = Literal["stored", "waiting", "doubt", "failed", "aside"]
TONES: dict[Tone, str] = {
    "stored": "in Omi",
    "waiting": "still to come",
    "doubt": "uncertain",
    "failed": "set aside",
    "aside": "not sent",
}
"""The color groups of all states, from done to ignored."""


class Meaning(NamedTuple):
    """tone: how it looks.

    word: its name. advice: what to do about it; empty if there is nothing to do.
    """

    tone: Tone
    word: str
    advice: str = ""


MEANINGS: dict[FileState, Meaning] = {
    "uncertain": Meaning(
        "doubt",
        "uncertain",
        "run the same upload again: it looks for the conversation in Omi; if it stays uncertain, "
        "look there yourself and use 'transcript-bridge resolve'",
    ),
    "rejected": Meaning("failed", "rejected", "'transcript-bridge retry' plans it again"),
    "blocked": Meaning(
        "failed",
        "blocked",
        "do in Omi what the message asks for, then 'transcript-bridge retry' plans it again",
    ),
    "failed": Meaning(
        "failed", "cannot be used", "repair or export the file, then run the same upload again"
    ),
    "turns-alone": Meaning(
        "failed",
        "turns without words",
        "put the transcript next to it under the same name, then upload again",
    ),
    "unread": Meaning("failed", "not read", "export it as .srt or .vtt, or unpack it"),
    "sending": Meaning(
        "waiting", "being sent", "run the same upload again: it finds out whether it was stored"
    ),
    "processing": Meaning("waiting", "being processed"),
    "planned": Meaning("waiting", "planned"),
    "unsent": Meaning("waiting", "not sent yet"),
    "deleted": Meaning("aside", "deleted"),
    "silent": Meaning("aside", "no speech"),
    "duplicate": Meaning("aside", "duplicate"),
    "left-out": Meaning("aside", "left out by you"),
    "discarded": Meaning("stored", "in Omi, hidden"),
    "done": Meaning("stored", "in Omi"),
}
"""States, most urgent first: a file in several states is shown in the first of them."""

LEFT_OUT: frozenset[FileState] = frozenset({"failed", "turns-alone", "unread"})
"""States of files that are not sent for a reason that the user can fix."""
IN_OMI: frozenset[FileState] = frozenset({"discarded", "done"})
GONE_ADVICE = "its file is gone: put it back where it was, then run the same upload again"
NEEDS_FILE = frozenset({"planned", "sending", "uncertain", "rejected", "blocked", "unsent"})
"""States in which the file is needed again."""
