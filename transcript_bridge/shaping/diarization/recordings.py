"""Which turns belong to a transcript, and whether they fit it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from ...errors import InputError, SettingsError
from ...models import Turn
from ...problems import Problem
from ...timecode import render_span

GRID = 200
"""ms: how finely an offset is looked for."""
FARTHEST = 30 * 60_000
"""ms: how large an offset is looked for."""
SUSPICIOUS = 0.03
"""The share of words covered by nobody at which an offset is looked for: where all is well it is
below 0.01."""


def select_recording(
    turns: Sequence[Turn], name: str | None = None, stem: str = ""
) -> tuple[Turn, ...]:
    """The turns of one recording: the one called `name`, else the only one, else the one that fits
    `stem`.

    `stem` is the transcript's file name without its suffix: `meeting.en` belongs to the recording
    `meeting`. Raises SettingsError when there is no recording `name`, InputError when several could
    be meant.
    """
    by_name: dict[str, list[Turn]] = {}
    for turn in turns:
        by_name.setdefault(turn.recording or "", []).append(turn)
    if name is not None:
        if name not in by_name:
            raise SettingsError(
                f"no recording {name!r} in the turns; --recording takes one of: {_list(by_name)}"
            )
        return tuple(by_name[name])
    if len(by_name) <= 1:
        return tuple(turns)
    fitting = _fit(by_name, stem.casefold())
    if len(fitting) != 1:
        raise InputError(
            f"turns of {len(by_name)} recordings; choose with --recording NAME: {_list(by_name)}"
        )
    return tuple(by_name[fitting[0]])


def _fit(names: Iterable[str], stem: str) -> list[str]:
    """The names that are the stem, but for letter case, else the longest that occur in it."""
    within = [name for name in names if name and name.casefold() in stem]
    longest = max(map(len, within), default=0)
    return [name for name in within if len(name) == longest]


def _list(names: Collection[str]) -> str:
    shown = [name or "(unnamed)" for name in sorted(names)]
    return ", ".join(shown[:8]) + (f" and {len(shown) - 8} more" if len(shown) > 8 else "")


def compare_times(
    speech: Sequence[tuple[int, int]], turns: Sequence[Turn], missed: float
) -> list[Problem]:
    """What suggests that the turns are not of this transcript, or begin at another moment.

    speech: when each word is said (ms).
    missed: the share of words that no turn covers.
    """
    turns = [turn for turn in turns if turn.end > turn.start]
    if not speech:
        return []
    if not turns:
        return [Problem("turns-misfit", "there are no turns to join")]
    problems = []
    words_end, turns_end = max(end for _, end in speech), max(t.end for t in turns)
    if abs(words_end - turns_end) > max(60_000, max(words_end, turns_end) // 10):
        message = (
            f"turns end at {render_span(turns_end)}, the transcript at {render_span(words_end)}"
        )
        problems.append(Problem("turns-misfit", message))
    if missed > SUSPICIOUS:
        offset = find_offset(speech, [t[:2] for t in turns])
        if offset:
            way = "later" if offset > 0 else "earlier"
            seconds = abs(offset) / 1000
            message = (
                f"the turns fit best {seconds:g} s {way}; check for an offset between the files"
            )
            problems.append(Problem("turns-misfit", message))
    return problems


def find_offset(speech: Iterable[tuple[int, int]], turns: Iterable[tuple[int, int]]) -> int:
    """By how much (ms) the turns must move to cover the speech; 0 where that gains nothing.

    Both are drawn as one long integer with a bit for each GRID; then an offset is a shift, and a
    count of bits.
    """
    spoken, heard = _draw(speech), _draw(turns)
    # People talk most of the time, so that turns cover much of the speech wherever they lie. What
    # tells is how much stays uncovered: undoing an offset of 0.7 s halves it on the AMI meetings.
    total = spoken.bit_count()
    best, at = total - 0.7 * (total - (spoken & heard).bit_count()), 0
    for shift in range(1, FARTHEST // GRID):
        for covered, way in (
            ((spoken & heard << shift), shift),
            ((spoken << shift & heard), -shift),
        ):
            if (count := covered.bit_count()) > best:
                best, at = count, way
    return at * GRID


def _draw(spans: Iterable[tuple[int, int]]) -> int:
    """An integer whose bit i is set where a span (ms) covers time i * GRID."""
    marks = bytearray()
    for start, end in spans:
        first, last = max(0, start // GRID), max(0, end // GRID)
        marks.extend(b"0" * (last + 1 - len(marks)))
        marks[first:last] = b"1" * (last - first)
    marks.reverse()
    return int(bytes(marks) or b"0", 2)
