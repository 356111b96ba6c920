"""WebVTT from a transcript, written by webvtt-py."""

from __future__ import annotations

from collections.abc import Iterator

from ...models import Transcript
from ...timecode import render_clock
from ..base import LineLimits
from ..cues.fitting import ONE_LINE, fit_utterances
from ..cues.writing import escape_markup, label_utterances


def render(transcript: Transcript) -> str:
    """Write WebVTT, one line of text for each cue: `<v Name>text`, escaped.

    If some utterances have no speaker, each voice is ended by its tag.
    A `NOTE language:` says the language, if it is known. A transcript without speakers is written
    without voices; if its text would be taken for names, `[UNKNOWN]: ` is put before it. `parse`,
    with the names read, gives the same utterances.
    """
    return render_lines(transcript, ONE_LINE)


def render_lines(transcript: Transcript, limits: LineLimits) -> str:
    """The same with short lines; each cue has its voice."""
    from webvtt import Caption, WebVTT  # slow to import, and needed for nothing else

    file = WebVTT()
    if transcript.language:
        file.header_comments.append(f"language:{transcript.language}")
    for start, end, text in _lines(transcript, limits):
        file.captions.append(Caption(render_clock(start), render_clock(end), text))
    return str(file.content)


def _lines(transcript: Transcript, limits: LineLimits) -> Iterator[tuple[int, int, str]]:
    """Start and end (ms) and the escaped text of each cue."""
    utterances = transcript.utterances
    if not any(utterances.speakers):
        for start, end, text in label_utterances(utterances, limits):
            yield start, end, escape_markup(text)
        return
    # Without an end, a voice may be taken for that of the following cues (voices.py).
    closing = ""
    if None in utterances.speakers:
        closing = "</v>"
    for start, end, text, speaker, *_ in fit_utterances(utterances, limits):
        said = escape_markup(text)
        name = escape_markup(" ".join((speaker or "").split()))
        if name:
            said = f"<v {name}>{said}{closing}"
        yield start, end, said
