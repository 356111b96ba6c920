"""Commands that are missing or misspelled. Runs with every version of click since 8.1."""

from __future__ import annotations

from typing import get_args

import click
import pytest

from tests.support.command import Run
from transcript_bridge.cli import cli
from transcript_bridge.cli.flags import LongCommand, find_group
from transcript_bridge.cli.groups import LazyGroup
from transcript_bridge.options import Group


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


def test_the_list_of_commands_says_of_each_what_its_own_help_says() -> None:
    assert isinstance(cli, LazyGroup)
    context = click.Context(cli)
    for name, summary in cli.summaries.items():
        command = cli.get_command(context, name)
        assert command is not None
        assert (name, (command.help or "").partition("\n\n")[0]) == (name, summary)


@pytest.mark.parametrize("words", [[], ["auth"], ["ledger"], ["queue"]])
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


def list_commands(group: click.Group) -> list[click.Command]:
    context = click.Context(group)
    found: list[click.Command] = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            found += list_commands(command)
        else:
            found.append(command)
    return found


def test_the_help_of_commands_with_many_options_has_sections(run: Run) -> None:
    for command in list_commands(cli):
        flags = [one.name or "" for one in command.params if isinstance(one, click.Option)]
        assert isinstance(command, LongCommand) == (len(flags) > 20), command.name
        if isinstance(command, LongCommand):
            assert [name for name in flags if find_group(name) is None] == []
    sections = run("migrate", "--help").out.split("\n\n")[3:]
    titles = [section.partition(":\n")[0].strip() for section in sections]
    assert titles == list(get_args(Group))
    assert " --me LABEL " in sections[titles.index("Speakers")]
    assert " --metrics " in sections[titles.index("Output")]
