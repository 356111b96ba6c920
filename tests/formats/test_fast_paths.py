"""The fast readers of SRT and WebVTT find the same as the careful ones."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import given

from tests.strategies import (
    Subtitle,
    compose_srt,
    compose_vtt,
    made,
    make_debris,
    make_subtitles,
)
from transcript_bridge.errors import InputError
from transcript_bridge.formats import srt, vtt
from transcript_bridge.formats.cues import chunks
from transcript_bridge.formats.cues.cue import FindingLog
from transcript_bridge.formats.cues.reading import ONE_BY_ONE
from transcript_bridge.formats.decode import decode
from transcript_bridge.formats.srt import careful as srt_careful
from transcript_bridge.formats.srt import fast as srt_fast
from transcript_bridge.formats.vtt import fast as vtt_fast
from transcript_bridge.models import Transcript, Utterance

pytestmark = pytest.mark.untraced

ROOT = Path(__file__).parents[2]
CORPUS = Path(os.environ.get("TRANSCRIPT_BRIDGE_CORPUS", ROOT.parent / "shared" / "corpus"))
FILES = sorted(
    path
    for folder in (ROOT / "fixtures", ROOT / "transcript_bridge" / "demo", CORPUS)
    for path in folder.rglob("*.[sv]*t")
    if path.suffix in (".srt", ".vtt")
)
Parse = Callable[[str], Transcript]


def read_both(text: str, parse: Parse) -> tuple[Transcript, Transcript] | None:
    """As it is read, and as the careful reader alone reads it; None if it is refused."""
    try:
        fast = parse(text)
    except InputError:
        return None
    with pytest.MonkeyPatch.context() as patch:
        for module in (srt_fast, vtt_fast):
            patch.setattr(module, "READER", ONE_BY_ONE)
        return fast, parse(text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_both_paths_find_the_same(path: Path) -> None:
    try:
        text = decode(path.read_bytes()).text
    except InputError:
        return
    for parse in (srt.parse, vtt.parse):
        if both := read_both(text, parse):
            assert both[0] == both[1]


def insert_debris(text: str, dice: Random) -> str:
    """In up to three places."""
    for _ in range(dice.randint(0, 3)):
        at = dice.randint(0, len(text))
        text = text[:at] + make_debris(dice) + text[at:]
    return text


def make_deformed(dice: Random) -> tuple[str, str]:
    """The same cues in SRT and in WebVTT."""
    cues = make_subtitles(dice)
    voice = dice.choice(["", "<v Ann>", "<i>", "&gt;&gt; "])
    return (
        insert_debris(compose_srt(cues), dice),
        insert_debris(compose_vtt(cues, voice=voice), dice),
    )


@given(made(make_deformed))
def test_both_paths_agree_on_what_is_deformed(texts: tuple[str, str]) -> None:
    for text, parse in zip(texts, (srt.parse, vtt.parse), strict=True):
        if both := read_both(text, parse):
            assert both[0] == both[1]


def make_pieces(dice: Random) -> tuple[str, str]:
    """The same cues once or several times, with debris between them."""
    cues = make_subtitles(dice)
    pieces = [make_debris(dice) for _ in range(dice.randint(1, 4))]
    srt_text = "\n\n".join(part for piece in pieces for part in (compose_srt(cues), piece))
    vtt_text = "WEBVTT\n\n" + "\n\n".join(
        part for piece in pieces for part in (compose_vtt(cues, header="1", gap="\n"), piece)
    )
    return srt_text, vtt_text


@given(made(make_pieces))
def test_chunks_change_nothing(texts: tuple[str, str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunks, "CHUNK_LENGTH", 40)
        for text, parse in zip(texts, (srt.parse, vtt.parse), strict=True):
            if both := read_both(text, parse):
                assert both[0] == both[1]


def test_an_arrow_made_by_the_end_of_a_voice_is_reported_by_both() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann-->Hello\n"
    both = read_both(text, vtt.parse)
    assert both is not None
    assert both[0] == both[1]
    assert [problem.code for problem in both[0].problems] == ["arrow-in-text"]


WELL_FORMED = [Subtitle(n * 1000, n * 1000 + 900, ("one & two", "three")) for n in range(20)]


def chunk_of(text: str, at: int = 0) -> chunks.Chunk:
    (chunk,) = chunks.split_chunks(text, ONE_BY_ONE.beginning, at)
    return chunk


def test_what_is_well_formed_takes_the_fast_path() -> None:
    srt_made = srt_fast.read(chunk_of(compose_srt(WELL_FORMED)))
    assert srt_made[1] == Utterance(1000, 1900, "one & two\nthree", line=7)


@pytest.mark.parametrize(
    "text",
    [
        "<i>one</i>\ntwo",
        "{\\an8}one\ntwo",
        "one &amp; two",
        " one \n two ",
    ],
)
def test_common_markup_takes_the_fast_path(text: str) -> None:
    chunk = chunk_of(compose_srt([Subtitle(0, 1000, (text,))] * 3))
    assert srt_fast.read(chunk) == list(srt_careful.read(chunk, FindingLog()))


def test_voices_take_the_fast_path() -> None:
    text = compose_vtt(WELL_FORMED, voice="<v Ann &amp; Ben>").replace("three", "<i>three</i></v>")
    made = vtt_fast.read(chunk_of(text, len("WEBVTT")))
    assert made[1] == Utterance(1000, 1900, "one & two\nthree", "Ann & Ben", line=7)
