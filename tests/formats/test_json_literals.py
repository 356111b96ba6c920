"""JSON's relatives: literals of JavaScript and Python, in scripts and alone; tracks by name."""

from __future__ import annotations

import json
from typing import Any

import pytest

from transcript_bridge import read_bytes
from transcript_bridge.errors import InputError
from transcript_bridge.formats.json_literals import rewrite_literals

ENTRY = '{"start": 0.5, "end": 1.5, "text": "Hi, all."}'


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ("{a: 1, $b_2: 2,}", {"a": 1, "$b_2": 2}),
        ("[1, 2, /* 3, */ 4, // 5\n]", [1, 2, 4]),
        ("[1e5, -2.5E-3, -inf]", [1e5, -2.5e-3, -float("inf")]),
        ("['it\\'s', \"it's\", 'a \"b\"', `c`]", ["it's", "it's", 'a "b"', "c"]),
        (r"['\xe9', '\U0001f600', '\u00e9', '\n', 'a\-b']", ["é", "😀", "é", "\n", "a-b"]),
        ("[None, True, False, undefined, null]", [None, True, False, None, None]),
        ("{'a: [b], c': 'd: None, (e),]'}", {"a: [b], c": "d: None, (e),]"}),
        ("(1, (2, 3))", [1, [2, 3]]),
        ("W(a=np.float64(0.5), b=X(), c=Y(d=D('1')))", {"a": 0.5, "b": {}, "c": {"d": "1"}}),
    ],
)
def test_a_literal_has_the_value_that_its_language_gives_it(literal: str, value: Any) -> None:
    assert json.loads(rewrite_literals(literal), strict=False) == value


@pytest.mark.parametrize("text", [")", "((", "'", "`", "/*", "A(", "\\", "{a:", "\\U00110000"])
def test_what_is_no_literal_is_still_no_json(text: str) -> None:
    with pytest.raises(ValueError, match=r"Expecting|Invalid|Unterminated"):
        json.loads(rewrite_literals(text))


@pytest.mark.parametrize(
    "script",
    [
        f"var talk = [{ENTRY}];",
        f"'use strict';\n/* made by us */ const talk: Talk[] = [{ENTRY}];\nexport {{ talk }};\n",
        f"module.exports = {{segments: [{ENTRY}]}};\n",
        f"window.YTD['talk'].part0 = [{ENTRY}]",
        f'callback({{"segments": [{ENTRY}]}});',
        f")]}}'\n[{ENTRY}]",
        f"talk = [{ENTRY}]",
        "Segment(id=1, start=0.5, end=1.5, text='Hi, all.')\n",
    ],
)
def test_the_document_of_a_script_is_read(script: str) -> None:
    for path in ("talk.js", "talk.txt"):
        (utterance,) = read_bytes(script.encode(), path=path).utterances
        assert (utterance.start, utterance.end, utterance.text) == (500, 1500, "Hi, all.")


def test_printed_objects_are_read_one_after_another() -> None:
    lines = [f"Segment(id={at}, start={at}.5, end={at + 1}.0, text=' Hi')" for at in range(3)]
    found = read_bytes("\n".join(lines).encode(), path="talk.txt").utterances
    assert [one.start for one in found] == [500, 1500, 2500]


@pytest.mark.parametrize(
    "script",
    [
        "module.exports = { plugins: { tailwindcss: {}, autoprefixer: {} } };\n",
        "export default { name: 'talk', scripts: [{ text: 'Run', value: 1 }] };\n",
        "function run() { return {start: 0}; }\n",
    ],
)
def test_a_program_is_no_transcript(script: str) -> None:
    with pytest.raises(InputError):
        read_bytes(script.encode(), path="app.js")


def track(*spans: tuple[float, float]) -> dict[str, Any]:
    texts = [f"From {at} to {to}, {len(spans)} in all." for at, to in spans]
    rows = zip(spans, texts, strict=True)
    return {"segments": [{"start": at, "end": to, "text": text} for (at, to), text in rows]}


def speakers_of(document: Any) -> list[str | None]:
    return [
        one.speaker for one in read_bytes(json.dumps(document).encode(), path="a.json").utterances
    ]


def test_tracks_of_one_conversation_are_read_by_name() -> None:
    document = {
        "Ann": track((0, 2.5), (5, 7)),
        "Ben": track((2.2, 4.9)),
        "Cy": track((7, 9), (9, 9.5)),
    }
    assert speakers_of(document) == ["Ann", "Ben", "Ann", "Cy", "Cy"]
    assert speakers_of({"tracks": document}) == ["Ann", "Ben", "Ann", "Cy", "Cy"]


@pytest.mark.parametrize(
    "document",
    [
        {"a": track((0, 2.5), (3, 5)), "b": track((0, 2), (2, 4), (4, 6))},  # both at once
        {"a": track(*[(at, at + 2.0) for at in range(0, 60, 2)]), "b": track((0, 2), (3, 4))},
        {"intro": track((0, 2), (2, 4)), "outro": track((4, 6), (6, 8))},  # one after another
    ],
)
def test_several_recordings_are_not_taken_for_tracks(document: Any) -> None:
    with pytest.raises(InputError, match="several"):
        speakers_of(document)


def test_an_entry_that_is_written_as_text_does_not_hide_the_others() -> None:
    entry = {"startx": 1, "start": 0.5, "end": 1.5, "text": "Hi."}
    found = read_bytes(json.dumps({"odd": [entry, json.dumps(entry)]}).encode(), path="a.json")
    assert found.cues == 2
    assert [problem.code for problem in found.problems][:1] == ["bad-item"]


def test_a_cut_literal_is_refused() -> None:
    with pytest.raises(InputError):
        read_bytes(f"var talk = [{ENTRY}, {{'start': ".encode(), path="talk.js")
