"""What is known of one recording once it was read: light, plain, and the same through JSON and
back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain, islice
from operator import sub
from typing import Any, Literal, NamedTuple, Self

from ..dating.finder import Dated
from ..limits import MAX_BODY_BYTES
from ..models import Transcript
from ..pipeline import Options
from ..shaping.batches import cut
from ..shaping.merging import merge_neighbours

_SAMPLE_CHARACTERS = 90
_TELLING = 20
"""Characters of a line from which on somebody may be known by it."""

State = Literal["ready", "failed", "turns", "silent", "none"]


class Heard(NamedTuple):
    """One speaker of one recording."""

    label: str | None
    segments: int
    ms: int
    name: str | None
    """Whom the speaker map knows by this label; None where it knows nobody."""
    is_user: bool
    samples: tuple[str, ...] = ()


class Converted(NamedTuple):
    """One recording as it was understood: light, plain, the same through JSON and back."""

    path: str
    """The form that was taken; of a failure, the best."""
    state: State
    """ready; failed (`error` says why); turns without words; silent; none: no transcript."""
    error: str = ""
    format: str = ""
    digest: str = ""
    """Of the transcript's bytes and the turns': equal content has the same, whatever it is called."""
    text_digest: str = ""
    """Of the transcript's bytes alone."""
    cues: int = 0
    segments: int = 0
    conversations: int = 0
    conversations_if_merged: int = 0
    """With neighbours joined across `try_gap`; the same as `conversations` where they are joined
    anyway."""
    ms: int = 0
    """From time 0 to the end."""
    first_ms: int = 0
    """When the first segment begins."""
    language: str | None = None
    dates: tuple[Dated, ...] = ()
    heard: tuple[Heard, ...] = ()
    problems: tuple[tuple[str, str, int], ...] = ()
    """(code, level, how many), the gravest level first."""
    gravest: str = ""
    """The first problem beyond a note, in words."""
    turns: str = ""
    """Where its turns came from."""
    others: tuple[str, ...] = ()
    """Other forms of the same recording, not taken."""
    told: tuple[tuple[str, str], ...] = ()
    """(path, what) of files of this recording that could not be used."""
    no_transcripts: tuple[str, ...] = ()
    """Suffixes of files that turned out to be none."""
    bodies: tuple[str, ...] = ()
    """The requests as JSON, in order, where they were asked for."""

    @classmethod
    def from_json(cls, row: Sequence[Any]) -> Self:
        """From the list that JSON makes of it."""
        *plain, dates, heard, problems, gravest, turns, others, told, no_transcripts, bodies = row
        for one in heard:
            one[-1] = tuple(one[-1])
        rest = (
            gravest,
            turns,
            tuple(others),
            tuple(map(tuple, told)),
            tuple(no_transcripts),
            tuple(bodies),
        )
        return cls._make(
            (
                *plain,
                tuple([Dated(*one) for one in dates]),
                tuple(map(Heard._make, heard)),
                tuple(map(tuple, problems)),
                *rest,
            )
        )

    def is_grave(self) -> bool:
        """Whether anything was repaired or lost."""
        return any(level != "note" for _, level, _ in self.problems)


def summarize(transcript: Transcript, options: Options, samples: int, try_gap: int) -> Converted:
    """All of `Converted` that a transcript itself tells.

    samples: lines to keep of each speaker. try_gap: ms, for `conversations_if_merged`.
    """
    said = transcript.utterances
    heard = _heard(transcript, options, samples)
    conversations = _count(transcript, options)
    merged = conversations
    if conversations > 1 and options.merge_gap is None:
        merged = _count(merge_neighbours(transcript, try_gap), options)
    levels: Counter[tuple[str, str]] = Counter((p.code, p.level) for p in transcript.problems)
    order = ("lost", "repaired", "note")
    grave = next((p for p in transcript.problems if p.level != "note"), None)
    where = f"line {grave.line}: " if grave and grave.line is not None else ""
    return Converted(
        transcript.path,
        "ready" if said else "silent",
        format=transcript.format,
        cues=transcript.cues,
        segments=len(said),
        conversations=conversations,
        conversations_if_merged=merged,
        ms=transcript.duration,
        first_ms=said.starts[0] if said else 0,
        language=options.language or transcript.language,
        heard=heard,
        problems=tuple(
            sorted(((c, v, n) for (c, v), n in levels.items()), key=lambda row: order.index(row[1]))
        ),
        gravest=where + grave.message if grave else "",
    )


def _count(transcript: Transcript, options: Options) -> int:
    """How many conversations it takes: the number is the same wherever they are cut
    (shaping/batches.py)."""
    said = transcript.utterances
    if not said:
        return 0
    voices = options.speakers.assign(transcript.speakers())
    longest = max(len(v.name or "") + len(v.person_id or "") for v in voices.values())
    # Far below the limits, as nearly all are, it is one; weighing every segment would take longer
    # than all the rest.
    most = len(said) * (400 + 8 * longest) + 8 * sum(map(len, said.texts))
    if len(said) <= options.max_segments and most < MAX_BODY_BYTES:
        return 1
    return len(cut(said, voices, max_segments=options.max_segments, max_bytes=MAX_BODY_BYTES))


def _heard(transcript: Transcript, options: Options, samples: int) -> tuple[Heard, ...]:
    said = transcript.utterances
    count = Counter(said.speakers)
    spent = dict.fromkeys(count, 0)
    for label, ms in zip(said.speakers, map(sub, said.ends, said.starts), strict=True):
        spent[label] += ms
    lines = _lines(transcript, samples) if samples else {}
    found = []
    for label, number in count.items():
        person = options.speakers.person(label)
        name = person.name if person is not None else None
        is_user = person is not None and person.is_user
        found.append(Heard(label, number, spent[label], name, is_user, lines.get(label, ())))
    return tuple(found)


def _lines(transcript: Transcript, samples: int) -> dict[str | None, tuple[str, ...]]:
    """The first lines of each speaker that are long enough to know somebody by, else the first of
    all."""
    texts: dict[str | None, list[str]] = {}
    for label, text in zip(
        transcript.utterances.speakers, transcript.utterances.texts, strict=True
    ):
        texts.setdefault(label, []).append(text)
    chosen = {}
    for label, said in texts.items():
        telling = (text for text in said if len(text) > _TELLING)
        chosen[label] = tuple(
            _sample(text) for text in islice(dict.fromkeys(chain(telling, said)), samples)
        )
    return chosen


def _sample(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SAMPLE_CHARACTERS else line[: _SAMPLE_CHARACTERS - 1] + "…"
