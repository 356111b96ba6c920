"""The section of the page with a card for every file, by month."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from ..archive.summary import ProblemCount
from ..calendar_words import MONTH_NAMES
from ..problems import CODES
from ..quantities import count_of, length_of
from ..timecode import render_span
from .charts import draw_speaker_lanes
from .context import PageContext
from .html import Child, Markup, filled, tag
from .states import MEANINGS
from .summary import FileReport, Report, SentConversation
from .wording import GUESSED_MARK, badge, moment_of, sentence

_MANY = 100
"""From this number of files on, the browser lays out a card only when it comes into view."""
_FILTERED_FROM = 10


def render_files(report: Report, context: PageContext) -> Markup | None:
    """All files, by the month in which they began."""
    if not report.files:
        return None
    months = []
    for month, files in groupby(report.files, key=_month_of):
        months.append(_render_month(month, list(files), context))
    many = None
    if len(report.files) >= _MANY:
        many = "many"
    return tag("section", tag("h2", "Every file"), _filter(report), months, class_=many)


def _filter(report: Report) -> Markup | None:
    """A box that hides all files except those that need a decision; the page's style sheet does
    it."""
    needing = sum(bool(file.troubles) for file in report.files)
    if not needing or len(report.files) < _FILTERED_FROM:
        return None
    box = tag("input", type="checkbox", autocomplete="off")
    words = f" only the {count_of(needing, 'file')} with something to decide"
    return tag("label", box, words, class_="filter")


class _Month(NamedTuple):
    title: str
    anchor: str


def _month_of(file: FileReport) -> _Month:
    if file.began is None:
        return _Month("Without a date", "undated")
    year, month = file.began.year, file.began.month
    return _Month(f"{MONTH_NAMES[month - 1]} {year}", f"m{year}-{month}")


def _render_month(month: _Month, files: Sequence[FileReport], context: PageContext) -> Markup:
    count = count_of(len(files), "file")
    seconds = sum(file.seconds for file in files)
    if seconds:
        count += f", {length_of(seconds)}"
    heading = tag("h3", month.title, " ", tag("small", count))
    cards = [_card(file, context) for file in files]
    head = tag("summary", heading)
    return tag("details", head, cards, id=month.anchor, class_="month", open=True)


def _card(file: FileReport, context: PageContext) -> Markup:
    title = context.title(file)
    facts = [tag("span", fact) for fact in _facts(file)]
    text = tag(
        "div",
        tag("h4", tag("bdi", title.name), " ", badge(file.state)),
        filled("p", filled("bdi", title.folder), class_="path quiet"),
        filled("p", filled("bdi", file.title)),
        filled("p", facts, class_="facts"),
        _conversations(file),
        _message(file, context),
        _problems(file),
    )
    chart = None
    if file.lanes:
        chart = draw_speaker_lanes(file, title.name, context.paint)
    kind = "file"
    if file.troubles:
        kind = "file aside-file"
    return tag("article", text, chart, class_=kind, id=context.anchor(file))


def _facts(file: FileReport) -> list[str]:
    facts = []
    if file.began is not None:
        mark = ""
        if file.date_is_guessed:
            mark = GUESSED_MARK
        facts.append(mark + moment_of(file.began))
    if file.seconds:
        facts.append(f"{render_span(round(file.seconds * 1000))} long")
    if file.segments:
        facts.append(count_of(file.segments, "segment"))
    facts += [fact for fact in (file.format, file.language) if fact]
    if not file.there:
        facts.append("the file is gone")
    return facts


def _conversations(file: FileReport) -> Markup | None:
    if file.sent:
        items = [tag("li", _conversation(conversation)) for conversation in file.sent]
        listed = tag("ul", items, class_="sent", aria_label=f"Conversations of {file.path}")
        title = tag("summary", count_of(len(items), "conversation"))
        return tag("details", title, listed, class_="ids")
    if file.expected:
        return tag("p", f"will be {count_of(file.expected, 'conversation')}", class_="quiet")
    return None


def _conversation(conversation: SentConversation) -> list[Child]:
    facts: list[Child] = []
    if conversation.parts > 1:
        facts.append(tag("span", f"{conversation.part}/{conversation.parts}"))
    facts.append(filled("span", filled("code", conversation.id)))
    if conversation.state != "done" or not conversation.id:
        facts.append(tag("span", MEANINGS[conversation.state].word))
    facts.append(filled("span", conversation.account))
    return facts


def _message(file: FileReport, context: PageContext) -> Markup | None:
    if not file.message:
        return None
    if file.state == "duplicate":
        return tag("p", "Another file has it: ", context.link(file.message), class_="quiet")
    when = None
    if file.sent:
        when = "Reading it today: "
    return tag("p", when, sentence(file.message), class_="wrong")


def _problems(file: FileReport) -> Markup | None:
    """Render the problems of a file: first what was repaired or lost, then the notes."""
    grave = [_problem(problem) for problem in file.problems if problem.is_grave]
    notes = [_problem(problem) for problem in file.problems if not problem.is_grave]
    return filled("ul", grave + notes, class_="problems")


def _problem(problem: ProblemCount) -> Markup:
    code, level, times = problem
    known = CODES.get(code)
    words = "reported by a plug-in"
    if known is not None:
        words = sentence(known.meaning)
    count = tag("small", tag("code", code), f" × {times:,}")
    return tag("li", tag("span", level, class_=f"level {level}"), tag("span", words, " ", count))
