"""WebVTT from a transcript, written by webvtt-py."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...line_joining import join_lines
from ...models import Transcript, Utterance
from ...timecode import render_clock
from ..base import LineLimits
from ..cues.fitting import fit_utterances
from ..cues.writing import escape_markup, label_utterances


def render(transcript: Transcript) -> str:
    """Write WebVTT, one line of text for each cue: `<v Name>text`, escaped.

    If some utterances have no speaker, each voice is ended by its tag.
    A `NOTE language:` says the language, if it is known. A transcript without speakers is written
    without voices; if its text would be taken for names, `[UNKNOWN]: ` is put before it. `parse`,
    with the names read, gives the same utterances.
    """
    return _render(transcript, None)


def render_lines(transcript: Transcript, limits: LineLimits) -> str:
    """The same with short lines; each cue has its voice."""
    return _render(transcript, limits)


def _render(transcript: Transcript, limits: LineLimits | None) -> str:
    from webvtt import Caption, WebVTT  # slow to import, and needed for nothing else

    file = WebVTT()
    if transcript.language:
        file.header_comments.append(f"language:{transcript.language}")
    for start, end, text in _lines(transcript, limits):
        file.captions.append(Caption(render_clock(start), render_clock(end), text))
    return str(file.content)


def _lines(transcript: Transcript, limits: LineLimits | None) -> Iterator[tuple[int, int, str]]:
    """Start and end (ms) and the escaped text of each cue."""
    utterances = transcript.utterances
    if any(utterance.speaker for utterance in utterances):
        # Without an end, a voice may be taken for that of the following cues (voices.py).
        closing = ""
        if None in utterances.speakers:
            closing = "</v>"
        cues: Iterable[Utterance] = utterances
        if limits is not None:
            cues = fit_utterances(utterances, limits)
        for utterance in cues:
            text = utterance.text if limits is not None else join_lines(utterance.text)
            text = escape_markup(text)
            voice = _voice(utterance.speaker)
            if voice:
                text = voice + text + closing
            yield utterance.start, utterance.end, text
    else:
        for start, end, text in label_utterances(utterances, limits):
            yield start, end, escape_markup(text)


def _voice(speaker: str | None) -> str:
    name = " ".join((speaker or "").split())
    if name:
        return f"<v {escape_markup(name)}>"
    return ""
