"""`speakers`: who speaks in an archive, and a speaker map to edit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...timecode import render_span
from ..archive_session import archive_flags, open_archive, scan_archive
from ..output import plural, print_json, print_lines, say
from ..output_target import is_standard_output, make_output_rules, open_output, output_flags
from ..session import json_flag, quiet_flag

if TYPE_CHECKING:
    from ...archive.label_totals import Label
    from ...archive.similar_names import Proposal

_SAMPLES = 3
"""Lines kept of each speaker."""
_LABELS_SHOWN = 200
_MIN_LABEL_WIDTH = 5
_MAX_LABEL_WIDTH = 32


@click.command(name="speakers")
@archive_flags
@output_flags("Write a speaker map to edit; a map that you have edited is not replaced.")
@json_flag("One JSON object per label, on standard output.")
@quiet_flag
def command(
    paths: tuple[str, ...], output: str | None, force: bool, as_json: bool, **flags: Any
) -> int:
    """List all speaker labels of an archive: files, talk time, what they say.

    Proposes labels that are probably one person. Nothing is merged unless you say so in the map.
    """
    from ...workspace import speaker_map_draft

    named = (*paths, flags.get("speakers"), flags.get("settings"))
    target = open_output(output, make_output_rules("speakers", named, force=force))
    archive = open_archive(paths, flags, new_map=output)
    summaries = scan_archive(archive, _SAMPLES)
    labels = speaker_map_draft.gather_distinct_labels(summaries)
    proposals = speaker_map_draft.propose_aliases(labels)
    if output is not None:
        map_name = "speakers.toml" if is_standard_output(output) else Path(output).name
        text = speaker_map_draft.render_speaker_map(
            labels, proposals, archive.options.speakers, map_name
        )
        with target:
            target.write(text)
        if not is_standard_output(output):
            say(f"wrote {output}: edit it, then use it with --speakers {output}")
    if as_json:
        for label in labels:
            print_json(_as_data(label, proposals))
    elif output is None:
        print_lines(_as_lines(labels, proposals))
    return 0


def _as_data(label: Label, proposals: Sequence[Proposal]) -> dict[str, Any]:
    from ...workspace.speaker_map_draft import find_proposal

    proposal = find_proposal(label.label, proposals)
    perhaps = []
    if proposal is not None:
        perhaps = [other for other in proposal.labels if other != label.label]
    return {
        "label": label.label,
        "name": label.name,
        "is_user": label.is_user,
        "files": len(label.files),
        "segments": label.segments,
        "seconds": label.ms / 1000,
        "samples": list(label.samples),
        "perhaps": perhaps,
    }


def _as_lines(labels: Sequence[Label], proposals: Sequence[Proposal]) -> list[str]:
    widest = max([_MIN_LABEL_WIDTH, *(len(_name(label)) for label in labels)])
    width = min(_MAX_LABEL_WIDTH, widest)
    lines = [f"{'label':<{width}}  {'files':>6}  {'talk time':>10}  who, and what they say"]
    for label in labels[:_LABELS_SHOWN]:
        lines.append(_label_line(label, width))
    not_shown = len(labels) - _LABELS_SHOWN
    if not_shown > 0:
        lines.append(f"and {not_shown:,} more; --json has all of them")
    if proposals:
        lines += ["", "Probably one person (nothing is merged unless the map says so):"]
        for proposal in proposals:
            names = " = ".join(repr(label) for label in proposal.labels)
            lines.append(f"  {names}   {proposal.reason}")
    lines += ["", f"{plural(len(labels), 'label')}; -o speakers.toml writes a map to edit"]
    return lines


def _label_line(label: Label, width: int) -> str:
    details = []
    if label.is_user:
        details.append("you:")
    elif label.name:
        details.append(f"{label.name}:")
    if label.samples:
        details.append(f"“{label.samples[0]}”")
    return (
        f"{_name(label)[:width]:<{width}}  {len(label.files):>6,}  "
        f"{render_span(label.ms):>10}  {' '.join(details)}"
    )


def _name(label: Label) -> str:
    return label.label if label.label is not None else "(no label)"
