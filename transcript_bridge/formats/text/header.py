"""The lines above the first time of a text: a title, and when the recording began.

Weekly sync-20250124_150405-Meeting Recording     Teams: the name of the recording,
January 24, 2025, 3:04PM                          its beginning, without an offset,
2m 31s                                            how long it is
Planning (2025-01-24 15:04 GMT+1) - Transcript    Google Meet:
Attendees                                         a list of who took part
Jane Doe, Bob
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from ...calendar_words import MONTH_NAMES, month_number
from ..cues.cue import FindingLog, quote
from .heading_lines import hour_of_day
from .line_rows import blank_rows
from .markdown import read_date_line

_LONGEST_TITLE = 120
_TITLE_END = " - Transcript"
"""Of Google Meet's, which can be below the notes of a meeting."""
_MEET_DATE = re.compile(
    r"\((\d{4}-\d\d-\d\d) (\d\d:\d\d) (?:GMT|UTC)(?:([+\-−])(\d{1,2})(?::?(\d\d))?)?\)"
)
_TEAMS_DATE = re.compile(
    rf"({'|'.join(MONTH_NAMES)}) (\d{{1,2}}), (\d{{4}}), (\d{{1,2}}):(\d\d)\s?([AP])M"
)
_TEAMS_LENGTH = re.compile(r"(?:\d{1,2}h ?)?(?:\d{1,2}m ?)?(?:\d{1,2}s)?")
_LISTS = frozenset(
    (
        *("attendees", "participants", "invited", "speakers", "keywords", "summary keywords"),
        *("teilnehmer", "teilnehmende", "asistentes", "participantes", "partecipanti"),
        *("deelnemers", "deltagare", "deltagere", "deltakere", "uczestnicy", "katılımcılar"),
        *("участники", "учасники", "参加者", "参会人", "与会者", "참석자"),
    )
)
"""Titles of lists above a transcript, of people and of keywords. A list ends at a blank line or a
sentence."""
_ENDS_SENTENCE = (".", "!", "?", "。", "！", "？")
_UNSAID = re.compile(
    r"(?i)#{1,6}[ \t].*"
    r"|transcript(?:ion)?|transkript|transcripción|transcrição|trascrizione"
    r"|transcript\. use arrow keys to navigate .*"
    r"|expires in \d{1,4} days?"
    r"|[-*_ ]{0,6}(?:duration|length|attendees|participants|speakers)[*_ ]{0,4}[:：].*"
)
"""Headings of Markdown, lines that Teams adds, and facts about the recording."""
_LETTER = re.compile(r"\w")
"""A line without any is a rule, `---`."""
_MAKER = r"(?:https?://)?[^.!?\n]{2,40}(?:\.[^.!?\s]{2,20}){0,2}"
_END_OF = r"(?:end of|fine? della?|fin de l[ae']|ende (?:der|des))"
_RECORDING = r"(?:transcript\w{0,6}|recording|interviews?|audio|call|meeting|aufnahme|trascrizione)"
_OF = r"(?:of|von|de|di|sur|из|/)"
_FOOT = re.compile(
    rf"(?i)transcri(?:bed|pt|ption)(?: provided)? by {_MAKER}"
    rf"|\W{{0,6}}{_END_OF} ?(?:the )?(?:\w{{1,20}} )?{_RECORDING}\W{{0,6}}"
    rf"|\W{{0,4}}(?:page|seite|página|pagina|страница) \d{{1,4}}(?: ?{_OF} ?\d{{1,4}})?\W{{0,4}}"
    r"|this editable transcript was computer generated.*"
    r"|(?:meeting|transcription) ended after \d{2}:\d{2}:\d{2}\W*"
    r"|user avatar"
    r"|[^\s:.,][^:.,]{0,79} (?:started|stopped) transcription"
    r"|[^\W\d_]{2,20} \((?:auto-generated|(?:automatisch|otomatik) \w+|\w+ (?:auto|автомат)\w+)\)"
    r"|[^\W\d_]{2,20} ?[(（](?:自動生成|自动生成|자동 생성됨)[)）]"
)
"""Lines that Otter, Google Meet, Teams and YouTube (`English (auto-generated)`) add between and
below the speech."""


_MARKS = " \t*#_"
"""Blanks, and marks of Markdown, around a line that a product adds."""


class TextHeader(NamedTuple):
    """The title and the beginning of a conversation. started_at: naive without an offset."""

    title: str = ""
    started_at: datetime | None = None


def blank_product_lines(lines: Iterable[str], log: FindingLog) -> list[str]:
    """Empty the lines that the product added, and report them."""
    kept = list(lines)
    rows = [row for row, line in enumerate(kept) if _FOOT.fullmatch(line.strip(_MARKS))]
    if rows:
        message = f"lines that the product added were left out: {len(rows)}, the first "
        log.add("skipped-line", f"{message}{quote(kept[rows[0]])!r}", rows[0] + 1)
    return blank_rows(kept, rows)


def read_header(lines: Sequence[str], log: FindingLog) -> TextHeader:
    """Read the lines above the first time; report those that are neither a title nor a date."""
    said = [(number, line.strip()) for number, line in enumerate(lines, 1) if line.strip()]
    dates = [_read_teams_date(line) or read_date_line(line) for _, line in said]
    said = [entry for entry, date in zip(said, dates, strict=True) if date is None]
    title = _find_title([line for _, line in said])
    began = filter(None, (_read_meet_date(title), *dates))
    unknown = [(number, line) for number, line in said if line != title and _has_words(line)]
    _report(unknown, log)
    return TextHeader(title.lstrip("# "), next(began, None))


def _find_title(lines: Sequence[str]) -> str:
    """Find the title: a line marked as one, else the first line; empty if neither can be one."""
    titles = [line for line in lines if line.endswith(_TITLE_END)]
    return next(filter(_is_title, [*titles, *lines[:1]]), "")


def _has_words(line: str) -> bool:
    return _LETTER.search(line) is not None and _TEAMS_LENGTH.fullmatch(line) is None


def _report(lines: Sequence[tuple[int, str]], log: FindingLog) -> None:
    """Report the first known line of a product, and the first line that may be speech."""
    unsaid = []
    strange = []
    next_of_list = 0
    for number, line in lines:
        is_list = line.strip("*_: ").casefold() in _LISTS
        if number == next_of_list and not line.endswith(_ENDS_SENTENCE):
            is_list = True
        if is_list:
            next_of_list = number + 1
        if is_list or _UNSAID.fullmatch(line):
            unsaid.append((number, line))
        else:
            strange.append((number, line))
    if unsaid:
        number, line = unsaid[0]
        message = f"lines above the first times that are not speech: {len(unsaid)}, the first "
        log.add("skipped-line", f"{message}{quote(line)!r}", number)
    if strange:
        number, line = strange[0]
        log.add("stray-text", f"text before the first times, {quote(line)!r}, was left out", number)


def _is_title(line: str) -> bool:
    """Whether the first line is a title, and not a paragraph or the header of a table."""
    is_row = line.startswith("|") or "\t" in line
    return len(line) <= _LONGEST_TITLE and not is_row


def _read_meet_date(title: str) -> datetime | None:
    found = _MEET_DATE.search(title)
    if found is None:
        return None
    day, clock, sign, hours, minutes = found.groups("")
    offset = f"{sign.replace('−', '-') or '+'}{hours:0>2}:{minutes:0>2}"
    try:
        return datetime.fromisoformat(f"{day}T{clock}{offset}")
    except ValueError:  # such as February 30, or an offset of more than a day
        return None


def _read_teams_date(line: str) -> datetime | None:
    found = _TEAMS_DATE.fullmatch(line)
    if found is None:
        return None
    month, day, year, hour, minute, half = found.groups()
    try:
        return datetime(
            int(year), month_number(month), int(day), hour_of_day(int(hour), half), int(minute)
        )
    except ValueError:
        return None
