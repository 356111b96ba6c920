"""Tokens of recognizers are removed from texts."""

from __future__ import annotations

import json

import pytest

from transcript_bridge.formats.recognizer_tokens import remove_tokens
from transcript_bridge.reading import read_bytes


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("<|0.00|>One.<|1.08|><|1.08|>Two.", "One.Two."),
        ("One.<|1.08|> <|1.08|>Two.", "One. Two."),
        ("<|zh|><|NEUTRAL|><|Speech|><|withitn|>你好", "你好"),
        ("never<|nospeech|><|endoftext|>", "never"),
        ("One [_TT_50] two[_EOT_]", "One two"),
        (
            "a < | b | > c, [Music] [SPEAKER_00] [blank]",
            "a < | b | > c, [Music] [SPEAKER_00] [blank]",
        ),
    ],
)
def test_tokens_are_removed_and_text_stays(raw: str, text: str) -> None:
    assert remove_tokens(raw).strip() == text


def test_a_segment_of_tokens_alone_is_left_out_and_words_have_none() -> None:
    segments = [
        {"start": 0, "end": 1, "text": " [BLANK_AUDIO]"},
        {
            "start": 1,
            "end": 2,
            "text": "<|1.00|> Ahoy<|2.00|>",
            "words": [{"word": "<|1.00|>"}, {"word": " Ahoy<|2.00|>", "start": 1, "end": 2}],
        },
    ]
    transcript = read_bytes(json.dumps({"segments": segments}).encode(), path="a.json")
    (utterance,) = transcript.utterances
    assert utterance.text == "Ahoy"
    assert [word.text for word in utterance.words] == ["Ahoy"]
    assert (transcript.cues, [problem.cues for problem in transcript.problems]) == (2, [1])


@pytest.mark.parametrize("name", ["a.vtt", "a.srt", "a.txt"])
def test_captions_have_no_tokens(name: str) -> None:
    line = "<|en|> Ahoy. [SPEAKER_TURN]"
    texts = {
        "a.vtt": f"WEBVTT\n\n00:01.000 --> 00:02.000\n{line}\n",
        "a.srt": f"1\n00:00:01,000 --> 00:00:02,000\n{line}\n",
        "a.txt": f"[00:01.000 --> 00:02.000] {line}\n",
    }
    transcript = read_bytes(texts[name].encode(), path=name)
    assert list(transcript.utterances.texts) == ["Ahoy."]
