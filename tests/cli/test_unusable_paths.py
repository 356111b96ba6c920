"""Names that no file can have, and folders that the user may not open."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import transcript_bridge as tb
from tests.cli.test_foreign_folders import OtherUser, other_user
from tests.support.command import Run
from transcript_bridge.archive.scan import scan

__all__ = ["other_user"]

DEMO = Path(__file__).parent.parent.parent / "transcript_bridge" / "demo"
NUL = "a\0b.srt"
KEY = {"OMI_API_KEY": "omi_dev_Unusable"}


@pytest.mark.parametrize(
    "words",
    [
        ("plan", NUL),
        ("migrate", NUL, "-y"),
        ("upload", NUL),
        ("convert", NUL),
        ("inspect", DEMO / "kitchen.srt", "--speakers", NUL),
        ("undo", f"{NUL}/*.srt", "--dry-run"),
        ("status", "--ledger", NUL),
    ],
    ids=lambda words: words[0],
)
def test_a_name_with_nul_is_one_line_and_exit_code_2(
    run: Run, words: tuple[str | Path, ...]
) -> None:
    ran = run(*words, **KEY)
    assert ran.code == 2
    (line,) = ran.err.splitlines()
    assert "NUL" in line


@pytest.mark.parametrize("given", ["'{}'", "“{}”", '"{}', "{} "])
def test_quotes_and_backslashes_of_a_terminal_are_named(
    run: Run, tmp_path: Path, given: str
) -> None:
    folder = tmp_path / "My exports"
    folder.mkdir()
    dragged = str(folder).replace(" ", "\\ ")
    for name in (given.format(folder), given.format(dragged)):
        ran = run("review", name, "--no-browser", **KEY)
        assert ran.code == 1
        assert f"did you mean {folder}?" in ran.err


@pytest.mark.parametrize("name", ["speakers", "ledger", "diarization"])
def test_a_name_with_nul_in_settings_is_one_line_and_exit_code_2(
    run: Run, tmp_path: Path, name: str
) -> None:
    settings = tmp_path / "settings.toml"
    settings.write_text(f'{name} = "a\\u0000b"\n', encoding="utf-8")
    ran = run("migrate", DEMO / "kitchen.srt", "--settings", settings, "-y", **KEY)
    assert ran.code == 2
    assert "Traceback" not in ran.err
    assert ran.err.splitlines()[-1].startswith("error: ")


@pytest.mark.parametrize(
    "read",
    [tb.load, tb.read, tb.read_turns, lambda path: scan([path])],
    ids=["load", "read", "read_turns", "scan"],
)
def test_a_name_with_nul_is_no_file_in_python(read: Callable[[str], object]) -> None:
    for path in (NUL, "a\0/*.srt", "export.json!\0"):
        with pytest.raises(tb.InputError, match="there is no such file"):
            read(path)
    assert tb.list_parts(NUL) == []


@pytest.mark.parametrize("words", [("undo", "--dry-run"), ("verify",)], ids=["undo", "verify"])
def test_a_folder_that_cannot_be_opened_is_reported(
    run: Run,
    sandbox: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
) -> None:
    """In such a folder, moved files are not found, and new files are not known."""
    archive = tmp_path / "archive"
    (archive / "locked").mkdir(parents=True)
    shutil.copy(DEMO / "kitchen.srt", archive)
    list_folder = os.scandir

    def refuse(path: str) -> Iterator[os.DirEntry[str]]:
        if Path(path).name == "locked":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return list_folder(path)

    monkeypatch.setattr(os, "scandir", refuse)
    environ = {**KEY, "OMI_API_BASE": sandbox}
    assert run("upload", archive / "kitchen.srt", **environ).code == 0
    ran = run(words[0], archive, *words[1:], **environ)
    assert ran.code == 0
    assert "locked: this folder cannot be opened (Permission denied); skipped" in ran.err


@pytest.mark.slow
def test_folders_that_cannot_be_opened_are_reported_and_what_was_sent_is_known(
    other_user: OtherUser, sandbox: str
) -> None:
    archive = other_user.lock("archive", mode=0o755)
    locked = archive / "locked"
    locked.mkdir()
    sent = shutil.copy(other_user.transcript, locked / "sent.srt")
    environ = {**KEY, "OMI_API_BASE": sandbox}
    assert other_user.run("upload", sent, **environ).code == 0
    locked.chmod(0)
    shown = other_user.run("undo", archive, "--dry-run", **environ)
    assert shown.code == 0, shown.err
    assert "sent.srt: 1 conversation" in shown.out
    assert "locked: this folder cannot be opened (Permission denied); skipped" in shown.err
    seen = other_user.run("verify", archive, **environ)
    assert seen.code == 0, seen.err
    assert "locked: this folder cannot be opened (Permission denied); skipped" in seen.err
    assert other_user.run("undo", sent, "--dry-run", **environ).code == 0
    unknown = other_user.run("undo", locked / "other.srt", "--dry-run", **environ)
    assert unknown.code == 1
    assert "other.srt: this cannot be opened (Permission denied)" in unknown.err
    locked.chmod(0o755)
