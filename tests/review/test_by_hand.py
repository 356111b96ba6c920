"""The two settings files written by hand make the very requests that choices on the page make."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.support.review import Review, serve_review

NAME = "2024-05-02 call.srt"
CUE = "{n}\n00:00:{s:02d},000 --> 00:00:{e:02d},000\n{voice}: What I have to say is number {n}.\n\n"
MAP = f"""# my own map
[[files]]
path = "{NAME}"

  [files.speakers."Chiara"]
  aliases = ["SPEAKER_01", "SPEAKER_02"]

[speakers."Ann"]
is_user = true
"""
SETTINGS = f"""speakers = "speakers.toml"

[[files]]
path = "{NAME}"
timezone = "UTC"
started_at = 2024-06-07T09:30:00Z
"""


def write_call(folder: Path) -> Path:
    folder.mkdir()
    text = ""
    for n, voice in enumerate(("Ann", "SPEAKER_01", "SPEAKER_02"), 1):
        text += CUE.format(n=n, s=n * 9, e=n * 9 + 8, voice=voice)
    (folder / NAME).write_text(text)
    return folder


def read_bodies(page: Review) -> Any:
    page.open()
    page.wait_until_read()
    return page.get("recording-bodies?number=0").data["bodies"]


def test_files_written_by_hand_make_the_same_requests(tmp_path: Path) -> None:
    by_hand = write_call(tmp_path / "by hand")
    (by_hand / "speakers.toml").write_text(MAP)
    (by_hand / "transcript-bridge.toml").write_text(SETTINGS)
    with serve_review(by_hand, tmp_path / "home") as page:
        wanted = read_bodies(page)
    with serve_review(write_call(tmp_path / "page"), tmp_path / "home") as page:
        before = read_bodies(page)
        when = {"date": "2024-06-07", "time": "09:30:00", "zone": "UTC", "language": ""}
        choices: list[tuple[str, dict[str, Any]]] = [
            ("recording-me", {"number": 0, "voice": 0}),
            ("recording-name", {"number": 0, "voice": 1, "name": "Chiara"}),
            ("recording-merge", {"number": 0, "voices": [1, 2], "name": "Chiara"}),
            ("recording-date", {"number": 0, **when}),
        ]
        for address, fields in choices:
            answer = page.post(address, **fields)
            assert answer.status == 200, answer.text
        made = page.get("recording-bodies?number=0").data["bodies"]
    assert made == wanted
    assert made != before
