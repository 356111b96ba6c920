"""Every command in a process of its own: it starts, warns of nothing (`-W error`), ends with the
right exit code, and leaves no traceback. What commands do is tested in the process of the tests.

A new interpreter takes most of a second. The quick run starts one for each exit code, and forks for
each command; the long tests start one for each command, too.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.command import PATIENCE_SECONDS, Ran, Run, Start, make_environ
from tests.support.command import run_process as run_new_interpreter
from tests.support.sandboxes import Gate
from tests.support.waiting import wait_until
from transcript_bridge.cli import cli

KEY = "omi_dev_process"
DEMO = Path(__file__).parent.parent.parent / "transcript_bridge" / "demo"
KITCHEN = str(DEMO / "kitchen.srt")
COMMANDS: dict[str, list[str]] = {
    "convert": ["convert", KITCHEN],
    "inspect": ["inspect", KITCHEN],
    "upload": ["upload", KITCHEN],
    "plan": ["plan", str(DEMO)],
    "speakers": ["speakers", str(DEMO)],
    "migrate": ["migrate", str(DEMO), "--yes", "--gap", "0"],
    "status": ["status"],
    "retry": ["retry"],
    "resolve": ["resolve"],
    "verify": ["verify"],
    "report": ["report"],
    "undo": ["undo", "--all", "--yes"],
    "ledger": ["ledger", "path"],
    "auth": ["auth", "status"],
    "formats": ["formats"],
    "demo": ["demo"],
    "sandbox": ["sandbox", "--help"],
    "review": ["review", "--help"],
    "queue": ["queue", "--help"],
    "serve": ["serve", "--help"],
}
EXIT_CODES: dict[int, tuple[list[str], dict[str, str]]] = {
    1: (["convert", "no-such-file.srt"], {}),
    2: (["convert", KITCHEN, "--no-such-flag"], {}),
    3: (["upload", KITCHEN], {"OMI_API_KEY": "omi_dev_readonly_x"}),
    4: (["migrate", str(DEMO), "--yes", "--gap", "0", "--limit", "1"], {}),
}


@pytest.fixture
def account(sandbox: str) -> dict[str, str]:
    keyring = "keyring.backends.fail.Keyring"
    return {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox, "PYTHON_KEYRING_BACKEND": keyring}


def test_every_command_is_here() -> None:
    assert set(COMMANDS) == set(cli.list_commands(cli.make_context("transcript-bridge", ["demo"])))


@pytest.fixture
def run_interpreter(home: Path, work: Path) -> Run:
    """Runs the command in a new interpreter."""

    def run(*words: str | Path, stdin: bytes = b"", **environ: str) -> Ran:
        return run_new_interpreter(words, stdin, make_environ(home, environ), work)

    return run


def check_success(ran: Ran) -> None:
    assert ran.code == 0, ran.err
    assert "Traceback" not in ran.err
    assert ran.out + ran.err


@pytest.mark.parametrize("name", COMMANDS)
def test_it_starts_and_succeeds(run_process: Run, account: dict[str, str], name: str) -> None:
    check_success(run_process(*COMMANDS[name], **account))


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_it_starts_and_succeeds_in_a_new_interpreter(
    run_interpreter: Run, account: dict[str, str], name: str
) -> None:
    check_success(run_interpreter(*COMMANDS[name], **account))


@pytest.mark.parametrize("code", EXIT_CODES)
def test_it_ends_with_the_exit_code(
    run_interpreter: Run, account: dict[str, str], code: int
) -> None:
    words, changes = EXIT_CODES[code]
    ran = run_interpreter(*words, **{**account, **changes})
    assert ran.code == code, ran.err
    assert ran.err
    assert "Traceback" not in ran.err


def test_a_second_ctrl_c_stops_at_once(start: Start, lease_sandbox: Callable[..., str]) -> None:
    gate = Gate()
    url = lease_sandbox(processing_seconds=30, gate=gate)
    process = start("upload", KITCHEN, OMI_API_KEY=KEY, OMI_API_BASE=url)
    assert process.stderr is not None
    wait_until(lambda: gate.waiting, "the request under way")
    process.terminate()
    said = ""
    while "stopping" not in said:
        line = process.stderr.readline()
        assert line, f"{process.wait(PATIENCE_SECONDS)}: {said}"
        said += line
    process.terminate()
    assert process.wait(PATIENCE_SECONDS) == 4


def test_a_closed_pipe_is_no_error() -> None:
    convert = f"{sys.executable} -m transcript_bridge convert {KITCHEN} {DEMO}/planning.vtt"
    done = subprocess.run(
        ["sh", "-c", f"{convert} | head -c 1"], capture_output=True, text=True, check=True
    )
    assert "Traceback" not in done.stderr
