"""Folders of another user: the user's settings, data and cache, after a `sudo` for instance."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.command import PATIENCE_SECONDS, Ran, make_environ, run_in_process
from tests.support.processes import fork, join

DEMO = Path(__file__).parent.parent.parent / "transcript_bridge" / "demo"
NOBODY = 65534

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="permissions of Unix")


class OtherUser:
    """A user with a home folder that contains a folder of another user."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "user"
        self.home.mkdir()
        self.transcript = self.home / "kitchen.srt"
        shutil.copy(DEMO / "kitchen.srt", self.transcript)
        for above in folder.parents:
            if above.stat().st_uid == os.getuid() and above != Path("/"):
                above.chmod(above.stat().st_mode | 0o011)
        folder.chmod(0o755)
        self._warm_up = folder / "warm-up"
        self._warm_up.mkdir()
        if os.geteuid() == 0:
            for path in (self.home, self.transcript):
                os.chown(path, NOBODY, NOBODY)

    def lock(self, name: str, *, mode: int = 0) -> Path:
        """Make a folder that this user has no rights in."""
        folder = self.home / name
        folder.mkdir(parents=True)
        folder.chmod(mode)
        return folder

    def run(self, *words: str | Path, **environ: str) -> Ran:
        """The command in a process that has only the rights of this user."""
        # The interpreter's own files may be out of reach for that user: load them before.
        run_in_process(words, b"", make_environ(self._warm_up, environ), self._warm_up)
        result = self.home.parent / "result.json"
        result.touch()
        result.chmod(0o666)

        def work() -> int:
            if os.geteuid() == 0:  # nothing is forbidden for root
                os.setgroups([])
                os.setresgid(NOBODY, NOBODY, NOBODY)
                os.setresuid(NOBODY, NOBODY, NOBODY)
            ran = run_in_process(words, b"", make_environ(self.home, environ), self.home)
            result.write_text(json.dumps([ran.code, ran.out, ran.err]))
            return 0

        assert join(fork(work), PATIENCE_SECONDS) == 0
        return Ran(*json.loads(result.read_text()))


@pytest.fixture
def other_user() -> Iterator[OtherUser]:
    # Not in `tmp_path`: pytest closes the folder above it whenever another run of it begins.
    with tempfile.TemporaryDirectory() as folder:
        yield OtherUser(Path(folder))


_SETTINGS = (".config", ".config/transcript-bridge")


@pytest.mark.parametrize(
    ("command", "name"),
    [
        *[("convert", name) for name in _SETTINGS],
        *[("upload", name) for name in (*_SETTINGS, ".omi")],
        *[("plan", name) for name in (*_SETTINGS, ".omi")],
    ],
)
def test_settings_of_another_user_are_one_line_and_exit_code_2(
    other_user: OtherUser, command: str, name: str
) -> None:
    folder = other_user.lock(name)
    ran = other_user.run(command, other_user.transcript)
    assert ran.code == 2, ran.err
    (line,) = ran.err.splitlines()
    assert str(folder) in line
    assert "Permission denied" in line


@pytest.mark.parametrize("command", ["convert", "inspect"])
def test_commands_that_send_nothing_do_not_look_for_a_key(
    other_user: OtherUser, command: str
) -> None:
    other_user.lock(".omi")
    ran = other_user.run(command, other_user.transcript, OMI_PROFILE="not-there")
    assert ran.code == 0, ran.err


def test_stored_keys_of_another_user_are_one_line_and_exit_code_2(other_user: OtherUser) -> None:
    folder = other_user.lock(".config/transcript-bridge", mode=0o755)
    (folder / "credentials.json").write_text("{}")
    (folder / "credentials.json").chmod(0)
    ran = other_user.run("auth", "list", PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring")
    assert ran.code == 2
    (line,) = ran.err.splitlines()
    assert "credentials.json: the stored keys cannot be read (Permission denied)" in line


@pytest.mark.parametrize("name", [".local/share", ".local/share/transcript-bridge"])
def test_a_ledger_folder_of_another_user_is_one_line_and_exit_code_2(
    other_user: OtherUser, name: str
) -> None:
    other_user.lock(name)
    ran = other_user.run("status")
    assert ran.code == 2, ran.err
    (line,) = ran.err.splitlines()
    assert "cannot be created (Permission denied); choose another place with --ledger" in line


@pytest.mark.parametrize("name", [".cache", ".cache/transcript-bridge"])
@pytest.mark.parametrize("mode", [0, 0o555])
def test_a_cache_of_another_user_is_a_warning_and_the_work_goes_on(
    other_user: OtherUser, name: str, mode: int
) -> None:
    other_user.lock(name, mode=mode)
    ran = other_user.run("plan", other_user.transcript)
    assert ran.code == 0, ran.err
    (line, next_step) = ran.err.splitlines()
    assert next_step.startswith("next: ")
    assert line.startswith("warning: ")
    assert "block the cache" in line
    assert "kitchen.srt" in ran.out


def test_a_cache_file_of_another_user_is_a_warning(other_user: OtherUser) -> None:
    folder = other_user.lock(".cache/transcript-bridge", mode=0o755)
    (folder / "plans.db").write_text("")
    (folder / "plans.db").chmod(0o600)
    ran = other_user.run("plan", other_user.transcript)
    assert (ran.code, ran.err.count("warning: ")) == (0, 1), ran.err


def test_an_output_is_written_where_the_record_of_outputs_cannot_be(other_user: OtherUser) -> None:
    other_user.lock(".local/share")
    ran = other_user.run("convert", other_user.transcript, "--to", "vtt", "-o", "out.vtt")
    assert ran.code == 0, ran.err
    assert (other_user.home / "out.vtt").exists()
