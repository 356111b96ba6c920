"""The registry: which formats are tried, which one wins, and the message if none does."""

from __future__ import annotations

import ast
import dataclasses
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from transcript_bridge import formats
from transcript_bridge.errors import MalformedError, SettingsError, UnknownFormatError
from transcript_bridge.formats import Format, registry
from transcript_bridge.formats.base import SNIFF_WINDOW
from transcript_bridge.formats.built_in import BUILT_IN, HOLDING_MANY, OF_TURNS
from transcript_bridge.formats.registry import Registry
from transcript_bridge.models import Transcript

PROJECT = Path(__file__).parents[2]


def made(name: str, bid: int = 97, suffixes: tuple[str, ...] = ()) -> Format:
    """A format that bids on texts which begin with @@."""
    return Format(
        name, name, suffixes, lambda text: bid * text.startswith("@@"), lambda text: Transcript()
    )


@pytest.fixture(autouse=True)
def fresh_registry() -> Iterator[None]:
    """Each test has a new registry."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in vars(Registry()).items():
            patch.setattr(registry._registry, name, value)
        yield


def test_the_highest_bid_wins() -> None:
    formats.register(made("low", 85, (".x",)))
    formats.register(made("high", 96))
    assert formats.detect("@@", "a.x").name == "high"


def test_a_sure_format_with_the_suffix_wins_without_asking_others() -> None:
    formats.register(made("low", 95, (".x",)))
    formats.register(made("high", 96))
    assert formats.detect("@@", "a.X").name == "low"
    assert formats.detect("@@", "a.y").name == "high"


def test_the_suffix_breaks_a_tie_and_the_longest_counts() -> None:
    formats.register(made("one", suffixes=(".x",)))
    formats.register(made("two", suffixes=(".y", ".more.x")))
    assert formats.detect("@@", "FILE.X").name == "one"
    assert formats.detect("@@", "file.y").name == "two"
    assert formats.detect("@@", "file.more.x").name == "two"


@pytest.mark.parametrize("path", ["", "file.z"])
def test_an_unresolved_tie_names_the_candidates(path: str) -> None:
    formats.register(made("one", suffixes=(".x",)))
    formats.register(made("two", suffixes=(".y",)))
    with pytest.raises(UnknownFormatError, match="this may be one or two; export it") as caught:
        formats.detect("@@", path)
    assert (caught.value.path, caught.value.option) == (path, "format")


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        ("a.srt", "1\n0-0 --> later\nhello 12\n", "no line has times such as 00:00:01,000 -->"),
        ("A.VTT", "hello\n", "this has neither WEBVTT at the beginning"),
        ("a.json", "hello\n", "this is not JSON from character 1"),
        ("a.ttml", "hello 12 22\n", "this is not XML"),
        ("a.csv", "x,y\n1,2\n", "the first line names no columns"),
        ("a.eaf", "hello\n", "this is not XML"),
    ],
)
def test_the_format_that_the_suffix_says_explains_what_it_misses(
    path: str, text: str, message: str
) -> None:
    with pytest.raises(MalformedError, match=message) as caught:
        formats.detect(text, path)
    assert (caught.value.path, caught.value.option) == (path, "")
    with pytest.raises(UnknownFormatError, match="this is a web page"):
        formats.detect("<!doctype html><html>", path)
    with pytest.raises(UnknownFormatError):
        formats.detect("hello 12 22\n", "a.txt")


def test_a_text_that_no_format_knows() -> None:
    with pytest.raises(UnknownFormatError, match="no known transcript format") as caught:
        formats.detect("\x01\x02\x033.5")
    assert caught.value.option == "format"


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("Dear diary, nothing happened.\n", "this has no times"),
        ("<!DOCTYPE html><html></html>", "log in"),
    ],
    ids=["no-times", "web-page"],
)
def test_what_is_no_transcript_says_what_it_is_and_what_to_do(text: str, advice: str) -> None:
    with pytest.raises(UnknownFormatError, match=advice):
        formats.detect(text)


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SettingsError, match=r"no format 'str'; choose one of: .*srt") as caught:
        formats.get("str")
    assert caught.value.exit_code == 2


def test_register_replaces() -> None:
    mine = dataclasses.replace(formats.get("srt"), title="Mine")
    formats.register(mine)
    assert formats.get("srt") is mine
    assert [f.name for f in formats.all_formats()].count("srt") == 1


def test_every_package_with_a_format_is_listed() -> None:
    folder = Path(formats.__file__).parent
    packages = [path.parent.name for path in folder.glob("*/__init__.py") if defines_format(path)]
    assert set(packages) == set(BUILT_IN), "BUILT_IN (formats/built_in.py) lists all of them"


def defines_format(path: Path) -> bool:
    return "\nFORMAT = " in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", BUILT_IN)
def test_each_format_is_as_the_list_says_and_has_the_usual_modules(name: str) -> None:
    format = formats.get(name)
    assert BUILT_IN[name] == format.suffixes
    assert format.name == name
    folder = Path(formats.__file__).parent / name
    assert ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8")))
    assert (folder / "read.py").exists()
    assert (folder / "write.py").exists() == (format.render is not None)


def test_a_file_is_read_without_importing_the_other_formats() -> None:
    code = (
        "import sys; from transcript_bridge.reading import read_bytes;"
        "read_bytes(b'1\\n00:00:01,000 --> 00:00:02,000\\nHi\\n', path='a.srt');"
        "loaded = [name.split('.')[2] for name in sys.modules if name.count('.') == 2 and "
        "'formats' in name];"
        f"print(sorted(set(loaded) & {set(BUILT_IN)}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "['srt']", done.stderr


def test_what_an_archive_asks_of_a_file_name() -> None:
    formats.register(
        Format("x", "X", (".x",), lambda _: 0, lambda _: Transcript(), rank=5, owns_suffixes=True)
    )
    formats.register(Format("y", "Y", (".turns",), lambda _: 0, lambda _: Transcript(), "turns"))
    names = ["a.x", "a.JSON", "a.vtt", "a.srt", "a.unknown", "a.txt", "a.rttm"]
    assert sorted(names, key=formats.rank) == names
    assert [name for name in names if formats.is_owned(name)] == ["a.x", "a.vtt", "a.srt", "a.rttm"]
    assert formats.turn_suffixes() == (
        ".diarization.csv",
        ".diarization.json",
        ".lab",
        ".rttm",
        ".turns",
        ".turns.csv",
        ".turns.txt",
    )


def test_a_long_file_shows_its_end_too() -> None:
    # pyannoteAI: an hour of turns comes before the first word, and only then is it a transcript.
    turn = '{"start": 1.0, "end": 2.0, "speaker": "SPEAKER_00"}'
    head = '{"output": {"diarization": [' + ", ".join([turn] * 5000) + "]"
    said = turn.replace("}", ', "text": "Hello."}')
    assert len(head) > 2 * SNIFF_WINDOW
    assert formats.detect(head + "}}").name == "pyannote"
    words = f', "wordLevelTranscription": [{said}], "turnLevelTranscription": [{said}]}}}}'
    assert formats.detect(head + words).name == "whisper_json"


def test_a_sniff_never_sees_more_than_the_window() -> None:
    seen: list[int] = []
    formats.register(
        dataclasses.replace(made("nosy"), sniff=lambda text: seen.append(len(text)) or 0)
    )
    formats.detect("WEBVTT\n\n" + "NOTE x\n\n" * 50_000)
    assert 0 < max(seen) <= SNIFF_WINDOW


# ---- plug-ins: real distributions on the path of a fresh interpreter


def run_with_plugin(folder: Path, module: str, code: str) -> subprocess.CompletedProcess[str]:
    (folder / "sample_plugin.py").write_text(module, encoding="utf-8")
    info = folder / "sample_plugin-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: sample-plugin\nVersion: 1.0\n", encoding="utf-8"
    )
    (info / "entry_points.txt").write_text(
        "[transcript_bridge.formats]\nx = sample_plugin:FORMAT\n", encoding="utf-8"
    )
    start = (
        f"import sys; sys.path[:0] = [{str(folder)!r}, {str(PROJECT)!r}]\n"
        "from transcript_bridge import formats\n"
    )
    return subprocess.run(
        [sys.executable, "-c", start + code], capture_output=True, text=True, check=False
    )


GOOD = """
from transcript_bridge.formats import Format, registry
from transcript_bridge.models import Transcript
FORMAT = Format(
    "@@", "At at", (".at",), lambda text: 80 * text.startswith("@@"), lambda text: Transcript()
)
"""


def test_a_plugin_is_found_by_name_and_by_content(tmp_path: Path) -> None:
    done = run_with_plugin(
        tmp_path,
        GOOD,
        "print(formats.detect('@@ hello').title, formats.get('@@').title, [f.name for f in "
        "formats.all_formats()][-1])",
    )
    assert done.stdout.strip() == "At at At at @@", done.stderr


def test_plugins_cost_nothing_where_a_built_in_format_is_sure(tmp_path: Path) -> None:
    code = (
        "formats.detect('WEBVTT\\n\\n00:01.000 --> 00:02.000\\nHi'); "
        "print('sample_plugin' in sys.modules)"
    )
    assert run_with_plugin(tmp_path, GOOD, code).stdout.strip() == "False"


@pytest.mark.parametrize(
    ("module", "message"),
    [
        (
            "import no_such_library\n",
            "cannot be loaded (No module named 'no_such_library'); fix or uninstall it",
        ),
        (
            GOOD.replace('"@@"', '"srt"', 1),
            "has the name of a built-in format, 'srt'; rename its format, or uninstall it",
        ),
        ("FORMAT = 3\n", "is not a transcript_bridge.formats.Format; fix or uninstall it"),
        (
            "",
            "cannot be loaded (module 'sample_plugin' has no attribute 'FORMAT'); fix or "
            "uninstall it",
        ),
    ],
)
def test_a_broken_plugin_is_reported(tmp_path: Path, module: str, message: str) -> None:
    code = "from transcript_bridge.errors import SettingsError\n"
    code += "try: formats.get('@@')\nexcept SettingsError as error: print(error)"
    done = run_with_plugin(tmp_path, module, code)
    assert done.stdout.strip() == f"the format plug-in sample_plugin:FORMAT {message}", done.stderr


def test_built_in_formats_that_hold_many_conversations_are_listed() -> None:
    with_parts = {name for name in BUILT_IN if formats.get(name).parts is not None}
    assert with_parts == set(HOLDING_MANY)


def test_built_in_formats_of_turns_are_listed() -> None:
    of_turns = {name for name in BUILT_IN if formats.get(name).kind == "turns"}
    assert of_turns == set(OF_TURNS)


def test_the_name_is_judged_without_importing_other_formats() -> None:
    assert formats.is_owned("a.srt")
    assert formats.rank("a.srt") == 30
    assert formats.may_hold_many("a.json")
    assert ".rttm" in formats.turn_suffixes()
    assert not registry._registry._formats.keys() & (BUILT_IN.keys() - {"srt"})
