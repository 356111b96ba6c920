"""Write Timed Text."""

from __future__ import annotations

import re
from xml.sax.saxutils import escape, quoteattr

from ...models import Transcript
from ...timecode import render_clock
from ..base import LineLimits
from ..cues.fitting import fit_utterances

_HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttm="http://www.w3.org/ns/ttml#metadata" \
xml:lang={language}>
"""
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML cannot hold, in any spelling."""


def render(transcript: Transcript) -> str:
    """One paragraph for each utterance; speakers are agents of the head."""
    agents: dict[str, str] = {}
    paragraphs = []
    for start, end, text, speaker, *_ in transcript.utterances:
        agent = ""
        if speaker is not None:
            agent = f' ttm:agent="{agents.setdefault(speaker, f"a{len(agents) + 1}")}"'
        lines = [escape(_clean(line)) for line in text.split("\n")]
        times = f'begin="{render_clock(start)}" end="{render_clock(end)}"'
        paragraphs.append(f"<p {times}{agent}>{'<br/>'.join(lines)}</p>\n")
    language = quoteattr(_clean(transcript.language or ""))
    head = _HEAD.format(language=language) + _render_agents(agents)
    return f"{head}<body><div>\n{''.join(paragraphs)}</div></body>\n</tt>\n"


def render_lines(transcript: Transcript, limits: LineLimits) -> str:
    """The same with short lines."""
    cues = list(fit_utterances(transcript.utterances, limits))
    return render(transcript.evolve(cues))


def _render_agents(agents: dict[str, str]) -> str:
    if not agents:
        return ""
    lines = []
    for name, agent in agents.items():
        said = escape(" ".join(_clean(name).split()))
        lines.append(
            f'<ttm:agent xml:id="{agent}" type="person"><ttm:name>{said}</ttm:name></ttm:agent>\n'
        )
    return f"<head><metadata>\n{''.join(lines)}</metadata></head>\n"


def _clean(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
