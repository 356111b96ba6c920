"""On a terminal, lines are broken between words; a pipe gets them whole."""

from __future__ import annotations

import io

import pytest

from transcript_bridge.cli import output
from transcript_bridge.cli.output import Styled, print_line, say, shorten_path
from transcript_bridge.cli.progress import MigrationBar

LONG = "put the dates into the file names, or into [[files]] in a settings file of the archive"


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both streams are a terminal of 40 columns."""
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr(output, "read_width", lambda _=None: 40)


@pytest.mark.usefixtures("terminal")
def test_a_row_is_broken_between_words_and_indented(capsys: pytest.CaptureFixture[str]) -> None:
    print_line(Styled("", rest=f"  dates      {LONG}", indent=13))
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 40
    assert all(line.startswith(" " * 13) for line in lines[1:])
    assert " ".join(" ".join(lines).split()) == f"dates {LONG}"


@pytest.mark.usefixtures("terminal")
def test_a_message_keeps_a_long_path_whole(capsys: pytest.CaptureFixture[str]) -> None:
    path = "/a/very/long/path/that/is/wider/than/the/whole/terminal.srt"
    say(f"{path}: this is not a transcript", mark="error")
    assert path in capsys.readouterr().err


@pytest.mark.parametrize("is_wide", [False, True])
def test_a_pipe_gets_the_line_whole(capsys: pytest.CaptureFixture[str], is_wide: bool) -> None:
    text = LONG * 3 if is_wide else LONG
    print_line(Styled("", rest=text, indent=2))
    assert capsys.readouterr().out == f"{text}\n"


def test_the_width_of_what_is_not_a_terminal_is_unknown() -> None:
    assert output.read_width(io.StringIO()) is None


@pytest.mark.usefixtures("terminal")
def test_lines_above_the_bar_are_broken_between_words(capsys: pytest.CaptureFixture[str]) -> None:
    bar = MigrationBar()
    bar.print(f"talk.srt: {LONG}")
    first, *others = capsys.readouterr().err.splitlines()
    assert max(map(len, [first, *others])) <= bar.width == 40
    assert all(line.startswith("  ") for line in others)
    assert " ".join(" ".join([first, *others]).split()) == f"talk.srt: {LONG}"


def test_a_path_is_shortened_in_the_middle() -> None:
    assert shorten_path("exports/2024/zoom/kitchen.srt", 17) == "…zoom/kitchen.srt"
    assert shorten_path("kitchen.srt", 17) == "kitchen.srt"
