"""A folder that cannot be written to: the page asks where choices are kept before the first."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command import Run
from tests.support.review import Review, open_review
from transcript_bridge.workspace import settings_files

CUES = "1\n00:00:01,000 --> 00:00:09,000\nSPEAKER_00: So tell me how it began in the harbour.\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Only its own files can be read; whoever runs the tests may be root."""
    exports = tmp_path / "exports"
    exports.mkdir()
    (exports / "2024-05-02 call.srt").write_text(CUES)
    ask = os.access

    def answer(path: str | Path, mode: int) -> bool:
        return Path(path) != exports and ask(path, mode)

    monkeypatch.setattr(settings_files.os, "access", answer)
    return exports


@pytest.fixture
def page(folder: Path, tmp_path: Path) -> Iterator[Review]:
    with open_review(folder, tmp_path / "user") as review:
        yield review


def test_the_page_asks_first_and_writes_nothing_until_then(page: Review, folder: Path) -> None:
    for place in ("archive", "recording?number=0", "people", "send", "progress", "report"):
        assert "This folder cannot be written to" in page.get(place).text, place
    refused = page.post("recording-name", number=0, voice=0, name="Alice Doe")
    assert refused.status == 400
    assert "say first" in refused.data["error"]
    assert [path.suffix for path in folder.iterdir()] == [".srt"]


def test_choices_are_kept_where_the_user_agreed_and_the_command_line_reads_them(
    page: Review, folder: Path, run: Run
) -> None:
    agreed = page.post("keep-elsewhere")
    assert agreed.status == 200
    assert "Choices are kept in" in agreed.data["said"]
    named = page.post("recording-name", number=0, voice=0, name="Alice Doe")
    assert named.status == 200, named.text
    text = page.get("archive").text
    assert "This folder cannot be written to" not in text
    assert "Alice Doe" in text
    (settings,) = Path(folder.parent, "user").rglob("transcript-bridge.toml")
    assert str(settings.parent) in text
    written = tomllib.loads((settings.parent / "speakers.toml").read_text())
    assert written["files"][0]["path"] == str(folder / "2024-05-02 call.srt")
    seen = run("inspect", folder / "2024-05-02 call.srt", "--settings", settings)
    assert "Alice Doe" in seen.out
    assert [path.suffix for path in folder.iterdir()] == [".srt"]


def test_where_the_folder_can_be_written_nothing_is_asked(tmp_path: Path) -> None:
    (tmp_path / "2024-05-02 call.srt").write_text(CUES)
    with open_review(tmp_path, tmp_path / "home") as page:
        assert "cannot be written to" not in page.get("archive").text
        assert page.post("keep-elsewhere").status == 400
