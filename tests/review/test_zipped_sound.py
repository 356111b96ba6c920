"""Sound that lies in a ZIP file beside its transcript: words say that it cannot be heard there."""

from __future__ import annotations

import zipfile
from pathlib import Path

from tests.support.review import open_review

CUES = "1\n00:00:01,000 --> 00:00:09,000\nAnn: So tell me how it began in the harbour.\n"


def test_sound_in_a_container_has_a_message(tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    with zipfile.ZipFile(folder / "calls.zip", "w") as container:
        container.writestr("2024-05-02 call.srt", CUES)
        container.writestr("2024-05-02 call.mp3", b"x" * 100)
    with open_review(folder, tmp_path / "home") as page:
        answer = page.get("recording?number=0")
        assert answer.status == 200
        assert "<audio" not in answer.text
        assert "2024-05-02 call.mp3" in answer.text
        assert page.get("sound?number=0").status == 404
