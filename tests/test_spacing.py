"""One line out of several."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript_bridge.line_joining import join_all, join_lines, join_texts


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("One\ntwo", "One two"),
        (" One \n\n\t two  three ", "One two three"),
        ("Élise\nétait là", "Élise était là"),
        ("今日は\n会議に", "今日は会議に"),
        ("はい。\n「ええ」", "はい。「ええ」"),
        ("ﾊﾟｰﾃｨｰ\nだ！", "ﾊﾟｰﾃｨｰだ！"),
        ("我们去\nHainan\n吧", "我们去 Hainan 吧"),
        ("走吧……\n走", "走吧……走"),
        ("走吧\n——走", "走吧——走"),
        ("so…\nyes", "so… yes"),
        ("…\n…", "… …"),
        ("สวัสดี\nครับ", "สวัสดีครับ"),
        ("ສະບາຍ\nດີ", "ສະບາຍດີ"),
        ("ភាសា\nខ្មែរ", "ភាសាខ្មែរ"),
        ("မြန်မာ\nစာ", "မြန်မာစာ"),
        ("안녕\n하세요", "안녕 하세요"),
        ("你好\u3000\n世界", "你好世界"),
        ("你好\u3000世界", "你好 世界"),
        ("\n", ""),
        ("", ""),
    ],
)
def test_lines_are_joined_as_their_scripts_are_written(text: str, line: str) -> None:
    assert join_lines(text) == line
    texts = [text, "x"]
    join_all(texts)
    assert texts == [line, "x"]


def test_texts_are_joined_like_lines() -> None:
    assert join_texts(["One", "", " two ", "三", "四"]) == "One two 三四"
    assert join_texts([]) == ""


ragged = st.text(st.sampled_from([*"ab \n\t\0好。…é\u3000\xa0\u2028ก"]), max_size=8)


@given(st.lists(ragged))
def test_joining_all_texts_equals_joining_each(texts: list[str]) -> None:
    lines = [join_lines(text) for text in texts]
    join_all(texts)
    assert texts == lines


@given(ragged)
def test_joining_lines_changes_only_blanks(text: str) -> None:
    line = join_lines(text)
    assert "".join(line.split()) == "".join(text.split())
    assert line == join_lines(line) == " ".join(line.split())
