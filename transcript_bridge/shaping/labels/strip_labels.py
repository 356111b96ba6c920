"""Strip the labels off the texts, and divide cues in which several people speak."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import NamedTuple

from ...line_joining import has_any, join_lines
from ...sounds import is_silent
from .decision import Labels
from .likeness import CERTAIN, LIKELY, likeness
from .prefixes import CHEVRONS, DASHES, PREFIX, UNKNOWN, UNNAMED, Attribution, match_prefix
from .scan import Openings

# In the middle of a line only these forms are labels (fixtures/labels/two-in-a-line.srt), and the
# names that start cues, after a sentence (fixtures/labels/known-names-within-a-line.srt).
_INLINE = (
    r"\[(?P<square>[^\[\]\n]{1,64}+)\][ \t]*+[:：](?=\s|$)"
    r"|(?<!\S)(?P<plain>SPEAKER_\d{1,3}):(?=\s|$)"
    r"|(?<![\w>;&])(?P<chevrons>(?:>|&gt;){2,}+)(?=[\s\w])"
)
_AFTER_SENTENCE = r"(?<=[.!?…。！？؟।॥۔\"'”’»)\]])[ \t]*+(?P<known>{names})[ \t]*+(?::(?=\s|$)|：)"
_MOST_KNOWN = 100
"""Names that are searched for within lines. No recording has more speakers that return."""


class Passage(NamedTuple):
    """What one speaker says in a cue."""

    attribution: Attribution
    text: str
    mark: str = ""
    """The label as it is written, if no text follows it."""


class StrippedCues(NamedTuple):
    """The cues of a file without their labels."""

    attributions: list[Attribution]
    texts: list[str]
    divided: dict[int, list[Passage]]
    """The passages of the cues with several speakers, by index, in order. In `attributions` and
    `texts` these cues have None and ""."""
    shown: set[int]
    """Cues with nothing but words that look like a label, and that nobody says: titles."""

    def all_attributions(self) -> list[Attribution]:
        """The attributions of all passages, in order."""
        found: list[Attribution] = []
        done = 0
        for index, passages in self.divided.items():
            found += self.attributions[done:index]
            found += [passage.attribution for passage in passages]
            done = index + 1
        return found + self.attributions[done:]


def strip_labels(texts: Sequence[str], openings: Openings, labels: Labels) -> StrippedCues:
    """Strip the labels off the texts of a file."""
    if openings.only_at_start:
        stripped, left = _strip_at_start(texts, openings, labels)
    else:
        stripped = StrippedCues([None] * len(texts), list(texts), {}, set())
        left = []
        for index, text in enumerate(texts):
            if openings.matched[index] or has_any(text, openings.marks):
                left.append(index)
    divisible = [index for index in left if index not in openings.crowded]
    if divisible:
        _strip_anywhere(divisible, texts, openings, labels, stripped)
    if stripped.divided or "" in stripped.texts:
        _keep_words(texts, stripped)
    return stripped


# ---- labels without a text that are words


def _keep_words(texts: Sequence[str], stripped: StrippedCues) -> None:
    """Make text of each label at the end of a cue that is not for the next one.

    A label without text is for the next cue. But where that has a label of its own, or nothing
    follows, somebody says or shows the words: `He read the sign / NO BOATS AFTER DARK:`.
    """
    next_is_named = True
    for index in range(len(texts) - 1, -1, -1):
        passages = stripped.divided.get(index)
        if passages is not None:
            if next_is_named:
                _set_passages(stripped, index, _join_words(passages))
            next_is_named = passages[0].attribution is not None
            continue
        attribution = stripped.attributions[index]
        if attribution is not None and not stripped.texts[index]:
            mark = join_lines(texts[index])
            if next_is_named and not _is_only_mark(attribution):
                stripped.attributions[index] = None
                stripped.texts[index] = mark
                stripped.shown.add(index)
                attribution = None
        text = stripped.texts[index]
        if attribution is not None or not is_silent(text):
            next_is_named = attribution is not None


def _join_words(passages: Sequence[Passage]) -> list[Passage]:
    """The same passages; a label at the end is text of the one before it."""
    last = passages[-1]
    if last.text or _is_only_mark(last.attribution):
        return list(passages)
    before = passages[-2]
    text = join_lines(f"{before.text}\n{last.mark}")
    return [*passages[:-2], Passage(before.attribution, text)]


def _set_passages(stripped: StrippedCues, index: int, passages: list[Passage]) -> None:
    if len(passages) > 1:
        stripped.divided[index] = passages
        stripped.texts[index] = ""
        return
    stripped.divided.pop(index, None)
    stripped.attributions[index] = passages[0].attribution
    stripped.texts[index] = passages[0].text


def _is_only_mark(attribution: Attribution) -> bool:
    """Whether a label has no words that anybody could say: `>>`, `SPEAKER_00`."""
    return not attribution or likeness(attribution) == CERTAIN


def _strip_at_start(
    texts: Sequence[str], openings: Openings, labels: Labels
) -> tuple[StrippedCues, list[int]]:
    """Strip where labels can only start a cue, as in almost every file.

    Also returns the indices of the texts that need a closer look.
    """
    attributions: dict[str, str] = {}
    lengths: dict[str, int] = {}
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
    others = set(openings.matched).difference(lengths, ("",))
    if not others:
        return stripped, []
    return stripped, [index for index, matched in enumerate(openings.matched) if matched in others]


def _strip_anywhere(
    indices: Iterable[int],
    texts: Sequence[str],
    openings: Openings,
    labels: Labels,
    stripped: StrippedCues,
) -> None:
    """Strip the texts at `indices`, wherever their labels are, into `stripped`."""
    marks = _inner_marks(labels)
    inline = _compile_inline(labels)
    for index in indices:
        text = texts[index]
        prefix = labels.prefixes.get(openings.matched[index])
        rest = text
        if prefix:
            rest = text[prefix.length :]
        is_dialogue = prefix is not None and prefix.dash
        if is_dialogue or has_any(rest, marks):
            passages = _divide_cue(text, labels, inline)
            _set_passages(stripped, index, passages)
        elif prefix and (prefix.label in labels.firm or rest.strip()):
            stripped.attributions[index] = prefix.attribution
            stripped.texts[index] = rest


def _inner_marks(labels: Labels) -> list[str]:
    """Without any of these after the first label of a cue, no other label follows."""
    marks = [":"]
    if labels.has_chevrons:
        marks += [">>", "&gt;"]
    for mark in ("[", "："):
        if any(mark in matched for matched in labels.prefixes):
            marks.append(mark)
    return marks


# ---- one cue


class _OpenPassage(NamedTuple):
    """A passage whose lines are still collected."""

    attribution: Attribution
    lines: list[str]
    mark: str = ""
    """The label as it is written."""


class _LineStart(NamedTuple):
    """What the start of a line says about who speaks."""

    attribution: str
    length: int
    """How many characters of the line come before its text."""
    dash: bool
    is_firm: bool
    """Whether it names somebody even if no text follows."""


def _compile_inline(labels: Labels) -> re.Pattern[str]:
    """What labels within a line look like in this file."""
    pattern = _INLINE
    names = sorted(labels.recurring, key=len, reverse=True)[:_MOST_KNOWN]
    if names:
        pattern += "|" + _AFTER_SENTENCE.format(names="|".join(map(re.escape, names)))
    return re.compile(pattern)


def _divide_cue(text: str, labels: Labels, inline: re.Pattern[str]) -> list[Passage]:
    """The passages of one cue: a new one starts at each label, at line starts or within a line."""
    passages: list[_OpenPassage] = []
    in_dialogue = is_firm = False
    for number, line in enumerate(text.split("\n")):
        start = 0
        opening = _read_line_start(line, number, in_dialogue, labels)
        if opening:
            attribution, start, in_dialogue, names_somebody = opening
            passages.append(_OpenPassage(attribution, [], line[:start].strip()))
            is_firm = is_firm or names_somebody
        elif not passages:
            passages.append(_OpenPassage(None, []))
        if labels.names:
            start = _divide_line(line, start, passages, labels, inline)
        passages[-1].lines.append(line[start:])
    joined = _join_passages(passages)
    if is_firm or any(passage.text for passage in joined):
        return joined
    return [Passage(None, text)]


def _read_line_start(
    line: str, number: int, in_dialogue: bool, labels: Labels
) -> _LineStart | None:
    prefix = labels.prefixes.get(match_prefix(line))
    if prefix:
        is_firm = prefix.label in labels.firm
        return _LineStart(prefix.attribution, prefix.length, prefix.dash, is_firm)
    # In a file without names `>>` counts only at the start of a cue.
    if labels.has_chevrons and (labels.names or number == 0):
        chevrons = CHEVRONS.match(line)
        if chevrons:
            return _LineStart(UNNAMED, chevrons.end(), False, True)
    if in_dialogue and line.lstrip().startswith(DASHES):
        # fixtures/labels/film-names.srt; the dash stays in the text
        return _LineStart(UNNAMED, 0, True, False)
    return None


def _divide_line(
    line: str,
    start: int,
    passages: list[_OpenPassage],
    labels: Labels,
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


def _read_inline(line: str, mark: re.Match[str], labels: Labels) -> tuple[str, int] | None:
    """Who speaks after a mark in the middle of a line, and where the text begins; None if it is no
    label."""
    if mark["chevrons"]:
        return _read_inline_chevrons(line, mark, labels)
    if labels.recurring and mark["known"]:
        return mark["known"], mark.end()
    label = " ".join((mark["square"] or mark["plain"]).split())
    required = LIKELY if label in labels.names else CERTAIN  # `[1]: …` may be a reference
    if likeness(label) < required:
        return None
    attribution = label
    if label == UNKNOWN:
        attribution = UNNAMED
    return attribution, mark.end()


def _read_inline_chevrons(line: str, mark: re.Match[str], labels: Labels) -> tuple[str, int] | None:
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

    None is empty, except for a label at the end. A label directly followed by another one names
    nobody: its words belong to the passage before it.
    """
    joined: list[_OpenPassage] = []
    for passage in passages:
        if joined and not any(map(str.strip, joined[-1].lines)):
            _drop_label(joined)
        if joined and joined[-1].attribution == passage.attribution != UNNAMED:
            joined[-1].lines.extend(passage.lines)
        else:
            joined.append(passage)
    found: list[Passage] = []
    for passage in joined:
        text = join_lines("\n".join(passage.lines))
        found.append(Passage(passage.attribution, text, "" if text else passage.mark))
    return found


def _drop_label(joined: list[_OpenPassage]) -> None:
    """Take the last passage away, which has no text; keep the words of its label."""
    label = joined.pop()
    if not label.attribution or _is_only_mark(label.attribution):
        return
    if joined:
        joined[-1].lines.append(label.mark)
    else:
        joined.append(_OpenPassage(None, [label.mark]))
