"""[[files]] in the settings of an archive: what holds for some files only, and for which."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Run

TALK = (
    "1\n00:00:01,000 --> 00:00:02,000\nMara: Is the water on?\n\n"
    "2\n00:00:03,000 --> 00:00:09,000\nTom: For an hour.\n"
)
VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Mara>Is the water on?\n"
TURNS = "SPEAKER talk 1 1.0 8.0 <NA> <NA> Eva <NA> <NA>\n"


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    (folder / "sub").mkdir(parents=True)
    for name in ("memo.srt", "sub/memo.srt", "talk [abc].srt"):
        (folder / name).write_text(TALK + f"\n3\n00:00:10,000 --> 00:00:11,000\nTom: {name}\n")
    return folder


def settle(exports: Path, text: str) -> None:
    (exports / "transcript-bridge.toml").write_text(text, encoding="utf-8")


def rows(run: Run, *arguments: Any) -> dict[str, dict[str, Any]]:
    """The rows of a plan by file name."""
    ran = run("plan", *arguments, "--json", "--no-cache")
    assert ran.code in (0, 1), ran.err
    found = [json.loads(line) for line in ran.out.splitlines()]
    root = str(arguments[0])
    return {row["path"].removeprefix(root + "/"): row for row in found if "path" in row}


def body_of(run: Run, path: Path, *flags: str) -> dict[str, Any]:
    ran = run("convert", path, "--to", "requests", *flags)
    assert ran.code == 0, ran.err
    return dict(json.loads(ran.out))


def test_every_choice_can_be_made_for_one_file(run: Run, exports: Path) -> None:
    settle(
        exports,
        'language = "en"\n[[files]]\npath = "memo.srt"\nstarted_at = 2024-05-02T12:00:00\n'
        'timezone = "Europe/Berlin"\nlanguage = "de"\nsource = "omi"\nlocation = [52.5, 13.4]\n'
        'keep_names = true\nmerge_gap = 20\nencoding = "utf-8"\nformat = "srt"\n',
    )
    body = body_of(run, exports / "memo.srt")
    assert body["started_at"] == "2024-05-02T12:00:01+02:00"
    assert (body["language"], body["source"]) == ("de", "omi")
    assert body["geolocation"] == {"latitude": 52.5, "longitude": 13.4}
    assert [row["text"].partition(":")[0] for row in body["transcript_segments"]] == ["Mara", "Tom"]
    other = body_of(run, exports / "sub" / "memo.srt")
    assert (other["language"], other["source"]) == ("en", "phone")
    assert "geolocation" not in other
    assert rows(run, exports)["memo.srt"]["started_at"] == "2024-05-02T12:00:00+02:00"


def test_a_later_table_wins_and_a_flag_wins_over_all(run: Run, exports: Path) -> None:
    settle(
        exports,
        '[[files]]\npattern = "**"\nlanguage = "de"\nsource = "omi"\n'
        '[[files]]\npath = "memo.srt"\nlanguage = "fr"\n',
    )
    body = body_of(run, exports / "memo.srt")
    assert (body["language"], body["source"]) == ("fr", "omi")
    assert body_of(run, exports / "sub/memo.srt")["language"] == "de"
    assert body_of(run, exports / "memo.srt", "--language", "it")["language"] == "it"


@pytest.mark.parametrize(
    ("place", "fits"),
    [
        ('pattern = "memo.srt"', {"memo.srt", "sub/memo.srt"}),
        ('pattern = "/memo.srt"', {"memo.srt"}),
        ('pattern = "sub/*"', {"sub/memo.srt"}),
        ('pattern = "talk [abc].srt"', {"talk [abc].srt"}),
        ('path = "memo.srt"', {"memo.srt"}),
        ('path = "./sub/memo.srt"', {"sub/memo.srt"}),
        ('path = "*.srt"', set()),
    ],
    ids=["end", "anchored", "folder", "brackets", "path", "dot", "no-wildcards"],
)
def test_which_files_a_table_is_for(run: Run, exports: Path, place: str, fits: set[str]) -> None:
    settle(exports, f"[[files]]\n{place}\nlanguage = 'it'\n")
    found = rows(run, exports)
    assert {name for name, row in found.items() if row["language"] == "it"} == fits


def test_ignore_has_the_same_patterns_and_takes_folders(run: Run, exports: Path) -> None:
    for patterns, kept in (
        (["talk [abc].srt"], {"memo.srt", "sub/memo.srt"}),
        (["/memo.srt"], {"sub/memo.srt", "talk [abc].srt"}),
        (["sub"], {"memo.srt", "talk [abc].srt"}),
        (["exports"], {"memo.srt", "sub/memo.srt", "talk [abc].srt"}),
    ):
        settle(exports, f"ignore = {json.dumps(patterns)}\n")
        found = rows(run, exports)
        assert {name for name, row in found.items() if row["state"] == "ready"} == kept, patterns


def test_a_pattern_with_brackets_that_is_no_longer_a_range_is_mentioned(
    run: Run, exports: Path
) -> None:
    ran = run("plan", exports, "--ignore", "mem[a-z].srt")
    assert "ignore: mem[a-z].srt: this pattern matches nothing" in ran.err


def test_another_form_and_other_turns(run: Run, exports: Path) -> None:
    (exports / "memo.vtt").write_text(VTT)
    (exports / "who.rttm").write_text(TURNS)
    (exports / "sub" / "memo.rttm").write_text(TURNS)
    settle(
        exports,
        '[[files]]\npath = "memo.vtt"\nform = "srt"\nreassign = true\n'
        '[[files]]\npath = "memo.srt"\nturns = "who.rttm"\nreassign = true\n'
        '[[files]]\npath = "sub/memo.srt"\nturns = false\n',
    )
    found = rows(run, exports)
    assert found["memo.srt"]["other_forms"] == [f"{exports}/memo.vtt"]
    assert found["memo.srt"]["turns"] == f"{exports}/who.rttm"
    assert [one["label"] for one in found["memo.srt"]["speakers"]] == ["Eva"]
    assert found["sub/memo.srt"]["turns"] is None
    assert "who.rttm" not in found


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ('language = "de"', ":2: [[files]] needs a path"),
        ('path = "a"\npattern = "b"', ":2: [[files]] needs a path"),
        ('path = ""', ":2: path must be non-empty text"),
        ('path = "a"\nlanguag = "de"', ":2: unknown key 'languag' in [[files]]"),
        ('path = "a"\nstarted_at = "noon"', ":2: started_at must be a time"),
        ('path = "a"\nleave_out = "yes, please"', ":2: leave_out must be true or false"),
        ('path = "a"\njobs = 4', ":2: unknown key 'jobs' in [[files]]"),
    ],
    ids=["no-place", "two-places", "empty", "unknown", "time", "switch", "of-a-run"],
)
def test_a_table_that_cannot_be_understood_is_refused_with_its_line(
    run: Run, exports: Path, table: str, message: str
) -> None:
    settle(exports, f"# one\n[[files]]\n{table}\n")
    ran = run("plan", exports)
    assert ran.code == 2
    assert message in ran.err


def test_turns_that_do_not_exist_are_refused(run: Run, exports: Path) -> None:
    settle(exports, '[[files]]\npath = "memo.srt"\nturns = "nobody.rttm"\n')
    ran = run("plan", exports)
    assert ran.code == 2
    assert "nobody.rttm: turns cannot be opened" in ran.err


# ---- who is who in one file


def owners(run: Run, exports: Path, rules: str) -> dict[str, list[str]]:
    """The labels that are the owner, by file."""
    head = '[speakers."Alice"]\nis_user = true\naliases = ["Mara"]\n'
    (exports / "speakers.toml").write_text(head + rules)
    found = rows(run, exports, "--speakers", str(exports / "speakers.toml"))
    return {
        name: [one["label"] for one in row["speakers"] if one["is_user"]]
        for name, row in found.items()
    }


def test_i_am_not_in_this_recording(run: Run, exports: Path) -> None:
    for rule in ('[files.speakers."Alice"]\nis_user = false\n', "me = false\n"):
        found = owners(run, exports, f'[[files]]\npath = "memo.srt"\n{rule}')
        assert found == {"memo.srt": [], "sub/memo.srt": ["Mara"], "talk [abc].srt": ["Mara"]}
    later = '[[files]]\npattern = "**"\nme = false\n[[files]]\npath = "memo.srt"\nme = "Tom"\n'
    assert owners(run, exports, later)["memo.srt"] == ["Tom"]


def test_a_rule_for_one_path_names_a_voice_there_only(run: Run, exports: Path) -> None:
    rule = '[[files]]\npath = "sub/memo.srt"\n[files.speakers."Alice"]\naliases = ["Tom"]\n'
    found = owners(run, exports, rule)
    assert found["sub/memo.srt"] == ["Mara", "Tom"]
    assert found["memo.srt"] == ["Mara"]


def test_two_people_are_not_proposed_as_one_again(run: Run, exports: Path) -> None:
    (exports / "new.srt").write_text(TALK.replace("Tom", "Thomas B.").replace("Mara", "Zoe"))
    (exports / "other.srt").write_text(TALK.replace("Tom", "Thomas Breit"))
    speakers = exports / "speakers.toml"
    speakers.write_text("")

    assert alike_names(run, exports) == {"Thomas B.", "Thomas Breit"}
    speakers.write_text('distinct = [["Thomas B.", "Thomas Breit"]]\n')
    assert alike_names(run, exports) == set()


def alike_names(run: Run, exports: Path) -> set[str]:
    """The labels that are proposed as one person."""
    ran = run("speakers", exports, "--speakers", exports / "speakers.toml", "--json")
    found = [json.loads(line) for line in ran.out.splitlines()]
    return {row["label"] for row in found if row["perhaps"]}


def test_a_new_map_keeps_what_the_old_one_says_of_single_files(run: Run, exports: Path) -> None:
    old = exports / "old.toml"
    old.write_text(
        'distinct = [["Tom", "Tomas"]]\n[[files]]\npath = "sub/memo.srt"\nme = false\n'
        '[[files]]\npattern = "/memo.srt"\nme = "Tom"\n'
    )
    for name in ("new.toml", "sub/new.toml"):
        ran = run("speakers", exports, "--speakers", old, "-o", exports / name)
        assert ran.code == 0, ran.err
        found = rows(run, exports, "--speakers", exports / name)
        owned = {path for path, row in found.items() if any(s["is_user"] for s in row["speakers"])}
        assert owned == {"memo.srt"}
        assert 'distinct = [["Tom", "Tomas"]]' in (exports / name).read_text()


def test_a_table_for_a_file_that_is_not_there_is_reported(run: Run, exports: Path) -> None:
    settle(
        exports,
        '[[files]]\npath = "memos.srt"\nlanguage = "de"\n[[files]]\npath = "memo.srt"\n'
        'language = "de"\n[[files]]\npath = "../elsewhere.srt"\nlanguage = "de"\n',
    )
    (exports.parent / "elsewhere.srt").write_text(TALK)
    people = exports / "people.toml"
    people.write_text('[[files]]\npath = "take 1.srt"\n[files.speakers."Eva"]\naliases = ["A"]\n')
    ran = run("plan", exports, "--speakers", people)
    assert ran.err.count("which does not exist") == 2
    for name in ("memos.srt", "take 1.srt"):
        message = "[[files]] of the settings names this file, which does not exist"
        assert f"{exports}/{name}: {message}" in ran.err


def test_a_path_with_a_wildcard_is_answered_with_pattern(run: Run, exports: Path) -> None:
    settle(exports, '[[files]]\npath = "calls/*.srt"\nlanguage = "de"\n')
    message = "path has no wildcards: for many files write pattern"
    assert message in run("plan", exports).err


def test_tables_for_members_of_a_container_fit_them(run: Run, exports: Path) -> None:
    (exports / "Wow!").mkdir()
    (exports / "Wow!" / "talk.srt").write_text(TALK.replace("an hour", "a day"))
    with zipfile.ZipFile(exports / "calls.zip", "w") as container:
        container.writestr("May/call one.srt", TALK.replace("an hour", "a week"))
    paths = ("calls.zip!May/call one.srt", "calls.zip!May/call two.srt", "Wow!/talk.srt")
    settle(exports, "".join(f'[[files]]\npath = "{path}"\nlanguage = "de"\n' for path in paths))
    ran = run("plan", exports)
    assert ran.err.count("which does not exist") == 1
    assert "May/call two.srt: [[files]] of the settings" in ran.err
    found = rows(run, exports)
    assert found["Wow!/talk.srt"]["language"] == "de"

    outside = exports.parent / "outside"
    outside.mkdir()
    (outside / "other.srt").write_text(TALK)
    settle(outside, f'[[files]]\npath = "{exports}/{paths[1]}"\nlanguage = "de"\n')
    assert "which does not exist" not in run("plan", outside).err
