"""`speakers`: lists who speaks in an archive, and writes a speaker map to edit."""

from __future__ import annotations

import shlex
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...errors import SettingsError
from ...quantities import count_of
from ...timecode import render_span
from ..archive_session import archive_flags, open_archive, scan_archive
from ..flags import LongCommand, engine_flags, json_flag, quiet_flag
from ..output import Styled, print_json, print_lines, say, say_next
from ..output_target import is_standard_output, open_output, output_flags

if TYPE_CHECKING:
    from ...archive.summary import RecordingSummary
    from ...archive.voices.label_totals import Label, LabelSample
    from ...archive.voices.samples import Sample
    from ...archive.voices.similar_names import Proposal
    from ...workspace.speaker_map_draft import UnnamedVoice

_SAMPLES = 3
"""How many samples of each speaker are collected."""
_LABELS_SHOWN = 200
_VOICES_SHOWN = 60
_NO_LABEL = "(no label)"
_MIN_LABEL_WIDTH = 5
_MAX_LABEL_WIDTH = 32


@click.command(name="speakers", cls=LongCommand)
@archive_flags
@engine_flags
@output_flags("Write a speaker map to edit; a map that you have edited is not replaced.")
@json_flag("One JSON object per label and per file that cannot be used, on standard output.")
@quiet_flag
def command(
    paths: tuple[str, ...], output: str | None, force: bool, as_json: bool, **flags: Any
) -> int:
    """List the speakers of an archive, and write a speaker map to edit.

    PATH is a folder, a ZIP or tar file, or a transcript. Each label is listed with its files, talk
    time and words. Proposes labels that may be one person. Nothing is merged unless you say so in
    the map.
    """
    from ...archive.plan_export import unusable_rows
    from ...workspace import speaker_map_draft

    if as_json and output is not None and is_standard_output(output):
        raise SettingsError("--json and -o - both write to standard output; name a file with -o")
    named = (*paths, flags.get("speakers"), flags.get("settings"))
    target = open_output(output, "speakers", named, force=force)
    archive = open_archive(paths, flags, new_map=output)
    scanned = scan_archive(archive, _SAMPLES)
    labels = speaker_map_draft.gather_distinct_labels(scanned.summaries)
    speakers = archive.options.speakers
    proposals = speaker_map_draft.propose_aliases(labels, speakers.distinct)
    voices = speaker_map_draft.list_unnamed_voices(scanned.summaries)
    if output is not None:
        file = Path("speakers.toml" if is_standard_output(output) else output)
        text = speaker_map_draft.render_speaker_map(labels, proposals, speakers, file)
        with target:
            target.write(text)
        if not is_standard_output(output):
            say(f"wrote {output}: edit it, then use it with --speakers {output}")
    if as_json:
        _print_data(labels, proposals, voices)
        for row in unusable_rows(scanned.plan):
            print_json(row)
    elif output is None:
        _print(labels, proposals, voices)
        _say_owner(scanned.summaries, proposals)
        _say_what_is_next(labels)
    return scanned.code


def _print(
    labels: Sequence[Label], proposals: Sequence[Proposal], voices: Sequence[UnnamedVoice]
) -> None:
    with_names = [label for label in labels if not label.is_unnamed]
    lines = [*_label_lines(with_names, proposals), *_voice_lines(voices)]
    if lines:
        print_lines(lines)


def _say_what_is_next(labels: Sequence[Label]) -> None:
    if not labels:
        say("there is no readable transcript here")
        return
    say_next(
        "'transcript-bridge review' with the same paths names them in a browser; "
        "'speakers -o speakers.toml' writes a map to edit"
    )


def _say_owner(summaries: Sequence[RecordingSummary], proposals: Sequence[Proposal]) -> None:
    """Say who the owner may be, if the settings do not."""
    from ...archive.voices.likely_owner import propose_owner
    from ...workspace.speaker_map_draft import distinct_recordings

    owner = propose_owner(distinct_recordings(summaries), proposals)
    if owner is not None and owner.name is not None and not owner.is_known:
        say(f"perhaps you are {owner.name}: {owner.reason}; --me {shlex.quote(owner.name)}")


def _print_data(
    labels: Sequence[Label], proposals: Sequence[Proposal], voices: Sequence[UnnamedVoice]
) -> None:
    from ...workspace.speaker_map_draft import NO_PROPOSAL, index_proposals

    proposal_of = index_proposals(proposals)
    voices_of: defaultdict[str | None, list[UnnamedVoice]] = defaultdict(list)
    for voice in voices:
        voices_of[voice.label].append(voice)
    for label in labels:
        proposal = proposal_of.get(label.label, NO_PROPOSAL)
        print_json(_as_data(label, proposal, voices_of[label.label]))


def _as_data(label: Label, proposal: Proposal, voices: Sequence[UnnamedVoice]) -> dict[str, Any]:
    return {
        "label": label.label,
        "name": label.name,
        "is_user": label.is_user,
        "files": len(label.files),
        "segments": label.segments,
        "seconds": label.ms / 1000,
        "samples": [sample.text for sample in label.samples],
        "perhaps": [other for other in proposal.labels if other != label.label],
        "voices": [_voice_as_data(voice) for voice in voices],
    }


def _voice_as_data(voice: UnnamedVoice) -> dict[str, Any]:
    return {
        "path": voice.path,
        "label": voice.label,
        "segments": voice.segments,
        "seconds": voice.ms / 1000,
        "samples": [sample.text for sample in voice.samples],
    }


def _label_lines(labels: Sequence[Label], proposals: Sequence[Proposal]) -> list[str]:
    if not labels:
        return []
    widest = max([_MIN_LABEL_WIDTH, *(len(_name(label.label)) for label in labels)])
    width = min(_MAX_LABEL_WIDTH, widest)
    lines = [f"{'label':<{width}}  {'files':>6}  {'talk time':>10}  who, and what they say"]
    for label in labels[:_LABELS_SHOWN]:
        lines.append(_label_line(label, width))
    not_shown = len(labels) - _LABELS_SHOWN
    if not_shown > 0:
        lines.append(f"and {not_shown:,} more; --json has all of them")
    if proposals:
        lines += ["", "Perhaps one person (nothing is merged unless the map says so):"]
        for proposal in proposals:
            names = " = ".join(repr(label) for label in proposal.labels)
            lines.append(f"  {names}   {proposal.reason}")
    lines.append("")
    return lines


def _voice_lines(voices: Sequence[UnnamedVoice]) -> list[str]:
    """The voices without a name, by recording."""
    if not voices:
        return []
    files = {voice.path for voice in voices}
    title = f"{count_of(len(voices), 'voice')} without a name in {count_of(len(files), 'file')}"
    lines: list[str] = [Styled(title, bold=True)]
    if len(files) > 1:
        lines[0] = Styled(title, bold=True, rest=": each file has its own numbers", indent=2)
    path = ""
    for voice in voices[:_VOICES_SHOWN]:
        if voice.path != path:
            path = voice.path
            lines.append(f"  {path}")
        lines.append(_voice_line(voice))
    not_shown = len(voices) - _VOICES_SHOWN
    if not_shown > 0:
        lines.append(f"and {not_shown:,} more; --json has all of them")
    return lines


def _voice_line(voice: UnnamedVoice) -> str:
    name = _name(voice.label)
    line = f"    {name:<10}  {render_span(voice.ms):>8}"
    if voice.samples:
        line += f"  “{_longest(voice.samples)}”"
    return line


def _label_line(label: Label, width: int) -> str:
    details = []
    if label.is_user:
        details.append("you:")
    elif label.name:
        details.append(f"{label.name}:")
    if label.samples:
        details.append(f"“{_longest(label.samples)}”")
    return (
        f"{_name(label.label)[:width]:<{width}}  {len(label.files):>6,}  "
        f"{render_span(label.ms):>10}  {' '.join(details)}"
    )


def _longest(samples: Iterable[Sample | LabelSample]) -> str:
    """The longest sample, which says most about who speaks."""
    return max([sample.text for sample in samples], key=len)


def _name(label: str | None) -> str:
    if label is None:
        return _NO_LABEL
    return label
