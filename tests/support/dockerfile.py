"""Reads a Dockerfile, and runs its build steps in folders of this machine, without containers."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tests.support.command import PATIENCE_SECONDS

_ROOTS = ("/opt", "/src", "/data", "/runs")
"""Folders of the image that become folders of the scratch root."""
_COMPILES = " -m compileall "
"""Left out: it takes longer than all else, and the program runs without it, too."""


class Step(NamedTuple):
    """An instruction: its name, such as `RUN`, and its arguments as one line."""

    name: str
    words: str


@dataclass
class Stage:
    """From one FROM to the next. base: the image, with its arguments filled in."""

    base: str
    name: str
    steps: list[Step] = field(default_factory=list)

    def get(self, name: str) -> list[str]:
        """Return the arguments of each instruction with this name."""
        return [step.words for step in self.steps if step.name == name]


def read_stages(path: Path) -> list[Stage]:
    """The stages of a Dockerfile. Continued lines are joined, comments left out."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    text = re.sub(r"\\\n\s*", "", "\n".join(lines))
    arguments: dict[str, str] = {}
    stages: list[Stage] = []
    for line in filter(None, text.splitlines()):
        name, _, words = line.strip().partition(" ")
        if name == "FROM":
            image, _, alias = words.partition(" AS ")
            base = fill_in(image, arguments)
            bases = {stage.name: stage.base for stage in stages}
            stages.append(Stage(bases.get(base, base), alias))
        elif stages:
            stages[-1].steps.append(Step(name, words))
        else:
            assert name == "ARG", line
            key, _, value = words.partition("=")
            arguments[key] = value
    return stages


def fill_in(text: str, values: dict[str, str]) -> str:
    """The text with `${NAME}` replaced."""
    return re.sub(r"\$\{(\w+)\}", lambda found: values[found[1]], text)


def list_copied(stage: Stage) -> list[str]:
    """List the files of the repository that COPY takes."""
    copied = []
    for words in stage.get("COPY"):
        if not words.startswith("--from="):
            copied += words.split()[:-1]
    return copied


def build(stages: list[Stage], context: Path, root: Path) -> None:
    """Do what a container engine would do, below `root`. All stages share its folders."""
    for stage in stages:
        folder = root
        environ = {**os.environ, "HOME": str(root)}
        environ.pop("PYTHONPATH", None)
        for name, words in stage.steps:
            if name == "WORKDIR":
                folder = root / words.lstrip("/")
                folder.mkdir(parents=True, exist_ok=True)
            elif name == "ARG":
                key, _, value = words.partition("=")
                environ[key] = value
            elif name == "COPY" and not words.startswith("--from="):
                _copy(words.split(), context, folder)
            elif name == "RUN" and _COMPILES not in words:
                _run(words, root, folder, environ)


def read_exec_form(words: str) -> list[str]:
    """Read the words of `["python", "-c", …]`."""
    found: list[str] = json.loads(words[words.index("[") :])
    return found


def _copy(words: list[str], context: Path, folder: Path) -> None:
    *sources, target = words
    for source in sources:
        place = folder / target
        if (context / source).is_dir():
            ignored = shutil.ignore_patterns("__pycache__")
            shutil.copytree(context / source, place, dirs_exist_ok=True, ignore=ignored)
        else:
            shutil.copy(context / source, place)


def _run(words: str, root: Path, folder: Path, environ: dict[str, str]) -> None:
    script = words
    for name in _ROOTS:
        script = re.sub(rf"(?<![\w.]){name}(?=[/\s]|$)", f"{root}{name}", script)
    script = re.sub(r"(?<![\w/.-])python(?= )", sys.executable, script)
    if os.geteuid() != 0:
        script = re.sub(r" -[og] 10001", "", script)
    done = subprocess.run(
        ["sh", "-c", script],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, f"{script}\n{done.stdout}{done.stderr}"
