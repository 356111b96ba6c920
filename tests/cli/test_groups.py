"""Commands that are missing or misspelled. Runs with every version of click from 8.1 on."""

from __future__ import annotations

import pytest

from tests.support.command import Run


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["migarte"], "No such command 'migarte'. Did you mean 'migrate'?"),
        (["auth", "logni"], "transcript-bridge auth: No such command 'logni'. Did you mean"),
        (["xyzzy"], "No such command 'xyzzy'. (see transcript-bridge --help)"),
        (["plan", ".", "--no-cash"], "--no-cache"),
        (["status", "--jsn"], "--json"),
        (["formats", "surplus"], "unexpected extra argument"),
        (["sandbox", "--port", "many"], "--port"),
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
    assert f"error: {command}: Option '{words[-1]}' requires an argument" in ran.err
