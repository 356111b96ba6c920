"""The plan of an archive in words, as `plan` and `migrate` print it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, NamedTuple

from ..calendar_words import name_moment
from ..dating.wording import describe_source, name_source
from ..quantities import count_of, length_of, list_some, time_needed_of
from ..timecode import render_span
from .loaded_inputs import NO_OWNER
from .output import Styled, say, shorten, shorten_path

if TYPE_CHECKING:
    from ..archive.plan import ArchivePlan, PlanEntry
    from ..archive.sending_time import Allowance

_NOTICES_SHOWN = 12
_PROBLEM_CODES_SHOWN = 5
_SUFFIXES_SHOWN = 8
_MIN_PATH = 16
"""The least number of characters of a path to show, however narrow the terminal is."""
_ALL_COLUMNS = 60
"""A narrower terminal shows only when a recording began, what is left of it, and its file."""
_TITLE_WIDTH = 60
_UNREAD_SHOWN = 3
"""How many names follow each piece of advice; `plan --files` prints all of them."""


class TimeFactors(NamedTuple):
    """The factors of the duration of an upload.

    allowance: writes. try_gap: seconds, the --merge-gap that is proposed. wait: until the server
    accepts the first write.
    """

    allowance: Allowance
    try_gap: float
    wait: timedelta


def plan_lines(plan: ArchivePlan, factors: TimeFactors, now: datetime) -> list[str]:
    """The totals: how much, from when, who speaks, what is left out, how long it takes."""
    return [
        *_size_lines(plan),
        *_title_lines(plan),
        *_date_lines(plan),
        *_language_lines(plan),
        *_speaker_lines(plan),
        *_problem_lines(plan),
        *_left_out_lines(plan),
        *_time_lines(plan, factors, now),
    ]


def file_lines(plan: ArchivePlan, width: int | None = None) -> list[str]:
    """One line per recording, the earliest first: date, length, conversations, and the date's
    source.

    width: of the terminal; paths are shortened to fit.
    """
    entries = plan.ready
    if not entries:
        return []
    zone = plan.zone
    rows = [_file_row(entry, zone) for entry in sorted(entries, key=_by_time)]
    title = _FileRow(f"began ({plan.timezone})", "length", "convers.", "to go", "date from", "file")
    if not any(entry.ledger_counts for entry in entries):
        title = title._replace(to_go="")
        rows = [row._replace(to_go="") for row in rows]
    if width is not None and width < _ALL_COLUMNS:
        title, *rows = [
            row._replace(length="", conversations="", date_from="") for row in [title, *rows]
        ]
    lines = _align([title, *rows], width)
    if any(entry.is_guessed for entry in entries):
        lines.append("~ marks a guessed date: nothing says when it began")
    lines.append("")
    return lines


class _FileRow(NamedTuple):
    began: str
    length: str
    conversations: str
    to_go: str
    date_from: str
    path: str
    title: str = ""


def _by_time(entry: PlanEntry) -> datetime:
    return entry.at


def _file_row(entry: PlanEntry, zone: tzinfo) -> _FileRow:
    guessed = ""
    if entry.is_guessed:
        guessed = " ~"
    return _FileRow(
        f"{entry.at.astimezone(zone):%Y-%m-%d %H:%M}{guessed}",
        render_span(entry.summary.ms),
        f"{entry.summary.conversations:,}",
        f"{entry.counts.to_go:,}",
        name_source(entry.began.source),
        entry.summary.path,
        shorten(entry.summary.title, _TITLE_WIDTH),
    )


def _align(rows: Sequence[_FileRow], width: int | None) -> list[str]:
    """The rows as lines in columns: numbers are right-aligned, and empty columns are left out."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(_FileRow._fields))]
    lines = []
    for row in rows:
        began = row.began.ljust(widths[0])
        numbers = [
            text.rjust(column) for text, column in zip(row[1:4], widths[1:4], strict=True) if column
        ]
        date_from = [row.date_from.ljust(widths[4])] if widths[4] else []
        before = "  ".join([began, *numbers, *date_from, ""])
        path = row.path
        if width is not None:
            path = shorten_path(path, max(width - len(before), _MIN_PATH))
        title = ""
        if row.title:
            title = f"  ({row.title})"
        if width is not None and len(before) + len(path) + len(title) > width:
            title = ""
        lines.append(before + path + title)
    return lines


def say_notices(plan: ArchivePlan) -> None:
    """Print what was skipped or is doubtful in the archive."""
    for path, message in plan.notices[:_NOTICES_SHOWN]:
        say(f"{path}: {message}", mark="warning")
    not_shown = len(plan.notices) - _NOTICES_SHOWN
    if not_shown > 0:
        say(f"and {not_shown:,} more; 'plan --json' has all of them")


def _size_lines(plan: ArchivePlan) -> list[str]:
    """How much there is, and how much of it is still to be sent."""
    files = count_of(plan.files, "transcript")
    conversations = count_of(plan.totals.conversations, "conversation")
    length = length_of(plan.totals.length.total_seconds())
    size = f"{count_of(plan.totals.segments, 'segment')}, {length.words} of speech"
    if plan.is_new:
        title = f"{files}, {len(plan.ready):,} to send"
        rest = f" as {conversations}: {size}" if plan.ready else ""
        return [Styled(title, bold=True, rest=rest, indent=2)]
    counts = plan.totals.counts
    if counts.stored:
        stored = "all"
        if counts.stored != plan.totals.conversations:
            stored = f"{counts.stored:,}"
        conversations += f", {stored} of them in Omi already"
    to_go = "nothing to go"
    if counts.to_go:
        to_go = f"{counts.to_go:,} to go"
    lines = [
        Styled(f"{files}: {conversations}; {to_go}", bold=True, indent=2),
        _row("in all", size),
    ]
    if counts.to_go:
        lines.append(_row("to go", _describe_to_go(plan.to_go)))
    if counts.set_aside:
        what = count_of(counts.set_aside, "conversation")
        text = f"{what} refused ('retry') or deleted in Omi ('retry --deleted')"
        lines.append(_row("set aside", text))
    if counts.changed:
        what = count_of(counts.changed, "conversation")
        text = f"{what} sent before in another form ({_name_differences(plan)})"
        lines.append(_row("changed", text))
        lines.append(_row("", "migrate --changed upload|skip|replace decides about them"))
    return lines


def _name_differences(plan: ArchivePlan) -> str:
    """`21 files: other speakers; 3 files: other content`: recordings by what differs."""
    from ..workspace.changes import name_differences

    numbers: Counter[str] = Counter()
    for entry in plan.ready:
        if entry.counts.changed:
            numbers[name_differences(entry.counts.differs)] += 1
    clauses = []
    for name, number in numbers.most_common():
        clauses.append(f"{count_of(number, 'file')}: {name}")
    return "; ".join(clauses)


def _describe_to_go(entries: Sequence[PlanEntry]) -> str:
    from ..archive.plan import total_length

    length = length_of(total_length(entries).total_seconds())
    return f"{count_of(len(entries), 'recording')}, {length.words} long"


def _title_lines(plan: ArchivePlan) -> list[str]:
    """How many conversations have a title in their file, and whether it is sent."""
    titles = plan.totals.titles_to_go
    if not titles:
        return []
    text = f"{titles:,} in the files, not sent; --titles sends them, one more write each"
    if plan.sends_titles:
        text = f"{titles:,} to send after all conversations, one more write each"
    return [_row("titles", text)]


def _date_lines(plan: ArchivePlan) -> list[str]:
    lines = []
    if plan.span:
        first, last = [moment.astimezone(plan.zone) for moment in plan.span]
        days = f"{first:%Y-%m-%d} to {last:%Y-%m-%d} ({plan.timezone})"
        lines.append(_row("spans", days))
    sources = []
    for source, count in plan.totals.date_sources.most_common():
        sources.append(f"{count:,} {describe_source(source)}")
    if sources:
        lines.append(_row("dates", ", ".join(sources)))
    day = plan.guessed_day
    if day is not None:
        words = f"most guesses are {day:%Y-%m-%d}, probably the day of an export; put the dates"
        lines.append(_row("", f"{words} into the file names, or into [[files]] in a settings file"))
    return lines


def _language_lines(plan: ArchivePlan) -> list[str]:
    """The languages of recordings, if some files do not state one: Omi treats these as English."""
    counts = plan.totals.languages.copy()
    unknown = counts.pop(None, 0)
    named = plan.totals.languages_from_names
    if not unknown and not named:
        return []
    texts = [f"{count:,} {language}" for language, count in sorted(counts.items())]
    if unknown:
        texts.append(
            f"{unknown:,} without one, which Omi treats as English; set it on the 'review' page, "
            "or for all with --language"
        )
    lines = [_row("language", ", ".join(texts))]
    if named:
        lines.append(_row("", f"{named:,} from the name of the file, such as .de.srt"))
    return lines


def _speaker_lines(plan: ArchivePlan) -> list[str]:
    lines = []
    labels = plan.labels()
    unknown = [label for label in labels if label.name is None]
    if labels:
        text = f"{count_of(len(labels), 'label')}, {len(unknown):,} of them without a person"
        if unknown:
            text += "; 'speakers' lists them"
        lines.append(_row("speakers", text))
    if plan.ready and plan.totals.without_user:
        text = NO_OWNER
        if plan.totals.without_user < len(plan.ready):
            text = f"in {plan.totals.without_user:,} of {len(plan.ready):,} recordings {NO_OWNER}"
        lines.append(_row("", text))
    return lines


def _problem_lines(plan: ArchivePlan) -> list[str]:
    counts: Counter[str] = Counter()
    for entry in plan.with_problems:
        for problem in entry.summary.problems:
            if problem.is_grave:
                counts[problem.code] += 1
    if not counts:
        return []
    frequent = counts.most_common(_PROBLEM_CODES_SHOWN)
    codes = ", ".join(f"{code} {count:,}" for code, count in frequent)
    files = count_of(len(plan.with_problems), "file")
    text = f"{files} with something repaired or lost ('plan --files' says which): {codes}"
    return [_row("problems", text)]


def _left_out_lines(plan: ArchivePlan) -> list[str]:
    """Say what is not sent, and why."""
    older = sum(duplicate.is_older for duplicate in plan.duplicates)
    reasons = (
        (len(plan.failed) - plan.broken, "cannot be read or dated"),
        (len(plan.turns_alone), "with speaker turns but no words"),
        (len(plan.silent), "without speech"),
        (
            len(plan.duplicates) - older,
            "with the same content as another ('plan --files' says which)",
        ),
        (older, "of which another file has a newer version ('plan --files' says which)"),
        (len(plan.left_out_by_rule), "left out by your settings ('plan --files' names the rule)"),
    )
    not_sent = [f"{count:,} {reason}" for count, reason in reasons if count]
    if plan.broken:
        not_sent.append(f"{count_of(plan.broken, 'path')} that cannot be read in full")
    lines = [_row("not sent", "; ".join(not_sent))] if not_sent else []
    lines += _unread_lines(plan)
    if plan.other_forms:
        files = count_of(len(plan.other_forms), "more file", "more files")
        lines.append(_row("forms", f"{files} of these recordings; the better one of each is sent"))
    if plan.other_files:
        lines.append(_row("skipped", _describe_other_files(plan.other_files)))
    if plan.hidden:
        hidden = count_of(plan.hidden, "hidden file or folder", "hidden files and folders")
        lines.append(_row("", hidden))
    return lines


def _describe_other_files(files: Counter[str]) -> str:
    """`12 files, not transcripts: .m4a 9, .png 3`, by suffix."""
    suffixes = []
    not_shown = files.total()
    for suffix, count in files.most_common(_SUFFIXES_SHOWN):
        suffixes.append(f"{suffix or '(no suffix)'} {count:,}")
        not_shown -= count
    if not_shown:
        suffixes.append(f"others {not_shown:,}")
    return f"{count_of(files.total(), 'file')}, not transcripts: {', '.join(suffixes)}"


def _unread_lines(plan: ArchivePlan) -> list[str]:
    """Files that may contain transcripts, by what to do about them."""
    if not plan.unread:
        return []
    by_advice: dict[str, list[str]] = {}
    for file in plan.unread:
        by_advice.setdefault(file.advice, []).append(file.path)
    one = "file may contain transcripts; nothing in it is sent"
    text = count_of(len(plan.unread), one, "files may contain transcripts; nothing in them is sent")
    lines = [_row("not read", text)]
    for advice, paths in by_advice.items():
        lines.append(_row("", f"{advice}: {list_some(paths, _UNREAD_SHOWN)}"))
    return lines


def _time_lines(plan: ArchivePlan, factors: TimeFactors, now: datetime) -> list[str]:
    """How long the upload takes, and how long with neighbors joined."""
    from ..archive.sending_time import time_needed

    if not plan.writes_to_go:
        return []
    needed = time_needed(plan.writes_to_go, factors.allowance, factors.wait)
    end = name_moment(now + needed, now, plan.zone)
    text = (
        f"{time_needed_of(needed)}, at most {factors.allowance.per_hour} per hour: "
        f"finished about {end}"
    )
    return [_row("time", text), *_merging_lines(plan, factors)]


def _merging_lines(plan: ArchivePlan, factors: TimeFactors) -> list[str]:
    """Say what --merge-gap would save for recordings of which nothing was sent."""
    from ..archive.sending_time import time_needed

    merging = plan.merging
    if merging.merged >= merging.planned:
        return []
    subject = "what was not started"
    if plan.is_new:
        subject = "it"
    text = (
        f"with --merge-gap {factors.try_gap:g} {subject} would be "
        f"{count_of(merging.merged, 'conversation')} instead of {merging.planned:,}"
    )
    merged_time = time_needed_of(
        time_needed(merging.merged_writes, factors.allowance, factors.wait)
    )
    planned_time = time_needed_of(
        time_needed(merging.planned_writes, factors.allowance, factors.wait)
    )
    if merged_time != planned_time:
        text += f": {merged_time} instead of {planned_time}"
    return [_row("", text)]


def _row(name: str, text: str) -> str:
    return Styled("", rest=f"  {name:<10} {text}", indent=13)
