"""What a reader or a stage may have to tell: the codes, how grave each is, what it means.

One table, because three things read it: `Problem.level`, the tables of docs/formats.md (a test keeps
them in step), and `--strict`.

Levels:
    note      nothing was lost or altered beyond the file's own intent; `--strict` lets it pass
    mended    the file was wrong, and was read the way a person would
    lost      something in the file did not come out
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Level = Literal["note", "mended", "lost"]


class Code(NamedTuple):
    """How grave a code is, and what it means to the owner of the file."""

    level: Level
    meaning: str


CODES: dict[str, Code] = {
    # formats
    "encoding-guessed": Code("note", "not Unicode; the encoding was guessed from the bytes"),
    # shaping
    "speaker-split": Code("note", "one cue held several speakers and became one utterance for each"),
}


class Problem(NamedTuple):
    """Something that a reader skipped or a stage changed.

    `cues` is how many cues of the file this problem accounts for: 1 for a cue that was dropped, 0 for one
    that was kept though changed, -1 for one that became two utterances. So for every transcript
    `cues found = utterances + sum(problem.cues)`.
    """

    code: str
    """One of `CODES`; a plug-in may use its own, which count as mended."""
    message: str
    line: int | None = None
    """The 1-based line in the file, where the format has lines."""
    cues: int = 0

    @property
    def level(self) -> Level:
        """note, mended or lost."""
        known = CODES.get(self.code)
        return known.level if known else "mended"
