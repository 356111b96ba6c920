"""The API key in a file: stored, found, forgotten, and readable by its owner only."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from transcript_bridge.config import ServerSettings
from transcript_bridge.errors import MissingKeyError, OutputError, SettingsError
from transcript_bridge.workspace.credentials import (
    KEYRING,
    find_key,
    forget_key,
    list_stored_keys,
    read_stored_profiles,
    store_key,
)
from transcript_bridge.workspace.environment import Environment
from transcript_bridge.workspace.locations import credentials_file

SERVER = "https://omi.example"


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Environment:
    """No keyring, even if this machine has one."""
    monkeypatch.setattr(
        "transcript_bridge.workspace.credentials._find_keyring", lambda: None, raising=True
    )
    return Environment(
        variables={"OMI_API_KEY": "omi_dev_secret"},
        home=tmp_path,
        config_folder=tmp_path / "config",
        find_data_folder=lambda: tmp_path / "data",
        find_cache_folder=lambda: tmp_path / "cache",
    )


def test_a_stored_key_is_found_and_forgotten(environment: Environment) -> None:
    settings = ServerSettings(api_base=SERVER)
    with pytest.raises(MissingKeyError, match="Create Key"):
        find_key(settings, environment)
    place = store_key(SERVER + "/", "omi_dev_1", environment)
    store_key("https://other.example", "omi_dev_2", environment)
    assert find_key(settings, environment) == ("omi_dev_1", place)
    assert forget_key(SERVER, environment) == [place]
    file = credentials_file(environment)
    assert json.loads(file.read_text()) == {"https://other.example": "omi_dev_2"}
    forget_key("https://other.example", environment)
    assert not file.exists()
    with pytest.raises(MissingKeyError, match="has stored no key"):
        forget_key(SERVER, environment)


def test_a_profile_has_a_separate_key(environment: Environment) -> None:
    store_key(SERVER, "omi_dev_1", environment)
    place = store_key(SERVER, "omi_dev_2", environment, profile="work")
    work = ServerSettings(api_base=SERVER, profile="work")
    assert find_key(work, environment) == ("omi_dev_2", place)
    assert find_key(ServerSettings(api_base=SERVER), environment).key == "omi_dev_1"
    assert read_stored_profiles(environment) == {"work": SERVER}
    listed = [(key.profile, key.api_base) for key in list_stored_keys(environment)]
    assert listed == [("", SERVER), ("work", SERVER)]
    with pytest.raises(MissingKeyError, match=r"--profile chooses one that is stored \(work\)"):
        find_key(ServerSettings(api_base="https://other.example"), environment)
    forget_key(SERVER, environment, profile="work")
    with pytest.raises(MissingKeyError, match="auth login --profile work"):
        find_key(work, environment)
    assert find_key(ServerSettings(api_base=SERVER), environment).key == "omi_dev_1"


def test_a_key_is_found_under_every_spelling_of_its_server(environment: Environment) -> None:
    store_key("https://omi.example/v1/dev", "omi_dev_1", environment)
    for spelling in ("omi.example", "https://OMI.example:443/", "https://omi.example/v1/dev/"):
        assert find_key(ServerSettings(api_base=spelling), environment).key == "omi_dev_1"


class Keyring:
    """A keyring in memory."""

    def __init__(self) -> None:
        self.keys: dict[tuple[str, str], str] = {}

    def get_password(self, app: str, entry: str) -> str | None:
        return self.keys.get((app, entry))

    def set_password(self, app: str, entry: str, key: str) -> None:
        self.keys[app, entry] = key

    def delete_password(self, app: str, entry: str) -> None:
        del self.keys[app, entry]


def test_keys_in_the_keyring_are_listed_and_are_not_in_the_file(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring = Keyring()
    monkeypatch.setattr("transcript_bridge.workspace.credentials._find_keyring", lambda: keyring)
    store_key(SERVER, "omi_dev_1", environment)
    store_key(SERVER, "omi_dev_2", environment, profile="work")
    places = [(key.profile, key.place) for key in list_stored_keys(environment)]
    assert places == [("", KEYRING), ("work", KEYRING)]
    file = environment.config_folder / "credentials.json"
    assert "omi_dev" not in file.read_text()
    assert find_key(ServerSettings(api_base=SERVER, profile="work"), environment).key == "omi_dev_2"
    assert forget_key(SERVER, environment, profile="work") == [KEYRING]
    later = store_key(SERVER, "omi_dev_3", environment, in_file=True)
    assert find_key(ServerSettings(api_base=SERVER), environment) == ("omi_dev_3", later)
    assert forget_key(SERVER, environment) == [KEYRING, later]
    assert not keyring.keys
    assert not file.exists()


def test_a_keyring_that_fails_is_no_missing_key(
    environment: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring = Keyring()

    def fail(*_words: str) -> None:
        raise RuntimeError("the collection is locked")

    monkeypatch.setattr("transcript_bridge.workspace.credentials._find_keyring", lambda: keyring)
    settings = ServerSettings(api_base=SERVER)
    monkeypatch.setattr(keyring, "get_password", fail)
    with pytest.raises(MissingKeyError):  # no key was stored there
        find_key(settings, environment)
    store_key(SERVER, "omi_dev_1", environment)
    locked = "is in the system's keyring, which cannot be opened .the collection is locked.; unlock"
    for read in (find_key, lambda *_: forget_key(SERVER, environment)):
        with pytest.raises(SettingsError, match=locked):
            read(settings, environment)
    monkeypatch.undo()
    store_key(SERVER, "omi_dev_2", environment, in_file=True)
    assert find_key(settings, environment).key == "omi_dev_2"


def test_the_settings_come_first(environment: Environment) -> None:
    store_key(SERVER, "omi_dev_1", environment)
    settings = ServerSettings(api_key="omi_dev_0", api_base=SERVER)
    assert find_key(settings, environment)[0] == "omi_dev_0"


def test_a_broken_file_counts_as_empty(environment: Environment) -> None:
    store_key(SERVER, "omi_dev_1", environment)
    path = credentials_file(environment)
    for content in ("{", "[]", '{"https://omi.example": 5}'):
        path.write_text(content)
        with pytest.raises(MissingKeyError):
            find_key(ServerSettings(api_base=SERVER), environment)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of Unix")
def test_only_the_user_can_read_the_file(environment: Environment) -> None:
    store_key(SERVER, "omi_dev_1", environment)
    path = credentials_file(environment)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_place_that_cannot_be_written(environment: Environment, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file where the folder should be")
    with pytest.raises(OutputError, match="set OMI_API_KEY"):
        store_key(SERVER, "omi_dev_1", environment)


def test_no_key_is_shown(environment: Environment) -> None:
    assert "omi_dev" not in repr(environment)
