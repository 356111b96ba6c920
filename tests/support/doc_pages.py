"""Runs the blocks of a page of the documentation, one after the other, as a reader would.

    console   commands (`$ …`) and their output; `…` stands for text that changes from run to run
    sh        commands without output; each must succeed
    python    run in one namespace per page
    toml      written to the file that its first line names (`# speakers.toml`), if it names one

The blocks of one page share one home folder, one folder of files (FILES) and one sandbox. A block
after `<!-- not run: REASON -->` is not changed.

Everything runs in this process: starting Python takes longer than most commands.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock
from zipfile import ZipFile, ZipInfo

from tests.support.clock import JumpingClock
from tests.support.command import own_surroundings, run_in_process
from transcript_bridge.limits import DEFAULT_API_BASE
from transcript_bridge.transfer.clock import Clock

ROOT = Path(__file__).parent.parent.parent
DEMO = ROOT / "transcript_bridge" / "demo"
PLUGIN = ROOT / "tests" / "plugin"
BLOCK = re.compile(
    r"^(?:<!-- not run: (?P<reason>[^\n]*) -->\n)?```(?P<language>\w+)\n(?P<code>.*?)^```",
    re.DOTALL | re.MULTILINE,
)
LANGUAGES = frozenset({"console", "sh", "python", "toml"})
PLACEHOLDER_KEY = "omi_dev_…"
KEY = "omi_dev_docs"
FILES_TIME = 1_706_108_400
"""2024-01-24 15:00 UTC: when the files were last written to."""
_BROKEN_FILE = "broken.srt"
"""In the archive of pages that name it: it makes commands fail, which shell blocks must not."""
FILES = {
    "meeting.vtt": (
        "planning.vtt",
        {"Ines Moreau": "Alice Doe", "Tom Okafor": "Bob", "the ninth": "the tenth"},
    ),
    "talk.json": ("walk.json", {}),
    "talk.rttm": ("walk.rttm", {}),
}
"""Files that the pages name, each with the file of the demo that it is made from."""


def runnable_blocks(text: str) -> Iterator[re.Match[str]]:
    """The blocks of a page that run."""
    for block in BLOCK.finditer(text):
        if block["language"] in LANGUAGES and block["reason"] is None:
            yield block


def skipped_blocks(text: str) -> list[str]:
    """The reasons of the blocks of a page that do not run."""
    return [block["reason"] for block in BLOCK.finditer(text) if block["reason"] is not None]


def run_page(text: str, folder: Path, url: str) -> str:
    """Return the text of a page with the present output of its console blocks.

    An output that matches the one in the page is kept, with its `…`.
    folder: an empty one. url: of a sandbox. Raises AssertionError for a command that fails, and
    whatever a Python block raises.
    """
    page = _Page(folder, url)
    if _BROKEN_FILE not in text:
        (page.work / "exports" / _BROKEN_FILE).unlink()
    clock = JumpingClock().as_clock()
    defaults = tuple(getattr(clock, name) for name in Clock.__slots__)
    with mock.patch.object(Clock.__init__, "__defaults__", defaults):
        return BLOCK.sub(page.run_block, text)


@dataclass
class _Page:
    """The state that the blocks of one page share."""

    folder: Path
    url: str
    names: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        home = self.folder / "home"
        home.mkdir()
        self.work = self.folder / "work"
        _make_files(self.work)
        kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
        own = {"HOME": str(home), "APPDATA": str(home), "TZ": "UTC", "COLUMNS": "100"}
        server = {"OMI_API_KEY": KEY, "OMI_API_BASE": self.url, "NO_COLOR": "1"}
        self.environ = kept | own | server

    def run_block(self, block: re.Match[str]) -> str:
        """Run a block, and return its text with the present output."""
        language, code = block["language"], block["code"]
        if language not in LANGUAGES or block["reason"] is not None:
            return block[0]
        if language == "console":
            return f"```console\n{self.run_console(code)}```"
        if language == "sh":
            self.run_shell(code)
        elif language == "python":
            self.run_python(code)
        else:
            self.write_toml(code)
        return block[0]

    def run_console(self, code: str) -> str:
        lines = []
        for command, output in _commands_of(code):
            _code, actual = self.run_command(command)
            lines.append(f"$ {command}\n{_choose_output(output, actual)}")
        return "".join(lines)

    def run_shell(self, code: str) -> None:
        for line in code.splitlines():
            words = shlex.split(line, comments=True)
            if not words:
                continue
            if words[0] == "export":
                name, _, value = words[1].partition("=")
                self.environ[name] = value.replace(PLACEHOLDER_KEY, KEY)
                continue
            asks = words[1] == "migrate" and "--yes" not in words
            answer = " --yes" if asks else ""  # the reader answers yes
            exit_code, output = self.run_command(shlex.join(words) + answer)
            assert exit_code == 0, f"$ {line}\nexit code {exit_code}\n{output}"

    def run_python(self, code: str) -> None:
        by_name = f'api_key="{PLACEHOLDER_KEY}"'
        code = code.replace(by_name, f'api_key="{KEY}", api_base="{self.url}"')
        code = code.replace(f'"{PLACEHOLDER_KEY}"', f'"{KEY}", "{self.url}"')
        with (
            own_surroundings(self.environ, self.work),
            mock.patch.object(sys, "path", [str(self.work), *sys.path]),
            contextlib.redirect_stdout(io.StringIO()),
        ):
            exec(compile(code, "block", "exec"), self.names)

    def write_toml(self, code: str) -> None:
        named = re.match(r"# (\S+\.toml)\n", code)
        if named:
            (self.work / named[1]).write_text(code, encoding="utf-8")

    def run_command(self, line: str) -> tuple[int, str]:
        """Run a command line. Returns the exit code, and the output of both streams."""
        program, *words = shlex.split(line)
        assert program == "transcript-bridge", (
            f"mark the block as not run, or write another: {line}"
        )
        expanded: list[str] = []
        for word in words:
            if word.startswith("*."):
                expanded += sorted(path.name for path in self.work.glob(word))
            else:
                expanded.append(word)
        ran = run_in_process(tuple(expanded), b"", self.environ, self.work, one_stream=True)
        # The port differs in each run, and readers use Omi's own server.
        return ran.code, ran.out.replace(self.url, DEFAULT_API_BASE)


def _make_files(folder: Path) -> None:
    """Write the demo, FILES, a small archive, and the files of a format plug-in."""
    shutil.copytree(DEMO, folder)
    for name, (origin, replaced) in FILES.items():
        text = (DEMO / origin).read_text(encoding="utf-8")
        for old, new in replaced.items():
            text = text.replace(old, new)
        (folder / name).write_text(text, encoding="utf-8")
    _make_exports(folder / "exports")
    shutil.copy(PLUGIN / "transcript_bridge_tapelog.py", folder / "my_package.py")
    (folder / "fixtures").mkdir()
    shutil.copy(PLUGIN / "fixtures" / "kettle.tapelog", folder / "fixtures" / "kettle.tapelog")
    for path in folder.rglob("*"):
        os.utime(path, (FILES_TIME, FILES_TIME))


def _make_exports(folder: Path) -> None:
    """Write dated names, a ZIP file, a broken file, and a file that is not a transcript."""
    folder.mkdir()
    shutil.copy(DEMO / "kitchen.srt", folder / "2024-01-22 kitchen.srt")
    shutil.copy(DEMO / "interview.json", folder / "2024-01-23 09.30.00 interview.json")
    with ZipFile(folder / "walks.zip", "w") as container:
        for suffix in (".json", ".rttm"):
            data = (DEMO / f"walk{suffix}").read_bytes()
            container.writestr(ZipInfo(f"walks/old mill{suffix}", (2024, 1, 20, 11, 0, 0)), data)
    (folder / _BROKEN_FILE).write_text("1\nThis was cut off.\n", encoding="utf-8")
    (folder / "notes.docx").write_bytes(b"PK")


def _commands_of(block: str) -> Iterator[tuple[str, str]]:
    """(command, output) of each command in a console block."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, output = part.partition("\n")
        yield command, output


def _choose_output(written: str, actual: str) -> str:
    """Return the output of a command; lines that match a line with `…` in the page are not
    changed."""
    if _matches(written, actual):
        return written
    shortened = [line for line in written.splitlines(keepends=True) if "…" in line]
    lines = []
    for line in actual.splitlines(keepends=True):
        lines.append(next((short for short in shortened if _matches(short, line)), line))
    return "".join(lines)


def _matches(written: str, actual: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in written.split("…"))
    return re.fullmatch(pattern, actual) is not None
