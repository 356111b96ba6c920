"""Cues of one word each become utterances, with the times of their words.

stable-ts, whisper-timestamped, whisper.cpp with `-ml 1 -sow`, AssemblyAI and programs for short
videos write subtitles so (fixtures/srt/single-words.srt). A conversation should not be one word per
utterance.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter, sub

from ...line_joining import count_words
from ...models import Transcript, Utterances
from ...problems import Problem
from ...quantities import count_of
from ...sentences import SENTENCE_ENDS
from ..word_groups import Pauses, join_words, split_at_pauses

_MIN_CUES = 5
"""Fewer may be short sentences."""
_SAMPLE = 20
"""The number of first cues that are checked; most of them must have no blank."""
_MOST_BLANKS = 0.1
"""Of the cues: so many may have several words, as in `New York`."""
_MOST_WORDS = 2.2
"""Of a cue on average, where two characters of a script without blanks count as one more."""
_LONGEST = 12.0
"""Characters of a word, on average."""
_SLOWEST = 1000
"""ms of a word, on average."""
_PAUSES = Pauses(longest=60_000)


def join_single_words(transcript: Transcript) -> Transcript:
    """Join the words of each speaker up to a pause or the end of a sentence.

    Problem: `single-words`, one for the file, with cues = the utterances that it has fewer.
    """
    utterances = transcript.utterances
    if not _are_single_words(utterances):
        return transcript
    joined = []
    for speaker, said in groupby(utterances, attrgetter("speaker")):
        for words in split_at_pauses(said, _PAUSES):
            joined.append(join_words(words, speaker, words[0].line))
    fewer = len(utterances) - len(joined)
    made = count_of(len(joined), "utterance")
    message = f"{len(utterances)} cues, nearly all of them one word, became {made}"
    return transcript.evolve(joined, (Problem("single-words", message, None, fewer),))


def _are_single_words(utterances: Utterances) -> bool:
    """Whether nearly all cues are a word, as fast as people speak, and not sentences of a word."""
    texts = utterances.texts
    if len(texts) < _MIN_CUES or _have_blanks(texts[:_SAMPLE]) or _have_blanks(texts):
        return False
    number = len(texts)
    sentences = sum(text.endswith(SENTENCE_ENDS) for text in texts)  # "Yes." "No."
    length = sum(map(sub, utterances.ends, utterances.starts))
    return (
        2 * sentences < number
        and 0 < length < _SLOWEST * number
        and sum(map(len, texts)) <= _LONGEST * number
        and sum(map(count_words, texts)) <= _MOST_WORDS * number
    )


def _have_blanks(texts: Sequence[str]) -> bool:
    return len([text for text in texts if " " in text]) > _MOST_BLANKS * len(texts)
