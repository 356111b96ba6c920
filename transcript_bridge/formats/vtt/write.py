"""WebVTT from a transcript, written by webvtt-py."""

from __future__ import annotations

from ...line_joining import join_lines
from ...models import Transcript
from ...timecode import render_clock
from ..cues.writing import label_utterances

_UNSAFE_IN_NAMES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def render(transcript: Transcript) -> str:
    """One line a cue, `<v Name>text`, escaped, with a `NOTE language:` where it is known.

    A transcript that names nobody is written without voices; where its text would be taken for
    names, `[UNKNOWN]: ` stands before it. `parse`, with the names read, gives the same utterances.
    """
    from webvtt import Caption, WebVTT  # slow to import, and needed for nothing else

    file = WebVTT()
    if transcript.language:
        file.header_comments.append(f"language:{transcript.language}")
    if any(utterance.speaker for utterance in transcript.utterances):
        rows = [
            (u.start, u.end, _voice(u.speaker) + escape(join_lines(u.text)))
            for u in transcript.utterances
        ]
    else:
        rows = [
            (start, end, escape(text))
            for start, end, text in label_utterances(transcript.utterances)
        ]
    for start, end, text in rows:
        file.captions.append(Caption(render_clock(start), render_clock(end), text))
    return str(file.content)


def _voice(name: str | None) -> str:
    return (
        f"<v {' '.join(name.split()).translate(_UNSAFE_IN_NAMES)}>" if name and name.split() else ""
    )


def escape(text: str) -> str:
    """`text` as cue text: nothing in it is a tag, an entity or an arrow."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
