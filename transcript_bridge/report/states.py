"""What a state means to the owner of an archive, and what to do about it."""

from __future__ import annotations

from typing import Literal, NamedTuple

FileState = Literal[
    "uncertain",
    "rejected",
    "blocked",
    "failed",
    "turns-alone",
    "sending",
    "processing",
    "planned",
    "unsent",
    "deleted",
    "silent",
    "duplicate",
    "discarded",
    "done",
]
"""The ledger's states of a request, and those of files that never got there."""

Tone = Literal["stored", "waiting", "doubt", "failed", "aside"]
TONES: dict[Tone, str] = {
    "stored": "in Omi",
    "waiting": "still to come",
    "doubt": "uncertain",
    "failed": "set aside",
    "aside": "left out",
}
"""Five colours for all states, from good to grey."""


class Meaning(NamedTuple):
    """tone: how it looks.

    word: what it is called. advice: what to do about it; empty where nothing is to be done.
    """

    tone: Tone
    word: str
    advice: str = ""


MEANINGS: dict[FileState, Meaning] = {
    "uncertain": Meaning(
        "doubt",
        "uncertain",
        "run the same upload again: it looks for it; for what stays so, 'transcript-bridge resolve' takes your word",
    ),
    "rejected": Meaning("failed", "rejected", "'transcript-bridge retry' plans it again"),
    "blocked": Meaning(
        "failed", "blocked", "settle it in Omi, then 'transcript-bridge retry' plans it again"
    ),
    "failed": Meaning(
        "failed", "cannot be used", "mend or export the file, then run the same upload again"
    ),
    "turns-alone": Meaning(
        "failed",
        "turns without words",
        "put the transcript beside it under the same name, then upload again",
    ),
    "sending": Meaning(
        "waiting", "being sent", "run the same upload again: it finds out what came of it"
    ),
    "processing": Meaning("waiting", "being worked on"),
    "planned": Meaning("waiting", "planned"),
    "unsent": Meaning("waiting", "not sent yet"),
    "deleted": Meaning("aside", "deleted"),
    "silent": Meaning("aside", "nothing said"),
    "duplicate": Meaning("aside", "duplicate"),
    "discarded": Meaning("stored", "in Omi, hidden"),
    "done": Meaning("stored", "in Omi"),
}
"""By how much a state matters: of a file in several states, the first is what the file is called."""

GONE_ADVICE = "its file is gone: put it back where it was, then run the same upload again"
SENT_BY_FILE = frozenset({"planned", "sending", "uncertain", "rejected", "blocked", "unsent"})
"""States in which the file is needed again."""
