"""Write Advanced SubStation Alpha."""

from __future__ import annotations

from ...models import Transcript
from ..base import LineLimits
from ..cues.fitting import fit_utterances

_HEAD = """\
[Script Info]
ScriptType: v4.00+
WrapStyle: 0

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, \
Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, \
Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,20,&H00FFFFFF,&H000000FF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,2,2,2,\
10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
_TEXT_ESCAPES = str.maketrans({"{": "\\{", "}": "\\}", "\n": "\\N"})
_NAME_ESCAPES = str.maketrans({",": " ", "\n": " "})
"""A comma ends the column of the name, and nothing can escape it."""


def render(transcript: Transcript) -> str:
    """One dialogue for each utterance, with the speaker as `Name`; times in hundredths."""
    lines = [_HEAD]
    for start, end, text, speaker, *_ in transcript.utterances:
        name = " ".join((speaker or "").translate(_NAME_ESCAPES).split())
        said = text.translate(_TEXT_ESCAPES)
        times = f"{_render_clock(start)},{_render_clock(end)}"
        lines.append(f"Dialogue: 0,{times},Default,{name},0,0,0,,{said}\n")
    return "".join(lines)


def render_lines(transcript: Transcript, limits: LineLimits) -> str:
    """Write the same with short lines."""
    cues = list(fit_utterances(transcript.utterances, limits))
    return render(transcript.evolve(cues))


def _render_clock(ms: int) -> str:
    """`0:00:01.00`."""
    seconds, hundredths = divmod(round(ms / 10), 100)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}.{hundredths:02d}"
