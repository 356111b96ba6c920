"""Measures how well speakers' labels are found in the text: precision and recall by cue.

    python benchmarks/labels.py             a line for each kind of file and for each language
    python benchmarks/labels.py --wrong     the cues that are wrong, too

The files are made of label_texts.toml (16 languages) and the kinds below: the shapes of real
podcasts, meetings, films, lectures, stories and debates, with and without labels. They are the same
each time. Of each cue it is known who says it; None is nobody, or nobody that the file names.

    precision   of the cues that got a speaker, those that got the right one with the right text
    recall      of the cues whose speaker the file names, those that got that one, with its text

Goal: precision 0.99, recall 0.97. Nothing here fails.
"""

from __future__ import annotations

import argparse
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import NamedTuple

from transcript_bridge import read_bytes
from transcript_bridge.timecode import render_clock

TEXTS = Path(__file__).with_name("label_texts.toml")
PRECISION_GOAL, RECALL_GOAL = 0.99, 0.97
_WITHOUT_CAPITALS = ("hi", "zh", "ja", "he", "ar")
_UNSPACED = ("zh", "ja")


class Spoken(NamedTuple):
    """A text and who says it."""

    speaker: str | None
    text: str


class Cue(NamedTuple):
    """A cue of the file, and its speech."""

    written: str
    spoken: tuple[Spoken, ...]


class Texts(NamedTuple):
    """The texts of one language."""

    language: str
    people: list[str]
    names: list[str]
    sentences: list[str]
    phrases: list[str]
    reports: list[str]
    once: list[str]
    unlisted: list[str]
    titles: list[str]

    @property
    def colon(self) -> str:
        """How a colon is written after a label, with the blank after it."""
        if self.language in _UNSPACED:
            return "："
        return " : " if self.language == "fr" else ": "

    @property
    def has_capitals(self) -> bool:
        """Whether the script has capitals."""
        return self.language not in _WITHOUT_CAPITALS

    def say(self, count: int, start: int = 0) -> list[str]:
        """Some sentences, beginning with one of them."""
        return list(islice(cycle(self.sentences), start, start + count))

    def label(self, speaker: str, text: str) -> Cue:
        """A cue with a label."""
        return Cue(f"{speaker}{self.colon}{text}", (Spoken(speaker, text),))

    def phrase(self, phrase: str, text: str, speaker: str | None = None) -> Cue:
        """A cue with a phrase before a colon; the text after it begins as within a sentence."""
        begun = f"{phrase}{self.colon}{text[0].lower()}{text[1:]}"
        return Cue(begun, (Spoken(speaker, begun),))


def plain(text: str, speaker: str | None = None) -> Cue:
    """A cue without a label."""
    return Cue(text, (Spoken(speaker, text),))


def read_texts() -> list[Texts]:
    """The texts of all languages."""
    found = tomllib.loads(TEXTS.read_text(encoding="utf-8"))
    return [Texts(language, **lists) for language, lists in found.items()]


# ---- kinds of files: with labels


def podcast(texts: Texts) -> list[Cue]:
    """Full names, only where the speaker changes; one remark with a colon."""
    cues: list[Cue] = []
    for number in range(6):
        speaker = texts.people[number % 2]
        first, second, third = texts.say(3, 3 * number)
        cues += [texts.label(speaker, first), plain(second, speaker), plain(third, speaker)]
        if number == 3:
            cues.append(texts.phrase(texts.once[0], first, speaker))
    return cues


def short_podcast(texts: Texts) -> list[Cue]:
    """Single names at the changes, in a few cues."""
    cues: list[Cue] = []
    for number, speaker in enumerate((texts.names[0], texts.names[1], texts.names[0])):
        first, second = texts.say(2, 4 * number)
        cues += [texts.label(speaker, first), plain(second, speaker)]
    return cues


def meeting(texts: Texts) -> list[Cue]:
    """Full names before every cue, as video conferences write them."""
    speakers = cycle([texts.people[index] for index in (0, 0, 1, 2, 1)])
    return [texts.label(next(speakers), text) for text in texts.say(15)]


def interview(texts: Texts) -> list[Cue]:
    """Single names before every cue."""
    speakers = cycle(texts.names[:2])
    return [texts.label(next(speakers), text) for text in texts.say(12)]


def bracketed_meeting(texts: Texts) -> list[Cue]:
    """`[Name]: text`, as WhisperX and this program write it."""
    speakers = cycle(texts.names)
    cues = []
    for text in texts.say(10):
        speaker = next(speakers)
        cues.append(Cue(f"[{speaker}]: {text}", (Spoken(speaker, text),)))
    return cues


def debate(texts: Texts) -> list[Cue]:
    """A parliament: long turns, a title, and phrases that are not labels."""
    cues: list[Cue] = []
    for number, speaker in enumerate([texts.people[index] for index in (0, 1, 0, 2, 0, 1, 0, 2)]):
        sentences = texts.say(4, number)
        cues.append(texts.label(speaker, sentences[0]))
        cues += [plain(text, speaker) for text in sentences[1:]]
        if number in (1, 3):
            cues.append(texts.phrase(texts.reports[number // 2], sentences[2], speaker))
        if number == 5:
            cues.append(texts.phrase(texts.titles[0], sentences[1], speaker))
    return cues


def film(texts: Texts) -> list[Cue]:
    """Names in capitals for speakers who are not in the picture, dialogues with dashes, sounds."""
    if not texts.has_capitals:
        return []
    first, second = (name.upper() for name in texts.names[:2])
    cues: list[Cue] = []
    for number in range(4):
        one, two, three, four = texts.say(4, 2 * number)
        cues.append(plain(one))
        cues.append(
            Cue(
                f"- {first}: {two}\n- {second}: {three}",
                (Spoken(first, two), Spoken(second, three)),
            )
        )
        cues += [plain(f"- {four}\n- {one}"), plain("[Musik]"), texts.label(second, one)]
        cues += [plain(two), plain(three)]
    return cues


def turns_in_a_line(texts: Texts) -> list[Cue]:
    """Two speakers in one line, where names are known."""
    first, second = texts.names[:2]
    cues = [texts.label(first, texts.sentences[0]), texts.label(second, texts.sentences[1])]
    for number in range(3):
        one, two = texts.say(2, 2 + number)
        blank = "" if texts.language in _UNSPACED else " "
        written = f"{first}{texts.colon}{one}{blank}{second}{texts.colon}{two}"
        cues.append(Cue(written, (Spoken(first, one), Spoken(second, two))))
        cues.append(texts.label(first, two))
        cues.append(texts.label(second, one))
    return cues


def podcast_with_word(texts: Texts) -> list[Cue]:
    """Single names at the changes; once a word before a colon, which may be a name.

    The text after it begins as a sentence, so that only a reader who knows the word is sure.
    """
    cues: list[Cue] = []
    for number in range(8):
        speaker = texts.names[number % 2]
        first, second = texts.say(2, 2 * number)
        cues += [texts.label(speaker, first), plain(second, speaker)]
    last = texts.names[1]
    cues.append(plain(f"{texts.unlisted[1]}{texts.colon}{texts.sentences[0]}", last))
    cues.append(texts.label(texts.names[0], texts.sentences[1]))
    return cues


def signs(texts: Texts) -> list[Cue]:
    """Words that are read out or shown, and look like labels at the end of a cue."""
    first, second = texts.people[:2]
    cues: list[Cue] = []
    for number in range(4):
        one, two, three = texts.say(3, number)
        cues.append(texts.label(first, one))
        joined = f"{two}\n{texts.people[2]}:"
        blank = "" if texts.language in _UNSPACED else " "
        whole = f"{two}{blank}{texts.people[2]}:"
        cues.append(Cue(f"{second}{texts.colon}{joined}", (Spoken(second, whole),)))
        cues.append(texts.label(first, three))
    return cues


def recognizer(texts: Texts) -> list[Cue]:
    """`[speaker 0]` on a line of its own, as Deepgram writes it."""
    cues = []
    for number, text in enumerate(texts.say(8)):
        speaker = f"speaker {number % 3}"
        cues.append(Cue(f"[{speaker}]\n{text}", (Spoken(speaker, text),)))
    return cues


def marked_directions(texts: Texts) -> list[Cue]:
    """Labels within marks of the writing direction."""
    if texts.language not in ("he", "ar"):
        return []
    cues = []
    for number, text in enumerate(texts.say(8)):
        speaker = texts.names[number % 2]
        cues.append(Cue(f"\u202b{speaker}: {text}\u202c", (Spoken(speaker, text),)))
    return cues


def talk(texts: Texts) -> list[Cue]:
    """One speaker, and remarks in brackets."""
    speaker = texts.people[0]
    cues: list[Cue] = []
    for number in range(4):
        one, two = texts.say(2, number)
        cues += [texts.label(speaker, one), plain(f"[{texts.once[1]}: {two}]")]
    return cues


def talk_with_story(texts: Texts) -> list[Cue]:
    """A long talk with some questions; the speaker tells who said what."""
    host, guest = texts.people[:2]
    cues = [texts.label(host, texts.sentences[0])]
    for number in range(5):
        cues += [plain(text, host) for text in texts.say(3, number)]
        for report in texts.reports:
            cues.append(texts.phrase(report, texts.say(1, number)[0], host))
        cues += [
            texts.label(guest, texts.say(1, number + 4)[0]),
            texts.label(host, texts.sentences[3]),
        ]
    return cues


# ---- kinds of files: without labels


def lecture(texts: Texts) -> list[Cue]:
    """Nobody is named, and phrases return."""
    cues: list[Cue] = []
    for number in range(5):
        cues += [plain(text) for text in texts.say(3, 2 * number)]
        for phrase in texts.phrases:
            cues.append(texts.phrase(phrase, texts.say(1, number)[0]))
    return cues


def story(texts: Texts) -> list[Cue]:
    """A narrator tells who said what."""
    cues: list[Cue] = []
    for number in range(6):
        cues.append(plain(texts.say(1, number)[0]))
        for report in texts.reports[:2]:
            cues.append(texts.phrase(report, texts.say(1, number + 3)[0]))
    return cues


def prose(texts: Texts) -> list[Cue]:
    """Colons of all kinds, each once."""
    cues = [plain(text) for text in texts.say(6)]
    for phrase in (*texts.once, *texts.titles):
        cues.append(texts.phrase(phrase, texts.sentences[4]))
    cues += [plain("8:00 - 9:30"), plain("https://ferries.example/times"), plain("3:1")]
    return cues


def challenge(texts: Texts) -> list[Cue]:
    """A lecture in which one word returns, and the text after it begins as a sentence."""
    cues: list[Cue] = []
    for number in range(4):
        cues += [plain(text) for text in texts.say(3, number)]
        cues.append(plain(f"{texts.unlisted[0]}{texts.colon}{texts.say(1, number + 4)[0]}"))
    return cues


def sounds(texts: Texts) -> list[Cue]:
    """Remarks in brackets and dialogues without names."""
    one, two, three = texts.say(3)
    cues = [plain(f"- {one}\n- {two}"), plain("[Applause]"), plain(three)]
    return cues * 3


KINDS: tuple[Callable[[Texts], list[Cue]], ...] = (
    podcast,
    short_podcast,
    meeting,
    interview,
    bracketed_meeting,
    debate,
    film,
    turns_in_a_line,
    podcast_with_word,
    signs,
    recognizer,
    marked_directions,
    talk,
    talk_with_story,
    lecture,
    challenge,
    story,
    prose,
    sounds,
)


# ---- measuring


class Score(NamedTuple):
    """Cues of some files."""

    files: int
    named: int
    """Cues that got a speaker."""
    true: int
    """Cues whose speaker the file names."""
    right: int

    @property
    def precision(self) -> float:
        """1 if nobody was named."""
        return self.right / self.named if self.named else 1.0

    @property
    def recall(self) -> float:
        """1 if there was nobody to name."""
        return self.right / self.true if self.true else 1.0

    def add(self, other: Score) -> Score:
        """Both together."""
        return Score(*map(sum, zip(self, other, strict=True)))


NOTHING = Score(0, 0, 0, 0)


def write(cues: Sequence[Cue]) -> bytes:
    """The cues as an SRT file."""
    blocks = []
    for number, cue in enumerate(cues):
        start, end = render_clock(number * 2000, ","), render_clock(number * 2000 + 1800, ",")
        blocks.append(f"{number + 1}\n{start} --> {end}\n{cue.written}\n")
    return "\n".join(blocks).encode()


def compare(cues: Sequence[Cue]) -> tuple[Score, Iterator[str]]:
    """Read a file; the score, and a line for each cue that is wrong."""
    found: Counter[tuple[int, str, str]] = Counter()
    for utterance in read_bytes(write(cues)).utterances:
        if utterance.speaker is not None:
            number = utterance.start // 2000
            found[number, utterance.speaker, utterance.text] += 1
    true: Counter[tuple[int, str, str]] = Counter()
    for number, cue in enumerate(cues):
        for speaker, text in cue.spoken:
            if speaker is not None:
                true[number, speaker, " ".join(text.split())] += 1
    score = Score(1, found.total(), true.total(), (found & true).total())
    return score, _describe(found - true, true - found)


def _describe(
    wrong: Counter[tuple[int, str, str]], missing: Counter[tuple[int, str, str]]
) -> Iterator[str]:
    for sign, cues in (("wrong", wrong), ("missing", missing)):
        for number, speaker, text in sorted(cues):
            yield f"    {sign:8} cue {number}: {speaker}: {text}"


def print_score(name: str, score: Score) -> None:
    """One line."""
    print(
        f"{name:18} {score.files:4} files {score.true:6} cues"
        f"   precision {score.precision:.4f}   recall {score.recall:.4f}"
    )


def main() -> None:
    """Measure all files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--wrong", action="store_true", help="show the cues that are wrong")
    show_wrong = parser.parse_args().wrong
    by_kind = {kind.__name__: NOTHING for kind in KINDS}
    by_language: dict[str, Score] = {}
    for texts in read_texts():
        by_language[texts.language] = NOTHING
        for kind in KINDS:
            cues = kind(texts)
            if not cues:
                continue
            score, lines = compare(cues)
            by_kind[kind.__name__] = by_kind[kind.__name__].add(score)
            by_language[texts.language] = by_language[texts.language].add(score)
            if show_wrong and score.right < max(score.named, score.true):
                print(f"{kind.__name__}, {texts.language}")
                print("\n".join(lines))
    total = NOTHING
    for name, score in (*by_kind.items(), *by_language.items()):
        print_score(name, score)
    for score in by_kind.values():
        total = total.add(score)
    print_score("all", total)
    print(f"goal: precision {PRECISION_GOAL}, recall {RECALL_GOAL}")


if __name__ == "__main__":
    main()
