"""The table of options and the values that it declares belong together."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

import transcript_bridge
from transcript_bridge.cli import cli
from transcript_bridge.config import RunOptions, ServerSettings, build_run_options, collect_values
from transcript_bridge.errors import SettingsError
from transcript_bridge.options import OPTIONS, Options, parse_file_tables, parse_option
from transcript_bridge.shaping.speakers import FileRule, Person, SpeakerMap

PACKAGE = Path(transcript_bridge.__file__).parent
NOT_OPTIONS = {"options", "server"}
"""Fields of RunOptions that hold other values."""
EXAMPLES: dict[str, Any] = {
    "format": "srt",
    "encoding": "utf-8",
    "no_recover": True,
    "recording": "a",
    "turns_format": "rttm",
    "reassign": True,
    "raw": True,
    "untranscribed_text": "[speech]",
    "me": "Alice",
    "speakers": None,  # a file, which the test writes
    "speaker": ("Bob=p",),
    "keep_names": True,
    "merge_gap": 2,
    "merge_characters": 900,
    "merge_duration": 60,
    "max_segments": 7,
    "split": "pause",
    "source": "omi",
    "language": "de",
    "location": "52.5,13.4",
    "started_at": "2024-01-24T15:04:05+01:00",
    "during": [{"from": "0:10", "to": "0:12", "label": "A", "speaker": "B"}],
    "files": [{"pattern": "*", "started_at": "2024-01-24T15:04:05"}],
    "timezone": "Europe/Berlin",
}
"""A value other than the default for every option that decides what a file becomes."""


def test_every_field_has_an_option_and_every_option_a_field() -> None:
    converting = {one.target for one in OPTIONS if one.changes in ("reading", "shaping")}
    running = {option.target for option in OPTIONS if option.changes == "run"}
    declared = {one.name for one in fields(Options)}
    assert converting - declared == set(), "give Options (options/values.py) these fields"
    assert declared - converting == set(), "give these fields rows in options/file_options.py"
    assert running == set(RunOptions._fields) - NOT_OPTIONS


def test_options_of_a_run_reach_it_from_the_settings_of_an_archive_and_flags_go_first() -> None:
    archive = {"rate": 12, "gap": 4.0, "concurrency": 3, "no_cache": True}
    values = collect_values({"gap": "0"}, {}, {}, archive)
    run = build_run_options(values, SpeakerMap(), ServerSettings())
    assert (run.rate, run.gap, run.concurrency, run.use_cache) == (12, 0, 3, False)


@pytest.mark.parametrize(
    "name", [one.name for one in OPTIONS if one.changes in ("reading", "shaping")]
)
def test_every_option_changes_the_digest(run: Any, tmp_path: Path, name: str) -> None:
    """A forgotten option would let a run call a file finished that it would send otherwise."""
    from transcript_bridge import config

    assert name in EXAMPLES, f"give EXAMPLES a value for {name}, other than the default"
    values = {"timezone": "UTC", **collect_values({name: EXAMPLES[name]}, {}, {}, {})}
    if name == "files":
        values["files"] = parse_file_tables(values["files"], tmp_path / "settings.toml", [])
    if name == "speakers":
        people = tmp_path / "people.toml"
        people.write_text('[speakers."Eva"]\n', encoding="utf-8")
        values["speakers"] = str(people)
    speakers = config.build_speakers(values, everywhere=True)
    changed = config.build_run_options(values, speakers, config.ServerSettings()).options
    default = Options(timezone="UTC")
    assert changed != default, f"the example of {name} in EXAMPLES changes nothing"
    assert changed.digest() != default.digest()


@pytest.mark.parametrize(
    "options",
    [
        Options(),
        Options(
            speakers=SpeakerMap([Person("A", True, "p", ("B",))], rules=[FileRule("x/*", "A")])
        ),
        Options(merge_gap=timedelta(seconds=2), started_at=datetime(2024, 1, 1, tzinfo=UTC)),
    ],
)
def test_options_are_values(options: Options) -> None:
    again = pickle.loads(pickle.dumps(options))
    assert (again, hash(again), repr(again), again.digest()) == (
        options,
        hash(options),
        repr(options),
        options.digest(),
    )
    assert " at 0x" not in repr(options)


def test_the_digest_is_the_same_in_every_process() -> None:
    code = (
        "from transcript_bridge import Options, Person, SpeakerMap;"
        "print(Options(speakers=SpeakerMap([Person('A', aliases=('B', 'C'))], me='D')).digest())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    }
    assert len(found) == 1


def test_equal_meanings_have_equal_digests() -> None:
    me = Options(speakers=SpeakerMap(me="Alice"))
    owner = Options(speakers=SpeakerMap([Person("Alice", is_user=True)]))
    assert me.digest() == owner.digest()
    utc = Options(started_at=datetime(2024, 1, 1, 12, tzinfo=UTC))
    cet = replace(utc, started_at=datetime(2024, 1, 1, 13, tzinfo=timezone(timedelta(hours=1))))
    assert utc.digest() == cet.digest()


def test_rules_for_other_files_are_no_part_of_a_file_s_digest() -> None:
    plain = Options(speakers=SpeakerMap([Person("Alice")]))
    ruled = replace(plain, speakers=SpeakerMap([Person("Alice")], rules=[FileRule("x/*", "Bob")]))
    assert ruled.for_file("/y/a.srt").digest() == plain.for_file("/y/a.srt").digest()
    assert ruled.for_file("/x/a.srt").digest() != plain.for_file("/x/a.srt").digest()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"merge_gap": 2000}, "merge_gap must be a timedelta, such as timedelta(seconds=2)"),
        ({"merge_gap": timedelta(seconds=-1)}, "merge_gap must not be negative"),
        ({"started_at": "2024-01-24"}, "started_at needs an offset"),
        ({"started_at": 2024}, "started_at must be a datetime with an offset"),
        ({"started_at": datetime(2024, 1, 24)}, "started_at needs an offset"),
        ({"location": (91.0, 0.0)}, "latitude -90 to 90"),
        ({"max_segments": 0}, "max_segments must be a number from 1 to"),
        ({"language": "German"}, "language must be the code of a language, such as de, not 'Ger"),
        ({"timezone": "Berlin"}, "timezone must be a time zone such as Europe/Berlin, not 'Berlin"),
        ({"split": "sometimes"}, "split must be fill or pause, not 'sometimes'"),
        ({"source": "tape"}, "sdcard, unknown or workflow, not 'tape'"),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_what_to_write(
    values: dict[str, Any], words: str
) -> None:
    with pytest.raises(SettingsError, match=re.escape(words)):
        Options(**values)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("merge_gap", "-1"),
        ("merge_gap", "nan"),
        ("merge_gap", "1e9"),
        ("merge_gap", True),
        ("max_segments", "0"),
        ("max_segments", True),
        ("timezone", "Mars"),
        ("timezone", 5),
        ("location", "52.5"),
        ("location", "north,south"),
        ("rate", "12/minute"),
        ("rate", 0),
        ("speaker", ("Bob",)),
        ("ignore", "drafts/*"),
        ("ignore", ["", "a"]),
        ("keep_names", "perhaps"),
        ("files", 3),
        ("files", [3]),
        ("started_at", "yesterday"),
    ],
)
def test_a_value_of_the_wrong_kind_names_the_place(name: str, text: Any) -> None:
    with pytest.raises(SettingsError, match=rf"^config.toml:3: {name} must be "):
        parse_option(name, text, "config.toml:3")


def test_every_flag_of_the_table_is_where_the_table_says() -> None:
    for kind, names in {
        "file": ("convert", "inspect", "upload"),
        "archive": ("plan", "speakers", "migrate"),
    }.items():
        wanted = {option.flag for option in OPTIONS if kind in option.commands}
        for name in names:
            command = cli.get_command(None, name)  # type: ignore[arg-type]
            assert command is not None
            flags = {flag for parameter in command.params for flag in parameter.opts}
            assert wanted <= flags, name


def test_the_server_s_limit_is_one_number() -> None:
    """The whole program works with another limit; nothing else has to be changed."""
    code = (
        "from transcript_bridge import limits; limits.MAX_SEGMENTS = 4\n"
        "import sys; sys.argv[1:] = ['convert', '-', '--format', 'text', '--to', 'requests']\n"
        "from transcript_bridge.cli import main; main()"
    )
    text = "\n".join(f"[00:00:0{n}.000 --> 00:00:0{n}.900] Alice: number {n}" for n in range(9))
    done = subprocess.run(
        [sys.executable, "-c", code], input=text, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert [line.count('"text"') for line in done.stdout.splitlines()] == [4, 4, 1]


@pytest.mark.parametrize("number", ["500", "900_000", "900000"])
def test_no_other_module_writes_a_limit_of_the_server(number: str) -> None:
    allowed = {"limits.py"}
    pattern = re.compile(rf"(?<![\w.]){number}(?![\w.])")
    for path in PACKAGE.rglob("*.py"):
        if path.name in allowed or "sandbox" in path.parts:
            continue
        for number_of_line, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            code = line.split("#")[0]
            is_limit = "segment" in code.lower() or "bytes" in code.lower()
            assert not (is_limit and pattern.search(code)), f"{path}:{number_of_line}"
