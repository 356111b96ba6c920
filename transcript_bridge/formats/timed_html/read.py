"""Reads HTML with times as a Transcript."""

from __future__ import annotations

import re

from ...errors import MalformedError, NoSpeechError
from ...models import Transcript, Utterances
from ...problems import ProblemLog, shorten
from ..chat_signs import refuse_chat
from ..json_text import as_object, load_json
from ..json_values import read_string
from .columns import name_parts
from .fields import write_attributes
from .page import Page, read_page
from .pieces import Gathered, TimedPiece, gather, limit_last, mark_clocks
from .utterances import make_utterances

_CHAT = re.compile(r"class=[\"']?[^\"'<>]{0,60}\b(?:comment-author|chat-line__|yt-live-chat)")
"""Elements of Twitch's and YouTube's chats."""
_FEW = 2
_LONGEST_TITLE = 120
_SLOWEST = 1.0
"""Characters a second between clocks of a page: a timetable has fewer than speech."""


def parse(text: str) -> Transcript:
    """Read a page, or oTranscribe's file; `line` is that of the element in the page.

    Raises MalformedError if it has no times.
    """
    if _CHAT.search(text):
        refuse_chat()
    page = _read_json(text) if text.lstrip()[:1] == "{" else read_page(write_attributes(text))
    gathered = gather(page)
    if len(_spoken(gathered)) < _FEW:
        mark_clocks(page)
        by_clocks = gather(page)
        if len(_spoken(by_clocks)) >= len(_spoken(gathered)):
            gathered = by_clocks
            limit_last(gathered)
            _require_speech(_spoken(gathered))
    name_parts(gathered)
    log = ProblemLog()
    title = page.title or _take_title(gathered)
    utterances = Utterances.of(make_utterances(_spoken(gathered), log))
    _report_rest(gathered, log)
    return Transcript(
        utterances,
        problems=log.problems(),
        cues=len(utterances),
        language=page.language,
        title=title,
    )


def _read_json(text: str) -> Page:
    """oTranscribe's HTML, whose lines are those of a text in JSON."""
    page = read_page(read_string(as_object(load_json(text)).get("text")))
    for run in page.runs:
        run.line = 1
    return page


def _spoken(gathered: Gathered) -> list[TimedPiece]:
    return list(filter(TimedPiece.count_characters, gathered.pieces))


def _require_speech(pieces: list[TimedPiece]) -> None:
    """Raise an error for clocks without speech between them."""
    if not pieces:
        raise MalformedError(
            "this page has no element that says when its text is spoken; export the transcript as "
            "SRT, WebVTT or JSON"
        )
    starts = [piece.times.start for piece in pieces]
    span = (max(starts) - min(starts)) / 1000
    if sum(map(TimedPiece.count_characters, pieces[:-1])) < span * _SLOWEST:
        raise NoSpeechError(
            "this page has clocks, but too few words between them for speech; use the page or "
            "the file with the transcript instead"
        )


def _take_title(gathered: Gathered) -> str:
    """Take the title: the only text before the first time."""
    texts = [" ".join(run.text.split()) for run in gathered.before]
    if len(texts) == 1 and len(texts[0]) <= _LONGEST_TITLE:
        gathered.before.clear()
        return texts[0]
    return ""


def _report_rest(gathered: Gathered, log: ProblemLog) -> None:
    """Report texts without a time: those between the others, and those of the page around them."""
    inside = gathered.between
    around = [*gathered.before, *gathered.behind]
    if inside:
        shown = shorten(" ".join(inside[0].text.split()))
        message = f"texts without a time were left out: {len(inside)}, the first {shown!r}"
        log.add("stray-text", message, inside[0].line)
    if around:
        message = f"texts of the page around the transcript were left out: {len(around)}"
        log.add("skipped-line", message, around[0].line)
