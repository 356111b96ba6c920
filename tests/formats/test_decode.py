"""Bytes to text. The fixtures in fixtures/encodings show whole files; here are the corners."""

from __future__ import annotations

import contextlib
import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.hangs import no_hang
from transcript_bridge.errors import BridgeError, DecodingError, SettingsError
from transcript_bridge.formats.decode import Decoded, decode
from transcript_bridge.formats.decode.charset import guess

CZECH = "Kde jsi byl včera večer? Říkal jsem ti, že přijdu později."
RUSSIAN = "Где ты был вчера вечером? Я же говорил, что приду позже."


def cues(*lines: str) -> str:
    return "".join(
        f"{n}\n00:00:{n:02d},000 --> 00:00:{n:02d},900\n{line}\n\n"
        for n, line in enumerate(lines, 1)
    )


@pytest.mark.parametrize(
    "encoding",
    ["utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"],
)
@pytest.mark.parametrize("text", ["Plain.\n", RUSSIAN + "\n", "你昨天晚上去哪儿了？\n", "😀\n"])
def test_unicode_with_and_without_mark(encoding: str, text: str) -> None:
    whole = cues(text, text)
    decoded = decode(whole.encode(encoding))
    assert decoded.text == whole
    assert decoded.problems == ()


def test_line_ends_become_one() -> None:
    assert decode(b"a\r\nb\rc\n\r\n").text == "a\nb\nc\n\n"


def test_a_text_of_json_is_opened_however_often_it_was_encoded() -> None:
    text = '{"segments": [{"start": 0.5, "text": "Hi."}]}'
    once = json.dumps(text)
    assert decode(once.encode()).text == text
    assert decode(json.dumps(once).encode()).text == text
    said = '"Hi," she said. "Bye," he said.'
    assert decode(said.encode()).text == said


def test_marks_are_taken_off_however_many() -> None:
    assert decode("\ufeff\ufeffa".encode()).text == "a"
    assert decode("\ufeffa".encode(), "utf-8").text == "a"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (CZECH, "cp1250"),
        ("Mówiłem ci, że przyjdę później. Nie możemy tego tak zostawić.", "cp1250"),
        ("Mondtam, hogy később jövök. Köszönöm, Ő az!", "cp1250"),
        ("Unde ai fost aseară? Ţi-am spus că vin mâine, aşa e.", "cp1250"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN.upper(), "cp1251"),
        (RUSSIAN, "koi8_r"),
        ("Дякую, пане лікарю. Потяг до Львова скоро вирушає.", "cp1251"),
        ("Où étais-tu ? Je t’ai dit « après », ça m'est égal… Être à l'heure.", "cp1252"),
        ("Schönen Gruß aus München, überall Straßen.", "cp1252"),
        ("¿Dónde estuviste, señor? Mañana será más tarde.", "cp1252"),
        ("It’s “nothing” – really…", "cp1252"),
        ("Dün akşam neredeydin? Geleceğimi söylemiştim, ışık yoktu.", "cp1254"),
        ("Πού ήσουν χθες; Σου είπα ότι θα έρθω αργότερα.", "cp1253"),
        ("איפה היית אתמול בערב? אמרתי לך שאגיע מאוחר.", "cp1255"),
        ("أين كنت مساء أمس؟ قلت لك إنني سأصل متأخرا.", "cp1256"),
        ("เมื่อคืนคุณอยู่ที่ไหน ฉันบอกแล้วว่าจะมาสาย", "cp874"),
        ("你昨天晚上去哪儿了？我跟你说过我会晚点到。", "gb18030"),
        ("你昨天晚上去哪裡了？我跟你說過我會晚點到。", "big5hkscs"),
        ("我哋唔可以就咁算數，你琴晚去咗邊度？", "big5hkscs"),
        ("昨日の夜、どこにいたの？遅くなるって言ったでしょう。", "cp932"),
        ("昨日の夜、どこにいたの？遅くなるって言ったでしょう。", "euc_jp"),
        ("어젯밤에 어디 있었어? 늦게 온다고 말했잖아.", "cp949"),
    ],
)
def test_three_short_cues_are_enough(text: str, encoding: str) -> None:
    parts = text.split(" ")
    third = -(-len(parts) // 3)
    whole = cues(*(" ".join(parts[n : n + third]) for n in range(0, len(parts), third)))
    decoded = decode(whole.encode(encoding))
    assert decoded.text == whole
    assert [p.code for p in decoded.problems] == ["encoding-guessed"]


ENGLISH = "We have to go now. Where is the boat? It is all gone, and you know that."


@pytest.mark.parametrize(
    ("name", "encoding"),
    [
        ("the café", "cp1252"),
        ("£5 and 3½ miles", "cp1252"),
        ("La Pietà", "cp1252"),
        ("the café", "mac_roman"),
        ("don’t", "mac_roman"),
        ("the café", "cp850"),
        ("Mr. Müller", "cp850"),
        ("Wałęsa", "cp1250"),
        ("Dvořák", "cp1250"),
        ("Ceauşescu", "cp1250"),
        ("Привет", "cp1251"),
        ("Αθήνα", "cp1253"),
    ],
)
def test_a_name_in_an_english_text_is_western_unless_something_speaks_against_it(
    name: str, encoding: str
) -> None:
    text = cues(ENGLISH, f"That was {name}, she said.")
    decoded = decode(text.encode(encoding))
    assert (decoded.encoding, decoded.text) == (encoding, text)


@pytest.mark.parametrize(
    ("end", "encoding"),
    [
        (b"\xd0\xe8\xe0", "utf-8"),
        (b"caf\xc3", "utf-8"),
        (b"\xf0\x9f\x98", "utf-8"),
        (b"\xff\xfe\xc3\n", "utf-8"),
        (b'\xf5\xb1e"JX\xb7\x91\xdfj\xf1\xd80>a\xcd\xc4\xbb\x86\xc3', "utf-8"),
        (b"caf\xe9", "cp1252"),
        (b"\x93Yes\x94\n", "cp1252"),
        (b"\xcf\xf0\xe8\xe2\xe5\xf2\n", "cp1251"),
        (b"\xcf\xf0\xe8\xe2\xe5\xf2 \xe2\xf1\xe5\xec", "cp1251"),
    ],
)
def test_bytes_at_the_end_of_ascii_that_are_no_word_are_broken(end: bytes, encoding: str) -> None:
    decoded = decode(cues(ENGLISH, ENGLISH).encode() + end)
    assert decoded.encoding == encoding
    codes = [problem.code for problem in decoded.problems]
    assert codes == ["broken-bytes" if encoding == "utf-8" else "encoding-guessed"]


def test_hardly_any_accents_are_western_in_any_language() -> None:
    lines = ["Dat is niet wat wij van jou hebben gehoord, maar het kan best waar zijn."] * 20
    text = cues(*lines, "Eén privé-idee.")
    assert decode(text.encode("cp1252")).text == text


def test_webvtt_with_many_nuls_is_text() -> None:
    text = "WEBVTT\n\n00:01.000 --> 00:02.000\n" + 200 * "\0"
    assert decode(text.encode()).text == text


def test_a_download_that_ends_in_nuls_is_text() -> None:
    text = cues("One.", "Two.")
    assert decode(text.encode() + bytes(5000)).text.rstrip("\0") == text


def test_what_no_language_of_ours_fits_is_left_to_the_detector() -> None:
    # Georgian has an old 8-bit encoding that is not in the table, nor in Python
    found = guess(bytes([0x41, 0xFE, 0x0A, 0xFF, 0xFD, 0xDE, 0xD0, 0x0A] * 8))
    assert found is None or found.language is None or found.score < 0.8


def test_utf8_with_a_few_broken_bytes_stays_utf8() -> None:
    decoded = decode(f"{RUSSIAN}\n".encode() + b"caf\xe9\n" + RUSSIAN.encode()[:-1])
    assert decoded.encoding == "utf-8"
    assert decoded.text.startswith(RUSSIAN)
    assert [(p.code, p.level, p.line) for p in decoded.problems] == [("broken-bytes", "lost", 2)]


def test_replacement_characters_that_stood_there_before_are_no_problem() -> None:
    assert decode("Already \ufffd lost".encode()) == Decoded("Already \ufffd lost", "utf-8")


def test_a_character_that_is_cut_off_at_the_end_is_reported() -> None:
    decoded = decode(cues(RUSSIAN).encode("utf-16")[:-1])
    assert decoded.text == cues(RUSSIAN)[:-1] + "\ufffd"
    assert [p.code for p in decoded.problems] == ["broken-bytes"]


def test_a_lone_bad_byte_in_a_guessed_encoding_is_reported() -> None:
    decoded = decode(cues(CZECH).encode("cp1250") + b"\x81\n")
    assert decoded.encoding == "cp1250"
    assert [p.code for p in decoded.problems] == ["encoding-guessed", "broken-bytes"]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a picture"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "a picture"),
        (b"PK\x03\x04" + b"\x14\0" * 13 + b"word/document.xml", "an office document"),
        (b"PK\x03\x04" + b"\x14\0" * 13 + b"a.srt", "a ZIP file"),
        (b"\x1f\x8b\x08\0\0\0\0\0", "a compressed file"),
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF"),
        (b"\0\0\0\x20ftypisom", "a video"),
        (b"\x1aE\xdf\xa3\x01\0", "a video"),
        (b"RIFF\x24\x08\0\0WAVEfmt ", "a recording"),
        (b"ID3\x03\0\0", "a recording"),
        (b"SQLite format 3\0", "an SQLite database"),
        (b"\x7fELF\x02\x01", "a program"),
        (b"\0" * 5000, "control characters"),
        (bytes(range(32)) * 20, "control characters"),
        (random.Random(1).randbytes(4000), "control characters"),
    ],
)
def test_what_is_no_text_is_refused(data: bytes, what: str) -> None:
    with pytest.raises(DecodingError, match=what):
        decode(data)


@pytest.mark.parametrize("text", ["a\0b", "\x1b[0mcolors\x1b[0m", "page\fpage", "\x01"])
def test_a_control_character_here_and_there_is_text(text: str) -> None:
    assert decode((text + " and more of it" * 9).encode()).text.startswith(text)


def test_the_users_encoding_overrides_detection() -> None:
    assert decode("ø".encode("cp1252"), "cp1250").text == "ř"
    assert decode(b"caf\xe9", "latin-1") == Decoded("café", "latin-1")


@pytest.mark.parametrize("encoding", ["utf8x", "", "hex", "a\0b", "cp1252\n; rm"])
def test_an_unknown_encoding_is_refused(encoding: str) -> None:
    with pytest.raises(SettingsError, match="there is no encoding"):
        decode(b"abc", encoding)


def test_the_wrong_encoding_is_refused() -> None:
    with pytest.raises(DecodingError, match="this is not utf-8"):
        decode(b"caf\xe9", "utf-8")


def test_twenty_megabytes_are_decoded() -> None:
    data = cues("Nothing special is said here.").encode() * 370_000
    with no_hang():
        assert len(decode(data).text) == len(data)


@pytest.mark.untraced
@pytest.mark.parametrize(
    "data",
    [
        b"\xe9" * 1_000_000,
        b"\xe9a" * 500_000,
        b"\xe9\n" * 500_000,
        bytes(range(0x20, 0x100)) * 4500,
        "я".encode("cp1251") * 999_999 + b"\n",
        b"\xc3\xa9" * 400_000 + b"\xe9",
    ],
    ids=["one line", "letters", "lines", "all bytes", "Cyrillic", "broken UTF-8"],
)
def test_a_megabyte_of_anything_is_decoded_or_refused(data: bytes) -> None:
    with no_hang(), contextlib.suppress(DecodingError):
        decode(data)


@given(
    st.binary(),
    st.sampled_from([None, "utf-8", "utf-16", "utf-7", "gb18030", "cp1252", "ascii", "idna"]),
)
def test_any_bytes_are_decoded_or_refused(data: bytes, encoding: str | None) -> None:
    try:
        text = decode(data, encoding).text
    except BridgeError as caught:
        text = str(caught)
    assert "\r" not in text
    text.encode()  # no lone surrogates


@given(
    st.text().filter(lambda text: "\0" not in text),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
)
def test_unicode_comes_back(text: str, encoding: str) -> None:
    wanted = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    try:
        assert decode(text.encode(encoding)).text == wanted
    except DecodingError:
        assert any(c < " " or c == "\x7f" for c in text)
