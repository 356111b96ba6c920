"""The options of a run, from an environment that is given as data."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from transcript_bridge.archive.sending_time import Allowance
from transcript_bridge.errors import SettingsError
from transcript_bridge.workspace.chosen_server import load_server
from transcript_bridge.workspace.environment import Environment
from transcript_bridge.workspace.ledger_state import choose_allowance
from transcript_bridge.workspace.opened import open_archive
from transcript_bridge.workspace.settings import read_archive_settings


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    return Environment(
        variables={
            "OMI_API_KEY": "omi_dev_1",
            "TRANSCRIPT_BRIDGE_LANGUAGE": "de",
            "TZ": "Europe/Berlin",
        },
        home=tmp_path / "home",
        config_folder=tmp_path / "config",
        find_data_folder=lambda: tmp_path / "data",
        find_cache_folder=lambda: tmp_path / "cache",
        cores=3,
    )


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "transcript-bridge.toml").write_text('source = "plaud"\nlanguage = "fr"\nrate = 12\n')
    return folder


def test_an_archive_is_opened_without_the_environment_of_the_process(
    environment: Environment, archive: Path
) -> None:
    opened = open_archive([str(archive)], {"source": "bee", "me": "Alice"}, environment)
    assert (opened.options.source, opened.options.language) == ("bee", "de")
    assert (opened.run.rate, opened.me, opened.jobs) == (12, "Alice", 3)
    assert opened.run.server.api_key == "omi_dev_1"
    assert opened.options.timezone == "Europe/Berlin"


def test_a_speaker_map_that_is_not_written_yet(environment: Environment, archive: Path) -> None:
    settings = archive / "transcript-bridge.toml"
    settings.write_text('speakers = "people.toml"\n')
    new_map = str(archive / "people.toml")
    assert (
        open_archive([str(archive)], {}, environment, new_map=new_map).options.speakers.people == ()
    )
    with pytest.raises(SettingsError, match=r"people\.toml"):
        open_archive([str(archive)], {}, environment, new_map=str(archive / "other.toml"))


def test_settings_of_several_paths_need_a_choice(archive: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    home = tmp_path / "home"
    assert read_archive_settings([str(other)], None, home).values == {}
    (other / "transcript-bridge.toml").write_text('language = "it"\n')
    with pytest.raises(SettingsError, match="choose one with --settings"):
        read_archive_settings([str(archive), str(other)], None, home)
    named = str(other / "transcript-bridge.toml")
    assert read_archive_settings([str(archive)], named, home).values == {"language": "it"}
    with pytest.raises(SettingsError, match="there is no such settings file"):
        read_archive_settings([str(archive)], str(other / "gone.toml"), home)


def test_the_nearest_settings_above_a_path_count(archive: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    deep = archive / "2024" / "january"
    deep.mkdir(parents=True)
    meeting = deep / "a.srt"
    meeting.write_text("1\n")
    for path in (deep, meeting):
        found = read_archive_settings([str(path), str(archive)], None, home)
        assert found.path is not None
        assert found.path.samefile(archive / "transcript-bridge.toml")
        assert found.values["language"] == "fr"
        assert not found.is_above  # it is in one of the paths
        assert read_archive_settings([str(path)], None, home).is_above
    (archive / "2024" / "transcript-bridge.toml").write_text('language = "it"\n')
    assert read_archive_settings([str(deep)], None, home).values == {"language": "it"}


def test_the_search_for_settings_ends_at_home(archive: Path) -> None:
    (archive / "below").mkdir()
    assert read_archive_settings([str(archive / "below")], None, archive).values != {}
    assert read_archive_settings([str(archive / "below")], None, archive / "below").values == {}


def test_settings_of_another_user_above_a_path_do_not_count(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Anybody can put a file into /tmp."""
    (archive / "mine").mkdir()
    mine = (archive / "mine").stat()
    real_stat = Path.stat

    def stat(self: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        result = real_stat(self, follow_symlinks=follow_symlinks)
        if self.name != "transcript-bridge.toml":
            return result
        values = list(result)
        values[4] = mine.st_uid + 1
        return os.stat_result(values)

    monkeypatch.setattr(Path, "stat", stat)
    assert read_archive_settings([str(archive / "mine")], None, tmp_path).values == {}
    assert read_archive_settings([str(archive)], None, tmp_path).values != {}


def test_the_server_of_a_command_without_files(environment: Environment) -> None:
    assert load_server(environment, {}).api_base == "https://api.omi.me"
    found = load_server(environment, {"api_base": "https://omi.example"})
    assert found.api_base == "https://omi.example"
    with pytest.raises(SettingsError, match=r"there is no profile 'work'; .*auth login"):
        load_server(environment, {"profile": "work"})


@pytest.mark.parametrize(
    ("shown", "wanted", "limit"), [(None, None, 25), (None, 40, 25), (10, None, 10), (10, 4, 4)]
)
def test_how_many_writes_per_hour_to_expect(
    shown: int | None, wanted: int | None, limit: int
) -> None:
    allowed = None if shown is None else Allowance(shown)
    assert choose_allowance(allowed, wanted) == Allowance(limit)
