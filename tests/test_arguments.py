"""Wrong types and words given to the Python API: one error that names the argument."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import transcript_bridge as tb
from transcript_bridge.arguments import Expected
from transcript_bridge.options.values import _FIELDS, Options

_SRT = b"1\n00:00:01,000 --> 00:00:02,000\nHello.\n"
_SPOKEN = tb.Transcript([tb.Utterance(0, 1500, "Hello.", "Alice")], cues=1)
_DURING = tb.Options(during=[tb.LabelChange(0, None, "Alice", "Ben")])
_LOADED = tb.load(_SRT, tb.Options(started_at="2024-01-24T15:00Z"))
_TURNS = (tb.Turn(0, 1000, "A"),)
_UPLOADED = {"api_key": "omi_dev_x", "ledger": "ledger.db", "api_base": "http://127.0.0.1:9"}


class _Odd:
    """No argument may be one of these."""

    def __repr__(self) -> str:
        return "odd " * 50


def _say(**changes: Any) -> tb.Transcript:
    """A transcript made by hand, with two utterances, of which the second is odd."""
    right = tb.Utterance(0, 1500, "Hello.", "Alice")
    return tb.Transcript([right, right._replace(**changes)], cues=2)


@pytest.mark.parametrize("name", Options.__dataclass_fields__)
def test_every_field_of_the_options_has_a_type(name: str) -> None:
    assert name in _FIELDS, f"give {name} a row in _FIELDS"
    with pytest.raises(tb.SettingsError, match=f"^{name} must be .*, not odd") as caught:
        tb.Options(**{name: _Odd()})
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: tb.Options(location=(1,)), "location must be"),
        (lambda: tb.Options(location=("a", "b")), "location must be"),
        (lambda: tb.Options(during=[1]), "each of during must be a LabelChange, not 1"),
        (lambda: tb.Options(recover="no"), "recover must be True or False, not 'no'"),
        (lambda: tb.SpeakerMap("Alice"), "people must be a list, not 'Alice'"),
        (lambda: tb.SpeakerMap([{"name": "A"}]), "each of people must be a Person, such as"),
        (lambda: tb.SpeakerMap([tb.Person("A", aliases="B")]), "aliases of a Person must be a"),
        (lambda: tb.SpeakerMap(me=5), "me must be text, not 5"),
        (lambda: tb.read_bytes("text"), "data must be bytes, such as those of text.encode()"),
        (lambda: tb.read_bytes(_SRT, path=b"a.srt"), "path must be a path, not b'a.srt'"),
        (lambda: tb.explain_labels("text"), "data must be bytes"),
        (lambda: tb.read("a.srt", format=5), "format must be text, not 5"),
        (lambda: tb.list_parts(None), "path must be a path, not None"),
        (lambda: tb.load("a.srt", {"merge_gap": 2}), "options must be Options, not {'merge"),
        (lambda: tb.shape("a.srt"), "transcript must be a Transcript, such as the one"),
        (lambda: tb.to_requests("a.srt"), "source must be what load() or read() returns, not 'a"),
        (lambda: tb.to_requests(_LOADED, tb.Options()), "give the options to load(); what it"),
        (lambda: tb.to_segments(_SPOKEN, _DURING), "give options with during to load()"),
        (lambda: tb.Transcript("text"), "utterances must be a list, not 'text'"),
        (lambda: tb.Transcript([(0, 1, "x")]), "each of utterances must be an Utterance, such as"),
        (lambda: _say(start="0"), "each of the starts of utterances must be a whole number of mi"),
        (lambda: _say(end=1.5), "each of the ends of utterances must be a whole number of milli"),
        (lambda: _say(text=None), "each of the texts of utterances must be text, not None"),
        (lambda: _say(speaker=1), "each of the speakers of utterances must be text, not 1"),
        (lambda: _say(words="x"), "each of the words of utterances must be a tuple of Word, such"),
        (lambda: _say(words=("x",)), "each of the words must be a Word, such as Word("),
        (lambda: _say(words=(tb.Word("x", 0.5),)), "each of the words' start must be a whole nu"),
        (lambda: tb.Transcript([], cues="1"), "cues must be a whole number, not '1'"),
        (lambda: tb.Transcript([], [(0, 1)]), "each of turns must be a Turn, such as"),
        (lambda: tb.join_turns(_SPOKEN, _TURNS, mode="x"), "mode must be smooth or raw, not 'x'"),
        (lambda: tb.join_turns(_SPOKEN, [(0, 1)]), "each of turns must be a Turn, not (0, 1)"),
        (lambda: tb.select_recording("x"), "turns must be a list, not 'x'"),
        (lambda: tb.OmiClient(b"omi_dev_secret"), "api_key must be text, not bytes"),
        (lambda: tb.formats.get(5), "name must be text, not 5"),
        (lambda: tb.upload(b"x", **_UPLOADED), "paths must be a list, not b'x'"),
        (lambda: tb.upload([5], **_UPLOADED), "each of paths must be a path, not 5"),
        (lambda: tb.upload("a", **_UPLOADED, changed="x"), "changed must be ask, upload, skip or"),
        (lambda: tb.upload("a", **_UPLOADED, changed=None), "changed must be ask, upload, skip"),
        (lambda: tb.upload("a", **_UPLOADED, concurrency="2"), "concurrency must be a number"),
        (lambda: tb.upload("a", **_UPLOADED, concurrency=0), "concurrency must be a number from 1"),
        (lambda: tb.upload("a", **_UPLOADED, observe=5), "observe must be a function"),
        (lambda: tb.upload("a", **_UPLOADED, stop=True), "stop must be a threading.Event"),
    ],
)
def test_wrong_arguments_are_one_clear_error(
    call: Callable[[], Any], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(tb.SettingsError) as caught:
        call()
    assert words in str(caught.value)
    assert "secret" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_what_may_be_given_is_taken() -> None:
    options = tb.Options(location=[52, 13], started_at=datetime(2024, 1, 1, tzinfo=UTC))
    assert options.location == (52, 13)
    assert tb.list_parts(Path("nowhere.json")) == []
    named = Path("x", "a.srt")
    assert tb.read_bytes(_SRT, path=named).path == str(named)
    assert tb.explain_labels(_SRT, path=named) == tb.explain_labels(_SRT)
    assert tb.shape(_SPOKEN).utterances == _SPOKEN.utterances
    Expected("a or b", (str,), ("a", "b")).or_none().check("word", None)
