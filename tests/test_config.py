from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from transcript_bridge.config import (
    RunOptions,
    ServerSettings,
    build_run_options,
    build_speakers,
    collect_values,
    load_server,
    read_user_file,
)
from transcript_bridge.errors import SettingsError
from transcript_bridge.limits import DEFAULT_API_BASE, MAX_SEGMENTS

OMI = """
active_profile = "home"
[profiles.home]
api_key = "omi_dev_home"
[profiles.work]
api_key = "omi_dev_work"
api_base = "https://work.example"
[profiles.browser]
auth_method = "oauth"
id_token = "ey"
"""


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def collect(own: Path, flags: dict[str, Any] | None = None, **environ: str) -> RunOptions:
    values = collect_values(flags or {}, environ, read_user_file(own), {})
    return build_run_options(values, build_speakers(values, everywhere=True), ServerSettings())


def settle(
    tmp_path: Path,
    own: Path,
    flags: dict[str, Any] | None = None,
    profile: str | None = None,
    **environ: str,
) -> ServerSettings:
    return load_server({**(flags or {}), "profile": profile}, environ, own, tmp_path)


def write_omi(tmp_path: Path) -> None:
    (tmp_path / ".omi").mkdir()
    (tmp_path / ".omi" / "config.toml").write_text(OMI)


def test_defaults(tmp_path: Path, own: Path) -> None:
    assert collect(own) == RunOptions()
    assert settle(tmp_path, own) == ServerSettings()


def test_flags_win_over_environment_over_file(tmp_path: Path, own: Path) -> None:
    own.write_text('language = "de"\nsource = "plaud"\nmax_segments = 100\n')
    settings = collect(
        own,
        {"source": "bee", "split": None},
        TRANSCRIPT_BRIDGE_LANGUAGE="fr",
        TRANSCRIPT_BRIDGE_SOURCE="omi",
    ).options
    assert (settings.source, settings.language, settings.max_segments, settings.split) == (
        "bee",
        "fr",
        100,
        "fill",
    )


def test_a_key_from_a_file_goes_to_that_file_s_server_only(tmp_path: Path, own: Path) -> None:
    write_omi(tmp_path)
    own.write_text('api_key = "omi_dev_own"\napi_base = "https://own.example"\n')
    found = settle(tmp_path, own)
    assert (found.api_key, found.api_base) == ("omi_dev_home", DEFAULT_API_BASE)
    found = settle(tmp_path, own, profile="work")
    assert (found.api_key, found.api_base) == ("omi_dev_work", "https://work.example")
    found = settle(tmp_path, own, OMI_API_KEY="omi_dev_env", OMI_PROFILE="work")
    assert (found.api_key, found.api_base) == ("omi_dev_env", DEFAULT_API_BASE)


def test_a_named_profile_wins_over_the_key_and_the_server_of_the_environment(
    tmp_path: Path, own: Path
) -> None:
    write_omi(tmp_path)
    alpha = {"OMI_API_KEY": "omi_dev_alpha", "OMI_API_BASE": "https://alpha.example"}
    found = settle(tmp_path, own, profile="work", **alpha)
    assert (found.api_key, found.api_base) == ("omi_dev_work", "https://work.example")
    assert found.profile == "work"
    found = settle(tmp_path, own, **alpha)
    assert (found.key_place, found.profile) == ("OMI_API_KEY", "")


def test_a_named_profile_without_a_key_does_not_take_another_key(tmp_path: Path, own: Path) -> None:
    write_omi(tmp_path)
    own.write_text('api_key = "omi_dev_own"\napi_base = "https://own.example"\n')
    found = settle(tmp_path, own, profile="browser", OMI_API_KEY="omi_dev_alpha")
    assert (found.api_key, found.profile) == (None, "browser")


@pytest.mark.parametrize("flag", ["profile", "api_base"])
def test_an_empty_flag_is_refused(tmp_path: Path, own: Path, flag: str) -> None:
    with pytest.raises(SettingsError, match="is empty"):
        load_server({flag: ""}, {}, own, tmp_path)


def test_an_explicit_server_wins(tmp_path: Path, own: Path) -> None:
    write_omi(tmp_path)
    found = settle(tmp_path, own, OMI_PROFILE="work", OMI_API_BASE="https://e.example")
    assert found.api_base == "https://e.example"
    found = settle(tmp_path, own, profile="home", OMI_API_BASE="https://e.example")
    assert found.api_base == "https://e.example"  # the profile names no server
    flags = {"api_base": "https://f.example"}
    found = settle(tmp_path, own, flags, profile="work", OMI_API_BASE="https://e.example")
    assert found.api_base == "https://f.example"


def test_the_key_is_not_in_the_repr(tmp_path: Path, own: Path) -> None:
    assert "omi_dev_secret" not in repr(settle(tmp_path, own, OMI_API_KEY="omi_dev_secret"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            f"max_segments = {MAX_SEGMENTS + 1}",
            f":1: max_segments must be a number from 1 to {MAX_SEGMENTS}, not {MAX_SEGMENTS + 1}",
        ),
        ("\nsplit = 'often'", ":2: split must be fill or pause, not 'often'"),
        (
            "merge_gap = 'wide'",
            ":1: merge_gap must be a number of seconds from 0 to 1000000, not 'wide'",
        ),
        ("timezone = 'Mars'", ":1: timezone must be a time zone such as Europe/Berlin"),
        ("keep_names = 'maybe'", ":1: keep_names must be true or false"),
        ("sauce = 'x'", ":1: unknown setting 'sauce'; did you mean 'source'?"),
        ("api_key = 3", ":1: api_key must be text"),
        ("language = ", "cannot be read as TOML"),
    ],
)
def test_a_mistake_is_one_line_with_its_place(
    tmp_path: Path, own: Path, text: str, words: str
) -> None:
    own.write_text(text)
    with pytest.raises(SettingsError) as caught:
        collect(own)
    assert words in str(caught.value)
    assert str(own) in str(caught.value)


def test_a_mistake_in_the_environment_names_the_variable(tmp_path: Path, own: Path) -> None:
    with pytest.raises(
        SettingsError, match=r"\$TRANSCRIPT_BRIDGE_MAX_SEGMENTS: max_segments must be"
    ):
        collect(own, TRANSCRIPT_BRIDGE_MAX_SEGMENTS="many")
