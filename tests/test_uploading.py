"""`tb.upload`: the engine and its ledger in one call."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import transcript_bridge as tb
from transcript_bridge.errors import SettingsError
from transcript_bridge.transfer.events import SourceChanged, SourceFailed
from transcript_bridge.transfer.pace import Pace
from transcript_bridge.transfer.states import State

DEMO = Path(tb.__file__).parent / "demo"
KEY = "omi_dev_in_one_call"
NO_GAP = Pace(gap=0)


def stored(url: str, key: str = KEY) -> int:
    with tb.OmiClient(key, url) as omi:
        return len(omi.list_conversations(limit=100))


def test_files_are_uploaded_once_and_the_result_says_so(sandbox: str, tmp_path: Path) -> None:
    paths = [DEMO / "kitchen.srt", DEMO / "planning.vtt"]
    for run in range(2):
        result = tb.upload(
            paths, api_key=KEY, api_base=sandbox, ledger=tmp_path / "ledger.db", pace=NO_GAP
        )
        assert result.is_complete
        assert [event.row.state for event in result.finished] == [State.DONE, State.DONE]
        assert [event.repeated for event in result.finished] == [run == 1, run == 1]
    assert stored(sandbox) == 2


def test_a_bad_file_is_in_the_result_and_the_rest_is_done(sandbox: str, tmp_path: Path) -> None:
    broken = tmp_path / "broken.srt"
    broken.write_text("this is no subtitle file")
    paths = [broken, DEMO / "kitchen.srt", tmp_path / "missing.vtt"]
    ledger = tmp_path / "ledger.db"
    result = tb.upload(paths, api_key=KEY, api_base=sandbox, ledger=ledger, pace=NO_GAP)
    assert not result.is_complete
    assert [Path(event.path).name for event in result.failed] == ["broken.srt", "missing.vtt"]
    assert all(isinstance(event, SourceFailed) for event in result.failed)
    assert (len(result.finished), stored(sandbox)) == (1, 1)


@pytest.mark.parametrize(
    ("name", "words"), [("", "has no name"), (".", "is a folder"), ("talk.srt", "is not a ledger")]
)
def test_what_cannot_be_a_ledger_is_a_matter_of_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("talk.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nhello\n")
    with pytest.raises(SettingsError, match=words):
        tb.upload("talk.srt", api_key=KEY, ledger=name)


def test_the_command_knows_what_a_program_sent(
    sandbox: str, tmp_path: Path, run: Callable[..., object]
) -> None:
    ledger = tmp_path / "ledger.db"
    tb.upload(str(DEMO / "kitchen.srt"), api_key=KEY, api_base=sandbox, ledger=ledger, pace=NO_GAP)
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    ran = run("upload", DEMO / "kitchen.srt", "--ledger", ledger, **environ)
    assert (ran.code, "was already there" in ran.out) == (0, True)  # type: ignore[attr-defined]
    assert stored(sandbox) == 1


def test_what_changed_is_asked_about(sandbox: str, tmp_path: Path) -> None:
    file = tmp_path / "talk.srt"
    file.write_text("1\n00:00:01,000 --> 00:00:02,000\nMara: Is it on?\n")
    ledger = tmp_path / "ledger.db"

    def upload(**words: object) -> tb.UploadResult:
        return tb.upload(  # type: ignore[arg-type]
            file, api_key=KEY, api_base=sandbox, ledger=ledger, pace=NO_GAP, **words
        )

    assert upload().is_complete
    file.write_text("1\n00:00:01,000 --> 00:00:02,000\nMara: It is on.\n")
    (change,) = upload().failed
    assert isinstance(change, SourceChanged)
    assert change.differs == ("content",)
    assert upload(changed="replace").is_complete
    assert stored(sandbox) == 1


def test_another_key_is_asked_about_and_never_doubles(sandbox: str, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.db"
    path = DEMO / "kitchen.srt"
    tb.upload(path, api_key=KEY, api_base=sandbox, ledger=ledger, pace=NO_GAP)
    new = "omi_dev_in_one_call_rotated"
    with pytest.raises(tb.SettingsError, match="pass same_account=True or False"):
        tb.upload(path, api_key=new, api_base=sandbox, ledger=ledger, pace=NO_GAP)
    result = tb.upload(
        path, api_key=new, api_base=sandbox, ledger=ledger, pace=NO_GAP, same_account=True
    )
    assert [event.repeated for event in result.finished] == [True]
    assert stored(sandbox, new) == 0


@pytest.mark.parametrize("place", ["ledger.db", "data/transcript-bridge/ledger.db"])
def test_a_new_ledger_where_another_one_knows_the_files_is_in_the_result(
    sandbox: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))  # of the usual one

    def upload(ledger: Path) -> tb.UploadResult:
        file = DEMO / "kitchen.srt"
        return tb.upload(file, api_key=KEY, api_base=sandbox, ledger=ledger, pace=NO_GAP)

    first = tmp_path / place
    assert upload(first).other_ledger is None
    mistyped = upload(tmp_path / "legder.db")
    assert mistyped.other_ledger is not None
    assert (mistyped.other_ledger.path, mistyped.other_ledger.conversations) == (first, 1)
    assert (mistyped.is_complete, stored(sandbox)) == (True, 1)
    assert upload(tmp_path / "legder.db").other_ledger is None


def test_an_upload_without_a_sender_is_refused(tmp_path: Path) -> None:
    """It waited forever."""
    with pytest.raises(tb.SettingsError, match="concurrency must be a number from 1 to 64, not 0"):
        tb.upload([], api_key="omi_dev_x", ledger=tmp_path / "ledger.db", concurrency=0)


def test_a_refused_key_is_in_the_result(sandbox: str, tmp_path: Path) -> None:
    result = tb.upload(
        DEMO / "kitchen.srt",
        api_key="omi_dev_wrong",
        api_base=sandbox,
        ledger=tmp_path / "ledger.db",
        pace=NO_GAP,
    )
    assert result.error is not None
    assert (result.error.exit_code, result.is_complete) == (3, False)
