"""For deployments, every dependency has an exact version, hashes, and its license."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from collections.abc import Iterable
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement

from tests.support.installing import NewEnvironment

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "requirements" / "deploy.txt"
PIN = re.compile(
    r"^([a-z0-9-]+)==[^\n]*\\\n((?:    --hash=sha256:[0-9a-f]{64}[^\n]*\n)+)((?:    #[^\n]*\n)+)",
    re.MULTILINE,
)
ROW = re.compile(r"^\| ([a-z0-9-]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
THIS_PROJECT = "transcript-bridge"
SPDX = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "MIT License": "MIT",
    "GPLv3": "GPL-3.0",
}
"""Licenses that older packages state, as SPDX expressions."""
LONGEST_NAME = 40
"""Characters. Some packages have the whole text of their license where its name belongs."""


class Pin(NamedTuple):
    """A package of requirements/deploy.txt. needed_by: packages, and this project."""

    name: str
    needed_by: frozenset[str]


class Row(NamedTuple):
    """A row of the table of licenses."""

    license: str
    needed_by: frozenset[str]


def read_pins() -> dict[str, Pin]:
    """Packages with a version and hashes."""
    text = DEPLOY.read_text(encoding="utf-8")
    pins = {}
    for name, _hashes, comment in PIN.findall(text):
        words = re.findall(r"[a-z0-9-]{2,}", comment.replace("(pyproject.toml)", ""))
        pins[name] = Pin(name, frozenset(words) - {"via"})
    assert pins.keys() == read_versions().keys()
    return pins


def read_versions() -> dict[str, str]:
    """The versions of requirements/deploy.txt."""
    text = DEPLOY.read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", text, re.MULTILINE))


def read_rows() -> dict[str, Row]:
    """The table of docs/licenses.md."""
    page = (ROOT / "docs" / "licenses.md").read_text(encoding="utf-8")
    rows = {}
    for name, license, needed_by in ROW.findall(page):
        rows[name] = Row(license, frozenset(part.strip() for part in needed_by.split(",")))
    del rows["package"]
    return rows


def name_of(package: str) -> str:
    """The name of a requirement or a distribution, as package indexes spell it."""
    found = re.match(r"[\w.-]+", package)
    assert found
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def read_license(distribution: Distribution) -> str:
    """The license that a package states of itself, as an SPDX expression."""
    stated = distribution.metadata.json
    if "license_expression" in stated:
        return str(stated["license_expression"])
    name = str(stated.get("license", ""))
    if not name or "\n" in name or len(name) > LONGEST_NAME:
        classifiers = [c for c in stated.get("classifier", []) if c.startswith("License ::")]
        name = classifiers[0].rpartition(" :: ")[2]
    return SPDX.get(name, name)


def find_wrong_licenses(installed: Iterable[Distribution]) -> dict[str, tuple[str, str]]:
    """Packages whose license is another than the table says: the table's, and their own.

    The table is about the versions of requirements/deploy.txt: older ones word it otherwise.
    """
    rows = read_rows()
    versions = read_versions()
    wrong = {}
    for distribution in installed:
        name = name_of(distribution.metadata["Name"])
        is_pinned = versions.get(name) == distribution.version
        if name in rows and is_pinned and read_license(distribution) != rows[name].license:
            wrong[name] = (rows[name].license, read_license(distribution))
    return wrong


def run(*words: str | Path, cwd: Path = ROOT) -> str:
    environ = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [str(word) for word in words],
        capture_output=True,
        text=True,
        check=False,
        cwd=cwd,
        env=environ,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_dependency_has_a_version_and_a_hash() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"]]
    for extra in project["optional-dependencies"].values():
        wanted += extra
    assert {name_of(requirement) for requirement in wanted} <= read_pins().keys()


@pytest.mark.parametrize("minor", [11, 12, 13, 14, 15])
def test_each_python_has_one_lowest_version_of_the_postgresql_driver(minor: int) -> None:
    """Older ones have no `binary` for it: installing would need a compiler and libpq."""
    lowest = {11: "3.1.4", 12: "3.1.12", 13: "3.2.2"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    fitting = []
    for line in project["optional-dependencies"]["postgres"]:
        requirement = Requirement(line)
        assert requirement.marker is not None
        if requirement.marker.evaluate({"python_version": f"3.{minor}"}):
            fitting.append(str(requirement.specifier))
    assert fitting == [f">={lowest.get(minor, '3.2.10')}"]


def test_the_table_of_licenses_has_every_package_and_who_needs_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    own = {name_of(requirement): {"the program"} for requirement in project["dependencies"]}
    for extra, requirements in project["optional-dependencies"].items():
        for requirement in requirements:
            own.setdefault(name_of(requirement), set()).add(f"extra `{extra}`")
    expected = {}
    for pin in read_pins().values():
        needed_by = set(pin.needed_by)
        if THIS_PROJECT in needed_by:
            needed_by.remove(THIS_PROJECT)
            needed_by |= own.get(pin.name, {"an extra"})
        expected[pin.name] = frozenset(needed_by)
    assert {name: row.needed_by for name, row in read_rows().items()} == expected


def test_the_table_says_of_each_package_what_the_package_says() -> None:
    installed = list(distributions())
    names = {name_of(each.metadata["Name"]) for each in installed}
    assert {"click", "httpx", "pydantic", "pysrt", "rich", "sqlalchemy", "webvtt-py"} <= names
    assert find_wrong_licenses(installed) == {}


@pytest.mark.installs
def test_a_deployment_with_hashes_is_complete_and_works(tmp_path: Path) -> None:
    """The commands of docs/deploying.md, in a new environment."""
    environment = NewEnvironment(tmp_path / "fresh")
    environment.install("--require-hashes", "-r", DEPLOY)
    environment.install("--no-deps", ROOT)
    environment.check()
    scripts = environment.scripts
    shown = run(scripts / "transcript-bridge", "demo", cwd=tmp_path)
    assert shown
    script = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = run(scripts / "python", "-c", script).strip()
    installed = list(distributions(path=[packages]))
    assert {"psycopg", "keyring", "fastapi"} <= {each.metadata["Name"] for each in installed}
    assert find_wrong_licenses(installed) == {}
