"""The parts of Markdown notes around and between the speech.

---
title: Weekly sync              front matter: a title, and when it was
date: 2025-01-24
---
## Transcript
**Ann** [0:03]: Let's begin.
## The harbor                   headings, rules and tags, which are not speech
## Action items                 the text below such a heading is not speech either
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from ...calendar_words import SHORT_MONTH, month_number
from ...quantities import count_of
from ..cues.cue import FindingLog, quote
from .heading_lines import TextBlock

_FENCE = "---"
_LONGEST_FRONT = 200
"""Lines."""
_FRONT_LINE = re.compile(r"[\w -]{1,60}:(?:\s.*)?|\s.*|[-#\]}].*|")
_TITLE = re.compile(r"title:\s+(\S.*)", re.IGNORECASE)
_DATE_KEY = (
    r"(?i:date|datetime|meeting[_ -]?date|recorded(?:[_ -](?:at|on))?|start(?:ed)?[_ -](?:at|time))"
)
_ISO = r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?)?"
_MONTH = r"(?P<month>[A-Z][a-z]{2})[a-z]{0,6}\.? (?P<day>\d{1,2}),? (?P<year>\d{4})"
_DATE = re.compile(
    rf"(?:[-*_ ]{{0,6}}{_DATE_KEY}[*_]{{0,3}}:[*_]{{0,3}}[ \t]{{1,4}})?"
    rf"[\"']?(?:(?P<iso>{_ISO})|{_MONTH})[\"' ]{{0,4}}"
)
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_DAY_LINE = re.compile(
    rf"(?i)(?:{_WEEKDAY},?[ ])?(?:\d{{4}}-\d\d-\d\d|\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}"
    rf"|(?:{SHORT_MONTH})[a-z]{{0,6}}\.?[ ]\d{{1,2}}(?:st|nd|rd|th)?(?:,?[ ]\d{{4}})?"
    rf"|\d{{1,2}}\.?[ ](?:{SHORT_MONTH})[a-z]{{0,6}}(?:[ ]\d{{4}})?)|{_WEEKDAY}"
)
_HEADING = re.compile(r"(#{1,6})[ \t]+(\S.*)")
_RULE = re.compile(r"-{3,}|\*{3,}|_{3,}|={3,}")
_TAG = r"</?(?:details|summary|div|p|br|hr|center|section|article|blockquote)\b[^<>]{0,200}>"
_ONLY_TAGS = re.compile(rf"<summary>[^<>]*</summary>|(?:{_TAG}\s*)+|<!--.*-->", re.IGNORECASE)
_TAGS = re.compile(_TAG, re.IGNORECASE)
_LINK = re.compile(r"\[([^\[\]\n]{1,200})\]\([^()\s]{1,400}\)")
_BOLD_LABEL = re.compile(r"\*\*([^*\n:]{1,60})(?::\*\*|\*\*:)(?=\s)")
_BOLD = re.compile(r"(?<=\S[ \t])\*\*(?=\S)([^*\n]{1,200})\*\*")
_NO_LETTERS = re.compile(r"^[\W\d_]+|[\W_]+$")
_NOTES = frozenset(
    (
        *("action", "actions", "action item", "action items", "next step", "next steps", "todo"),
        *("todos", "to do", "to-do", "tasks", "follow up", "follow-up", "follow ups", "follow-ups"),
        *("summary", "overview", "takeaways", "key takeaways", "key points", "highlights"),
        *("decisions", "key decisions", "notes", "meeting notes", "show notes", "outline"),
        *("attendees", "participants", "references", "resources", "links", "related", "see also"),
        *("footnotes", "backlinks", "metadata", "open questions"),
        *("zusammenfassung", "aufgaben", "nächste schritte", "notizen", "teilnehmer", "beschlüsse"),
        *("résumé", "prochaines étapes", "participants", "resumen", "próximos pasos", "acciones"),
        *(
            "resumo",
            "próximos passos",
            "riassunto",
            "prossimi passi",
            "samenvatting",
            "actiepunten",
        ),
        *("итоги", "резюме", "задачи", "следующие шаги", "总结", "摘要", "待办", "待办事项"),
        *(
            "行动项",
            "会议纪要",
            "要約",
            "まとめ",
            "次のステップ",
            "アクションアイテム",
            "요약",
            "할 일",
        ),
    )
)
"""Titles of sections that are notes, not speech."""


class FrontMatter(NamedTuple):
    """The front matter of a note. began: naive, at midnight, if it has only the day."""

    rows: int = 0
    """How many lines it has, with its fences."""
    title: str = ""
    began: datetime | None = None


def read_front_matter(lines: Sequence[str]) -> FrontMatter:
    """Read the front matter of a text; it has no rows if there is none."""
    if not lines or lines[0].strip() != _FENCE:
        return FrontMatter()
    title = ""
    began = None
    for row, line in enumerate(lines[1:_LONGEST_FRONT], 1):
        if line.strip() == _FENCE:
            return FrontMatter(row + 1, title, began)
        if _FRONT_LINE.fullmatch(line) is None:
            break
        named = _TITLE.fullmatch(line)
        if named:
            title = named[1].strip().strip("\"'")
        began = began or read_date_line(line)
    return FrontMatter()


def read_date_line(line: str) -> datetime | None:
    """Read `date: 2025-01-24`, `**Date:** January 24, 2025` or a date alone; None for others."""
    found = _DATE.fullmatch(line)
    if found is None:
        return None
    try:
        if found["iso"]:
            return datetime.fromisoformat(found["iso"])
        return datetime(int(found["year"]), month_number(found["month"]), int(found["day"]))
    except ValueError:  # such as February 30 or month 13
        return None


def holds_days(lines: Iterable[str]) -> bool:
    """Whether headings of Markdown are dates of several days, as in a diary."""
    titles = {line.strip("# ") for line in lines if line.startswith("#")}
    return len(list(filter(_DAY_LINE.fullmatch, titles))) > 1


def clean_blocks(blocks: Iterable[TextBlock], log: FindingLog) -> list[TextBlock]:
    """Remove Markdown, and the sections of notes, from the lines of blocks; both are reported."""
    cleaned = []
    headings: list[tuple[int, str]] = []
    for block in blocks:
        row = block.heading.row
        said: list[str] = []
        for section in _split(block.lines):
            if section.title and section.is_notes():
                title = quote(section.title)
                count = count_of(len(section.lines), "line")
                message = f"text below {title!r}, which is not speech, was left out: {count}"
                log.add("stray-text", message, row + 1)
                continue
            if section.title:
                headings.append((row, section.title))
            said += section.lines
        cleaned.append(_clean(TextBlock(block.heading, tuple(said))))
    if headings:
        row, title = headings[0]
        message = f"headings of Markdown were left out: {len(headings)}, the first {quote(title)!r}"
        log.add("skipped-line", message, row + 1)
    return cleaned


class _Section(NamedTuple):
    title: str
    """Empty for the lines before the first heading."""
    level: int
    lines: list[str]

    def is_notes(self) -> bool:
        return _NO_LETTERS.sub("", self.title).casefold() in _NOTES


def _split(lines: Iterable[str]) -> list[_Section]:
    """Split lines into sections at headings. A section of notes includes its lower headings."""
    sections = [_Section("", 0, [])]
    for line in lines:
        last = sections[-1]
        heading = _HEADING.fullmatch(line)
        if heading is None or (last.is_notes() and len(heading[1]) > last.level):
            last.lines.append(line)
        else:
            sections.append(_Section(heading[2], len(heading[1]), []))
    return sections


def _clean(block: TextBlock) -> TextBlock:
    head = block.heading._replace(text=_clean_line(block.heading.text))
    lines = [_clean_line(line) for line in block.lines]
    return TextBlock(head, tuple([line for line in lines if line]))


def _clean_line(line: str) -> str:
    """Remove tags, signs of quotations, targets of links and marks; a rule becomes empty."""
    if _RULE.fullmatch(line) or _ONLY_TAGS.fullmatch(line):
        return ""
    if "<" in line:
        line = _TAGS.sub(" ", line).strip()
    line = line.removeprefix("> ")
    if "](" in line:
        line = _LINK.sub(r"\1", line)
    if "**" in line:
        line = _BOLD.sub(r"\1", _BOLD_LABEL.sub(r"\1:", line, count=1))
    return line
