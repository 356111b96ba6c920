"""Removes the labels from the texts, and divides cues in which several people speak."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat
from typing import NamedTuple

from ...line_joining import has_any, join_lines
from ...sentences import SENTENCE_MARKS
from ...sounds import is_silent
from .decision import FileLabels
from .likeness import CERTAIN, LIKELY, likeness
from .prefixes import CHEVRONS, DASHES, PREFIX, UNNAMED, Attribution, attribute, match_prefix
from .scan import Openings

# In the middle of a line, only these forms are labels (fixtures/labels/two-in-a-line.srt), and
# after the end of a sentence the names that start cues
# (fixtures/labels/known-names-within-a-line.srt).
_INLINE = (
    r"\[(?P<square>[^\[\]\n]{1,64}+)\][ \t]*+[:：](?=\s|$)"
    r"|(?<!\S)(?P<plain>SPEAKER_\d{1,3}):(?=\s|$)"
    r"|(?<![\w>;&])(?P<chevrons>(?:>|&gt;){2,}+)(?=[\s\w])"
)
_AFTER_SENTENCE = (
    rf"|(?<=[{SENTENCE_MARKS}\"'”’»)\]])"
    r"[ \t]*+(?P<known>{names})[ \t]*+(?::(?=\s|$)|：)"
)
_NOTHING = "(?!)"
_MOST_KNOWN = 100
"""The most names that are searched for within lines. No recording has more repeated speakers."""


class Passage(NamedTuple):
    """The speech of one speaker in a cue."""

    attribution: Attribution
    text: str
    mark: str = ""
    """The label as it is written."""


class StrippedCues(NamedTuple):
    """The cues of a file without their labels."""

    attributions: list[Attribution]
    texts: list[str]
    divided: dict[int, list[Passage]]
    """The passages of the cues with several speakers, by index, in order. In `attributions` and
    `texts` these cues have None and ""."""
    shown: set[int]
    """Cues that only have words which look like a label, and which nobody says: titles."""

    def all_attributions(self) -> list[Attribution]:
        """The attributions of all passages, in order."""
        found: list[Attribution] = []
        done = 0
        for index, passages in self.divided.items():
            found += self.attributions[done:index]
            found += [passage.attribution for passage in passages]
            done = index + 1
        return found + self.attributions[done:]

    def passages(self, index: int, text: str) -> list[Passage]:
        """The passages of a cue. text: that of the cue, with its labels."""
        divided = self.divided.get(index)
        if divided is not None:
            return divided
        return [Passage(self.attributions[index], self.texts[index], text)]

    def put(self, index: int, passages: list[Passage]) -> None:
        """Replace a cue by its passages."""
        self.divided.pop(index, None)
        only = passages[0]
        if len(passages) > 1:
            self.divided[index] = passages
            only = Passage(None, "")
        self.attributions[index] = only.attribution
        self.texts[index] = only.text


def strip_labels(texts: Sequence[str], openings: Openings, labels: FileLabels) -> StrippedCues:
    """Remove the labels from the texts of a file."""
    lengths: dict[str, int] = {}
    attributions: dict[str, str] = {}
    for matched, prefix in labels.prefixes.items():
        if prefix.label in labels.firm and not prefix.dash:
            attributions[matched] = prefix.attribution
            lengths[matched] = prefix.length
    starts = map(lengths.get, openings.matched, repeat(0))
    stripped = StrippedCues(
        list(map(attributions.get, openings.matched)),
        [text[start:] for text, start in zip(texts, starts, strict=True)],
        {},
        set(),
    )
    unclear = list(_find_unclear(stripped.texts, openings, lengths))
    if unclear:
        inline = _compile_inline(labels)
        for index in unclear:
            stripped.put(index, _divide_cue(texts[index], labels, inline))
    if stripped.divided or "" in stripped.texts:
        _keep_words(texts, stripped)
    return stripped


def _find_unclear(texts: Sequence[str], openings: Openings, clear: Iterable[str]) -> Iterator[int]:
    """The indices of texts that have more than one clear label at the start.

    texts: without such labels. clear: the matches of `PREFIX` for them.
    """
    odd = set(openings.matched).difference(clear, ("",))
    if openings.only_at_start and not odd:
        return
    for index, (matched, rest) in enumerate(zip(openings.matched, texts, strict=True)):
        is_unclear = matched in odd or has_any(rest, openings.marks)
        if is_unclear and index not in openings.crowded:
            yield index


# ---- labels without a text that are words


def _keep_words(texts: Sequence[str], stripped: StrippedCues) -> None:
    """Turn each label at the end of a cue into text, if it does not apply to the next cue.

    A label without text applies to the next cue. But if that has a label of its own, or nothing
    follows, somebody says or shows the words: `He read the sign / NO BOATS AFTER DARK:`.
    """
    without_text = [index for index, text in enumerate(stripped.texts) if not text]
    for index in reversed(without_text):
        passages = stripped.passages(index, texts[index])
        last = passages[-1]
        if last.text or _is_only_mark(last.attribution) or not _is_named(stripped, index + 1):
            continue
        stripped.put(index, _join_words(passages))
        if last is passages[0]:
            stripped.shown.add(index)


def _is_named(stripped: StrippedCues, first: int) -> bool:
    """Whether the speech from the cue `first` on has a label, or there is none."""
    for index in range(first, len(stripped.texts)):
        for passage in stripped.passages(index, ""):
            if passage.attribution is not None:
                return True
            if not is_silent(passage.text):
                return False
    return True


def _join_words(passages: Sequence[Passage]) -> list[Passage]:
    """The same passages, but the label at the end becomes text of the passage before it."""
    *others, before, label = [Passage(None, ""), *passages]
    text = join_lines(f"{before.text}\n{label.mark}")
    return [*others[1:], Passage(before.attribution, text)]


def _is_only_mark(attribution: Attribution) -> bool:
    """Whether a label has no words that anybody could say: `>>`, `SPEAKER_00`."""
    return not attribution or likeness(attribution) == CERTAIN


# ---- one cue


class _OpenPassage(NamedTuple):
    """A passage whose lines are still being collected."""

    attribution: Attribution
    lines: list[str]
    mark: str = ""
    """The label as it is written."""


class _LineStart(NamedTuple):
    """The speaker at the start of a line."""

    attribution: str
    length: int
    """How many characters of the line precede its text."""
    dash: bool
    is_firm: bool
    """Whether it is a label even if no text follows."""


def _compile_inline(labels: FileLabels) -> re.Pattern[str]:
    """The pattern of labels within a line in this file."""
    names = sorted(labels.recurring, key=len, reverse=True)[:_MOST_KNOWN]
    known = "|".join(map(re.escape, names)) or _NOTHING
    return re.compile(_INLINE + _AFTER_SENTENCE.format(names=known))


def _divide_cue(text: str, labels: FileLabels, inline: re.Pattern[str]) -> list[Passage]:
    """The passages of one cue: a new one starts at each label, at the start of a line or within
    it."""
    passages = [_OpenPassage(None, [])]
    in_dialogue = is_firm = False
    for number, line in enumerate(text.split("\n")):
        start = 0
        opening = _read_line_start(line, number, in_dialogue, labels)
        if opening:
            start = opening.length
            in_dialogue = opening.dash
            is_firm = is_firm or opening.is_firm
            passages.append(_OpenPassage(opening.attribution, [], line[:start].strip()))
        if labels.names:
            start = _divide_line(line, start, passages, labels, inline)
        passages[-1].lines.append(line[start:])
    joined = _join_passages(passages)
    if is_firm or any(passage.text for passage in joined):
        return joined
    return [Passage(None, text)]


def _read_line_start(
    line: str, number: int, in_dialogue: bool, labels: FileLabels
) -> _LineStart | None:
    prefix = labels.prefixes.get(match_prefix(line))
    if prefix:
        is_firm = prefix.label in labels.firm
        return _LineStart(prefix.attribution, prefix.length, prefix.dash, is_firm)
    # In a file without names, `>>` counts only at the start of a cue.
    chevrons = CHEVRONS.match(line)
    if chevrons and labels.has_chevrons and (labels.names or number == 0):
        return _LineStart(UNNAMED, chevrons.end(), False, True)
    if in_dialogue and line.lstrip().startswith(DASHES):
        # fixtures/labels/film-names.srt; the dash stays in the text
        return _LineStart(UNNAMED, 0, True, False)
    return None


def _divide_line(
    line: str,
    start: int,
    passages: list[_OpenPassage],
    labels: FileLabels,
    inline: re.Pattern[str],
) -> int:
    """Start a passage at each label in the middle of `line`.

    start: where the text of the line begins. Returns where the text of its last passage begins.
    """
    for mark in inline.finditer(line, start):
        if mark.start() < start:
            continue
        found = _read_inline(line, mark, labels)
        if found:
            attribution, text_start = found
            passages[-1].lines.append(line[start : mark.start()])
            written = line[mark.start() : text_start].strip()
            passages.append(_OpenPassage(attribution, [], written))
            start = text_start
    return start


def _read_inline(line: str, mark: re.Match[str], labels: FileLabels) -> tuple[str, int] | None:
    """The speaker after a mark in the middle of a line, and where the text begins; None if it is
    not a label."""
    if mark["chevrons"]:
        return _read_inline_chevrons(line, mark, labels)
    if mark["known"]:
        return mark["known"], mark.end()
    label = " ".join((mark["square"] or mark["plain"]).split())
    required = LIKELY if label in labels.names else CERTAIN  # `[1]: …` may be a reference
    if likeness(label) < required:
        return None
    return attribute(label), mark.end()


def _read_inline_chevrons(
    line: str, mark: re.Match[str], labels: FileLabels
) -> tuple[str, int] | None:
    if not labels.has_chevrons:
        return None
    named = PREFIX.match(line, mark.start())
    if named and named["plain"]:
        label = " ".join(named["plain"].split())
        if label in labels.names:
            return label, named.start("following")
    return UNNAMED, mark.end()


def _join_passages(passages: Sequence[_OpenPassage]) -> list[Passage]:
    """Each passage as one line; neighbors of one speaker are joined.

    passages: the first is the text before the first label. No passage is empty in the end, except
    one for a label at the end. A label directly followed by another one is text: its words belong
    to the passage before it.
    """
    joined = [passages[0]]
    for passage in passages[1:]:
        if len(joined) > 1 and not any(map(str.strip, joined[-1].lines)):
            label = joined.pop()
            if not _is_only_mark(label.attribution):
                joined[-1].lines.append(label.mark)
        if joined[-1].attribution == passage.attribution != UNNAMED:
            joined[-1].lines.extend(passage.lines)
        else:
            joined.append(passage)
    found = []
    for passage in joined:
        text = join_lines("\n".join(passage.lines))
        found.append(Passage(passage.attribution, text, passage.mark))
    if found[0].text:
        return found
    return found[1:]
