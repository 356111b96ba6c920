"""Write the part of deploy.txt that some extras need, with hashes: for a small image.

    python requirements/choose.py postgres,serve,s3 > chosen.txt
    pip install --require-hashes -r chosen.txt

pip refuses a list that lacks something, so that a wrong choice cannot go unnoticed. Needs nothing
but Python.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
_NAME = re.compile(r"[\w.-]+")
_PIN = re.compile(r"^(?:[a-z0-9-]+==.*\n(?:    .*\n)+)", re.MULTILINE)
_THIS_PROJECT = "transcript-bridge"


def name_of(requirement: str) -> str:
    """The name of a requirement, as package indexes spell it."""
    found = _NAME.match(requirement)
    if found is None:
        raise ValueError(f"{requirement!r} is not a requirement")
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def read_pins() -> dict[str, str]:
    """Each package of deploy.txt, and its lines: the version, the hashes, who needs it."""
    text = (ROOT / "requirements" / "deploy.txt").read_text(encoding="utf-8")
    return {name_of(pin): pin for pin in _PIN.findall(text)}


def find_users(pin: str) -> set[str]:
    """Who needs a package: the names in the comments below its hashes."""
    comments = " ".join(re.findall(r"^    # *(.*)$", pin, re.MULTILINE))
    names = re.findall(r"[\w.-]+", comments.replace("(pyproject.toml)", ""))
    return {name_of(name) for name in names} - {"via", _THIS_PROJECT}


def choose(extras: Sequence[str]) -> list[str]:
    """The lines of what the program and these extras need. Raises KeyError for an unknown extra."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = list(project["dependencies"])
    for extra in extras:
        wanted += project["optional-dependencies"][extra]
    pins = read_pins()
    chosen = {name_of(requirement) for requirement in wanted}
    before = 0
    while len(chosen) > before:
        before = len(chosen)
        for name, pin in pins.items():
            if find_users(pin) & chosen:
                chosen.add(name)
    return [pin for name, pin in pins.items() if name in chosen]


def main() -> None:
    """The extras are the only argument, separated by commas; empty for none."""
    names = sys.argv[1] if len(sys.argv) > 1 else ""
    try:
        pins = choose([name for name in names.split(",") if name])
    except KeyError as error:
        sys.exit(f"there is no extra {error}")
    sys.stdout.write("".join(pins))


if __name__ == "__main__":
    main()
