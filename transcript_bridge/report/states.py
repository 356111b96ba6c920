"""Explains states to the owner of an archive: the meaning, and what to do."""

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
"""The color groups of all states, from done to not sent."""


class StateMeaning(NamedTuple):
    """tone: how it looks.

    word: its name. advice: what to do about it; empty if there is nothing to do.
    """

    tone: Tone
    word: str
    advice: str = ""


MEANINGS: dict[FileState, StateMeaning] = {
    "uncertain": StateMeaning(
        "doubt",
        "uncertain",
        "run the same upload again: it looks for the conversation in Omi; if it stays uncertain, "
        "look there yourself and use 'transcript-bridge resolve'",
    ),
    "rejected": StateMeaning(
        "failed", "refused", "'transcript-bridge retry' lets the next upload send it again"
    ),
    "blocked": StateMeaning(
        "failed",
        "refused: plan",
        "do in Omi what the message asks for; then 'transcript-bridge retry' lets the next upload "
        "send it again",
    ),
    "failed": StateMeaning(
        "failed", "cannot be read", "repair or export the file, then run the same upload again"
    ),
    "turns-alone": StateMeaning(
        "failed",
        "turns without words",
        "put the transcript next to it under the same name, then upload again",
    ),
    "unread": StateMeaning("failed", "not read", "export it as .srt or .vtt, or unpack it"),
    "sending": StateMeaning(
        "waiting", "being sent", "run the same upload again: it finds out whether it was stored"
    ),
    "processing": StateMeaning("waiting", "being processed"),
    "planned": StateMeaning("waiting", "planned"),
    "unsent": StateMeaning("waiting", "not sent yet"),
    "deleted": StateMeaning("aside", "deleted"),
    "silent": StateMeaning("aside", "no speech"),
    "duplicate": StateMeaning("aside", "a copy"),
    "left-out": StateMeaning("aside", "left out by you"),
    "discarded": StateMeaning("stored", "in Omi, hidden"),
    "done": StateMeaning("stored", "in Omi"),
}
"""States, most urgent first: a file in several states is shown in the first of them."""

LEFT_OUT: frozenset[FileState] = frozenset({"failed", "turns-alone", "unread"})
"""States of files that are not sent for a reason that the user can fix."""
IN_OMI: frozenset[FileState] = frozenset({"discarded", "done"})
GONE_ADVICE = "its file is gone: put it back where it was, then run the same upload again"
NEEDS_FILE = frozenset({"planned", "sending", "uncertain", "rejected", "blocked", "unsent"})
"""States in which the file is needed again."""
