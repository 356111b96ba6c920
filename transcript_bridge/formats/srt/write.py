"""SRT from a transcript, written by pysrt."""

from __future__ import annotations

from io import StringIO

from ...models import Transcript
from ..base import LineLimits
from ..cues.fitting import ONE_LINE
from ..cues.markup import decode_entities
from ..cues.writing import label_utterances


def render(transcript: Transcript) -> str:
    """Write SRT, one line of text for each cue, the speaker before it: `Name: text`.

    An utterance without a speaker gets `[UNKNOWN]: ` if others have names, or if its text would be
    taken for a name. What would be taken for markup is written as entities. `parse`, with the names
    read, gives the same utterances.
    """
    return render_lines(transcript, ONE_LINE)


def render_lines(transcript: Transcript, limits: LineLimits) -> str:
    """The same with short lines; each cue has the speaker before its first line."""
    import pysrt  # slow to import, and needed for nothing else

    file = pysrt.SubRipFile()
    labeled = label_utterances(transcript.utterances, limits)
    for number, (start, end, text) in enumerate(labeled, 1):
        begin = pysrt.SubRipTime.from_ordinal(start)
        finish = pysrt.SubRipTime.from_ordinal(end)
        file.append(pysrt.SubRipItem(number, begin, finish, _escape(text)))
    out = StringIO()
    file.write_into(out)
    return out.getvalue()


def _escape(text: str) -> str:
    """Escape a text, but not `AT&T & Co`: many players show `&amp;` literally."""
    if decode_entities(text) != text:
        text = text.replace("&", "&amp;")
    text = text.replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("{\\", "&#123;\\")
