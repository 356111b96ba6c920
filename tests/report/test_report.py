"""The report: its sums add up, it shows everything, and nothing on its page can do harm."""

from __future__ import annotations

import os
import re
import threading
import zipfile
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.command import PATIENCE_SECONDS
from transcript_bridge.archive.left_out import LeftOut
from transcript_bridge.archive.parallel import convert_all
from transcript_bridge.archive.planning import make_plan
from transcript_bridge.archive.scan import scan
from transcript_bridge.archive.summary import RecordingSummary, SpeakerSummary
from transcript_bridge.object_stores import MAX_AT_ONCE, contents
from transcript_bridge.options import Options
from transcript_bridge.quantities import length_of
from transcript_bridge.report import (
    COLUMNS,
    FileReport,
    Lane,
    Leftovers,
    Month,
    Report,
    SourceStatus,
    build_report,
    check_ledger_sources,
    check_plan_sources,
    render_page,
    report_data,
    report_rows,
    with_lanes,
)
from transcript_bridge.report.bars import bars_of, draw_months
from transcript_bridge.report.lanes import SHADES, LaneBlock, blocks_of
from transcript_bridge.report.redaction import redact
from transcript_bridge.report.states import GONE_ADVICE, MEANINGS, TONES
from transcript_bridge.report.wording import day_of
from transcript_bridge.transfer.ledger import LedgerEntry
from transcript_bridge.transfer.states import Row, SourcePart, State

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
BEGAN = datetime(2024, 1, 24, 15, tzinfo=UTC)
SETTINGS = Options(timezone="UTC")
SECRET = "nobody may read this in a report"
HOSTILE = "</title><script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def entry(
    number: int,
    path: str = "/a/one.srt",
    *others: str,
    state: State = State.DONE,
    at: datetime = BEGAN,
    part: int = 1,
    parts: int = 1,
    account: str = "account",
    held: bool = False,
    error: str = "",
) -> LedgerEntry:
    row = Row(
        id=number,
        session_id=f"session{number}",
        generation=0,
        state=state,
        conversation_id=f"id{number}",
        attempts=1,
        server_errors=0,
        last_error=error,
        started_at=at,
        finished_at=at + timedelta(minutes=30),
        segments=10,
        words=100,
        content_digest="digest",
        undone=False,
        sent_at=None,
        sent_mark="",
        not_before=0.0,
        updated_at=0.0,
    )
    return LedgerEntry(
        account, row, tuple(SourcePart(one, part, parts) for one in (path, *others)), held
    )


def srt(*lines: str) -> str:
    return "\n".join(
        f"{n}\n00:00:{n:02d},000 --> 00:00:{n:02d},900\n{line}\n" for n, line in enumerate(lines, 1)
    )


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    folder.mkdir()
    hello = srt(f"Alice: {SECRET}", "Bob: hello", "Alice: so then", "Bob: let us begin")
    (folder / "2024-01-24 15.04.05 one.srt").write_text(hello)
    (folder / "copy of one.srt").write_text(hello)
    (folder / "broken.srt").write_text(SECRET)
    (folder / "cut.json").write_text(f'{{"segments": [] {SECRET}')
    (folder / "turns.rttm").write_text("SPEAKER a 1 0.0 3.0 <NA> <NA> S0 <NA> <NA>\n")
    (folder / "silent.json").write_text('{"segments": [], "language": "en"}')
    (folder / "picture.jpg").write_bytes(b"")
    for path in folder.iterdir():  # not later than NOW
        os.utime(path, (BEGAN.timestamp(), BEGAN.timestamp()))
    return folder


def look(folder: Path) -> tuple[list[SourceStatus], Leftovers]:
    found = scan([str(folder)])
    plan = make_plan(found, convert_all(found.recordings, SETTINGS), NOW)
    return list(check_plan_sources(found, plan)), Leftovers.of(plan)


# ---- sums and states


def test_the_sums_add_up_in_every_state() -> None:
    entries = [entry(n, f"/a/{state}.srt", state=state) for n, state in enumerate(State)]
    entries.append(
        entry(99, "/a/done.srt", "/a/copy.srt", at=BEGAN + timedelta(hours=1), part=2, parts=2)
    )
    report = build_report(entries, [], NOW)
    totals = report.totals
    assert totals.conversations == totals.by_state.total() == len(State) + 1
    assert totals.files == totals.files_by_state.total() == len(report.files) == len(State) + 1
    assert totals.stored == 3
    assert totals.segments == 10 * (len(State) + 1)
    # The recording of two conversations has a pause of half an hour between them.
    assert totals.seconds == 1800 * (len(State) + 2)
    assert sum(sum(month.seconds.values()) for month in report.months) == totals.seconds
    assert sum(m.conversations for m in report.months) == totals.conversations
    assert sum(sum(m.seconds.values()) for m in report.months) == totals.seconds
    assert sum(m.files for m in report.months) == totals.files


def test_states_that_need_action_have_advice() -> None:
    assert set(MEANINGS) >= {state.value for state in State}
    assert {meaning.tone for meaning in MEANINGS.values()} == set(TONES)
    troubled = {state for state, meaning in MEANINGS.items() if meaning.advice}
    unusable = {"failed", "turns-alone", "unread"}
    assert troubled == {"uncertain", "rejected", "blocked", "sending"} | unusable


def test_a_file_shows_the_most_urgent_state_of_its_parts() -> None:
    parts = [(State.DONE, 1), (State.REJECTED, 2), (State.PLANNED, 3)]
    entries = [
        entry(n, state=state, part=n, parts=3, at=BEGAN + timedelta(hours=n)) for state, n in parts
    ]
    (file,) = build_report(entries, [], NOW).files
    assert file.state == "rejected"
    assert [one.part for one in file.sent] == [1, 2, 3]
    assert file.seconds == 2.5 * 3600
    assert [one.number for one, _, _ in file.troubles if one] == [2]


def test_what_is_being_sent_now_needs_no_action() -> None:
    busy, left = (
        build_report([entry(1, state=State.SENDING, held=held)], [], NOW).files[0]
        for held in (True, False)
    )
    assert busy.troubles == ()
    assert len(left.troubles) == 1


def test_a_missing_source_is_shown_and_matters_where_it_is_needed() -> None:
    entries = [entry(1, "/a/done.srt"), entry(2, "/a/left.srt", state=State.PLANNED)]
    report = build_report(
        entries,
        [SourceStatus("/a/done.srt", there=False), SourceStatus("/a/left.srt", there=False)],
        NOW,
    )
    assert report.totals.gone == 2
    assert [(file.path, advice) for file in report.files for _, _, advice in file.troubles] == [
        ("/a/left.srt", GONE_ADVICE)
    ]
    assert render_page(report).count("the file is gone") == 2


def test_months_are_local_and_without_gaps() -> None:
    entries = [
        entry(1, at=datetime(2023, 11, 30, 23, 30, tzinfo=UTC)),
        entry(2, "/a/two.srt", at=BEGAN),
    ]
    east = timezone(timedelta(hours=1))
    report = build_report(entries, [], NOW, localize=lambda moment: moment.astimezone(east))
    assert [(m.year, m.month, m.files) for m in report.months] == [(2023, 12, 1), (2024, 1, 1)]
    report = build_report(entries, [], NOW)
    assert [(m.year, m.month, m.files) for m in report.months] == [
        (2023, 11, 1),
        (2023, 12, 0),
        (2024, 1, 1),
    ]


def test_accounts_are_named_only_where_there_are_several() -> None:
    alone = build_report([entry(1)], [], NOW, profiles={"account": "work"}).files[0]
    assert alone.sent[0].account == ""
    both = build_report(
        [entry(1), entry(2, account="0123456789")], [], NOW, profiles={"account": "work"}
    ).files[0]
    assert {one.account for one in both.sent} == {"work", "012345"}


def test_a_report_of_nothing_is_a_page() -> None:
    page = render_page(build_report([], [], NOW))
    assert "Nothing was uploaded yet." in page
    check(page)


# ---- files


def test_an_archive_that_was_never_sent_is_shown_completely(archive: Path) -> None:
    seen, leftovers = look(archive)
    report = build_report([], seen, NOW, leftovers=leftovers)
    assert {Path(file.path).name: file.state for file in report.files} == {
        "2024-01-24 15.04.05 one.srt": "unsent",
        "copy of one.srt": "duplicate",
        "broken.srt": "failed",
        "cut.json": "failed",
        "turns.rttm": "turns-alone",
        "silent.json": "silent",
    }
    assert report.totals.by_state == {"unsent": 1}
    assert report.totals.segments == 4
    assert report.leftovers.other_files == {".jpg": 1}
    assert [(label.label, len(label.files), label.samples) for label in report.labels] == [
        ("Alice", 1, ()),
        ("Bob", 1, ()),
    ]
    page = render_page(report)
    assert SECRET not in page
    assert SECRET not in str(report_data(report))
    check(page)


def test_the_ledger_overrides_the_plan(archive: Path) -> None:
    seen, _ = look(archive)
    report = build_report([entry(1, str(archive / "2024-01-24 15.04.05 one.srt"))], seen, NOW)
    (file,) = [file for file in report.files if file.sent]
    assert (file.state, file.format, [heard.label for heard in file.heard]) == (
        "done",
        "srt",
        ["Alice", "Bob"],
    )
    assert report.totals.by_state == {"done": 1}


def test_files_are_found_by_the_paths_of_the_ledger(tmp_path: Path) -> None:
    (tmp_path / "talk.srt").write_text(srt("Alice: hello", "Bob: hello"))
    (tmp_path / "talk.json").write_text(
        '{"segments": [{"start": 0, "end": 1, "text": "of one", "speaker": "S"}]}'
    )
    (tmp_path / "broken.srt").write_text("no longer what it was")
    (tmp_path / "film.mp4").write_bytes(b"never opened")
    with zipfile.ZipFile(tmp_path / "wow! all.zip", "w") as box:
        box.writestr("in/side.srt", srt("Carol: hello"))
    names = [
        "talk.srt",
        "wow! all.zip!in/side.srt",
        "gone.srt",
        "wow! all.zip!in/gone.srt",
        "broken.srt",
        "film.mp4",
    ]
    paths = [*(str(tmp_path / name) for name in names), "-"]
    seen = dict(zip([*names, "-"], check_ledger_sources(paths, SETTINGS), strict=True))
    assert [name for name, one in seen.items() if not one.there] == [
        "gone.srt",
        "wow! all.zip!in/gone.srt",
        "-",
    ]
    talk = seen["talk.srt"].summary
    assert talk is not None
    assert [speaker.label for speaker in talk.speakers] == [
        "Alice",
        "Bob",
    ]  # talk.json is better, but was not sent
    assert "no line has times" in seen["broken.srt"].message
    drawn = {
        name: [lane.label for lane in with_lanes(one, SETTINGS, NOW).lanes]
        for name, one in seen.items()
    }
    assert drawn == {name: [] for name in drawn} | {
        "talk.srt": ["Alice", "Bob"],
        "wow! all.zip!in/side.srt": ["Carol"],
    }


def test_stores_are_asked_about_many_sources_at_once_and_once_for_a_container(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = []
    objects = [f"s3://archive/{number}.srt" for number in range(MAX_AT_ONCE)]
    all_at_once = threading.Barrier(MAX_AT_ONCE)

    def answer(url: str) -> bool:
        asked.append(url)
        if url in objects:
            all_at_once.wait(PATIENCE_SECONDS)
        return url not in {objects[0], "s3://archive/gone.zip", "s3://archive/gone.zip!a.srt"}

    monkeypatch.setattr(contents, "object_exists", answer)
    members = [f"s3://archive/all.zip!{name}.srt" for name in "abc"]
    paths = [*objects, *members, "s3://archive/gone.zip!a.srt"]
    found = check_ledger_sources(paths, SETTINGS)
    assert {source.path for source in found if not source.there} == {objects[0], paths[-1]}
    containers = ["s3://archive/all.zip", "s3://archive/gone.zip"]
    assert sorted(asked) == sorted([*objects, *containers, paths[-1]])


def test_a_source_that_vanished_meanwhile_has_no_lanes(tmp_path: Path) -> None:
    path = tmp_path / "talk.srt"
    path.write_text(srt("Alice: hello"))
    (seen,) = check_ledger_sources([str(path)], SETTINGS)
    path.unlink()
    assert with_lanes(seen, SETTINGS, NOW).lanes == ()


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        (
            "not JSON from character 3 on, at 'my \\'dear\\' Bob' (x)",
            "not JSON from character 3 on, at […] (x)",
        ),
        ('the JSON ends before "it\'s me"; keep one', "the JSON ends before […]; keep one"),
        (
            "none can be read (segment 1 has no start: 'my dear'; x)",
            "none can be read (segment 1 has no start: […]; x)",
        ),
        ("text without a time, 'my dear', was left out", "text without a time, […], was left out"),
        ("this has neither 'WEBVTT' nor a time", "this has neither 'WEBVTT' nor a time"),
        ("look at 'transcript-bridge plan'", "look at 'transcript-bridge plan'"),
        ("Bee's Markdown; 'review' says why it's so", "Bee's Markdown; 'review' says why it's so"),
        ("or use --untranscribed-text", "or use --untranscribed-text"),
    ],
)
def test_messages_quote_nothing_of_a_file(message: str, shown: str) -> None:
    assert redact(message) == shown


# ---- pictures


@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 3000)), min_size=1))
def test_blocks_are_ordered_and_differ_from_their_neighbors(spans: list[tuple[int, int]]) -> None:
    length = max(start + talk for start, talk in spans)
    blocks = blocks_of([(start, start + talk) for start, talk in spans], length)
    assert blocks
    assert all(block.width > 0 and 1 <= block.shade <= SHADES for block in blocks)
    for one, other in pairwise(blocks):
        assert one.first + one.width <= other.first
        assert one.first + one.width < other.first or one.shade != other.shade
    assert blocks[-1].first + blocks[-1].width <= COLUMNS
    for start, talk in spans:
        middle = min((2 * start + talk) * COLUMNS // (2 * length), COLUMNS - 1)
        assert any(one.first <= middle < one.first + one.width for one in blocks)


def test_a_few_words_in_a_long_recording_are_pale() -> None:
    hour = 3_600_000
    a_second_a_minute = [(minute * 60_000, minute * 60_000 + 1000) for minute in range(900)]
    blocks = blocks_of(a_second_a_minute, 15 * hour)
    assert {block.shade for block in blocks} == {1}
    assert blocks_of([(0, 15 * hour)], 15 * hour) == ((0, COLUMNS, SHADES),)


def test_a_long_archive_is_drawn_by_years() -> None:
    months = [Month(1990 + n // 12, n % 12 + 1, 1, 2, {"stored": 60.0}) for n in range(300)]
    bars = bars_of(months)
    assert [bar.name for bar in bars][:2] == ["1990", "1991"]
    assert sum(bar.conversations for bar in bars) == 600
    assert draw_months(bars).count("<rect") == 25
    assert len(bars_of(months[:240])) == 240


@pytest.mark.parametrize(
    ("seconds", "top"), [(0.0, "1 s"), (50.0, "60 s"), (100.0, "2 min"), (10_000.0, "4 h")]
)
def test_the_scale_is_round(seconds: float, top: str) -> None:
    assert f"<span>{top}</span>" in draw_months(
        bars_of([Month(2024, 1, 1, 1, {"stored": seconds})])
    )


def test_many_speakers_share_the_last_lane() -> None:
    lanes = tuple(Lane(f"S{n}", None, False, 1000 + n, (LaneBlock(n, 1, 4),)) for n in range(30))
    file = SourceStatus("/a/one.srt", lanes=lanes)
    page = render_page(build_report([entry(1)], [file], NOW))
    assert "<i>19 more</i>" in page
    assert "<bdi>S29</bdi>" in page
    assert "<bdi>S3</bdi>" not in page


# ---- the page


class Reader(HTMLParser):
    """Every element and attribute of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in ("input", "meta", "col"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def check(page: str) -> None:
    """Well-formed, nothing that runs, nothing from elsewhere, and every link leads somewhere."""
    reader = Reader()
    reader.feed(page)
    reader.close()
    assert reader.open == []
    assert not set(reader.tags) & {"script", "img", "iframe", "link", "object", "form", "base"}
    ids = [value for name, value in reader.attributes if name == "id"]
    assert len(set(ids)) == len(ids)
    for name, value in reader.attributes:
        assert not name.startswith("on")
        assert name not in ("src", "action", "srcset", "xlink:href")
        if name == "href":
            assert value[0] == "#"
            assert value[1:] in ids
    assert reader.tags["h1"] == 1
    assert not re.search(r"url\(|@import|https?://", page)


def test_hostile_names_are_escaped() -> None:
    path = f"/a/{HOSTILE.replace('/', '!')}\u202e.srt"
    lanes = (
        Lane(HOSTILE, HOSTILE + "\x00\ud800", True, 1000, (LaneBlock(0, 5, 4),)),
        Lane(None, None, False, 5, (LaneBlock(9, 1, 1),)),
    )
    entries = [entry(1, path, state=State.REJECTED, error=HOSTILE), entry(2, HOSTILE)]
    leftovers = Leftovers(((HOSTILE, HOSTILE),), (LeftOut(HOSTILE, HOSTILE, HOSTILE),), 1, 1)
    page = render_page(
        build_report(
            entries, [SourceStatus(path, message=HOSTILE, lanes=lanes)], NOW, leftovers=leftovers
        )
    )
    check(page)
    assert "&lt;script&gt;" in page
    assert "\x00" not in page
    assert page.encode() is not None


def test_the_page_has_every_section(archive: Path) -> None:
    seen, leftovers = look(archive)
    drawn = [with_lanes(one, SETTINGS, NOW) for one in seen]
    entries = [
        entry(
            1,
            str(archive / "2024-01-24 15.04.05 one.srt"),
            state=State.UNCERTAIN,
            error="the connection was reset",
        )
    ]
    page = render_page(build_report(entries, drawn, NOW, leftovers=leftovers))
    check(page)
    for words in (
        "The connection was reset",
        "resolve 1&#x27;",
        "id1",
        "January 2024",
        "Without a date",
        "Who spoke",
        "prefers-color-scheme: dark",
        "@media print",
        "default-src &#x27;none&#x27;".replace("&#x27;", "'"),
        "<bdi>Alice</bdi>",
        ".jpg 1",
    ):
        assert words in page, words


def _palettes() -> list[dict[str, str]]:
    style = files("transcript_bridge.report").joinpath("page.css").read_text(encoding="utf-8")
    blocks = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    return [dict(re.findall(r"--(\w+): (#\w{6});", block)) for block in blocks]


def _light(color: str) -> float:
    parts = (int(color[n : n + 2], 16) / 255 for n in (1, 3, 5))
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_light(one), _light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("palette", _palettes(), ids=["light", "dark"])
def test_every_color_has_enough_contrast(palette: dict[str, str]) -> None:
    """WCAG 2.2 AA: 4.5 for words, 3 for pictures."""
    for ground in ("paper", "card"):
        for words in ("ink", "quiet", "link", *TONES):
            assert _contrast(palette[words], palette[ground]) >= 4.5, (words, ground)
    for lane in (f"c{n}" for n in range(8)):
        for ground in ("card", "track", "paper"):
            assert _contrast(palette[lane], palette[ground]) >= 3, (lane, ground)


def test_every_class_of_the_style_sheets_is_on_a_page() -> None:
    """A rule whose class was renamed on the pages alone colors nothing."""
    package = files("transcript_bridge")
    style = package.joinpath("report/page.css").read_text(encoding="utf-8")
    style += package.joinpath("review/assets/review.css").read_text(encoding="utf-8")
    selectors = re.sub(r"/\*.*?\*/|\{[^{}]*\}", " ", style, flags=re.DOTALL)
    classes = set(re.findall(r"\.([a-z][\w-]*)", selectors))
    numbered = {name for name in classes if re.fullmatch(r"[a-z]\d", name)}
    sources = [*Path(str(package)).rglob("*.py"), *Path(str(package)).rglob("*.js")]
    words = set(re.findall(r"[\w-]+", " ".join(path.read_text("utf-8") for path in sources)))
    assert classes - numbered - words == set()


# ---- for machines


def test_rows_are_one_per_conversation_without_formulas() -> None:
    entries = [
        entry(1, "=cmd()", error="+1"),
        entry(2, "/a/b.srt", part=1, parts=2),
        entry(3, "/a/b.srt", part=2, parts=2),
    ]
    report = build_report(entries, [SourceStatus("/a/c.srt", state="failed", message="@why")], NOW)
    rows = list(report_rows(report))
    assert [(row["path"], row["state"], row["id"], row["message"]) for row in rows] == [
        ("/a/b.srt", "done", "id2", ""),
        ("/a/b.srt", "done", "id3", ""),
        ("'=cmd()", "done", "id1", "'+1"),
        ("/a/c.srt", "failed", "", "'@why"),
    ]


def test_json_has_the_same_sums() -> None:
    report: Report = build_report([entry(1), entry(2, "/a/b.srt", state=State.BLOCKED)], [], NOW)
    data = report_data(report)
    assert data["totals"]["by_state"] == {"done": 1, "blocked": 1}
    assert data["totals"]["hours"] == 1.0
    assert data["months"] == [{"month": "2024-01", "files": 2, "conversations": 2, "hours": 1.0}]
    assert [len(file["conversations"]) for file in data["files"]] == [1, 1]
    assert FileReport("/a", "done").tone == "stored"


# ---- who spoke


def heard(path: str, *labels: str | None, is_user: bool = False) -> SourceStatus:
    """A file in which each of the labels speaks for a second; the first may be the owner."""
    speakers = tuple(
        SpeakerSummary(label, 1, 1000, None, is_user and number == 0)
        for number, label in enumerate(labels)
    )
    summary = RecordingSummary(path, "ready", conversations=1, ms=2000, speakers=speakers)
    return SourceStatus(path, began=NOW, summary=summary)


def test_voices_without_a_name_are_one_row() -> None:
    files = [heard("/a/one.srt", "SPEAKER_00", "Ann"), heard("/a/two.srt", "SPEAKER_00", None)]
    page = render_page(build_report([], files, NOW))
    assert "<i>3 voices without a name</i>" in page
    assert "<bdi>SPEAKER_00</bdi>" not in page
    assert "<bdi>Ann</bdi>" in page


def test_files_in_which_nobody_is_the_owner_are_counted() -> None:
    files = [heard("/a/one.srt", "Ann"), heard("/a/two.srt", "Ben", is_user=True)]
    assert "In 1 file no speaker is marked as you" in render_page(build_report([], files, NOW))
    assert "no speaker is marked" not in render_page(build_report([], files[1:], NOW))


def test_spellings_of_one_name_are_shown_beside_each_other() -> None:
    files = [heard("/a/one.srt", "Alice Doe"), heard("/a/two.srt", "Doe, Alice")]
    page = render_page(build_report([], files, NOW))
    assert "perhaps <bdi>Doe, Alice</bdi>" in page
    assert "perhaps <bdi>Alice Doe</bdi>" in page


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (28, "28 s"),
        (240, "4 min"),
        (3570, "1 h"),
        (7200, "2 h"),
        (7500, "2 h 5 min"),
        (35_990, "10 h"),
        (4_356_000, "1,210 h"),
    ],
)
def test_lengths_have_the_unit_in_which_they_are_read_best(seconds: float, words: str) -> None:
    assert str(length_of(seconds)) == words


def test_a_large_page_can_show_only_what_needs_a_decision() -> None:
    entries = [entry(1, "/a/bad.srt", state=State.REJECTED, error="too long")]
    files = [heard(f"/a/{number}.srt", "Ann") for number in range(12)]
    page = render_page(build_report(entries, files, NOW))
    check(page)
    assert "only the 1 file with something to decide" in page
    assert page.count('class="file aside-file"') == 1
    assert "something to decide" not in render_page(build_report([], files, NOW))


def test_the_title_names_folder_and_day() -> None:
    page = render_page(build_report([], [heard("/a/exports/one.srt", "Ann")], NOW))
    assert f"<title>Archive report: exports, {day_of(NOW)}</title>" in page
