"""Labels with other marks than a colon: they are found in a file that uses them throughout, and
prose with the same marks stays text."""

from __future__ import annotations

import pytest

from tests.shaping.test_labels import explain, said
from transcript_bridge.formats import get
from transcript_bridge.models import Transcript, Utterance
from transcript_bridge.reading import read_bytes

MARKED = {
    "lenticular": "【{}】{}",
    "full-width": "（{}）{}",
    "square": "[{}] {}",
    "dash": "{} — {}",
    "hyphen": "{} - {}",
    "bar": "{} | {}",
    "angle": "<{}> {}",
    "prompt": "{}> {}",
    "own-line": "{}\n{}",
}


@pytest.mark.parametrize("form", MARKED.values(), ids=MARKED.keys())
@pytest.mark.parametrize("names", [("Ida", "Jon"), ("王芳", "李雷")], ids=["latin", "chinese"])
def test_names_that_return_are_labels_with_any_mark(form: str, names: tuple[str, str]) -> None:
    rows = [(names[number % 2], f"早 {number}.") for number in range(6)]
    assert said(*(form.format(*row) for row in rows)) == rows


def test_what_stands_between_japanese_brackets_is_said() -> None:
    texts = ["田中「はい。」", "佐藤「え、「はい」？」", "田中「そう\nです」", "佐藤「では」"]
    assert said(*texts) == [
        ("田中", "はい。"),
        ("佐藤", "え、「はい」？"),
        ("田中", "そうです"),
        ("佐藤", "では"),
    ]


@pytest.mark.parametrize("form", ["{} - {}", "{} {}", "{}\n{}"], ids=["hyphen", "none", "line"])
def test_what_only_recognizers_write_need_not_return(form: str) -> None:
    rows = [("SPEAKER_00", "Where?"), ("SPEAKER_01", "There.")]
    assert said(*(form.format(*row) for row in rows)) == rows


PROSE = {
    "dashes": ["Well — so.", "Well — no.", "Yes — so.", "Yes — no.", "Um — so.", "Um — no."],
    "names-with-dashes": ["Ida — my aunt — came.", "We left.", "So.", "Jon — he, too.", "No."] * 2,
    "sounds": ["（笑）はい", "（拍手）どうも", "（笑）そう", "（拍手）では", "はい"],
    "lines": ["So it goes\non and on.", "And then\nwe left.", "So it goes\nagain."] * 2,
    "quotations": ["彼は「はい」と言った", "これは「い」です", "彼は「え」と", "これは「う」"],
    "songs": ["Hallelujah\nSing it again", "And we sing", "Hallelujah\nSing it again"] * 2,
}


@pytest.mark.parametrize("texts", PROSE.values(), ids=PROSE.keys())
def test_prose_with_the_same_marks_stays_text(texts: list[str]) -> None:
    assert {speaker for speaker, _ in said(*texts)} == {None}


def test_phone_numbers_are_labels_and_are_explained() -> None:
    texts = ["+1 415 555 0100: Hello.", "(212) 555-0199: Ann.", "+1 415 555 0100: Hi."]
    assert [speaker for speaker, _ in said(*texts)] == [
        "+1 415 555 0100",
        "(212) 555-0199",
        "+1 415 555 0100",
    ]
    assert explain(*texts)["+1 415 555 0100"][0]


@pytest.mark.parametrize("form", MARKED.values(), ids=MARKED.keys())
def test_texts_without_speakers_are_not_read_as_labels_after_they_are_written(form: str) -> None:
    texts = [form.format("Ida", "早").replace("\n", " "), form.format("Jon", "早")] * 3
    rows = [Utterance(n * 1000, n * 1000 + 900, text) for n, text in enumerate(texts)]
    render = get("srt").render
    assert render is not None
    written = render(Transcript(tuple(rows), cues=6))
    read = read_bytes(written.encode(), format="srt")
    assert set(read.utterances.speakers) == {None}
