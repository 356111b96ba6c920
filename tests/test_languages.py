"""The language that a file name states."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import transcript_bridge as tb
from tests.support.command import Run
from transcript_bridge.languages import language_of_name

SRT = "1\n00:00:01,000 --> 00:00:02,000\nAnn: {}\n"


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("talk.de.srt", "de"),
        ("talk.pt-BR.vtt", "pt-BR"),
        ("talk.en_US.vtt", "en-US"),
        ("talk.es-419.vtt", "es-419"),
        ("talk.zh-Hans.vtt", "zh-Hans"),
        ("talk.zh-Hant-TW.vtt", "zh-Hant-TW"),
        ("talk.en-orig.vtt", "en"),
        ("talk.en-de.vtt", "en"),
        ("film.2024.ger.srt", "de"),
        ("film.en.hi.srt", "en"),
        ("film.fre.forced.srt", "fr"),
        ("talk.hi.srt", "hi"),
        ("talk.it.srt", "it"),
        ("talk.mp3.nl.json", "nl"),
        ("call.de.transcript.vtt", "de"),
        ("talk.srt", None),
        ("talk.de", None),
        (".de.srt", None),
        ("de.srt", None),
        ("talk de.srt", None),
        ("Meeting with IT.srt", None),
        ("meeting.IT.srt", None),
        ("9.30.am.srt", None),
        ("how.to.do.it.srt", None),
        ("talk.v2.srt", None),
        ("talk.de-luxe.srt", None),
        ("talk.final.srt", None),
    ],
)
def test_the_language_of_a_name(name: str, language: str | None) -> None:
    assert language_of_name(name) == language


def test_a_name_states_the_language_if_nothing_else_does(run: Run, work: Path) -> None:
    german, english, silent = work / "talk.de.srt", work / "talk.en.srt", work / "other.srt"
    for path in (german, english, silent):
        path.write_text(SRT.format(path.name), encoding="utf-8")
    header = "WEBVTT\nLanguage: fr\n\n00:01.000 --> 00:02.000\n<v Ann>Bonjour.\n"
    (work / "stated.de.vtt").write_text(header, encoding="utf-8")

    def languages(*words: str) -> dict[str, tuple[str | None, bool]]:
        rows = [json.loads(line) for line in run("plan", work, "--json", *words).out.splitlines()]
        return {
            Path(row["path"]).name: (row["language"], row["language_is_from_name"])
            for row in rows
            if row["kind"] == "file"
        }

    assert languages() == {
        "talk.de.srt": ("de", True),
        "talk.en.srt": ("en", True),
        "other.srt": (None, False),
        "stated.de.vtt": ("fr", False),
    }
    assert set(languages("--language", "it").values()) == {("it", False)}
    said = run("plan", work).out
    assert "1 de, 1 en, 1 fr, 1 without one, which Omi treats as English" in said
    assert "2 from the name of the file, such as .de.srt" in said
    assert "srt, utf-8, de (by its name), 0:02 long" in run("inspect", german).out
    assert "it (set by you)" in run("inspect", german, "--language", "it").out
    german.rename(work / "talk.sv.srt")  # the cache knows the content
    assert languages()["talk.sv.srt"] == ("sv", True)
    (body,) = tb.to_requests(tb.load(work / "talk.sv.srt"))
    assert body.language == "sv"
