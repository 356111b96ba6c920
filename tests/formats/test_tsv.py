"""Tables: the roles of columns, units, quotes, and reading what was written."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript_bridge import formats
from transcript_bridge.errors import MalformedError, UnknownFormatError
from transcript_bridge.formats import tsv
from transcript_bridge.formats.tsv.columns import read_time
from transcript_bridge.formats.tsv.write import render
from transcript_bridge.models import Transcript, Utterance
from transcript_bridge.reading import read_bytes

Row = tuple[int, int, str | None, str]


def rows(text: str) -> list[Row]:
    return [(u.start, u.end, u.speaker, u.text) for u in tsv.parse(text).utterances]


@pytest.mark.parametrize(
    ("field", "value", "is_exact"),
    [
        ("2500", 2500, False),
        ("2.5", 2.5, False),
        ("2.5s", 2500, True),
        ("250 ms", 250, True),
        ("00:02.5", 2500, True),
        ("1:00:02,500", 3_602_500, True),
        ('"0:02"', 2000, True),
    ],
)
def test_times_of_a_field(field: str, value: float, is_exact: bool) -> None:
    found = read_time(field)
    assert found
    assert (found.value, found.is_exact) == (value, is_exact)


@pytest.mark.parametrize("field", ["", "soon", "2024-01-01 10:00", "1e5", "x" * 50])
def test_what_is_no_time(field: str) -> None:
    assert not read_time(field)


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("start,end,text", "500,2500,Good morning"),
        ("Start (ms),End (ms),Text", "500,2500,Good morning"),
        ("text;startTimeMs;duration_ms", "Good morning;500;2000"),
        ("Begin;End;Sentence", "0:00.5;0:02.5;Good morning"),
        ("Beginn;Dauer;Sprecher;Aussage", "0:00.5;2.0s;;Good morning"),
        ("开始,结束,内容", "0:00.5,0:02.5,Good morning"),
        ("id\tstart_time\tend_time\tcontent", "1\t0.5\t2.5\tGood morning"),
    ],
)
def test_columns_are_found_by_their_names(header: str, row: str) -> None:
    assert rows(f"{header}\n{row}\n") == [(500, 2500, None, "Good morning")]


@pytest.mark.parametrize(
    "form",
    [
        "{start},{end},{who},{text}",
        '"{who}","{start}","{text}"',
        "{n};{start};{end};{who};{text}",
        "{start}|{who}|{text}",
        "{n}\t{start}\t{who}\t{text}",
        "Time: {start}\nSpeaker: {who}\nText: {text}\n",
        "- **Speaker:** {who}\n- **Start time:** {start}\n- **Text:** {text}\n",
        "- id: {n}\n  start: {start}\n  end: {end}\n  speaker: {who}\n  text: {text}",
        "时间：{start}\n说话人：{who}\n内容：{text}\n",
        "Segment {n}\nStart: {start}\nSpeaker: {who}\nText: {text}\n",
        "Speaker: {who}\nTimestamp: {start}\n{text}\n",
        "Speaker={who}; Start={start}; Text={text}",
        "start={start} end={end} speaker={who} {text}",
        'start={start} end={end} speaker="{who}" text="{text}"',
        "Zeit: {start}\nSprecher: {who}\nText: {text}\n---",
        "Time: {start}, Speaker: {who}, Text: {text}",
        "Speaker: {who} | Start: {start} | End: {end} | Text: {text}",
    ],
)
def test_rows_without_a_header_and_rows_in_blocks(form: str) -> None:
    said = [
        ("Ann", 1, "Where is it, please?"),
        ("李雷", 5, "在教堂后面。"),
        ("Ann", 9, "Note: no; yes."),
    ]
    lines = []
    for n, (who, s, text) in enumerate(said, 1):
        times = {"start": f"00:00:{s:02}", "end": f"00:00:{s + 3:02}"}
        lines.append(form.format(n=n, who=who, text=text, **times))
    found = read_bytes("\n".join(lines).encode()).utterances
    assert [(u.speaker, u.start, u.text) for u in found] == [
        (who, 1000 * s, t) for who, s, t in said
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("start,end,text\n0,1000000,Good morning\n1000000,2000000,Shall we\n", None),
        ("id,from,to,text\n1,0,3,Good morning to you all\n2,3,6,Shall we begin\n", None),
        ("id,from,to,text\n1,0,2500,Good morning\n2,2500,5000,Shall we\n", "unit-guessed"),
        ("start,end,text\n0,3,Good morning to you all\n3,6,Shall we begin\n", "unit-guessed"),
    ],
    ids=["Whisper", "seconds", "milliseconds", "seconds under Whisper's header"],
)
def test_the_unit_is_that_of_the_header_or_of_the_rate_of_speech(
    text: str, message: str | None
) -> None:
    found = tsv.parse(text)
    assert [problem.code for problem in found.problems] == ([message] if message else [])
    assert found.utterances[0].end in (3000, 2500, 1_000_000)


def test_times_that_fit_no_unit_are_refused() -> None:
    with pytest.raises(MalformedError, match="hundredths"):
        tsv.parse("id,from,to,text\n1,0,250,Good morning to you all\n2,250,500,Shall we begin\n")


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ('"He said ""yes"""', 'He said "yes"'),
        (r'"He said \"yes\""', 'He said "yes"'),
        ('"He said "yes" twice"', 'He said "yes" twice'),
        ("Well, yes, and no", "Well, yes, and no"),
        ('"never closed', '"never closed'),
        ('"Two\nlines"', "Two\nlines"),
    ],
)
def test_quotes(written: str, text: str) -> None:
    found = rows(f"start,end,text\n0,900,{written}\n900,1800,After\n")
    assert found == [(0, 900, None, text), (900, 1800, None, "After")]


def test_whispers_quotation_marks_are_text() -> None:
    text = 'start\tend\ttext\n0\t900\t"Yes,\n900\t1800\tand no."\n1800\t2000\t"Ah."\n'
    assert [row[3] for row in rows(text)] == ['"Yes,', 'and no."', '"Ah."']


@pytest.mark.parametrize(
    "text",
    [
        "time,user,message\n10:30:15,Ann,Hello there\n10:30:20,Bob,Hello\n",
        "start,end,text\nMonday,Tuesday,Good morning\n",
        "name,from\nAnn,9:00\nBob,8:00\n",
        ",segment,label,speaker,start,end\n0,[],A,SPEAKER_00,0.03,0.824\n",
        "Ann,09:00,17:00,kitchen and bar\nBob,10:00,18:00,bar and garden\n",
        "00:10;feed the cat\n00:40;let the dog out\n01:10;water the plants\n",
        "Time: 19:00\nSpeaker: Ann\nText: on boats\n\nTime: 20:00\nSpeaker: Bob\nText: nets\n",
        "Name: Ann\nStart: 2020\nText: likes boats\n\nName: Bob\nStart: 2021\nText: likes nets\n",
        "0.0\t2.0\tA\n2.0\t3.0\tB\n",
        "start,end\n0,1\n",
        ",\n0,1\n",
        ";",
    ],
    ids=[
        "chat",
        "no times",
        "shifts",
        "turns",
        "rota",
        "chores",
        "program",
        "people",
        "labels",
        "no text",
        "no name",
        "a delimiter",
    ],
)
def test_other_tables_are_left_to_others(text: str) -> None:
    assert tsv.sniff(text) == 0
    with contextlib.suppress(UnknownFormatError):
        assert formats.detect(text).kind == "turns"


def test_references_in_texts_are_characters() -> None:
    table = "start,end,text\n0.5,2.0,Tea &amp; cake &#8212; AT&T\n2.0,4.0,Yes.\n"
    assert list(read_bytes(table.encode()).utterances.texts) == ["Tea & cake — AT&T", "Yes."]


def test_tabs_may_be_between_quoted_fields() -> None:
    table = '"Start"\t"Text"\n"0.5"\t"So she said ""no"",\nand left."\n"3.0"\t"Yes."\n'
    assert list(read_bytes(table.encode()).utterances.texts) == [
        'So she said "no", and left.',
        "Yes.",
    ]


# ---- writing

NAMES = st.sampled_from(["Alice", "Bob Roe", '"Q"', "Doe, J.", "李雷", None])
SAID = st.sampled_from(
    ["Yes.", '"Yes."', '"a ""b"" c"', '""', '"', "Note: this", "12", "a\tb", "- no", "日本\n語"]
)


@given(st.lists(st.tuples(NAMES, SAID), min_size=1, max_size=8))
def test_what_was_written_reads_the_same(said: list[tuple[str | None, str]]) -> None:
    utterances = [
        Utterance(i * 1000 + 7, i * 1000 + 900, text, name) for i, (name, text) in enumerate(said)
    ]
    found = read_bytes(render(Transcript(utterances=utterances)).encode())
    assert found.format == "tsv"
    assert [u[:4] for u in found.utterances] == [
        (u.start, u.end, text_of(u.text), u.speaker) for u in utterances
    ]


def text_of(text: str) -> str:
    return text.replace("\t", " ").replace("\n", "")
