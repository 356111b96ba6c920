"""Plans: what is sent, what is not, how long it takes; on one and two cores, and from the cache."""

from __future__ import annotations

import dataclasses
import json
import os
import pickle
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from transcript_bridge.archive import duplicates, parallel
from transcript_bridge.archive.convert import convert_recording, convert_source
from transcript_bridge.archive.ledger_link import FileUpload, RecordingUpload
from transcript_bridge.archive.parallel import OwnProcesses, Work, convert_all
from transcript_bridge.archive.plan import ArchivePlan, PlanEntry
from transcript_bridge.archive.plan_cache import FilePlanCache
from transcript_bridge.archive.plan_export import plan_rows, plan_totals
from transcript_bridge.archive.planning import make_plan
from transcript_bridge.archive.scan import scan
from transcript_bridge.archive.sending_time import (
    SECONDS_PER_WRITE,
    Allowance,
    measure_writes,
    time_needed,
)
from transcript_bridge.archive.summary import RecordingSummary
from transcript_bridge.archive.voices.label_totals import gather_labels
from transcript_bridge.archive.voices.naming import without_people
from transcript_bridge.archive.voices.similar_names import propose
from transcript_bridge.errors import InputError
from transcript_bridge.opening import load_file
from transcript_bridge.options import Options
from transcript_bridge.shaping.speakers import FileRule, Person, SpeakerMap

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SETTINGS = Options(timezone="UTC")


def srt(*lines: str, cues: int = 0) -> bytes:
    texts = [*lines, *(f"Alice: line {n} of many" for n in range(cues))]
    return "\n".join(
        f"{n}\n{clock(n)} --> {clock(n, 900)}\n{text}\n" for n, text in enumerate(texts, 1)
    ).encode()


def clock(n: int, ms: int = 0) -> str:
    return f"{n // 3600:02d}:{n // 60 % 60:02d}:{n % 60:02d},{ms:03d}"


def plan_of(folder: Path, settings: Options = SETTINGS) -> ArchivePlan:
    found = scan([str(folder)])
    return make_plan(found, convert_all(found.recordings, settings), NOW)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    folder.mkdir()
    hello = srt("Alice: good morning", "Bob: hello", "Alice: so then", "Alice: let us begin")
    (folder / "2024-01-24 15.04.05 one.srt").write_bytes(hello)
    (folder / "copy of one.srt").write_bytes(hello)
    (folder / "2024-02-01 long.srt").write_bytes(srt(cues=1200))
    (folder / "2030-01-01 future.srt").write_bytes(
        srt("Carol: not yet", "Carol: but soon", "Carol: perhaps")
    )
    (folder / "broken.srt").write_bytes(b"nothing of the kind")
    (folder / "readme.txt").write_bytes(b"nothing of the kind")
    (folder / "turns.rttm").write_bytes(b"SPEAKER a 1 0.0 3.0 <NA> <NA> S0 <NA> <NA>\n")
    (folder / "silent.json").write_bytes(b'{"segments": [], "language": "en"}')
    return aged(folder)


def aged(folder: Path) -> Path:
    """Its files were written a year before NOW, whatever the computer's clock says."""
    for path in folder.iterdir():
        os.utime(path, ((NOW - timedelta(days=365)).timestamp(),) * 2)
    return folder


def test_every_file_is_in_the_plan(archive: Path) -> None:
    plan = plan_of(archive)
    assert [entry.recording.forms[0].name for entry in plan.ready] == [
        "2024-01-24 15.04.05 one.srt",
        "2024-02-01 long.srt",
        "2030-01-01 future.srt",
    ]
    assert (len(plan.duplicates), len(plan.failed), len(plan.turns_alone), len(plan.silent)) == (
        1,
        1,
        1,
        1,
    )
    assert plan.duplicates[0].kept.endswith("one.srt")
    assert plan.other_files == {".txt": 1}
    assert plan.files == 7
    assert (plan.totals.conversations, plan.totals.conversations_if_merged) == (5, 3)
    assert plan.totals.date_sources == {"name": 2, "file": 1}
    assert any("in the future" in what for _, what in plan.notices)
    assert plan.span is not None
    assert plan.span[0] == datetime(2024, 1, 24, 15, 4, 5, tzinfo=UTC)


def test_a_plan_exports_as_json(archive: Path) -> None:
    plan = plan_of(archive)
    rows = [json.loads(json.dumps(row)) for row in plan_rows(plan)]
    assert len(rows) == plan.files
    assert rows[0]["date_source"] == "name"
    totals = json.loads(json.dumps(plan_totals(plan, Allowance(2), 2.0)))
    assert (totals["conversations"], totals["hours"], totals["if_merged"]["hours"]) == (5, 2.0, 1.0)
    assert totals["without_user"] == 3
    assert totals["without_language"] == sum(row.get("language", "") is None for row in rows) > 0


@pytest.mark.parametrize(
    ("count", "per_hour", "hours"),
    [(0, 25, 0), (1, 25, 0), (25, 25, 0), (26, 25, 1), (212, 25, 8), (1204, 25, 48)],
)
def test_the_duration_of_an_upload_is_estimated(count: int, per_hour: int, hours: int) -> None:
    in_last_window = count - hours * per_hour
    seconds = in_last_window * SECONDS_PER_WRITE
    assert time_needed(count, Allowance(per_hour)) == timedelta(hours=hours, seconds=seconds)


def test_the_learned_window_and_the_time_of_requests_are_counted() -> None:
    short = Allowance(3, seconds=20)
    assert time_needed(7, short) == timedelta(seconds=2 * 20 + SECONDS_PER_WRITE)
    assert short.per_hour == 540
    # Five requests do not fit into a second.
    assert time_needed(6, Allowance(5, seconds=1)) == timedelta(seconds=6 * SECONDS_PER_WRITE)
    assert time_needed(4, Allowance(25, write_seconds=40)) == timedelta(seconds=160)


@pytest.mark.parametrize(
    ("moments", "seconds"),
    [
        ([], None),
        ([0, 10, 20], None),
        ([0, 10, 20, 30], 10),
        ([0, 3600, 3640, 3680, 3800, 90_000], 40),
        ([0, 3600, 7200, 10_800], None),
    ],
    ids=["none", "too-few", "even", "waits-do-not-count", "only-waits"],
)
def test_the_duration_of_a_write_is_measured(moments: list[float], seconds: float | None) -> None:
    assert measure_writes(moments) == seconds


def test_entries_are_ordered(archive: Path) -> None:
    plan = plan_of(archive)
    newest = [entry.at for entry in plan.in_order("newest")]
    assert newest == sorted(newest, reverse=True)
    assert [entry.at for entry in plan.in_order("oldest")] == newest[::-1]


def test_the_duplicate_with_the_best_date_is_kept(tmp_path: Path) -> None:
    data = srt("Alice: one", "Bob: two", "Alice: three", "Bob: four", "Alice: five")
    for name in ("a.srt", "2024-01-24 15.04.05 with a long name.srt", "z.srt"):
        (tmp_path / name).write_bytes(data)
    (tmp_path / "z.rttm").write_bytes(b"SPEAKER z 1 0.0 30.0 <NA> <NA> S0 <NA> <NA>\n")
    plan = plan_of(aged(tmp_path))
    assert [entry.recording.forms[0].name for entry in plan.ready] == ["z.srt"]  # it has turns
    (tmp_path / "z.rttm").unlink()
    assert plan_of(tmp_path).ready[0].began.source == "name"


def test_a_copy_of_a_form_that_is_not_used_is_not_sent(tmp_path: Path) -> None:
    """Its text differs from that of the form that is used, as the forms of one program do."""
    text = b"Alice 00:01\nThe first line of it\n\nBob 00:03\nAnd the second line\n"
    (tmp_path / "talk.srt").write_bytes(srt("Alice: The first line.", "Bob: And the second."))
    for name in ("talk.txt", "talk copy.txt", "2024-01-24 15.04 talk.txt"):
        (tmp_path / name).write_bytes(text)
    (tmp_path / "another.txt").write_bytes(text.replace(b"first", b"other"))
    plan = plan_of(aged(tmp_path))
    assert [entry.recording.path.rpartition("/")[2] for entry in plan.ready] == [
        "another.txt",
        "talk.srt",
    ]
    assert {copy.kept.rpartition("/")[2] for copy in plan.duplicates} == {"talk.srt"}
    # Another date makes it another event.
    (tmp_path / "talk.srt").rename(tmp_path / "2024-01-25 15.04 talk.srt")
    (tmp_path / "talk.txt").rename(tmp_path / "2024-01-25 15.04 talk.txt")
    plan = plan_of(tmp_path)
    assert "2024-01-24 15.04 talk.txt" in {entry.recording.forms[0].name for entry in plan.ready}


# ---- one pure step


def test_the_step_from_bytes_to_a_summary_is_pure_and_pickles() -> None:
    speakers = SpeakerMap([Person("Alice", True)])
    settings = pickle.loads(pickle.dumps(dataclasses.replace(SETTINGS, speakers=speakers)))
    data = srt(cues=600)
    one, two = (convert_source(data, "x/2024-01-24 15.04.05.srt", settings) for _ in range(2))
    assert pickle.loads(pickle.dumps(one)) == two
    assert one.conversations == 2
    assert RecordingSummary.from_json(json.loads(json.dumps(one))) == one


def test_rules_apply_by_path() -> None:
    speakers = SpeakerMap(
        [Person("Alice")],
        rules=[FileRule("team-a/**", "SPEAKER_01", (Person("Alice", aliases=("SPEAKER_00",)),))],
    )
    settings = dataclasses.replace(SETTINGS, speakers=speakers)
    data = srt("[SPEAKER_00]: good morning", "[SPEAKER_01]: hello")
    heard = convert_source(data, "/x/team-a/b/c.srt", settings).speakers
    assert [(h.name, h.is_user) for h in heard] == [("Alice", False), ("SPEAKER_01", True)]
    assert [h.name for h in convert_source(data, "/x/team-b/c.srt", settings).speakers] == [
        None,
        None,
    ]


def test_every_setting_changes_the_digest() -> None:
    changes = [
        {"language": "de"},
        {"merge_gap": timedelta(seconds=2)},
        {"speakers": SpeakerMap([Person("A")])},
        {"speakers": SpeakerMap(rules=[FileRule("*")])},
        {"timezone": "Europe/Berlin"},
        {"reassign": True},
    ]
    others = [SETTINGS, *(dataclasses.replace(SETTINGS, **change) for change in changes)]  # type: ignore[arg-type]
    assert len({one.digest() for one in others}) == len(others)
    assert SETTINGS.digest() == pickle.loads(pickle.dumps(SETTINGS)).digest()


# ---- many at once


KEYS = Work(without_people(SETTINGS), 0)


def many(folder: Path, count: int) -> Path:
    folder.mkdir(exist_ok=True)
    for n in range(count):
        (folder / f"2024-01-{n % 28 + 1:02d} {n}.srt").write_bytes(srt(f"Bob: number {n}", cues=60))
    return folder


def test_two_processes_give_the_same_result_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recordings = scan([str(many(tmp_path / "many", 60))]).recordings
    alone = convert_all(recordings, SETTINGS)
    monkeypatch.setattr(parallel, "SMALL", 0)
    counts: list[tuple[int, int]] = []
    together = convert_all(
        recordings, SETTINGS, OwnProcesses(2), progress=lambda *counted: counts.append(counted)
    )
    assert together == alone
    assert counts[-1] == (60, 60)


def test_nothing_is_read_a_second_time(tmp_path: Path) -> None:
    folder = many(tmp_path / "many", 5)
    cache = FilePlanCache(tmp_path / "cache" / "plans.db")
    first = convert_all(scan([str(folder)]).recordings, SETTINGS, OwnProcesses(cache=cache))
    recordings = scan([str(folder)]).recordings
    keys = KEYS.make_keys(recordings)
    known = cache.load(keys)
    assert [known[key] for key in keys] == first
    assert (tmp_path / "cache" / "plans.db").stat().st_mode & 0o077 == 0
    (folder / "2024-01-01 0.srt").write_bytes(srt("Eva: another"))
    os.utime(folder / "2024-01-02 1.srt", ns=(1, 1))
    fresh = KEYS.make_keys(scan([str(folder)]).recordings)
    assert [a == b for a, b in zip(keys, fresh, strict=True)] == [False, False, True, True, True]
    again = convert_all(scan([str(folder)]).recordings, SETTINGS, OwnProcesses(cache=cache))
    assert again[0].speakers[0].label != first[0].speakers[0].label or again[0].segments == 1


def test_a_broken_cache_is_replaced(tmp_path: Path) -> None:
    recordings = scan([str(many(tmp_path / "many", 3))]).recordings
    path = tmp_path / "plans.db"
    path.write_bytes(b"this is no database, and it is long enough to be looked at as one" * 20)
    cache = FilePlanCache(path)
    assert len(convert_all(recordings, SETTINGS, OwnProcesses(cache=cache))) == 3
    assert len(cache.load(KEYS.make_keys(recordings))) == 3
    base = sqlite3.connect(path)
    base.execute("UPDATE plans SET row = '[1]'")
    base.commit()
    base.close()
    assert len(convert_all(recordings, SETTINGS, OwnProcesses(cache=cache))) == 3
    (tmp_path / "file").write_bytes(b"")
    nowhere = FilePlanCache(tmp_path / "file" / "plans.db")
    assert len(convert_all(recordings, SETTINGS, OwnProcesses(cache=nowhere))) == 3


def test_a_bad_rule_for_one_file_does_not_affect_others(tmp_path: Path) -> None:
    (tmp_path / "a.srt").write_bytes(srt("Bob: hello"))
    (one,) = scan([str(tmp_path)]).recordings
    speakers = SpeakerMap(
        [Person("Bob", person_id="1")],
        rules=[FileRule("*", people=(Person("Eva", person_id="1"),))],
    )
    done = convert_recording(one, Options(speakers=speakers))
    assert done.state == "failed"
    assert "have one person_id" in done.error


@pytest.mark.parametrize("length", [20, 150])
def test_names_that_take_room_in_requests_are_counted(tmp_path: Path, length: int) -> None:
    """Summaries are kept without names, but a long name may make one more conversation."""
    words = "Bob: " + "ä ö " * 320
    (tmp_path / "2024-01-01 a.srt").write_bytes(srt(*[words] * 400))
    recordings = scan([str(tmp_path)]).recordings
    for people in ([], [Person("Bob", person_id="p" * length)]):
        options = dataclasses.replace(SETTINGS, speakers=SpeakerMap(people))
        cache = FilePlanCache(tmp_path / "plans.db")
        (kept,) = convert_all(recordings, options, OwnProcesses(cache=cache))
        exact = convert_recording(recordings[0], options)
        assert kept.conversations == exact.conversations
        assert kept.speakers == exact.speakers
        assert kept.conversations == (2 if people else 1)


def test_an_upload_refuses_a_file_that_changed_since_the_plan(archive: Path) -> None:
    entry = plan_of(archive).ready[0]
    upload = RecordingUpload(entry, SETTINGS, NOW)
    assert upload.path == str(archive / "2024-01-24 15.04.05 one.srt")
    assert [len(r.transcript_segments) for r in upload.load()] == [4]
    assert upload.load()[0].started_at == datetime(2024, 1, 24, 15, 4, 6, tzinfo=UTC)
    assert upload.read_digest() == entry.summary.digest
    Path(upload.path).write_bytes(srt("Bob: another"))
    with pytest.raises(InputError, match="changed since"):
        upload.load()


def test_a_single_file_that_changes_while_it_is_read_is_not_sent(tmp_path: Path) -> None:
    path = tmp_path / "2024-01-24 one.srt"
    path.write_bytes(srt("Alice: as it was"))
    upload = FileUpload(
        str(path),
        SETTINGS,
        NOW,
        lambda: None,
        lambda file, turns: load_file(file, SETTINGS, turns, NOW),
    )
    upload.read_digest()
    path.write_bytes(srt("Alice: as it is now"))
    with pytest.raises(InputError, match="changed while it was read; run the command again"):
        upload.load()
    upload.read_digest()
    assert upload.load()[0].transcript_segments[0].text == "as it is now"


# ---- spellings


def proposals(*groups: Sequence[str]) -> list[set[str]]:
    """Each group is the labels of one file."""
    labels: dict[str, tuple[list[str], int]] = {}
    for number, group in enumerate(groups):
        for label in group:
            labels.setdefault(label, ([], 1))[0].append(str(number))
    return [set(p.labels) for p in propose(labels)]


@pytest.mark.parametrize(
    "same",
    [
        ("Alice Doe", "alice doe"),
        ("Alice Doe", "Doe, Alice"),
        ("Alice Doe", "Alice Doe (host)"),
        ("Alice Doe", "Alice D."),
        ("Alice Doe", "A. Doe"),
        ("Alice Doe", "alice.doe@example.org"),
        ("Dr. Alice Doe", "Alice Doe | ACME"),
        ("Alice", "Alice Doe"),
        ("José Núñez", "Jose Nunez"),
        ("John Smith", "Jon Smith"),
        ("Alice Doe [ACME/Ops]", "ALICE DOE"),
        ("Robert Stone", "Robret Stone"),
    ],
)
def test_similar_names_are_proposed(same: tuple[str, str]) -> None:
    assert proposals([same[0]], [same[1]]) == [set(same)]


def test_two_who_speak_in_one_recording_are_not_one_by_way_of_a_third() -> None:
    (proposed,) = proposals(["Bob", "B. O'Neil"], ["Bob O'Neil"])
    assert len(proposed) == 2
    assert proposed != {"Bob", "B. O'Neil"}


@pytest.mark.parametrize(
    "others",
    [
        ("SPEAKER_00", "SPEAKER_01"),
        ("Speaker 1", "speaker 1"),
        ("Alice Doe", "Bob Doe"),
        ("Maria", "Mario"),
        ("Ann Lee", "Ian Lee"),
        ("Al", "Al Doe"),
        ("Alice Doe", "Alice Stone"),
        ("", " "),
        ("@sam", "@eva"),
    ],
)
def test_different_names_are_not_proposed(others: tuple[str, str]) -> None:
    assert proposals([others[0]], [others[1]]) == []


def test_a_short_form_that_fits_two_people_is_not_proposed() -> None:
    assert proposals(["Alice Doe"], ["Alice Stone"], ["Alice"], ["A. Doe"]) == [
        {"Alice Doe", "A. Doe"}
    ]


def test_two_speakers_of_one_file_are_not_proposed_as_one() -> None:
    assert proposals(["Alice Doe", "Alice"]) == []
    assert proposals(["John Smith", "Jon Smith"]) == []
    assert proposals(["Alice Doe", "alice doe"]) == [{"Alice Doe", "alice doe"}]


def test_all_names_of_one_person_are_one_proposal() -> None:
    assert proposals(["Alice Doe"], ["alice doe"], ["Alice D."], ["Alice"]) == [
        {"Alice Doe", "alice doe", "Alice D.", "Alice"}
    ]


def test_labels_are_gathered_over_all_files(archive: Path) -> None:
    found = scan([str(archive)])
    labels = gather_labels(convert_all(found.recordings, SETTINGS, samples=2))
    alice = next(row for row in labels if row.label == "Alice")
    assert len(alice.files) == 3
    assert alice.segments == 1206
    assert len(alice.samples) == 2


def test_thousands_of_recordings_with_one_text_are_compared_by_day_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = 0
    contradict = duplicates._contradict

    def count(entry: PlanEntry, other: PlanEntry) -> bool:
        nonlocal compared
        compared += 1
        return contradict(entry, other)

    text = "1\n00:00:00,000 --> 00:00:05,000\nThis call may be recorded.\n"
    days = 300
    for day in range(days):
        name = f"{2015 + day // 28 // 12}-{day // 28 % 12 + 1:02d}-{day % 28 + 1:02d} 10.00.00.srt"
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(duplicates, "_contradict", count)
    plan = plan_of(tmp_path)
    assert (len(plan.ready), len(plan.duplicates)) == (days, 0)
    assert compared < 4 * days
