"""Commands that are missing or misspelled. Runs with every version of click since 8.1."""

from __future__ import annotations

import pytest

from tests.support.command import Run


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["migarte"], "there is no command 'migarte'; did you mean 'migrate'? (see"),
        (["auth", "logni"], "transcript-bridge auth: there is no command 'logni'; did you mean"),
        (["xyzzy"], "there is no command 'xyzzy' (see transcript-bridge --help)"),
        (["plan", ".", "--no-cash"], "--no-cache"),
        (["status", "--jsn"], "--json"),
        (["formats", "surplus"], "unexpected extra argument (surplus) (see"),
        (["queue", "add", "exports"], "transcript-bridge queue add: --profile is missing (see"),
        (
            ["sandbox", "--port", "many"],
            "--port must be a number from 0 to 65535, not 'many'",
        ),
        (["sandbox", "--faults", "nan"], "error: --faults must be a number from 0 to 1, not 'nan'"),
        (["sandbox", "--generation", "x"], "--generation must be old, middle or new, not 'x'"),
        (["resolve", "x"], "error: NUMBER must be a number from 1 to 1000000, not 'x'"),
        (["plan", ".", "--rate", "fast"], "--rate must be a number of writes per hour, such as 12"),
    ],
)
def test_wrong_usage_is_one_line(run: Run, words: list[str], message: str) -> None:
    ran = run(*words)
    assert ran.code == 2
    assert message in ran.err
    assert len(ran.err.splitlines()) == 1
    assert ran.err.startswith("error: ")
    assert ran.out == ""


@pytest.mark.parametrize("words", [[], ["ledger"]])
def test_without_a_command_the_help_is_shown(run: Run, words: list[str]) -> None:
    ran = run(*words)
    assert ran.code == 2
    assert ran.err.startswith("Usage: transcript-bridge")
    assert "Commands:" in ran.err
    assert ran.out == ""


@pytest.mark.parametrize("words", [["--help"], ["-h"], ["auth", "--help"], ["--version"]])
def test_help_and_version_succeed(run: Run, words: list[str]) -> None:
    ran = run(*words)
    assert ran.code == 0
    assert "transcript-bridge" in ran.out
    assert ran.err == ""


@pytest.mark.parametrize("words", [("plan", "--ignore"), ("auth", "login", "--profile")])
def test_an_option_without_its_value_names_the_command(run: Run, words: tuple[str, ...]) -> None:
    ran = run(*words)
    command = " ".join(["transcript-bridge", *words[:-1]])
    assert f"error: {command}: {words[-1]} needs a value (see " in ran.err
