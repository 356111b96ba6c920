"""Flags, settings files, folders, `~` and shell completion are the same in every command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command import Run
from transcript_bridge.cli.path_types import expand_home
from transcript_bridge.transfer.ledger import Ledger

# No command waits: the clock jumps.
pytestmark = pytest.mark.usefixtures("jumping_clock")

DEMO = Path(__file__).parent.parent.parent / "transcript_bridge" / "demo"
KITCHEN = DEMO / "kitchen.srt"
KEY = "omi_dev_flags"


@pytest.fixture
def archive(work: Path) -> Path:
    """exports/2024/kitchen.srt, and settings in exports/."""
    folder = work / "exports" / "2024"
    folder.mkdir(parents=True)
    (folder / "kitchen.srt").write_bytes(KITCHEN.read_bytes())
    (folder.parent / "transcript-bridge.toml").write_text('me = "Mara"\nlanguage = "fr"\n')
    return folder


# ---- settings files


@pytest.mark.parametrize("command", [("inspect",), ("upload", "--dry-run"), ("convert",)])
def test_commands_for_files_use_the_nearest_settings(
    run: Run, archive: Path, command: tuple[str, ...]
) -> None:
    path = archive / "kitchen.srt"
    ran = run(*command, path)
    assert ran.code == 0
    assert f"settings of {archive.parent}/transcript-bridge.toml" in ran.err
    (row,) = [json.loads(line) for line in run("inspect", path, "--json").out.splitlines()]
    assert [s["label"] for s in row["speakers"] if s["is_user"]] == ["Mara"]


def test_me_in_a_settings_file_need_not_be_in_every_file(run: Run, archive: Path) -> None:
    (archive / "planning.vtt").write_bytes((DEMO / "planning.vtt").read_bytes())
    assert run("inspect", archive / "planning.vtt").code == 0
    assert run("inspect", archive / "planning.vtt", "--me", "Mara").code == 2


def test_upload_and_migrate_agree_on_what_the_settings_make_of_a_file(
    run: Run, archive: Path, sandbox: str
) -> None:
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    assert run("upload", archive / "kitchen.srt", **environ).code == 0
    ran = run("migrate", archive, "--yes", **environ)
    assert "1 conversation done, 0 of them now" in ran.err
    assert "settings of" in ran.err


def test_settings_can_be_named_for_files(run: Run, archive: Path, work: Path) -> None:
    (work / "other.toml").write_text('me = "Jonas"\n')
    ran = run("inspect", archive / "kitchen.srt", "--settings", "other.toml", "--json")
    assert [s["label"] for s in json.loads(ran.out)["speakers"] if s["is_user"]] == ["Jonas"]


def test_a_home_folder_is_expanded_in_options_settings_and_variables(
    run: Run, archive: Path, home: Path
) -> None:
    speakers = '[speakers."Mara"]\nis_user = true\nperson_id = "7"\n'
    (home / "who.toml").write_text(speakers)
    path = archive / "kitchen.srt"

    def person(*words: str | Path, **environ: str) -> list[str]:
        ran = run("inspect", path, "--json", *words, **environ)
        assert ran.code == 0, ran.err
        return [s["person_id"] for s in json.loads(ran.out)["speakers"] if s["is_user"]]

    assert person("--speakers=~/who.toml") == ["7"]
    assert person(TRANSCRIPT_BRIDGE_SPEAKERS="~/who.toml") == ["7"]
    (archive / "transcript-bridge.toml").write_text('speakers = "~/who.toml"\n')
    assert person() == ["7"]
    assert run("convert", path, "-o", "~/out.json").code == 0
    assert (home / "out.json").exists()
    Ledger(home / "my.db").close()
    assert run("status", "--ledger=~/my.db").code == 0
    assert (home / "my.db").exists()


def test_the_tilde_of_an_unknown_user_is_not_expanded() -> None:
    assert expand_home("~nobody-has-this-name/x") == "~nobody-has-this-name/x"


# ---- folders


@pytest.mark.parametrize("command", ["inspect", "upload", "convert"])
def test_a_folder_is_for_other_commands(run: Run, sandbox: str, command: str) -> None:
    ran = run(command, DEMO, OMI_API_KEY=KEY, OMI_API_BASE=sandbox)
    assert ran.code == 1
    assert "'review', 'plan' and 'migrate' take folders" in ran.err


# ---- flags


@pytest.mark.parametrize("command", ["convert", "upload", "plan", "undo", "report"])
def test_an_unknown_option_gets_a_proposal(run: Run, command: str) -> None:
    """The next option of this command, by its letters."""
    wrong, right = {"convert": ("--outptu", "--output"), "plan": ("--settigns", "--settings")}.get(
        command, ("--leger", "--ledger")
    )
    ran = run(command, "x", wrong)
    assert ran.code == 2
    assert f"there is no option {wrong}; did you mean " in ran.err
    assert right in ran.err


@pytest.mark.parametrize(
    "words",
    [
        ("report", "--json", "--csv"),
        ("report", "--lanes", "--no-lanes"),
        ("migrate", "exports", "--newest-first", "--oldest-first"),
        ("queue", "add", "exports", "--profile=x", "--newest-first", "--oldest-first"),
        ("upload", "a.srt", "--same-account", "--other-account"),
    ],
)
def test_flags_that_contradict_each_other_are_a_usage_error(
    run: Run, archive: Path, words: tuple[str, ...]
) -> None:
    """Click takes the last one, and says nothing of the first."""
    ran = run(*words)
    assert (ran.code, ran.out) == (2, "")
    *_, first, second = words
    assert f"{first} and {second} contradict each other; give one of them (see " in ran.err
    assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("upload", "-q", "-v"), "--quiet and --verbose contradict each other"),
        (("convert", "--raw"), "--raw has no effect without --diarization; give both"),
        (("plan", "--merge-duration=9"), "--merge-duration has no effect without --merge-gap"),
        (("plan", "--speaker=A=p", "--speaker=A=q"), "--speaker: 'A' has two ids, p and q"),
        (("speakers", "--json", "-o-"), "--json and -o - both write to standard output"),
        (("report", "--csv", "--lanes"), "--lanes is for the page; --csv has no charts"),
        (("migrate", "--dry-run", "--until=noon"), "--until 'noon' is not a time"),
    ],
)
def test_flags_without_effect_are_refused(run: Run, words: tuple[str, ...], message: str) -> None:
    command, *flags = words
    ran = run(command, KITCHEN, *flags)
    assert ran.code == 2
    assert message in ran.err
    assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize("flag", ["-y", "--yes"])
def test_yes_asks_nothing(run: Run, archive: Path, sandbox: str, flag: str) -> None:
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    for words in (("migrate", archive), ("undo", "--all")):
        ran = run(*words, **environ)
        assert ran.code == 2
        hint = "so nobody can confirm; check with --dry-run, then add --yes"
        assert hint in ran.err
        assert run(*words, "--dry-run", **environ).code == 0
        assert run(*words, flag, **environ).code == 0


def test_quiet_leaves_results_warnings_and_errors(run: Run, archive: Path, sandbox: str) -> None:
    environ = {"OMI_API_KEY": KEY, "OMI_API_BASE": sandbox}
    path = archive / "kitchen.srt"
    uploaded = run("upload", path, "-q", **environ)
    assert "completed" in uploaded.out
    assert uploaded.err == ""
    assert run("upload", "nowhere.srt", "-q", **environ).err.startswith("error: ")
    for words in (("migrate", archive, "-y"), ("verify",), ("retry",), ("undo", "--all", "-y")):
        ran = run(*words, "-q", **environ)
        assert (ran.code, ran.err) == (0, ""), words
    assert run("report", "-q").err == ""
    assert run("speakers", archive, "-o", "who.toml", "-q").err == ""
    assert run("convert", path).err != ""  # the next run is not quiet


@pytest.mark.parametrize("words", [("upload", "kitchen.srt"), ("migrate", ".")])
def test_a_dry_run_needs_no_key_and_leaves_no_ledger(
    run: Run, archive: Path, work: Path, words: tuple[str, str]
) -> None:
    command, name = words
    ledger = work / "ledger.db"
    ran = run(command, archive / name, "--dry-run", "--ledger", ledger)
    assert ran.code == 0
    assert "1 conversation" in ran.out or "would send" in ran.out
    assert not ledger.exists()


# ---- shell completion


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize(
    "words",
    [
        "inspect ",
        "upload ",
        "convert ",
        "plan ",
        "migrate ",
        "verify ",
        "undo ",
        "convert a.srt -o ",
        "inspect a.srt --speakers ",
        "inspect a.srt --diarization ",
        "plan exports --settings ",
        "status --ledger ",
    ],
)
def test_the_shell_completes_files(run: Run, shell: str, words: str) -> None:
    ran = run(**completion(shell, words))
    kinds = ran.out.replace("\n", ",").split(",")
    assert "file" in kinds


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_completes_commands_and_options(run: Run, shell: str) -> None:
    assert "migrate" in run(**completion(shell, "mig")).out
    assert "--dry-run" in run(**completion(shell, "upload --dr")).out
    assert "segments" in run(**completion(shell, "convert a.srt --to seg")).out
    script = run(_TRANSCRIPT_BRIDGE_COMPLETE=f"{shell}_source").out
    assert "transcript-bridge" in script


def completion(shell: str, words: str) -> dict[str, str]:
    """The variables with which a shell asks; the last word is the incomplete one."""
    line = f"transcript-bridge {words}"
    before = line.split(" ")
    return {
        "_TRANSCRIPT_BRIDGE_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": before[-1] if shell == "fish" else str(len(before) - 1),
    }
