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
    "arrow": "{} -> {}",
    "braces": "{{{}}} {}",
    "guillemets": "«{}» {}",
    "bold": "**{}** {}",
    "semicolon": "{}; {}",
    "colon-and-dash": "{} :- {}",
    "full-stop": "{}. {}",
    "own-line": "{}\n{}",
}


@pytest.mark.parametrize("form", MARKED.values(), ids=MARKED.keys())
@pytest.mark.parametrize("names", [("Ida", "Jon"), ("王芳", "李雷")], ids=["latin", "chinese"])
def test_names_that_return_are_labels_with_any_mark(form: str, names: tuple[str, str]) -> None:
    rows = [(names[number % 2], f"早 {number}.") for number in range(6)]
    assert said(*(form.format(*row) for row in rows)) == rows


@pytest.mark.parametrize("form", ["【{}】{}", "（{}）{}", "[{}] {}"])
def test_names_in_clear_marks_need_not_return_if_all_cues_have_one(form: str) -> None:
    rows = [("田中", "はい。"), ("佐藤", "では。")]
    assert said(*(form.format(*row) for row in rows)) == rows


def test_text_in_japanese_brackets_is_speech() -> None:
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


@pytest.mark.parametrize(
    ("form", "labels"),
    [
        ("{}.  {}", ("Q", "A")),
        ("{}\t{}", ("Q", "A")),
        ("{}: {}", ("1", "2")),
        ("[{}] {}", ("1", "2")),
        ("({}) {}", ("3", "1")),
    ],
    ids=["roles", "roles-tab", "numbers", "square", "round"],
)
def test_roles_and_numbers_that_return_are_labels(form: str, labels: tuple[str, str]) -> None:
    rows = [(labels[number % 2], f"Note: it is the {number}th.") for number in range(6)]
    assert said(*(form.format(*row) for row in rows)) == rows


def test_questions_and_answers_beside_names() -> None:
    texts = ["Q. Where?", "MR. BERG: Objection.", "A. There.", "Q. When?", "A. At 10:30: noon."]
    assert said(*texts) == [
        ("Q", "Where?"),
        ("MR. BERG", "Objection."),
        ("A", "There."),
        ("Q", "When?"),
        ("A", "At 10:30: noon."),
    ]


@pytest.mark.parametrize("form", ["{}说：“{}”", "{}問道：「{}」", "{}说：{}"])
def test_quoted_speech_in_a_chinese_text(form: str) -> None:
    rows = [(("王芳", "李雷")[number % 2], f"早上好 {number}。") for number in range(6)]
    assert said(*(form.format(*row) for row in rows)) == rows


@pytest.mark.parametrize("form", ["*{}*: {}", "__{}__: {}", "«{}»: {}", "`{}`: {}"])
def test_marks_around_a_name_are_no_part_of_it(form: str) -> None:
    rows = [(("Ida", "Jon")[number % 2], f"So {number}.") for number in range(6)]
    assert said(*(form.format(*row) for row in rows)) == rows


PROSE = {
    "verses": [f"3:{number} For God so loved" for number in range(16, 22)],
    "points": ["1: open it", "2: take it out", "3: go on", "4: close it"],
    "scores": ["1: 0 for us", "2: 1 for them", "1: 1 now", "2: 2 then"],
    "quiz": ["A. Paris", "B. London", "C. Rome", "A. Red", "B. Blue", "C. Green"],
    "initials": ["A. Berg came.", "Q. Vik left.", "So.", "No.", "Well.", "A. Berg sat.", "Oh."],
    "semicolons": ["Bergen; it rained.", "Oslo; the sun shone.", "Bergen; rain.", "Oslo; sun."],
    "narrator": ["天亮了。", "张三说：“走吧。”", "路上没有人。", "风很大。", "李四说：“好。”"] * 2,
    "pronouns": ["我说：“早”", "她问道：“啊？”"] * 3,
    "dashes": ["Well — so.", "Well — no.", "Yes — so.", "Yes — no.", "Um — so.", "Um — no."],
    "names-with-dashes": ["Ida — my aunt — came.", "We left.", "So.", "Jon — he, too.", "No."] * 2,
    "sounds": ["（笑）はい", "（拍手）どうも", "（笑）そう", "（拍手）では", "はい"],
    "lines": ["So it goes\non and on.", "And then\nwe left.", "So it goes\nagain."] * 2,
    "quotations": ["彼は「はい」と言った", "これは「い」です", "彼は「え」と", "これは「う」"],
    "stops": ["Bergen. It rained.", "Oslo. The sun shone.", "Bergen. Rain.", "So. Oslo. Sun."],
    "titles": ["Mr. Berg left.", "Mrs. Vik came.", "Mr. Vik sat.", "Mrs. Berg stood."],
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


@pytest.mark.parametrize("form", ["【{}】{}", "<{}> {}", "{{{}}} {}"])
def test_nothing_between_marks_is_no_label(form: str) -> None:
    texts = [form.format("\u3000", "早."), form.format("王芳", "早."), "早."]
    assert [text for _, text in said(*texts)] == [" ".join(text.split()) for text in texts]
