"""Removes clocks at the beginning of cues: `[00:00:01] Nora: Where?` becomes `Nora: Where?`.

    [00:00:01] Nora: Where?     (0:01) Nora: Where?     00:00:01 Nora: Where?
    [0:01 - 0:04] Nora: Where?  [10:02 AM] Nora: Where?
    [00:00:01]                  on a line of its own
    Nora: Where?
    Nora [00:00:01]: Where?     Nora: [00:00:01] Where?
    Nora: Where? [00:00:01]     00:00:01: Where?
    Nora (0:01) Where?          [Nora, 0:01] Where?
    Nora, 0:01: Where?          Nora: 0:01 Where?

Exports for people keep the times in the text, and programs turn it into cues. But people also say
`10:30 is too late`. So nearly all cues must have a clock in one form, and the clocks must advance
with the times of the cues.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from ...models import Transcript
from ...problems import Problem
from ...quantities import count_of
from ...sounds import is_silent

_MIN_SHARE = 0.8
_A_MINUTE = 60_000
_HALF_A_DAY = 12 * 60 * 60
_TOLERANCE = 2000
"""The largest difference in ms between a clock and the start of its cue."""

_CLOCK = r"(?:\d{1,3}:)?\d{1,2}:[0-5]\d(?:[.,:;]\d{1,3})?(?:[ \u202f]?[AaPp]\.?[Mm]\b\.?)?"
_TIMES = rf"(?P<clock>{_CLOCK})(?:[ ]?(?:-{{0,2}}>|[-–—])[ ]?{_CLOCK})?"
_SIGN = r"[ \t]{0,4}(?:[-–—|:>][ \t])?[ \t]{0,4}\n?"
_LEAD = r"[ \t]{0,4}(?:[▶►•*][ \t]{0,4})?(?P<kept>(?:[-–—][ \t])?)"
_NAME = r"[^\n\[\](){}<>:：,|]{1,60}?"
_BETWEEN = r"(?:[ \t]{0,2}[-–—|,])?[ \t]{1,3}"
# Patterns as strings, which `re` compiles when a file first has clocks.
_BEHIND_LABEL = rf"\A(?P<kept>[^\n\[\](){{}}<>:：]{{1,60}}:[ ])[\[(]{_TIMES}[\])][ \t]{{0,4}}"
_IN_BRACKETS = (
    rf"(?m)^{_LEAD}\[{{1,2}}{_TIMES}\]{{1,2}}{_SIGN}",
    rf"(?m)^{_LEAD}\({_TIMES}\){_SIGN}",
    rf"(?m)^{_LEAD}[{{<【#]{_TIMES}[}}>】#]{_SIGN}",
    rf"\A(?P<kept>[^\n\[\](){{}}<>:：]{{1,60}})[\[(]{_TIMES}[\])](?=[ \t]?[:：])",
    _BEHIND_LABEL,
    rf"(?s:\A(?P<kept>.*[^ \t\n]))[ \t\n]{{1,4}}[\[(]{_TIMES}[\])]\Z",
    rf"\A(?P<name>{_NAME})[ \t]{{1,3}}[\[(]{_TIMES}[\])][ \t]{{0,4}}(?:\n|(?<=[ \t]))",
    rf"\A[\[(](?P<name>{_NAME}){_BETWEEN}{_TIMES}[\])][ \t]{{0,4}}\n?",
)
_FORMS = (
    *_IN_BRACKETS,
    rf"\A{_LEAD}{_TIMES}(?=[ \t\n|>]|:[ \t]){_SIGN}",
    rf"\A(?P<kept>[^\n\[\](){{}}<>:：]{{1,60}}:[ ]){_TIMES}(?=[ \t\n])[ \t]{{0,4}}",
    rf"\A(?P<name>{_NAME}){_BETWEEN}{_TIMES}[ \t]{{0,4}}[:：\n][ \t]{{0,4}}",
    rf"\A(?P<name>{_NAME})[ \t]{{0,4}}[:：]?\n{_TIMES}[ \t]{{0,4}}\n",
)
"""`kept` stays as it is; `name` gets a colon behind it."""


def leave_out_clocks(transcript: Transcript) -> Transcript:
    """The transcript without the clocks that its cues begin with.

    Problems: `clock-in-cue`, one for the file.
    """
    for form in _FORMS:
        rows = _find_rows(form, transcript)
        if rows:
            return _write_without(form, rows, transcript)
    return transcript


def _find_rows(form: str, transcript: Transcript) -> Sequence[int]:
    """The cues with a clock of this form; none if the file has no clocks of this form."""
    utterances = transcript.utterances
    written = _find_written(form, utterances.texts)
    clocks = [_read_clock(clock) for clock in written.values()]
    if not _do_advance(clocks, form):
        return ()
    have_hours = all(clock.count(":") > 1 for clock in written.values())
    is_clear = form in _IN_BRACKETS and have_hours and len(clocks) > 1
    if is_clear or _match_starts(clocks, [utterances.starts[row] for row in written]):
        return list(written)
    return ()


def _do_advance(clocks: list[int], form: str) -> bool:
    """Whether the clocks never go back, and are not all the same. A single clock is accepted,
    except behind a label, where it may be spoken."""
    if len(clocks) == 1:
        return form != _BEHIND_LABEL
    never_back = all(before <= after for before, after in pairwise(clocks))
    return never_back and len(clocks) > 1 and clocks[0] < clocks[-1]


def _find_written(form: str, texts: Sequence[str]) -> dict[int, str]:
    """The clocks by cue; none unless nearly all cues have one."""
    written: dict[int, str] = {}
    silent = 0
    for row, text in enumerate(texts):
        found = re.match(form, text)
        if found is not None and _keep_name(found) + text[found.end() :] != "":
            written[row] = found["clock"]
        else:
            silent += is_silent(text)
    if len(written) >= _MIN_SHARE * (len(texts) - silent):
        return written
    return {}


def _match_starts(clocks: Sequence[int], starts: Sequence[int]) -> bool:
    """Whether the clocks advance as the cues do; `3:16` and `3:17` may be Bible verses."""
    ahead = [clock - start for clock, start in zip(clocks, starts, strict=True)]
    usual = 0
    if len(ahead) > 1:
        usual = sorted(ahead)[len(ahead) // 2]
    has_seconds = any(clock % _A_MINUTE for clock in clocks)
    tolerance = _A_MINUTE
    if has_seconds:
        tolerance = _TOLERANCE
    near = sum(abs(each - usual) <= tolerance for each in ahead)
    return near >= _MIN_SHARE * len(ahead)


def _read_clock(clock: str) -> int:
    """The time of a clock in ms."""
    numbers = re.split(r"[^\d:]", clock, maxsplit=1)[0].split(":")[:3]
    has_half = clock.rstrip(".")[-1] in "mM"
    if has_half and len(numbers) == 2:
        numbers.append("0")
    seconds = 0
    for number in numbers:
        seconds = seconds * 60 + int(number)
    if has_half:
        seconds %= _HALF_A_DAY
        if "p" in clock.lower():
            seconds += _HALF_A_DAY
    return seconds * 1000


def _write_without(form: str, rows: Sequence[int], transcript: Transcript) -> Transcript:
    utterances = transcript.utterances
    texts = list(utterances.texts)
    for row in rows:
        texts[row] = re.sub(form, _keep_name, texts[row])
    count = count_of(len(rows), "cue begins", "cues begin")
    message = f"{count} with a clock, which is not speech and was left out"
    problem = Problem("clock-in-cue", message, utterances.lines[rows[0]])
    return transcript.evolve(utterances.replace(texts, utterances.speakers), [problem])


def _keep_name(match: re.Match[str]) -> str:
    groups = match.groupdict("")
    if "name" in groups:
        return f"{groups['name']}: "
    return str(groups.get("kept", ""))
