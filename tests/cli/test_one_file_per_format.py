"""A folder with one file of each format goes to Omi, is verified, reported and undone.

A new format is in it as soon as the format is registered and has a fixture.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.support.clock import JumpingClock
from tests.support.command import Ran, Run
from tests.support.local_http import LOCAL_HTTP
from transcript_bridge import testing
from transcript_bridge.formats import Format, get
from transcript_bridge.formats.built_in import BUILT_IN
from transcript_bridge.testing import Fixture

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
KEY = "omi_dev_formats"
MODIFIED = 1_700_000_000
Lease = Callable[..., str]


def list_fixtures(format: Format) -> list[Fixture]:
    """The fixtures that are read without options; those with speech, if it carries words."""
    found = []
    for fixture in testing.find_fixtures(FIXTURES / format.name):
        is_plain = not fixture.is_refused and not fixture.options
        has_speech = bool(fixture.expected.get("utterances"))
        if is_plain and (has_speech or format.kind == "turns"):
            found.append(fixture)
    return found


def count_traits(fixture: Fixture) -> int:
    """How much a fixture shows of what a format can carry."""
    expected = fixture.expected
    traits = ("started_at", "title", "known_speakers", "language", "source")
    return sum(trait in expected for trait in traits) + bool(expected.get("turns"))


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folder: format -> its file, for every format that the registry knows."""
    folder = tmp_path_factory.mktemp("formats")
    chosen = {}
    for name in BUILT_IN:
        fixtures = list_fixtures(get(name))
        assert fixtures, f"fixtures/{name} has no file that is read without options"
        best = max(fixtures, key=count_traits)
        target = folder / name / best.path.name
        target.parent.mkdir()
        shutil.copyfile(best.path, target)
        chosen[name] = target
    if find_spec("docx") is not None:
        chosen["docx"] = folder / "docx" / "teams.docx"
        chosen["docx"].parent.mkdir()
        shutil.copyfile(FIXTURES / "docx" / "teams.docx", chosen["docx"])
    for path in chosen.values():
        os.utime(path, (MODIFIED, MODIFIED))
    return chosen


def read_lines(ran: Ran) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ran.out.splitlines()]


def find_reader(name: str) -> str:
    """The format that reads a file: Word documents are read as text."""
    return "text" if name == "docx" else name


def find_kind(name: str) -> str:
    return get(find_reader(name)).kind


class Planned(NamedTuple):
    """Run `plan`; returns its rows by the folder of the file, and the totals."""

    rows: dict[str, list[dict[str, Any]]]
    totals: dict[str, Any]


def plan(run: Run, files: dict[str, Path], **environ: str) -> Planned:
    """The plan of the folder, checked: each file is what it is, and nothing is missing."""
    folder = find_folder(files)
    words = ("plan", folder, "--jobs", "1", "--json", "--timezone", "UTC")
    rows = read_lines(run(*words, **environ))
    planned = Planned({}, rows.pop())
    for row in rows:
        name = Path(row["path"].split("!")[0]).parent.name
        planned.rows.setdefault(name, []).append(row)
    assert planned.rows.keys() == files.keys()
    for name, found in planned.rows.items():
        for row in found:
            if find_kind(name) == "turns":
                assert row["state"] == "turns-alone", row
            else:
                assert (row["state"], row["format"]) == ("ready", find_reader(name)), row
    totals = planned.totals
    turns = [name for name in files if find_kind(name) == "turns"]
    assert (totals["ready"], totals["turns_alone"]) == (totals["to_go"], len(turns))
    return planned


def find_folder(files: dict[str, Path]) -> Path:
    return next(iter(files.values())).parent.parent


def test_a_folder_of_all_formats_is_planned(run: Run, files: dict[str, Path]) -> None:
    plan(run, files)


@pytest.mark.slow
def test_every_format_goes_to_omi_and_back(
    run: Run, files: dict[str, Path], lease_sandbox: Lease, jumping_clock: JumpingClock
) -> None:
    url = lease_sandbox(clock=jumping_clock.monotonic)
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": url}
    folder = find_folder(files)
    planned = plan(run, files, **environ)
    totals = planned.totals

    words = ("migrate", folder, "--yes", "--gap", "0", "--titles", "--timezone", "UTC")
    sent = run(*words, "--json", **environ)
    ended = read_lines(sent)[-1]
    assert sent.code == 1  # speaker turns cannot be sent
    assert (ended["sent"], ended["titled"]) == (totals["to_go"], totals["titles"]), sent.err
    assert ended["set_aside"] == totals["turns_alone"]

    verified = run("verify", folder, "--json", **environ)
    verdicts = Counter(row["verdict"] for row in read_lines(verified))
    assert verdicts.pop("unusable") == totals["turns_alone"]
    assert set(verdicts) == {"same"}, verified.err
    report = json.loads(run("report", folder, "--json", **environ).out)
    done = [file for file in report["files"] if file["state"] == "done"]
    assert len(done) == totals["ready"]
    check_sandbox(url, planned)

    undone = run("undo", "--all", "--yes", **environ)
    assert undone.code == 0, undone.err
    assert {c["status"] for c in read_conversations(url)} == {"deleted"}


def read_conversations(url: str) -> list[dict[str, Any]]:
    state: dict[str, Any] = json.loads(LOCAL_HTTP.get(f"{url}/_sandbox/state").content)
    found: list[dict[str, Any]] = state["conversations"]
    return found


def check_sandbox(url: str, planned: Planned) -> None:
    """The conversations in Omi have the titles, the beginnings and the owner of the files."""
    ready = [row for found in planned.rows.values() for row in found if row["state"] == "ready"]
    arrived = read_conversations(url)
    titles = {conversation["title"] for conversation in arrived}
    assert {row["title"] for row in ready if row["title"]} <= titles
    began = {conversation["started_at"][:10] for conversation in arrived}
    assert {row["started_at"][:10] for row in ready} == began
    assert any(s["is_user"] for conversation in arrived for s in conversation["segments"])
