"""The page of one recording: its voices, its lines, problems and borders in place, its sound."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.support.review import Review, open_review, serve_review

HOSTILE = "<img src=x onerror=harmed=1>"


def write_srt(path: Path, lines: list[tuple[str, str]], *, broken_after: int = -1) -> None:
    """One cue for each (label, text), five seconds each."""
    cues = []
    for number, (label, text) in enumerate(lines):
        start = f"00:{number * 5 // 60:02d}:{number * 5 % 60:02d}"
        end = f"00:{(number * 5 + 4) // 60:02d}:{(number * 5 + 4) % 60:02d}"
        cues.append(f"{number + 1}\n{start},000 --> {end},500\n{label}: {text}\n")
        if number == broken_after:
            cues.append("77\n00:99:99:99 --> nonsense\nAnn: this is lost\n")
    path.write_text("\n".join(cues))


@pytest.fixture(name="folder", scope="module")
def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    voices = ["SPEAKER_00", "Bob Miller", "SPEAKER_02"]
    lines = [(voices[number % 3], f"line {number} & {HOSTILE}") for number in range(60)]
    write_srt(folder / "2024-05-02 talk.srt", lines, broken_after=11)
    (folder / "2024-05-02 talk.mp3").write_bytes(bytes(range(256)) * 4)
    write_srt(folder / "2024-05-03 memo.srt", [("Ann", "hello"), ("Ann", "again")])
    (folder / "2024-05-03 memo.wma").write_bytes(b"x")
    write_srt(folder / "2024-05-04 quiet.srt", [("Ann", "hello there"), ("Ann", "again")])
    return folder


@pytest.fixture(name="opened", scope="module")
def _opened(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Review]:
    with open_review(folder, tmp_path_factory.mktemp("home"), max_segments=25) as review:
        yield review


def number_of(review: Review, name: str) -> int:
    """The number that the list gives a recording."""
    html = review.get("archive").text
    found = re.search(rf'href="recording\?number=(\d+)"[^>]*>(?:(?!</a>).)*{re.escape(name)}', html)
    assert found
    return int(found[1])


def page_of(review: Review, name: str) -> str:
    return review.get(f"recording?number={number_of(review, name)}").text


def test_a_label_of_a_megabyte_is_cut_on_all_pages_and_can_be_named(tmp_path: Path) -> None:
    label = "Ann " + "x" * 1_000_000
    lines = [(label, "hello"), ("Bob", "hello there"), (label, "again"), ("Bob", "yes")]
    cues = "".join(
        f"00:{at:02d}.000 --> 00:{at:02d}.900\n<v {name}>{words}\n\n"
        for at, (name, words) in enumerate(lines)
    )
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "2024-05-02 odd.vtt").write_text(f"WEBVTT\n\n{cues}")
    with open_review(folder, tmp_path / "home") as review:
        pages = {name: review.get(name).text for name in ("archive", "people", "people-queue")}
        pages["recording"] = page_of(review, "odd.vtt")
        assert {name: len(html) < 100_000 for name, html in pages.items()} == dict.fromkeys(
            pages, True
        )
        assert "Ann xxx" in pages["recording"]
        number = number_of(review, "odd.vtt")
        named = review.post("recording-name", number=number, voice=0, name="Ann")
        assert named.status == 200
        assert len(named.body) < 100_000
        assert 'value="Ann"' in page_of(review, "odd.vtt")


def test_each_voice_has_a_row_with_what_omi_shows(opened: Review) -> None:
    html = page_of(opened, "talk.srt")
    rows = re.findall(r'<tr data-voice="\d+" class="voice">.*?</tr>', html)
    assert [re.search('placeholder="(.*?)"', row)[1] for row in rows] == [  # type: ignore[index]
        "SPEAKER_00",
        "Bob Miller",
        "SPEAKER_02",
    ]
    assert [re.search('value="(.*?)"', row)[1] for row in rows] == [  # type: ignore[index]
        "",
        "Bob Miller",
        "",
    ]
    assert "Speaker 1" in rows[1]
    assert all('<path d="M' in row for row in rows)


def test_every_line_is_there_with_its_time_and_a_name_where_the_speaker_changes(
    opened: Review,
) -> None:
    html = page_of(opened, "talk.srt")
    assert html.count("<p><i>") == 60
    assert html.count("<div class=lines>") == 2
    assert "<p><i>0:05</i><b class=v1>Bob Miller</b>line 1" in html
    assert html.count("<b class=v1>") == 20
    memo = page_of(opened, "memo.srt")
    assert memo.count("<b class=v0>") == 1  # the same voice goes on
    assert "<img" not in html
    assert f"line 3 &amp; {'&lt;img src=x onerror=harmed=1&gt;'}" in html


def test_problems_and_borders_are_where_they_belong(opened: Review) -> None:
    html = page_of(opened, "talk.srt")
    lost = html.index('class="problem lost"')
    assert html.index("line 11 &amp;") < lost < html.index("line 12 &amp;")
    assert re.search(r'<a href="#problem\d">line \d+: ', html)
    border = html.index("Conversation 2 begins here (segment 26, 2:05)")
    assert html.index("line 24 &amp;") < border < html.index("line 25 &amp;")
    assert "becomes 3 conversations" in html
    assert "Problems: 1 lost" in html


def test_the_date_says_where_it_is_from(opened: Review) -> None:
    html = page_of(opened, "talk.srt")
    assert 'value="2024-05-02"' in html
    assert "The day is from the file&#x27;s name. Nothing says the hour, so it is noon." in html


def test_what_will_be_sent_is_shown_and_nothing_is_sent(opened: Review, folder: Path) -> None:
    number = number_of(opened, "talk.srt")
    bodies = opened.get(f"recording-bodies?number={number}").data["bodies"]
    assert len(bodies) == 3
    body = json.loads(bodies[0])
    assert body["transcript_segments"][0]["text"] == f"line 0 & {HOSTILE}"
    assert body["started_at"].startswith("2024-05-02T12:00:00")


def test_the_previous_and_next_recordings_are_linked(opened: Review) -> None:
    middle = page_of(opened, "memo.srt")
    assert f'href="recording?number={number_of(opened, "talk.srt")}" rel="prev"' in middle
    assert f'href="recording?number={number_of(opened, "quiet.srt")}" rel="next"' in middle
    assert "2 of 3" in middle
    assert 'rel="prev"' not in page_of(opened, "talk.srt")


@pytest.mark.parametrize("number", ["", "-1", "99", "x", "1e9", "٣", "../1", "0x1"])
def test_an_unknown_recording_number_is_a_404(opened: Review, number: str) -> None:
    for place in ("recording", "sound", "recording-bodies"):
        assert opened.get(f"{place}?number={quote(number)}").status == 404


def test_a_single_file_goes_straight_to_its_page(folder: Path, tmp_path: Path) -> None:
    with serve_review(folder / "2024-05-03 memo.srt", tmp_path) as review:
        review.open()
        assert review.get("").headers["location"] == "recording?number=0"
        html = review.get("recording?number=0").text
    assert "2024-05-03 memo.srt" in html
    assert "of 1" not in html


def test_the_lanes_can_be_seen_from_close(opened: Review) -> None:
    number = number_of(opened, "talk.srt")
    lanes = opened.get(f"recording-lanes?number={number}&from=5000&to=10000").data["parts"]
    assert list(lanes) == ["lane0", "lane1", "lane2"]
    assert [lane.count("<path") for lane in lanes.values()] == [0, 1, 0]  # Bob Miller's second line
    assert 'd="M0 5h' in lanes["lane1"]
    for fault in ("from=x&to=1", "from=1"):
        assert opened.get(f"recording-lanes?number={number}&{fault}").status == 404


# ---- sound


def test_the_sound_beside_it_is_sent_in_parts(opened: Review, folder: Path) -> None:
    number = number_of(opened, "talk.srt")
    assert f'src="sound?number={number}"' in page_of(opened, "talk.srt")
    whole = opened.get(f"sound?number={number}")
    assert whole.status == 200
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["content-type"] == "audio/mpeg"
    assert whole.body == (folder / "2024-05-02 talk.mp3").read_bytes()
    part = opened.get(f"sound?number={number}", Range="bytes=100-199")
    assert (part.status, part.body) == (206, whole.body[100:200])
    assert part.headers["content-range"] == "bytes 100-199/1024"
    assert opened.get(f"sound?number={number}", Range="bytes=5000-").status == 416


def test_each_voice_has_samples_early_in_the_middle_and_late(opened: Review) -> None:
    html = page_of(opened, "talk.srt")
    samples = re.findall('data-samples="(.*?)"', html)
    assert len(samples) == 3
    starts = [int(span.split("-")[0]) for span in samples[0].split()]
    assert len(starts) == 3
    assert starts[0] < 100_000 <= starts[1] < 200_000 <= starts[2]
    assert [start % 15_000 for start in starts] == [0, 0, 0]  # its own lines


def test_sound_that_no_browser_plays_has_a_message(opened: Review) -> None:
    html = page_of(opened, "memo.srt")
    assert "Browsers cannot play .wma files such as 2024-05-03 memo.wma." in html
    assert "<audio" not in html
    assert 'class="listen"' not in html
    assert opened.get(f"sound?number={number_of(opened, 'memo.srt')}").status == 404


def test_without_sound_there_is_no_player(opened: Review) -> None:
    html = page_of(opened, "quiet.srt")
    assert 'class="player' not in html
    assert opened.get(f"sound?number={number_of(opened, 'quiet.srt')}").status == 404


def test_a_file_that_is_named_alone_has_its_sound_too(folder: Path, tmp_path: Path) -> None:
    with open_review(folder / "2024-05-02 talk.srt", tmp_path) as review:
        sound = review.get("sound?number=0").body
        review.get("archive")  # meanwhile the server closes the file; stopping would leave it open
    assert sound == (folder / "2024-05-02 talk.mp3").read_bytes()


def test_a_long_transcript_is_a_small_page(tmp_path: Path) -> None:
    voices = ["SPEAKER_00", "Bob Miller", "SPEAKER_02"]
    lines = [
        (voices[number // 3 % 3], "what was said, of usual length") for number in range(10_000)
    ]
    cues = []
    for number, (label, text) in enumerate(lines):
        seconds, minutes, hours = number % 60, number // 60 % 60, number // 3600
        at = f"{hours:02d}:{minutes:02d}:{seconds:02d}"
        cues.append(f"{number + 1}\n{at},000 --> {at},900\n{label}: {text}\n")
    (tmp_path / "2024-05-02 long.srt").write_text("\n".join(cues))
    with open_review(tmp_path / "2024-05-02 long.srt", tmp_path / "home") as review:
        html = review.get("recording?number=0").text
    assert html.count("<p><i>") == 10_000
    assert html.count("<div class=lines>") == 200
    assert len(html.encode()) < 1_200_000


def test_the_scripts_are_small(opened: Review) -> None:
    scripts = {"review.js", "archive.js", "recording.js"}
    assert sum(len(opened.get(name).body) for name in scripts) < 27_000
