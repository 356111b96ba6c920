"""Compares our join of words and turns with WhisperX's, in the same run.

    python -m venv bench && . bench/bin/activate
    pip install -e . -r benchmarks/requirements-diarization.txt
    pip install --no-deps whisperx==3.8.6
    python benchmarks/diarization.py [accuracy | fit | speed] [--corpus FOLDER]

accuracy  every meeting, stream and kind of turns, with word times and as subtitles, and cpWER
fit       how the constants of `Costs` are found: leaving out one meeting at a time (some minutes)
speed     words by turns against WhisperX, growth, and RTTM lines against pyannote.database's loader

The corpus is a folder with `diarization/MEETING.STREAM.json`, `.truth.txt` and `.TURNS.rttm` (AMI,
see docs/diarization.md): --corpus, else $TRANSCRIPT_BRIDGE_CORPUS, else ../shared/corpus.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import random
import sys
import tempfile
import time
import types
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from transcript_bridge import join_turns, read
from transcript_bridge.models import Transcript, Turn, Utterance, Word
from transcript_bridge.shaping.diarization import Costs

TURNS = ("pyannote31", "vbx", "reference")
STREAMS = ("longest", "first", "random")
CELLS = [(turns, stream) for turns in TURNS for stream in STREAMS]
CORPUS = Path(__file__).parents[2] / "shared" / "corpus"

Labels = list[str | None]
Score = tuple[int, int]
"""Words with the right speaker, and all."""


class Corpus:
    """The meetings on disk, each file read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "diarization"
        self.meetings = sorted(
            {path.name.split(".")[0] for path in self.folder.glob("*.truth.txt")}
        )
        if not self.meetings:
            sys.exit(f"no meetings in {self.folder}; give the corpus with --corpus FOLDER")

    @cache  # noqa: B019  # one corpus lives as long as the run
    def transcript(self, meeting: str, stream: str, timed: bool = True) -> Transcript:
        transcript = read(self.folder / f"{meeting}.{stream}.json")
        if timed:
            return transcript
        return transcript.evolve([u._replace(words=()) for u in transcript.utterances])

    @cache  # noqa: B019
    def turns(self, meeting: str, stream: str, turns: str) -> tuple[Turn, ...]:
        return read(self.folder / f"{meeting}.{stream}.{turns}.rttm").turns

    @cache  # noqa: B019
    def truth(self, meeting: str, stream: str) -> list[str]:
        return (self.folder / f"{meeting}.{stream}.truth.txt").read_text().split()

    @cache  # noqa: B019
    def whisperx(self, meeting: str, stream: str, turns: str) -> tuple[Labels, Labels]:
        """Return WhisperX's speakers: by word with fill_nearest, and by segment."""
        result = json.loads((self.folder / f"{meeting}.{stream}.json").read_text())
        assign_whisperx(self.turns(meeting, stream, turns), result)
        by_word = [
            word.get("speaker") for segment in result["segments"] for word in segment["words"]
        ]
        by_segment = [
            segment.get("speaker") for segment in result["segments"] for _ in segment["words"]
        ]
        return by_word, by_segment

    def ours(
        self, meeting: str, stream: str, turns: str, timed: bool = True, **settings: Any
    ) -> Labels:
        joined = join_turns(
            self.transcript(meeting, stream, timed), self.turns(meeting, stream, turns), **settings
        ).transcript
        by_number = {
            int(word.split("_")[0]): u.speaker for u in joined.utterances for word in u.text.split()
        }
        return [by_number[number] for number in range(len(self.truth(meeting, stream)))]


FRAMEWORKS = {
    "torch": ("Tensor", "device"),
    "pyannote.audio": ("Pipeline",),
    "whisperx.audio": ("load_audio", "SAMPLE_RATE"),
}


@cache
def load_whisperx() -> Any:
    """whisperx.diarize, without the frameworks that this one function has no use for."""
    try:
        import pyannote  # noqa: F401  # pyannote.database, or any other part of it
    except ImportError:
        sys.modules["pyannote"] = types.ModuleType("pyannote")
    for name, attributes in FRAMEWORKS.items():
        module = sys.modules[name] = types.ModuleType(name)
        vars(module).update(dict.fromkeys(attributes, object))
    import whisperx.diarize

    return whisperx.diarize


def assign_whisperx(turns: Iterable[Turn], result: dict[str, Any]) -> float:
    """Runs WhisperX's own function on its own shapes, in place; says how long it took (s)."""
    import pandas

    rows = [(turn.start / 1000, turn.end / 1000, turn.speaker) for turn in turns]
    frame = pandas.DataFrame(rows, columns=["start", "end", "speaker"])
    assign = load_whisperx().assign_word_speakers
    begin = time.process_time()
    assign(frame, result, fill_nearest=True)
    return time.process_time() - begin


def score(labels: Labels, truth: list[str]) -> Score:
    return sum(a == b for a, b in zip(labels, truth, strict=True)), len(truth)


def share(scores: Iterable[Score]) -> float:
    """% of words with the right speaker."""
    right, words = map(sum, zip(*scores, strict=True))
    return 100 * right / words


Method = Callable[[str, str, str], Labels]


def compare(corpus: Corpus, title: str, ours: Method, theirs: Method) -> None:
    """A table of the nine cells, and each meeting's difference."""
    print(
        f"\n{title}\n{'turns':11}{'stream':9}{'ours':>7}{'theirs':>8}{'diff':>7}   by meeting: ",
        end="",
    )
    print("  ".join(corpus.meetings))
    differences = []
    for turns, stream in CELLS:
        own, other = {}, {}
        for meeting in corpus.meetings:
            truth = corpus.truth(meeting, stream)
            own[meeting] = score(ours(meeting, stream, turns), truth)
            other[meeting] = score(theirs(meeting, stream, turns), truth)
        mine, yours = share(own.values()), share(other.values())
        differences.append(mine - yours)
        each = "  ".join(
            f"{share([own[m]]) - share([other[m]]):+{len(m)}.2f}" for m in corpus.meetings
        )
        print(f"{turns:11}{stream:9}{mine:7.2f}{yours:8.2f}{mine - yours:+7.2f}{'':16}{each}")
    print(f"mean {sum(differences) / len(differences):+.2f}, worst {min(differences):+.2f}")


def accuracy(corpus: Corpus) -> None:
    def by_word(*cell: str) -> Labels:
        return corpus.whisperx(*cell)[0]

    def by_segment(*cell: str) -> Labels:
        return corpus.whisperx(*cell)[1]

    compare(corpus, "% of words, beside WhisperX by word with fill_nearest", corpus.ours, by_word)
    compare(corpus, "the same without smoothing", lambda *c: corpus.ours(*c, mode="raw"), by_word)
    compare(
        corpus,
        "subtitles: beside a cue's majority speaker",
        lambda *c: corpus.ours(*c, timed=False),
        by_segment,
    )
    print("\ncpWER in %, pyannote31/longest (meeteval)")
    methods = {"ours": corpus.ours, "WhisperX by word": by_word, "WhisperX by segment": by_segment}
    for name, method in methods.items():
        print(f"  {name:20}{cp_wer(corpus, method):6.2f}")


def cp_wer(corpus: Corpus, method: Method) -> float:
    """Word errors per word where every speaker's words are compared with one of the truth's
    speakers (%)."""
    import meeteval

    errors = words = 0
    for meeting in corpus.meetings:
        transcript = corpus.transcript(meeting, "longest")
        spoken = [word.split("_", 1)[1] for u in transcript.utterances for word in u.text.split()]
        rate = meeteval.wer.cp_word_error_rate(
            _by_speaker(corpus.truth(meeting, "longest"), spoken),
            _by_speaker(method(meeting, "longest", "pyannote31"), spoken),
            reference_sort=False,
            hypothesis_sort=False,
        )
        errors, words = errors + rate.errors, words + rate.length
    return 100 * errors / words


def _by_speaker(labels: Iterable[str | None], words: Iterable[str]) -> dict[str, str]:
    spoken: dict[str, list[str]] = {}
    for label, word in zip(labels, words, strict=True):
        spoken.setdefault(label or "", []).append(word)
    return {label: " ".join(own) for label, own in spoken.items()}


GRID: dict[str, list[float]] = {
    "inside": [4, 5, 5.5, 6, 7],
    "sentence": [1, 1.5, 2, 2.5],
    "broken": [0, 0.3, 0.6, 1],
    "pause": [0.5, 1, 1.5, 2, 2.5],
    "enter": [0.5, 1, 1.5],
    "leave": [1, 1.5, 1.8, 2, 2.5],
    "reach": [200, 300, 400],
    "least": [-2, -1, 0],
    "first": [0, 0.05, 0.1, 0.2],
    "answer": [0.5, 1, 1.5, 2],
    "answered": [1.5, 2, 2.5],
}


class Search:
    """Coordinate search for the `Costs` that gain most over WhisperX by word."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus

    @cache  # noqa: B019
    def counts(self, costs: Costs, meeting: str) -> list[tuple[int, int, int]]:
        """By cell: words right, words that WhisperX has right, words."""
        found = []
        for turns, stream in CELLS:
            truth = self.corpus.truth(meeting, stream)
            right, words = score(self.corpus.ours(meeting, stream, turns, costs=costs), truth)
            theirs, _ = score(self.corpus.whisperx(meeting, stream, turns)[0], truth)
            found.append((right, theirs, words))
        return found

    def gains(self, costs_of: Mapping[str, Costs]) -> list[float]:
        """By cell the difference to WhisperX, in points; each meeting has its own costs."""
        cells = zip(*(self.counts(own, meeting) for meeting, own in costs_of.items()), strict=True)
        sums = [[sum(column) for column in zip(*cell, strict=True)] for cell in cells]
        return [100 * (right - theirs) / words for right, theirs, words in sums]

    def worth(self, costs: Costs, meetings: list[str]) -> float:
        found = self.gains(dict.fromkeys(meetings, costs))
        return sum(found) / len(found) + min(found) / 2

    def best(self, meetings: list[str]) -> Costs:
        best = Costs()
        for _ in range(2):
            for name, values in GRID.items():
                near = [best, *(best._replace(**{name: value}) for value in values)]
                best = max(near, key=lambda costs: self.worth(costs, meetings))
        return best

    def tell(self, name: str, costs_of: Mapping[str, Costs]) -> None:
        found = self.gains(costs_of)
        each = " ".join(f"{gain:+.2f}" for gain in found)
        mean = sum(found) / len(found)
        print(f"  {name:24} mean {mean:+.2f}  worst {min(found):+.2f}   {each}", flush=True)


def fit(corpus: Corpus) -> None:
    """Search on all meetings but one, its figures on that one; last, on all of them."""
    search = Search(corpus)
    print(
        "difference to WhisperX by word, points, by cell:",
        ", ".join("/".join(cell) for cell in CELLS),
    )
    without: dict[str, Costs] = {}
    for meeting in corpus.meetings:
        others = [other for other in corpus.meetings if other != meeting]
        costs = without[meeting] = search.best(others)
        print(f"without {meeting}: {costs}")
        search.tell("on the other meetings", dict.fromkeys(others, costs))
        search.tell(f"on {meeting}", {meeting: costs})
        search.tell(f"on {meeting}, defaults", {meeting: Costs()})
    search.tell("each on the one left out", without)
    search.tell("defaults on all", dict.fromkeys(corpus.meetings, Costs()))
    print(f"found on all: {search.best(corpus.meetings)}")


def conversation(words: int, turns: int, seed: int = 1) -> tuple[dict[str, Any], list[Turn]]:
    """A conversation in WhisperX's shape: sentences of 15 words, turns of some seconds, a few
    overlap."""
    chance = random.Random(seed)
    spans, now = [], 0.0
    for _ in range(turns):
        length = chance.expovariate(1 / 3) + 0.2
        spans.append(
            Turn(round(now * 1000), round((now + length) * 1000), f"S{chance.randrange(5)}")
        )
        now += length * chance.uniform(0.8, 1.1)
    step = now / words
    segments = []
    for first in range(0, words, 15):
        own = [
            {"word": f"word{n}", "start": round(n * step, 3), "end": round((n + 0.8) * step, 3)}
            for n in range(first, min(words, first + 15))
        ]
        text = " ".join(word["word"] for word in own)
        segments.append(
            {"start": own[0]["start"], "end": own[-1]["end"], "text": text, "words": own}
        )
    return {"segments": segments}, spans


def as_transcript(result: dict[str, Any]) -> Transcript:
    def ms(time: float) -> int:
        return round(time * 1000)

    utterances = [
        Utterance(
            ms(segment["start"]),
            ms(segment["end"]),
            segment["text"],
            words=tuple(
                Word(word["word"], ms(word["start"]), ms(word["end"])) for word in segment["words"]
            ),
        )
        for segment in result["segments"]
    ]
    return Transcript(tuple(utterances), cues=len(utterances))


def best_of(times: int, run: Callable[[], object]) -> float:
    """The shortest of several runs, in seconds of this process."""
    took = []
    for _ in range(times):
        begin = time.process_time()
        run()
        took.append(time.process_time() - begin)
    return min(took)


def speed(_: Corpus | None = None) -> None:
    print("\nwords by turns, seconds of CPU, best of several")
    result, turns = conversation(100_000, 10_000)
    transcript = as_transcript(result)
    theirs = min(assign_whisperx(turns, copy.deepcopy(result)) for _ in range(3))
    print(f"  {'WhisperX, 100,000 x 10,000':34}{theirs:8.3f}")
    for mode in ("smooth", "raw"):
        ours = best_of(7, lambda mode=mode: join_turns(transcript, turns, mode=mode))  # type: ignore[misc]
        print(f"  {f'ours, {mode}':34}{ours:8.3f}   {theirs / ours:.1f} times faster")
    result, turns = conversation(1_000_000, 100_000)
    transcript = as_transcript(result)
    seconds = best_of(2, lambda: join_turns(transcript, turns))
    print(f"  {'ours, smooth, 1,000,000 x 100,000':34}{seconds:8.3f}")
    print("\nRTTM of 1,000,000 lines, seconds of CPU")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "many.rttm"
        path.write_text("".join(_rttm_lines(1_000_000)))
        ours = best_of(2, lambda: read(path))
        try:
            from pyannote.database.util import load_rttm
        except ImportError:
            print(f"  ours {ours:.2f}; pyannote.database is not installed")
            return
        theirs = best_of(1, lambda: load_rttm(path))
        print(
            f"  pyannote.database {theirs:.2f}, ours {ours:.2f}: {theirs / ours:.1f} times faster"
        )


def _rttm_lines(count: int) -> Iterable[str]:
    for n in range(count):
        start = n % 10_000 * 1.5
        label = f"SPEAKER_{n % 7:02d}"
        yield f"SPEAKER meeting{n // 10_000} 1 {start:.3f} 1.400 <NA> <NA> {label} <NA> <NA>\n"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "what", nargs="?", choices=("accuracy", "fit", "speed", "all"), default="all"
    )
    parser.add_argument(
        "--corpus", type=Path, default=Path(os.environ.get("TRANSCRIPT_BRIDGE_CORPUS", CORPUS))
    )
    asked = parser.parse_args()
    if asked.what in ("accuracy", "all"):
        accuracy(Corpus(asked.corpus))
    if asked.what == "fit":
        fit(Corpus(asked.corpus))
    if asked.what in ("speed", "all"):
        speed()


if __name__ == "__main__":
    main()
