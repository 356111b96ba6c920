"""Long files of every format, for benchmarks/reading.py: so many entries, the same each time."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable
from typing import Any, NamedTuple

from transcript_bridge.formats import get
from transcript_bridge.formats.built_in import BUILT_IN
from transcript_bridge.models import Transcript, Turn, Utterance, Utterances
from transcript_bridge.timecode import render_clock

_TEXT = (
    "the we and you that it to of in is so have what about this one can there when think know right"
    " going just like people time work first year maybe because before after question answer number"
)
_WORDS = _TEXT.split()
_NAMES = ("Alice Doe", "Bob Stone", "Carmen Ruiz")
_EPOCH_MS = 1_759_906_820_000
_EVERY = 3000
_LENGTH = 2400
"""ms from one entry to the next, and how long one lasts."""


class Entry(NamedTuple):
    """One entry of a file; times in ms."""

    number: int
    start: int
    end: int
    speaker: str
    text: str


def make_entries(count: int) -> list[Entry]:
    """Make the speech of a file with so many entries."""
    dice = random.Random(7)
    entries = []
    for number in range(count):
        start = number * _EVERY
        speaker = _NAMES[number // 3 % len(_NAMES)]
        text = " ".join(dice.choices(_WORDS, k=dice.randint(8, 14)))
        entries.append(Entry(number, start, start + _LENGTH, speaker, text))
    return entries


def _render(name: str) -> Callable[[list[Entry]], str]:
    """A file as the format itself writes it."""

    def render(entries: list[Entry]) -> str:
        rows = [Utterance(e.start, e.end, e.text, e.speaker) for e in entries]
        turns = tuple(Turn(e.start, e.end, e.speaker) for e in entries)
        transcript = Transcript(Utterances.of(rows), cues=len(rows))
        if name == "rttm":
            transcript = Transcript(turns=turns, cues=len(turns))
        write = get(name).render
        assert write is not None
        return write(transcript)

    return render


def _json(make: Callable[[list[Entry]], Any]) -> Callable[[list[Entry]], str]:
    return lambda entries: json.dumps(make(entries))


def _lines(make: Callable[[Entry], str], head: str = "") -> Callable[[list[Entry]], str]:
    return lambda entries: head + "".join([make(entry) for entry in entries])


def _whisperx(entries: list[Entry]) -> Any:
    segments = []
    for entry in entries:
        words = entry.text.split()
        step = (entry.end - entry.start) / len(words) / 1000
        timed = []
        for place, word in enumerate(words):
            start = entry.start / 1000 + place * step
            timed.append(
                {
                    "word": word,
                    "start": round(start, 3),
                    "end": round(start + step, 3),
                    "score": 0.9,
                    "speaker": entry.speaker,
                }
            )
        segments.append({**_timed(entry), "words": timed})
    return {"segments": segments, "language": "en"}


def _timed(entry: Entry) -> dict[str, Any]:
    return {
        "start": entry.start / 1000,
        "end": entry.end / 1000,
        "text": entry.text,
        "speaker": entry.speaker,
    }


def _pyannote(entries: list[Entry]) -> Any:
    turns = []
    for entry in entries:
        turns.append({key: value for key, value in _timed(entry).items() if key != "text"})
    return {"diarization": turns}


def _bee(entries: list[Entry]) -> Any:
    utterances = []
    for entry in entries:
        spoken_at = _EPOCH_MS + entry.start
        row = {**_timed(entry), "id": entry.number, "spoken_at": spoken_at}
        utterances.append(row)
    transcription = {"id": 1, "realtime": False, "utterances": utterances}
    end = _EPOCH_MS + entries[-1].end
    about = {"id": 3, "start_time": _EPOCH_MS, "end_time": end, "device_type": "Bee"}
    return {"conversation": {**about, "transcriptions": [transcription]}}


def _granola(entries: list[Entry]) -> Any:
    rows = []
    for entry in entries:
        row = {
            "document_id": "t0",
            "start_timestamp": f"2025-10-01T{render_clock(entry.start % 80_000_000)}Z",
            "end_timestamp": f"2025-10-01T{render_clock(entry.end % 80_000_000)}Z",
            "text": entry.text,
            "source": "microphone" if entry.speaker == _NAMES[0] else "system",
            "id": f"t0-{entry.number}",
            "is_final": True,
        }
        rows.append(row)
    return rows


def _plaud(entries: list[Entry]) -> Any:
    rows = []
    for entry in entries:
        row = {
            "start_time": entry.start,
            "end_time": entry.end,
            "content": entry.text,
            "speaker": entry.speaker,
            "original_speaker": "Speaker 1",
        }
        rows.append(row)
    return {"data": {"trans_result": rows}}


def _fireflies(entries: list[Entry]) -> Any:
    sentences = []
    for entry in entries:
        sentence = {
            "index": entry.number,
            "text": entry.text,
            "start_time": entry.start / 1000,
            "end_time": entry.end / 1000,
            "speaker_name": entry.speaker,
        }
        sentences.append(sentence)
    about = {"id": "t0", "title": "Long", "date": _EPOCH_MS}
    return {"data": {"transcript": {**about, "sentences": sentences}}}


def _youtube(entries: list[Entry]) -> Any:
    events = []
    for entry in entries:
        segs = [{"utf8": entry.text}]
        event = {"tStartMs": entry.start, "dDurationMs": entry.end - entry.start, "segs": segs}
        events.append(event)
    return {"wireMagic": "pb3", "events": events}


def _lifelog_line(entry: Entry) -> str:
    start, end = _EPOCH_MS + entry.start, _EPOCH_MS + entry.end
    speaker = 1 + _NAMES.index(entry.speaker)
    return f"> [{speaker}](#startMs={start}&endMs={end}): {entry.text}\n\n"


def _podcast_line(entry: Entry) -> str:
    clock = render_clock(entry.start).partition(".")[0]
    return f"<cite>{entry.speaker}:</cite>\n<time>{clock}</time>\n<p>{entry.text}.</p>\n"


def _page_line(entry: Entry) -> str:
    times = f'data-start="{entry.start / 1000:.3f}" data-end="{entry.end / 1000:.3f}"'
    return f'<p {times} data-speaker="{entry.speaker}">{entry.text}.</p>\n'


def _turn_row(entry: Entry) -> str:
    start, end = entry.start / 1000, entry.end / 1000
    return f"{entry.number},,A,{entry.speaker},{start:.3f},{end:.3f}\n"


def _turn_line(entry: Entry) -> str:
    return f"{entry.start / 1000:.6f}\t{entry.end / 1000:.6f}\t{entry.speaker}\n"


def _ctm_lines(entry: Entry) -> str:
    words = entry.text.split()
    length = (entry.end - entry.start) / 1000 / len(words)
    speaker = entry.speaker.replace(" ", "_")
    lines = []
    for place, word in enumerate(words):
        start = entry.start / 1000 + place * length
        lines.append(f"long 1 {start:.3f} {length:.3f} {word} 0.98 lex {speaker}\n")
    return "".join(lines)


def _stm_line(entry: Entry) -> str:
    speaker = entry.speaker.replace(" ", "_")
    return f"long 1 {speaker} {entry.start / 1000:.3f} {entry.end / 1000:.3f} <o,f0> {entry.text}\n"


def _sami_line(entry: Entry) -> str:
    return f"<SYNC Start={entry.start}><P Class=ENCC>{entry.text}\n"


def _mpl2_line(entry: Entry) -> str:
    return f"[{entry.start // 100}][{entry.end // 100}]{entry.text}\n"


def _scc_line(entry: Entry) -> str:
    """Prepared and shown; letters without parity, which no reader checks."""
    clock = render_clock(entry.start).partition(".")[0]
    letters = entry.text.encode("ascii", "replace")
    if len(letters) % 2:
        letters += b"\0"
    return f"{clock}:00\t9420 9470 {letters.hex(' ', -2)} 942f\n"


def _textgrid(entries: list[Entry]) -> str:
    last = entries[-1].end / 1000
    rows = "".join(f'{one.start / 1000}\n{one.end / 1000}\n"{one.text}"\n' for one in entries)
    head = 'File type = "ooTextFile"\nObject class = "TextGrid"\n\n'
    return f'{head}0\n{last}\n<exists>\n1\n"IntervalTier"\n"Ann"\n0\n{last}\n{len(entries)}\n{rows}'


def _elan(entries: list[Entry]) -> str:
    slots = []
    rows = []
    for n, one in enumerate(entries):
        slots.append(f'<TIME_SLOT TIME_SLOT_ID="s{n}" TIME_VALUE="{one.start}"/>\n')
        slots.append(f'<TIME_SLOT TIME_SLOT_ID="e{n}" TIME_VALUE="{one.end}"/>\n')
        rows.append(
            f'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a{n}" TIME_SLOT_REF1="s{n}" '
            f'TIME_SLOT_REF2="e{n}"><ANNOTATION_VALUE>{one.text}</ANNOTATION_VALUE>'
            "</ALIGNABLE_ANNOTATION></ANNOTATION>\n"
        )
    order = f"<TIME_ORDER>{''.join(slots)}</TIME_ORDER>"
    tier = f'<TIER TIER_ID="Ann">{"".join(rows)}</TIER>'
    return f"<ANNOTATION_DOCUMENT>{order}{tier}</ANNOTATION_DOCUMENT>"


def _exmaralda(entries: list[Entry]) -> str:
    moments = []
    events = []
    for n, one in enumerate(entries):
        moments.append(f'<tli id="s{n}" time="{one.start / 1000}"/>\n')
        moments.append(f'<tli id="e{n}" time="{one.end / 1000}"/>\n')
        events.append(f'<event start="s{n}" end="e{n}">{one.text} </event>\n')
    timeline = f"<common-timeline>{''.join(moments)}</common-timeline>"
    tier = f'<tier id="t0" type="t" category="v" speaker="Ann">{"".join(events)}</tier>'
    body = f"<basic-body>{timeline}{tier}</basic-body>"
    return f"<basic-transcription>{body}</basic-transcription>"


def _chat_line(entry: Entry) -> str:
    return f"*ANN:\t{entry.text} . \x15{entry.start}_{entry.end}\x15\n"


def _trs(entries: list[Entry]) -> str:
    rows = []
    for one in entries:
        times = f'startTime="{one.start / 1000}" endTime="{one.end / 1000}"'
        rows.append(
            f'<Turn speaker="s1" {times}><Sync time="{one.start / 1000}"/>{one.text}</Turn>\n'
        )
    return f"<Trans><Episode><Section>{''.join(rows)}</Section></Episode></Trans>"


MAKERS: dict[str, Callable[[list[Entry]], str]] = {
    **{name: _render(name) for name in BUILT_IN if get(name).render is not None},
    "whisper_json": _json(_whisperx),
    "pyannote": _json(_pyannote),
    "turn_lines": _lines(_turn_line),
    "turn_table": _lines(_turn_row, ",segment,label,speaker,start,end\n"),
    "limitless": _lines(_lifelog_line, "# A long day\n\n## All of it\n\n"),
    "bee": _json(_bee),
    "granola": _json(_granola),
    "plaud": _json(_plaud),
    "meetings": _json(_fireflies),
    "podcast_html": _lines(_podcast_line),
    "timed_html": _lines(_page_line),
    "youtube": _json(_youtube),
    "ctm": _lines(_ctm_lines),
    "stm": _lines(_stm_line),
    "sami": _lines(_sami_line, "<SAMI><BODY>\n"),
    "line_captions": _lines(_mpl2_line),
    "textgrid": _textgrid,
    "elan": _elan,
    "exmaralda": _exmaralda,
    "chat": _lines(_chat_line, "@UTF8\n@Begin\n@Participants:\tANN Adult\n"),
    "transcriber": _trs,
    "scc": _lines(_scc_line, "Scenarist_SCC V1.0\n\n"),
}
"""Every built-in format."""


def make_file(name: str, count: int) -> bytes:
    """A file of a format with so many entries; `docx` is a Word document of Teams."""
    entries = make_entries(count)
    if name == "docx":
        return _make_document(entries)
    return MAKERS[name](entries).encode()


def make_file_of_size(name: str, size: int) -> bytes:
    """The same with about so many bytes."""
    sample = 200
    per_entry = (len(make_file(name, 2 * sample)) - len(make_file(name, sample))) / sample
    return make_file(name, max(2, round(size / per_entry)))


def _make_document(entries: list[Entry]) -> bytes:
    """The XML is written here: adding paragraphs to a long document takes the library minutes."""
    from docx import Document

    empty = io.BytesIO()
    Document().save(empty)
    paragraphs = []
    for entry in entries:
        clock = render_clock(entry.start).partition(".")[0]
        head = f"<w:r><w:t>{entry.speaker}   {clock}</w:t><w:br/></w:r>"
        paragraphs.append(f"<w:p>{head}<w:r><w:t>{entry.text}.</w:t></w:r></w:p>")
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(empty) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for member in source.namelist():
            content = source.read(member).decode("latin-1")
            if member == "word/document.xml":
                content = content.replace("<w:body>", "<w:body>" + "".join(paragraphs))
            target.writestr(member, content.encode("latin-1"))
    return packed.getvalue()
