"""Checks that the author of a format runs.

A fixture is a file and what is expected of it, side by side: `reel.tapelog`, `reel.expected.json`.
One test checks a format against all fixtures in a folder:

    from transcript_bridge.testing import check_format

    def test_my_format() -> None:
        check_format(FORMAT, Path("fixtures"))

The expectation of a new fixture is written with `write_expected(path)`, and then read by a person.
Times are milliseconds. `options` are those of `transcript_bridge.read_bytes`; a file that must be
refused has an error instead of a transcript:

    {"options": {"format": "tapelog"}, "format": "tapelog", "language": null, "cues": 1,
     "utterances": [{"start": 1500, "end": 4000, "speaker": null, "text": "Water is on"}],
     "problems": [{"code": "tapelog-no-time", "line": 5}]}
    {"error": "MalformedError", "message": "no line has a time", "line": null}

A value that the file does not state may be left out: title, started_at, source, turns …

Every check raises AssertionError with the name of the file, what is wrong, and what to do.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

from . import formats
from .errors import InputError, MalformedError, NoSpeechError, UnknownFormatError
from .formats import Format
from .formats.decode import decode
from .line_joining import join_lines
from .models import Transcript, Utterance, Utterances, Word
from .problems import Problem
from .reading import read_bytes

EXPECTED = ".expected.json"
_UTF8 = ("utf-8", "utf-8-sig")
"""Encodings that an expectation leaves out."""
_DAMAGES = 60
"""How many damaged copies of each fixture are read."""
_DEBRIS = ("\n", "\n\n", " ", "-->", "<", "[", '"', "{", "}", ",", ":", "\0", "0", "é", "\ufffd")
"""Bytes that are inserted into a damaged copy."""
_MADE_UP = Transcript(
    Utterances.of(
        [
            Utterance(1000, 3000, "Water is on.", "Alice Doe"),
            Utterance(4000, 6000, "Who turned\nit off?"),
            Utterance(62_000, 64_000, "Bob did: twice.", "Bob Stone"),
        ]
    ),
    cues=3,
)
"""Utterances that every writer must handle: with and without a speaker, of one line and of two."""


class Fixture(NamedTuple):
    """A file and what is expected of it."""

    path: Path
    expected: dict[str, Any]
    """Without the options."""
    options: dict[str, Any]
    """Of `transcript_bridge.read_bytes`."""

    @property
    def is_refused(self) -> bool:
        """Whether reading it must raise an error."""
        return "error" in self.expected


def check_format(format: Format, folder: Path) -> None:
    """Run every check of a format on the fixtures in `folder`.

    The format is registered meanwhile, so that it need not be installed.
    """
    with formats.registered(format):
        fixtures = find_fixtures(folder)
        if not fixtures:
            advice = "put realistic files there, and call write_expected(path) for each"
            _fail(folder, f"it has no file with an expectation (*{EXPECTED})", advice)
        for fixture in fixtures:
            check_expected(fixture)
            check_sum(fixture)
            check_detection(format, fixture)
            check_damaged(format, fixture)
            check_render(format, fixture)
        check_made_up(format)


def find_fixtures(folder: Path) -> list[Fixture]:
    """The fixtures in a folder, in the order of their names.

    Raises AssertionError for a file without an expectation.
    """
    found = []
    for path in sorted(folder.iterdir()):
        if path.is_file() and not path.name.endswith(EXPECTED):
            found.append(load_fixture(path))
    return found


def load_fixture(path: Path) -> Fixture:
    """A file with what is expected of it; raises AssertionError if there is no expectation."""
    beside = _beside(path)
    if not beside.exists():
        _fail(path, f"it has no {beside.name}", "write_expected(path) writes it")
    expected = json.loads(beside.read_text(encoding="utf-8"))
    return Fixture(path, expected, expected.pop("options", {}))


def _beside(path: Path) -> Path:
    return path.with_name(path.name.removesuffix(path.suffix) + EXPECTED)


# ---- expectations


def write_expected(path: Path, **options: Any) -> Path:
    """Write the expectation of `path` from what reading it gives now, for a person to check.

    options: by default, those of the existing expectation. Returns the path of the expectation. A
    file that cannot be read gets an expectation with the error.
    """
    if not options and _beside(path).exists():
        options = load_fixture(path).options
    described = {"options": options, **describe(path, **options)}
    place = _beside(path)
    place.write_text(render_expected(_without_empty(described, "options")), encoding="utf-8")
    return place


def _read(path: Path, **options: Any) -> Transcript:
    """Read a file by its content and name alone: its time changes when it is copied."""
    return read_bytes(path.read_bytes(), path=str(path), **options)


def describe(path: Path, **options: Any) -> dict[str, Any]:
    """Return the result of reading a file, as an expectation without its options."""
    try:
        transcript = _read(path, **options)
    except InputError as error:
        return describe_error(error)
    return describe_transcript(transcript)


def describe_error(error: InputError) -> dict[str, Any]:
    """A refusal as an expectation."""
    return {"error": type(error).__name__, "message": error.message, "line": error.line}


def describe_transcript(transcript: Transcript) -> dict[str, Any]:
    """A transcript as an expectation."""
    found: dict[str, Any] = {
        "format": transcript.format,
        "language": transcript.language,
        "cues": transcript.cues,
        "started_at": _describe_moment(transcript.started_at),
    }
    if transcript.encoding not in _UTF8:
        found["encoding"] = transcript.encoding
    found.update(_describe_conversation(transcript))
    found["utterances"] = [_describe_utterance(u) for u in transcript.utterances]
    found["turns"] = [
        {"start": turn.start, "end": turn.end, "speaker": turn.speaker} for turn in transcript.turns
    ]
    found["problems"] = [_describe_problem(problem) for problem in transcript.problems]
    return _without_empty(found, "started_at", "turns")


def _describe_conversation(transcript: Transcript) -> dict[str, Any]:
    """Return the facts that a file states about the whole conversation."""
    found = {
        "title": transcript.title,
        "conversation_id": transcript.conversation_id,
        "source": transcript.source,
        "location": ", ".join(map(str, transcript.location or ())),
        "known_speakers": [speaker._asdict() for speaker in transcript.known_speakers],
        "updated_at": _describe_moment(transcript.updated_at),
    }
    return _without_empty(found, *found)


def _describe_moment(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _describe_utterance(utterance: Utterance) -> dict[str, Any]:
    row: dict[str, Any] = {
        "start": utterance.start,
        "end": utterance.end,
        "speaker": utterance.speaker,
        "text": utterance.text,
        "words": [_describe_word(word) for word in utterance.words],
    }
    return _without_empty(row, "words")


def _describe_word(word: Word) -> dict[str, Any]:
    row = {"text": word.text, "start": word.start, "end": word.end, "speaker": word.speaker}
    return _without_empty(row, "speaker")


def _describe_problem(problem: Problem) -> dict[str, Any]:
    row = {"code": problem.code, "line": problem.line, "cues": problem.cues}
    return _without_empty(row, "cues")


def _without_empty(row: dict[str, Any], *names: str) -> dict[str, Any]:
    """The row without those of `names` that have no value."""
    return {name: value for name, value in row.items() if value or name not in names}


def render_expected(found: dict[str, Any]) -> str:
    """An expectation as JSON, with one utterance, word, turn or problem per line."""
    lines = []
    for key, value in found.items():
        dumped = _dump(value)
        if isinstance(value, list) and value:
            rows = ",\n".join(map(_dump_row, value))
            dumped = f"[\n{rows}\n ]"
        lines.append(f' "{key}": {dumped}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _dump_row(row: dict[str, Any]) -> str:
    rest = dict(row)
    words = rest.pop("words", [])
    head = _dump(rest)
    if not words:
        return f"  {head}"
    dumped = ",\n   ".join(map(_dump, words))
    return f'  {head[:-1]}, "words": [\n   {dumped}\n  ]}}'


_dump = json.JSONEncoder(ensure_ascii=False).encode


# ---- checks


def check_expected(fixture: Fixture) -> None:
    """Reading the file gives what is expected."""
    found = describe(fixture.path, **fixture.options)
    for key in {**fixture.expected, **found}:
        difference = _compare(key, found.get(key), fixture.expected.get(key))
        if difference:
            _fail(fixture.path, difference, _ADVICE.get(key, _WRITE_ANEW))


def check_sum(fixture: Fixture) -> None:
    """All cues of the file became utterances, or problems account for them."""
    if not fixture.is_refused:
        _check_sum(_read(fixture.path, **fixture.options), str(fixture.path))


def check_detection(format: Format, fixture: Fixture) -> None:
    """The content alone tells the format, even if the suffix is another's."""
    if fixture.is_refused or "format" in fixture.options:
        return
    text = decode(fixture.path.read_bytes()).text
    for path in ("", f"wrong{fixture.path.suffix}.srt"):
        try:
            name = formats.detect(text, path).name
        except UnknownFormatError as error:
            name = f"no format ({error.message})"
        if name != format.name:
            bid = format.sniff(text[: formats.SNIFF_WINDOW])
            found = f"under the name {path!r} it is taken for {name}, and sniff bids {bid}"
            _fail(fixture.path, found, _ADVICE["format"])


def check_damaged(format: Format, fixture: Fixture) -> None:
    """A damaged file is read or refused; the sum holds, times are integers."""
    text = decode(fixture.path.read_bytes(), fixture.options.get("encoding")).text
    for number, damaged in enumerate(_damage(text)):
        where = f"{fixture.path}, damaged copy {number}"
        bid = format.sniff(damaged[: formats.SNIFF_WINDOW])
        if not 0 <= bid <= format.highest_bid:
            _fail(where, f"sniff returns {bid}", f"let it return 0 to {format.highest_bid}")
        try:
            transcript = format.parse(damaged)
        except (MalformedError, NoSpeechError):
            continue
        except Exception as error:  # any other exception is a fault of the format
            found = f"parse raises {error!r} for {damaged[:200]!r}"
            _fail(where, found, "let it raise MalformedError for what it cannot read", error)
        _check_sum(transcript, where)
        _check_times(transcript, where)


def _damage(text: str) -> Iterator[str]:
    """Copies of a text: cut off; with a piece removed, repeated or moved; with debris."""
    dice = random.Random(text)
    for _ in range(_DAMAGES):
        first, second = sorted((dice.randint(0, len(text)), dice.randint(0, len(text))))
        before, piece, after = text[:first], text[first:second], text[second:]
        debris = dice.choice(_DEBRIS)
        copies = (before, before + after, before + piece + piece + after, piece + before + after)
        yield dice.choice([*copies, before + debris + piece + debris + after])


def check_made_up(format: Format) -> None:
    """Any utterances can be written, and read again with the same texts and no invented speaker."""
    if format.render is None or format.kind == "turns":
        return
    where = f"{format.name}: utterances with and without a speaker, written and read again"
    again = _read_again(format, format.render(_MADE_UP), where)
    texts = list(map(join_lines, again.utterances.texts))
    wanted = list(map(join_lines, _MADE_UP.utterances.texts))
    added = set(again.utterances.speakers) - set(_MADE_UP.utterances.speakers)
    if texts != wanted:
        found = f"the texts are {texts}, expected {wanted}"
        _fail(where, found, "let render write a text of several lines as the format can have it")
    if added:
        found = f"nobody is called {added}"
        _fail(where, found, "let render write an utterance without a speaker so that it has none")


def check_render(format: Format, fixture: Fixture) -> None:
    """Reading what `render` wrote gives the same speakers and texts, and rendering that gives the
    same file.

    A format need not keep all times, but the second file must equal the first.
    """
    if format.render is None or fixture.is_refused:
        return
    transcript = _read(fixture.path, **fixture.options)
    written = format.render(transcript)
    where = f"{fixture.path}, written and read again"
    again = _read_again(format, written, where)
    difference = _compare("other speakers or texts: row", _spoken(again), _spoken(transcript))
    if difference:
        _fail(where, difference, "let render write what parse reads, or escape it")
    written_again = format.render(again.evolve(path=transcript.path))
    difference = _compare("other times: line", written_again.split("\n"), written.split("\n"))
    if difference:
        _fail(where, difference, "let render round times as parse reads them")


def _read_again(format: Format, written: str, where: str) -> Transcript:
    try:
        return read_bytes(written.encode(), format=format.name)
    except InputError as error:
        found = f"it is refused: {error.message}"
        _fail(where, found, "let parse read all that render writes", error)


def _spoken(transcript: Transcript) -> list[tuple[str | None, str]]:
    """Speakers and texts; speakers alone where there are only turns."""
    if transcript.utterances:
        return [(u.speaker, join_lines(u.text)) for u in transcript.utterances]
    return [(turn.speaker, "") for turn in transcript.turns]


# ---- failures

_WRITE_ANEW = "if the new result is right, write the expectation anew: write_expected(path)"
_ADVICE = {
    "format": "let sniff bid more than any other format for what only this format has",
    "error": "a file that can be read needs no error: write_expected(path) writes what is read",
}
"""Advice if a value differs from the expectation, by its key."""


def _fail(where: Path | str, found: str, advice: str, cause: Exception | None = None) -> NoReturn:
    raise AssertionError(f"{where}: {found}; {advice}") from cause


def _compare(name: str, found: Any, wanted: Any) -> str:
    """The first difference between two values, or the rows of two lists; empty if there is none."""
    if found == wanted:
        return ""
    if isinstance(found, list) and isinstance(wanted, list):
        pairs = enumerate(zip_longest(found, wanted), 1)
        number, (found, wanted) = next(pair for pair in pairs if pair[1][0] != pair[1][1])
        name = f"{name} {number}"
    return f"{name} is {found!r}, expected {wanted!r}"


def _check_sum(transcript: Transcript, where: str) -> None:
    accounted = sum(problem.cues for problem in transcript.problems)
    utterances = len(transcript.utterances)
    if transcript.cues != utterances + accounted:
        found = f"{transcript.cues} cues, but {utterances} utterances and problems for {accounted}"
        _fail(where, found, "let a Problem with cues=1 account for each cue that is left out")


def _check_times(transcript: Transcript, where: str) -> None:
    for row in (*transcript.utterances, *transcript.turns):
        if type(row.start) is not int or type(row.end) is not int:
            found = f"a time of {row} is not an integer"
            _fail(where, found, "round() each time to whole milliseconds")
