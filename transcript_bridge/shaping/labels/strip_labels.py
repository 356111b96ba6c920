"""Cutting labels off the texts, and cues apart that hold several speakers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import NamedTuple

from ...line_joining import join_lines
from .likeness import CERTAIN, LIKELY, likeness
from .prefixes import PREFIX, TURN, UNKNOWN, Labels, Openings

State = str | None
"""Who speaks: a label, "" for explicitly nobody (`>>`, `[UNKNOWN]:`), or None where nothing is said
of it."""
Part = tuple[State, str]
"""Who speaks, and the text."""

DASHES = ("-", "–", "—", "‐")
"""What begins a line of dialogue in films."""

# In the middle of a line nothing less than this is a label (fixtures/labels/two-in-a-line.srt).
_INLINE = re.compile(
    r"\[(?P<square>[^\[\]\n]{1,64}+)\][ \t]*+[:：](?=\s|$)"
    r"|(?<!\S)(?P<plain>SPEAKER_\d{1,3}):(?=\s|$)"
    r"|(?<!\S)(?P<turn>(?:>|&gt;){2,}+)(?=\s)"
)


class Cuts(NamedTuple):
    """The cues of a file without their labels."""

    states: list[State]
    texts: list[str]
    several: dict[int, list[Part]]
    """The cues that hold several speakers, by index, in order; their own state and text stay empty."""

    def sequence(self) -> list[State]:
        """The states of all stretches in order."""
        states: list[State] = []
        done = 0
        for i, parts in self.several.items():
            states += self.states[done:i]
            states += [state for state, _ in parts]
            done = i + 1
        return states + self.states[done:]


def cut(texts: Sequence[str], openings: Openings, labels: Labels) -> Cuts:
    """Cut the labels off."""
    raws, marks = openings.raws, openings.marks
    if (
        openings.alone
    ):  # nearly every file: a label begins the cue, and nothing else in it could be one
        prefixes, firm = labels.prefixes, labels.firm
        plain = {
            raw: prefix
            for raw, prefix in prefixes.items()
            if prefix.label in firm and not prefix.dash
        }
        states = {raw: prefix.state for raw, prefix in plain.items()}
        starts = map({raw: prefix.cut for raw, prefix in plain.items()}.get, raws, repeat(0))
        cuts = Cuts(
            list(map(states.get, raws)),
            [text[at:] for text, at in zip(texts, starts, strict=True)],
            {},
        )
        others = [i for i, raw in enumerate(raws) if raw and raw not in plain]
    else:
        cuts = Cuts([None] * len(texts), list(texts), {})
        others = [
            i for i, text in enumerate(texts) if raws[i] or any([mark in text for mark in marks])
        ]
    if others:
        _cut_with_care([i for i in others if i not in openings.crowded], texts, raws, labels, cuts)
    return cuts


def _cut_with_care(
    indices: Iterable[int], texts: Sequence[str], raws: Sequence[str], labels: Labels, cuts: Cuts
) -> None:
    """Cut the texts at `indices`, whatever stands in them."""
    states, rests, several = cuts
    prefixes = labels.prefixes
    turns, colons = labels.turns, any("：" in raw for raw in prefixes)
    brackets = any("[" in raw for raw in prefixes)
    for i in indices:
        text = texts[i]
        prefix = prefixes.get(raws[i])
        rest = text[prefix.cut :] if prefix else text
        if (
            ":" in rest
            or (turns and (">>" in rest or "&gt;" in rest))
            or (brackets and "[" in rest)
            or (colons and "：" in rest)
            or (prefix and prefix.dash)
        ):
            parts = _parts(text, labels)
            if len(parts) == 1:
                states[i], rests[i] = parts[0]
            else:
                several[i], rests[i] = parts, ""
        elif prefix and (prefix.label in labels.firm or rest.strip()):
            states[i], rests[i] = prefix.state, rest


def _parts(text: str, labels: Labels) -> list[Part]:
    """The stretches of one cue, each said by one speaker: line by line, and at labels within a
    line."""
    stretches: list[tuple[State, list[str]]] = [(None, [])]
    dashed = firm = False
    for number, line in enumerate(text.split("\n")):
        found = PREFIX.match(line)
        prefix = labels.prefixes.get(found[0]) if found else None
        start = 0
        if prefix:
            stretches.append((prefix.state, []))
            start, dashed, firm = prefix.cut, prefix.dash, firm or prefix.label in labels.firm
        elif labels.turns and (labels.names or not number) and (turn := TURN.match(line)):
            stretches.append(("", []))
            start, dashed, firm = turn.end(), False, True
        elif dashed and line.lstrip().startswith(DASHES):
            stretches.append(("", []))  # fixtures/labels/film-names.srt
        if labels.names:
            start = _cut_within(line, start, stretches, labels)
        stretches[-1][1].append(line[start:])
    parts = _joined(stretches)
    return parts if firm or any(part[1] for part in parts) else [(None, text)]


def _cut_within(
    line: str, start: int, stretches: list[tuple[State, list[str]]], labels: Labels
) -> int:
    """Begin a stretch at each label in the middle of `line`; where the text of the last one begins."""
    for mark in _INLINE.finditer(line, start):
        if mark["turn"]:
            found = _turn_within(line, mark, labels)
        else:
            label = " ".join((mark["square"] or mark["plain"]).split())
            known = likeness(label) >= (
                LIKELY if label in labels.names else CERTAIN
            )  # not `[1]: …`
            found = ("" if label == UNKNOWN else label, mark.end()) if known else None
        if found and mark.start() >= start:
            stretches[-1][1].append(line[start : mark.start()])
            stretches.append((found[0], []))
            start = found[1]
    return start


def _turn_within(line: str, mark: re.Match[str], labels: Labels) -> tuple[str, int] | None:
    """Who speaks after a `>>` in the middle of a line, named or not, and where the text begins."""
    if not labels.turns:
        return None
    named = PREFIX.match(line, mark.start())
    label = " ".join(named["plain"].split()) if named and named["plain"] else ""
    if named and label in labels.names and not named["next"].strip():
        return label, named.end()
    return "", mark.end()


def _joined(stretches: list[tuple[State, list[str]]]) -> list[Part]:
    """Stretches as parts: one line each, neighbours of one name joined, none empty but a label at
    the end."""
    parts: list[tuple[State, list[str]]] = []
    for state, lines in stretches:
        if parts and not any(map(str.strip, parts[-1][1])):
            parts.pop()  # a label that another one follows at once names nobody
        if parts and state and parts[-1][0] == state:
            parts[-1][1].extend(lines)
        else:
            parts.append((state, lines))
    return [(state, join_lines("\n".join(lines))) for state, lines in parts]
