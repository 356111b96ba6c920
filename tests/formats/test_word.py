"""Word documents of Teams and Google Meet: read like text, within limits, with an extra."""

from __future__ import annotations

import io
import random
import sys
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest

import transcript_bridge as tb
from tests.support.command import Run
from transcript_bridge.errors import DecodingError, InputError, UnknownFormatError
from transcript_bridge.formats.text.ranges import has_ranges
from transcript_bridge.reading import read_bytes

docx = pytest.importorskip("docx", reason="the extra docx is not installed")

FIXTURES = Path(__file__).parent.parent.parent / "fixtures" / "docx"
TEAMS = FIXTURES / "teams.docx"


def make_document(*paragraphs: str) -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    packed = io.BytesIO()
    document.save(packed)
    return packed.getvalue()


def add_member(data: bytes, name: str, content: bytes) -> bytes:
    packed = io.BytesIO(data)
    with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as box:
        box.writestr(name, content)
    return packed.getvalue()


def test_a_document_is_read_wherever_it_comes_from(run: Run, tmp_path: Path) -> None:
    expected = run("convert", TEAMS, "--to", "text").out
    assert "Jane Doe: Good morning, everyone. Is this on?" in expected
    assert run("convert", "-", "--to", "text", stdin=TEAMS.read_bytes()).out == expected
    with zipfile.ZipFile(tmp_path / "export.zip", "w") as box:
        box.write(TEAMS, "calls/teams.docx")
    plan = run("plan", tmp_path / "export.zip", "--timezone", "UTC")
    assert "2025-01-24 15:04" in plan.out
    assert "calls/teams.docx" in plan.out
    assert plan.code == 0, plan.err
    assert next(u.text for u in tb.read(TEAMS.read_bytes()).utterances).startswith("Good morning")


def test_paragraphs_of_tables_are_read() -> None:
    document = docx.Document()
    table = document.add_table(rows=2, cols=1)
    table.cell(0, 0).text = "Jane Doe   0:03\nGood morning."
    table.cell(1, 0).text = "Bob   0:09\nMorning."
    packed = io.BytesIO()
    document.save(packed)
    transcript = read_bytes(packed.getvalue())
    assert [u.speaker for u in transcript.utterances] == ["Jane Doe", "Bob"]


SPOKEN = [
    ("Ann Lee", "0:03", "Good morning, everyone."),
    ("Ann Lee", "0:06", "We have a long list."),
    ("Bob", "0:09", "Where is the harbor?"),
    ("Ann Lee", "0:14", "Behind the station."),
]
TABLES = {
    "header": [("Speaker", "Time", "Text"), *SPOKEN],
    "numbers": [
        ("#", "Start (s)", "Name", "Words"),
        ("1", "3", "Ann Lee", "Good morning."),
        ("2", "9", "Bob", "Morning."),
        ("3", "14", "Ann Lee", "Shall we begin?"),
    ],
    "name-first": SPOKEN,
    "time-first": [(time, name, text) for name, time, text in SPOKEN],
    "time-below-name": [(f"{name}\n{time}", text) for name, time, text in SPOKEN],
    "name-above-text": [(time, f"{name}\n{text}") for name, time, text in SPOKEN],
    "time-above-text": [(name, f"{time}\n{text}") for name, time, text in SPOKEN],
    "name-once": [
        (time, name if row != 1 else "", text) for row, (name, time, text) in enumerate(SPOKEN)
    ],
    "picture-beside": [("", f"{name}  {time}\n{text}") for name, time, text in SPOKEN],
}


def make_table(rows: list[tuple[str, ...]]) -> bytes:
    document = docx.Document()
    document.add_paragraph("Interview 3")
    table = document.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            first, *others = text.split("\n")
            cell.text = first
            for other in others:
                cell.add_paragraph(other)
    packed = io.BytesIO()
    document.save(packed)
    return packed.getvalue()


@pytest.mark.parametrize("name", TABLES)
def test_rows_of_tables_keep_their_columns(name: str) -> None:
    transcript = read_bytes(make_table(TABLES[name]), path="interview.docx")
    read = [(u.speaker, u.start // 1000, u.text) for u in transcript.utterances]
    expected = [(who, int(time[2:]), text) for who, time, text in SPOKEN]
    if name == "numbers":
        expected = [(row[2], int(row[1]), row[3]) for row in TABLES[name][1:]]
    assert read == expected


def test_a_row_with_nothing_but_text_keeps_its_text() -> None:
    rows = [("Speaker", "Time", "Text"), *SPOKEN, ("", "", "And left of the church.")]
    assert read_bytes(make_table(rows)).utterances[-1].text == "And left of the church."


CHANGED = """<w:p xmlns:w="{word}" xmlns:mc="{compatibility}">
<w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr>
<w:r><w:t>Ann</w:t><w:tab/><w:t>0:03</w:t><w:br/></w:r>
<w:ins w:id="1"><w:r><w:t>Good </w:t></w:r></w:ins>
<w:del w:id="2"><w:r><w:delText>Bad </w:delText></w:r></w:del>
<w:moveFrom w:id="3"><w:r><w:t>later </w:t></w:r></w:moveFrom>
<w:sdt><w:sdtContent><w:r><w:t>morning.</w:t></w:r></w:sdtContent></w:sdt>
<w:r><w:br w:type="page"/><mc:AlternateContent>
<mc:Choice><w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></w:txbxContent></mc:Choice>
<mc:Fallback><w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></w:txbxContent></mc:Fallback>
</mc:AlternateContent></w:r></w:p>"""


def test_tracked_changes_are_read_as_accepted_and_text_boxes_once() -> None:
    document = docx.Document()
    document.element.body.insert(
        0,
        docx.oxml.parse_xml(
            CHANGED.format(
                word="http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                compatibility="http://schemas.openxmlformats.org/markup-compatibility/2006",
            )
        ),
    )
    document.add_paragraph("Bob  0:09\nMorning.")
    packed = io.BytesIO()
    document.save(packed)
    transcript = read_bytes(packed.getvalue())
    assert [u.text for u in transcript.utterances] == ["Good morning. In a box.", "Morning."]


def test_subtitles_that_were_saved_as_a_document_are_read() -> None:
    data = make_document(
        "1",
        "00:00:01,000 --> 00:00:02,500",
        "Morning.",
        "",
        "2",
        "00:00:03,000 --> 00:00:04,000",
        "Shall we begin?",
    )
    transcript = read_bytes(data, path="talk.docx")
    assert [(u.start, u.text) for u in transcript.utterances] == [
        (1000, "Morning."),
        (3000, "Shall we begin?"),
    ]


def test_a_document_without_times_says_so() -> None:
    data = make_document("Minutes", "We met at ten and talked about the numbers.")
    with pytest.raises(UnknownFormatError, match="has no text with times"):
        read_bytes(data)
    with pytest.raises(InputError, match="this file is blank"):
        read_bytes(make_document())


def test_a_document_that_unpacks_to_too_much_is_not_unpacked() -> None:
    bomb = add_member(TEAMS.read_bytes(), "word/more.xml", b" " * (33 * 2**20))
    assert len(bomb) < 2**20
    with pytest.raises(DecodingError, match="would unpack to 34 MB"):
        read_bytes(bomb)


def test_entities_are_not_expanded() -> None:
    laughs = (
        b'<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "' + b"&a;" * 1000 + b'">]>'
        b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        b"<w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(TEAMS) as source, zipfile.ZipFile(packed, "w") as box:
        for member in source.infolist():
            content = source.read(member)
            is_text = member.filename == "word/document.xml"
            box.writestr(member.filename, laughs if is_text else content)
    with pytest.raises(InputError):
        read_bytes(packed.getvalue())


def test_a_damaged_document_is_refused_in_one_line() -> None:
    whole = TEAMS.read_bytes()
    dice = random.Random(7)
    for _ in range(25):
        damaged = bytearray(whole)
        for _ in range(20):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        with suppress(InputError):  # and nothing else
            read_bytes(bytes(damaged))
    for size in (10, 1000, len(whole) // 2, len(whole) - 10):
        with pytest.raises(InputError):
            read_bytes(whole[:size])


def test_without_the_extra_the_message_says_what_to_install(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "docx"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "docx", None)
    with pytest.raises(DecodingError, match=r"pip install 'transcript-bridge\[docx\]'"):
        read_bytes(TEAMS.read_bytes())
    ran = run("convert", TEAMS, "--to", "srt", "-o", tmp_path)
    assert (ran.code, "pip install 'transcript-bridge[docx]'" in ran.err) == (1, True)


def test_subtitles_are_not_taken_for_older_teams_documents() -> None:
    cue = "Jane Doe\nGood morning.\n"
    assert has_ranges(f"0:0:2.90 --> 0:0:4.480\n{cue}")
    assert not has_ranges(f"00:00:02.090 --> 00:00:04.480\n{cue}")
    assert not has_ranges(f"WEBVTT\n\n0:0:2.90 --> 0:0:4.480\n{cue}")
    assert not has_ranges("0:00:02.5 --> soon\n")


def test_an_entry_of_an_older_document_may_lack_its_name_or_its_words() -> None:
    text = "0:0:1.0 --> 0:0:2.0\nHello there.\n0:0:3.0 --> 0:0:4.0\n0:0:5.0 --> 0:0:6.0\nJo\nYes.\n"
    transcript = read_bytes(text.encode())
    assert [(u.speaker, u.text) for u in transcript.utterances] == [
        (None, "Hello there."),
        ("Jo", "Yes."),
    ]
    assert [(p.code, p.line, p.cues) for p in transcript.problems] == [("empty-cue", 3, 1)]
