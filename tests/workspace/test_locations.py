"""The places of the user's files; files of earlier versions are still found."""

from __future__ import annotations

from pathlib import Path

import pytest

from transcript_bridge.workspace.environment import Environment
from transcript_bridge.workspace.locations import (
    credentials_file,
    default_ledger,
    earlier_folders,
    has_ledger,
    plan_cache_file,
    settings_file,
)


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return Environment(
        variables={},
        home=tmp_path,
        config_folder=tmp_path / "config",
        find_data_folder=lambda: tmp_path / "data",
        find_cache_folder=lambda: tmp_path / "cache",
        earlier_folders=(tmp_path / "local", tmp_path / "roaming"),
    )


def write(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("")
    return path


def test_new_files_go_into_the_folders_of_today(environment: Environment, tmp_path: Path) -> None:
    assert settings_file(environment) == tmp_path / "config" / "config.toml"
    assert credentials_file(environment) == tmp_path / "config" / "credentials.json"
    assert default_ledger(environment) == tmp_path / "data" / "ledger.db"
    assert plan_cache_file(environment) == tmp_path / "cache" / "plans.db"


def test_a_file_of_an_earlier_version_is_found(environment: Environment, tmp_path: Path) -> None:
    earlier = write(tmp_path / "roaming" / "ledger.db")
    assert default_ledger(environment) == earlier
    assert has_ledger(None, environment)
    assert settings_file(environment) == tmp_path / "config" / "config.toml"
    current = write(tmp_path / "data" / "ledger.db")
    assert default_ledger(environment) == current


def test_the_folders_of_version_1() -> None:
    home = Path("home")
    library = home / "Library" / "Application Support" / "transcript-bridge"
    assert earlier_folders("linux", {}, home) == ()
    assert earlier_folders("darwin", {}, home) == (library,)
    variables = {"LOCALAPPDATA": "local", "APPDATA": "roaming"}
    assert earlier_folders("win32", variables, home) == (
        Path("local") / "transcript-bridge",
        Path("roaming") / "transcript-bridge",
    )
    assert earlier_folders("win32", {}, home)[0] == home / "AppData" / "Local" / "transcript-bridge"


def test_whether_there_is_a_ledger(environment: Environment, tmp_path: Path) -> None:
    assert not has_ledger(None, environment)
    path = tmp_path / "other.db"
    assert not has_ledger(str(path), environment)
    assert not has_ledger(f"sqlite:///{path}", environment)
    write(path)
    assert has_ledger(str(path), environment)
    assert has_ledger(f"sqlite:///{path}?mode=ro", environment)
    assert has_ledger("postgresql://server/ledger", environment)
