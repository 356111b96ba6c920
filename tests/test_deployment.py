"""What those who deploy rely on: every dependency has an exact version, a hash and a license."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent
PIN = re.compile(
    r"^([a-z0-9-]+)==[^\n]*\\\n((?:    --hash=sha256:[0-9a-f]{64}[^\n]*\n)+)", re.MULTILINE
)
ROW = re.compile(r"^\| ([a-z0-9-]+) \| ([^|]+) \| [^|]+ \|$", re.MULTILINE)


def read_pins() -> set[str]:
    """Packages with a version and hashes."""
    text = (ROOT / "requirements" / "deploy.txt").read_text(encoding="utf-8")
    names = set(re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE))
    assert {name for name, _ in PIN.findall(text)} == names
    return names


def test_every_dependency_has_a_version_and_a_hash() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"]]
    for extra in project["optional-dependencies"].values():
        wanted += extra
    names = {re.match(r"[\w-]+", requirement)[0].lower() for requirement in wanted}  # type: ignore[index]
    assert names <= read_pins()


def test_every_package_that_is_installed_has_its_license_in_the_docs() -> None:
    page = (ROOT / "docs" / "licenses.md").read_text(encoding="utf-8")
    licenses = dict(ROW.findall(page))
    assert licenses.keys() - {"package"} == read_pins()
    assert all("?" not in license for license in licenses.values())
