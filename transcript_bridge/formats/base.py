"""The definition of a format, and how to write one.

A format is one frozen `Format` object. It knows nothing of files, of other formats, or of Omi: text
goes in, a Transcript comes out.

    FORMAT = Format(
        name="tapelog",
        title="tape log",
        suffixes=(".tapelog",),
        sniff=lambda text: 90 if text.startswith("@") else 0,
        parse=parse,
        owns_suffixes=True,
    )

`sniff(text) -> int` says how sure the format is, 0 to 100, from the text alone. It sees at most
SNIFF_WINDOW characters. 100 is for a signature that no other format has, 0 for "certainly not". The
highest bid wins; the file's suffix breaks a tie.

`parse(text) -> Transcript` sets `cues`, `utterances` (or `turns`) and `problems`, so that
`cues == len(utterances) + sum(problem.cues)`. Times are whole milliseconds. `text` has `\\n` as its
only line ending, and so do the utterances. `parse` raises `MalformedError(message, line=…)` when
nothing can be read, `NoSpeechError(message)` for a file that is not speech, and no
other exception.

It gets the text of one conversation. For a format whose files can hold many, `parts` says where in
the file each of them is.

A plug-in names its Format in the entry-point group `transcript_bridge.formats`;
docs/writing-a-format.md has a whole example, and `transcript_bridge.testing.check_format` checks
one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from ..models import Transcript

SNIFF_WINDOW = 65_536
"""How many characters of a file a `sniff` sees: the beginning, and the end of a longer file."""
DEFAULT_RANK = 50
"""The rank of a format that does not set one, and of a file whose suffix no format has."""


def bid_on(has_sign: Callable[[str], object], bid: int) -> Callable[[str], int]:
    """Make a `sniff` for a format with a clear sign. has_sign: such as `pattern.match`."""

    def sniff(text: str) -> int:
        if has_sign(text):
            return bid
        return 0

    return sniff


class BinaryReader(Protocol):
    """A file that is read from its beginning."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, `size` at most; none at the end of the file."""


class Part(NamedTuple):
    """The place of one conversation in a file that holds many."""

    name: str
    """Unique in the file: the product's id if there is one. The part's path is `FILE!NAME`."""
    offset: int
    """Bytes before it."""
    size: int
    """Bytes."""
    fault: str = ""
    """Why nothing can be read here, as at the end of a file that is cut off."""
    before: bytes = b""
    """Bytes that are put before those of the file, such as a title from elsewhere in it."""


class Parts(NamedTuple):
    """How a format finds the conversations in a file that holds many."""

    begins: Callable[[str], bool]
    """Whether a file holds many, from its first SNIFF_WINDOW characters."""
    find: Callable[[BinaryReader], Iterator[Part]]
    """Every conversation, readable or not; in memory is one of them at a time. The bytes of a part
    are what `parse` gets, as if they were a file."""


class LineLimits(NamedTuple):
    """How much text a cue of subtitles may have."""

    length: int = 42
    """Characters of a line, the speaker's name included; full-width ones count twice."""
    lines: int = 2


@dataclass(frozen=True, slots=True)
class Format:
    """One way of writing transcripts down."""

    name: str
    """The name for `--format` and `convert --to`: short, lower case."""
    title: str
    """The name for people."""
    suffixes: tuple[str, ...]
    """Lower case, with the dot; `convert --to` writes the first. The longest that fits counts."""
    sniff: Callable[[str], int]
    parse: Callable[[str], Transcript]
    kind: Literal["text", "turns"] = "text"
    """Whether it carries words, or only who spoke when."""
    render: Callable[[Transcript], str] | None = None
    """Writes a transcript; None for a format that `convert --to` cannot write."""
    render_lines: Callable[[Transcript, LineLimits], str] | None = None
    """Writes a transcript with lines and cues of limited length; None for a format that has no
    lines to break."""
    parse_standard: Callable[[str], Transcript] | None = None
    """Reads the published standard and nothing else, for `--no-recover`; None if there is none."""
    names_in_text: bool = False
    """Whether speakers are named in the text (`Name: …`), so that shaping/labels looks there."""
    parts: Parts | None = None
    """For a format whose files can hold many conversations."""
    rank: int = DEFAULT_RANK
    """Which form of a recording an archive takes if there are several: the lowest that can be read.

    JSON with the times and speakers of words has 10, text without speakers of its own 70.
    """
    highest_bid: int = 100
    """The most that `sniff` bids. The format is not asked where another one has bid more."""
    owns_suffixes: bool = False
    """Whether a file with one of the suffixes is certainly a transcript.

    An archive reports such a file as failed if it cannot be read, and passes over any other file.
    """

    def __post_init__(self) -> None:
        """Raises ValueError for a suffix that no file would have."""
        for suffix in self.suffixes:
            if not suffix.startswith(".") or suffix != suffix.lower():
                raise ValueError(
                    f"the suffix {suffix!r} of {self.name} must be lower case and begin with a dot"
                )

    def suffix_length(self, path: str) -> int:
        """The length of the longest suffix that `path` has; 0 if it has none."""
        name = path.lower()
        return max([len(suffix) for suffix in self.suffixes if name.endswith(suffix)], default=0)
