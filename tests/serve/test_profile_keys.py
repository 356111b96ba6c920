"""A worker finds the key of a profile in several places."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("procrastinate")  # the extra `serve`

from tests.support.serving import make_environment
from transcript_bridge.errors import MissingKeyError, SettingsError
from transcript_bridge.serve.profile_keys import KeyPlaces, find_server, name_variable


def test_a_mounted_file_wins_over_the_variable_and_the_variable_over_profiles(
    tmp_path: Path,
) -> None:
    (tmp_path / "config.toml").write_text('[profiles.team-a]\napi_key = "omi_dev_profile"\n')
    variables = {"OMI_CONFIG": str(tmp_path / "config.toml")}
    environment = replace(make_environment(tmp_path), variables=variables)
    places = KeyPlaces(tmp_path / "keys", "https://omi.example")
    found = find_server("team-a", places, environment)
    assert (found.api_key, found.profile) == ("omi_dev_profile", "team-a")
    variables["TRANSCRIPT_BRIDGE_KEY_TEAM_A"] = "omi_dev_variable"
    found = find_server("team-a", places, environment)
    assert (found.api_key, found.key_place) == ("omi_dev_variable", "TRANSCRIPT_BRIDGE_KEY_TEAM_A")
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "team-a").write_text("omi_dev_file\n")
    found = find_server("team-a", places, environment)
    assert (found.api_key, found.api_base) == ("omi_dev_file", "https://omi.example")
    assert "omi_dev" not in repr(found)


@pytest.mark.parametrize("place", ["folder", "variable"])
def test_a_mounted_key_goes_to_the_server_of_its_profile(tmp_path: Path, place: str) -> None:
    own = '[profiles.team-a]\napi_key = "omi_dev_old"\napi_base = "https://team-a.example"\n'
    (tmp_path / "config.toml").write_text(own)
    variables = {"OMI_CONFIG": str(tmp_path / "config.toml"), "OMI_API_BASE": "https://all.example"}
    for profile in ("team-a", "team-b"):
        if place == "folder":
            (tmp_path / profile).write_text("omi_dev_new")
        else:
            variables[name_variable(profile)] = "omi_dev_new"
    environment = replace(make_environment(tmp_path), variables=variables)
    found = find_server("team-a", KeyPlaces(tmp_path), environment)
    assert (found.api_key, found.api_base) == ("omi_dev_new", "https://team-a.example")
    found = find_server("team-b", KeyPlaces(tmp_path), environment)
    assert (found.api_key, found.api_base) == ("omi_dev_new", "https://all.example")
    found = find_server("team-a", KeyPlaces(tmp_path, "https://typed.example"), environment)
    assert (found.api_key, found.api_base) == ("omi_dev_new", "https://typed.example")


@pytest.mark.parametrize("profile", ["../secret", "", "-x", "a/b", "a" * 101])
def test_a_profile_cannot_name_another_file(tmp_path: Path, profile: str) -> None:
    (tmp_path / "secret").write_text("omi_dev_secret")
    with pytest.raises(SettingsError, match="cannot be used in the queue"):
        find_server(profile, KeyPlaces(tmp_path / "keys"), make_environment(tmp_path))


def test_an_unknown_profile_says_where_its_key_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as raised:
        find_server("team-x", KeyPlaces(tmp_path), make_environment(tmp_path))
    looked = f"no file {tmp_path / 'team-x'}, no variable TRANSCRIPT_BRIDGE_KEY_TEAM_X, and "
    assert str(raised.value).startswith(looked)


def test_an_empty_key_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "team-a").write_text("\n")
    with pytest.raises(MissingKeyError, match="this file is empty"):
        find_server("team-a", KeyPlaces(tmp_path), make_environment(tmp_path))
