"""Drafts a speaker map to edit: every label of an archive, with what is known, and proposals."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from ..archive.summary import RecordingSummary
from ..archive.voices.anonymous_labels import is_anonymous
from ..archive.voices.label_totals import Label, gather_labels
from ..archive.voices.samples import Sample
from ..archive.voices.similar_names import Proposal, propose, without_distinct
from ..path_patterns import full_path
from ..quantities import count_of
from ..shaping.speakers import FileRule, Person, SpeakerMap
from ..timecode import render_span

_SUGGESTIONS = ("# is_user = true", '# person_id = ""')
"""The comment for a person that the known map does not have."""
NO_PROPOSAL = Proposal((), "")


class UnnamedVoice(NamedTuple):
    """The speaker in one recording under a label that names nobody."""

    path: str
    label: str | None
    segments: int
    ms: int
    samples: tuple[Sample, ...]


def list_unnamed_voices(summaries: Iterable[RecordingSummary]) -> list[UnnamedVoice]:
    """The voices without a name, by recording: `SPEAKER_00` is somebody else in each."""
    return [
        UnnamedVoice(summary.path, speaker.label, speaker.segments, speaker.ms, speaker.samples)
        for summary in distinct_recordings(summaries)
        for speaker in summary.speakers
        if speaker.is_unnamed
    ]


def distinct_recordings(summaries: Iterable[RecordingSummary]) -> list[RecordingSummary]:
    """Recordings that can be sent; of those with the same text, only the first."""
    distinct: dict[str, RecordingSummary] = {}
    for summary in summaries:
        if summary.state == "ready":
            distinct.setdefault(summary.text_digest, summary)
    return list(distinct.values())


def gather_distinct_labels(summaries: Sequence[RecordingSummary]) -> list[Label]:
    """The labels of an archive; of recordings with the same text, only the first counts."""
    return gather_labels(distinct_recordings(summaries))


def propose_aliases(
    labels: Iterable[Label], distinct: Iterable[Sequence[str]] = ()
) -> list[Proposal]:
    """Labels that are probably one person. distinct: as in a speaker map."""
    named = {}
    for label in labels:
        if label.label is not None:
            named[label.label] = (label.files, label.ms)
    return without_distinct(propose(named), distinct)


def index_proposals(proposals: Iterable[Proposal]) -> dict[str | None, Proposal]:
    """The proposal that each label is in; no label is in two."""
    return {label: proposal for proposal in proposals for label in proposal.labels}


def render_speaker_map(
    labels: Sequence[Label], proposals: Sequence[Proposal], speakers: SpeakerMap, file: Path
) -> str:
    """The text of a speaker map, with a table for every name.

    speakers: what is known already. file: where the map will be.
    """
    draft = _MapDraft(labels, proposals, speakers)
    lines = [
        "# Who each label is. Remove the # from what is true, then use this "
        f"file: --speakers {file.name}",
        "# The id of a person is in the Omi app. Labels in no table stay as they are.",
    ]
    if speakers.distinct:
        groups = ", ".join(f"[{_quote_all(group)}]" for group in speakers.distinct)
        lines += ["", f"distinct = [{groups}]"]
    for label in labels:
        lines += draft.describe_label(label)
    for person in draft.people.values():  # not in any file of the archive
        lines += ["", f"[speakers.{_quote(person.name)}]", *_person_lines(person)]
    for rule in speakers.rules:
        lines += _rule_lines(rule, str(file.absolute().parent))
    lines += _anonymous_lines(labels)
    return "\n".join(lines) + "\n"


class _MapDraft:
    """The tables that are not written yet: people of the known map, and labels without a table."""

    def __init__(
        self, labels: Sequence[Label], proposals: Sequence[Proposal], speakers: SpeakerMap
    ) -> None:
        self.people = {person.name: person for person in speakers.people}
        self._proposals = index_proposals(proposals)
        self._written: set[str] = set()
        self._samples = {label.label: label.samples[:1] for label in labels}

    def describe_label(self, label: Label) -> list[str]:
        """The table of a label and its aliases; no lines if it needs no table."""
        if label.label is None or label.label in self._written:
            return []
        if label.name in self.people:
            known = self.people.pop(label.name)
            return self._describe(label, known, _person_lines(known))
        if label.name is not None or is_anonymous(label.label):
            return []  # an alias of a person who has a table, or nobody
        return self._describe(label, Person(label.label), _SUGGESTIONS)

    def _describe(self, label: Label, person: Person, facts: Sequence[str]) -> list[str]:
        lines = ["", *_table_lines(label, person.name), *facts]
        proposal = self._proposals.get(label.label, NO_PROPOSAL)
        self._written.update((person.name, *proposal.labels))
        aliases = [other for other in proposal.labels if other not in person.labels]
        if aliases:
            lines += self._alias_lines(aliases, proposal.reason)
        return lines

    def _alias_lines(self, aliases: Sequence[str], reason: str) -> list[str]:
        lines = []
        for alias in aliases:
            for sample in self._samples[alias]:
                lines.append(f"#   {' '.join(alias.split())}: “{sample.text}”")
        lines.append(f"# perhaps: {reason}")
        lines.append(f"# aliases = [{_quote_all(aliases)}]")
        return lines


def _table_lines(label: Label, name: str) -> list[str]:
    files = count_of(len(label.files), "file")
    lines = [f"# {files}, {render_span(label.ms)} of talk"]
    for sample in label.samples:
        lines.append(f"#   “{sample.text}”")
    lines.append(f"[speakers.{_quote(name)}]")
    return lines


def _person_lines(person: Person) -> list[str]:
    lines = []
    if person.aliases:
        lines.append(f"aliases = [{_quote_all(person.aliases)}]")
    if person.is_user:
        lines.append("is_user = true")
    if person.person_id:
        lines.append(f"person_id = {_quote(person.person_id)}")
    return lines


def _rule_lines(rule: FileRule, folder: str) -> list[str]:
    """folder: of the map that is written; the paths of a rule are relative to its own folder."""
    lines = ["", "[[files]]", _place_line(rule, folder)]
    if rule.me:
        lines.append(f"me = {_quote(rule.me)}")
    elif rule.without_owner:
        lines.append("me = false")
    for person in rule.people:
        lines += [f"[files.speakers.{_quote(person.name)}]", *_person_lines(person)]
        if person.name in rule.not_owners:
            lines.append("is_user = false")
    return lines


def _place_line(rule: FileRule, folder: str) -> str:
    is_here = rule.folder == folder
    if rule.path:
        return f"path = {_quote(rule.path if is_here else full_path(rule))}"
    if rule.pattern.startswith("/") and not is_here:
        return f"pattern = {_quote(rule.folder + rule.pattern)}"
    return f"pattern = {_quote(rule.pattern)}"


def _anonymous_lines(labels: Iterable[Label]) -> list[str]:
    """Comments about labels such as SPEAKER_00, which are other people in every file: only a rule
    for some files can say who."""
    anonymous = []
    files: set[str] = set()
    for label in labels:
        if label.label is not None and is_anonymous(label.label):
            anonymous.append(label)
            files.update(label.files)
    if not anonymous:
        return []
    first = anonymous[0]
    file_name = first.files[0].replace("!", "/").rpartition("/")[2]
    labels_like_this = count_of(len(anonymous), "label")
    in_files = count_of(len(files), "file")
    return [
        "",
        "# Each recording has its own numbers for speakers, so a number needs a rule for the files",
        "# for which it is right:",
        "# [[files]]",
        f"# pattern = {_quote(file_name)}",
        '# me = "SPEAKER_01"',
        '# [files.speakers."Alice Doe"]',
        f"# aliases = [{_quote(first.label or '')}]",
        f"# ({labels_like_this} like this, in {in_files})",
    ]


def _quote_all(texts: Iterable[str]) -> str:
    return ", ".join(_quote(text) for text in texts)


def _quote(text: str) -> str:
    """A TOML string: TOML has the same escapes as JSON, except for DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
