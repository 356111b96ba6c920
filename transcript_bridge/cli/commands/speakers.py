"""`speakers`: who speaks in an archive, and a speaker map to edit."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...errors import OutputError
from ...timecode import render_span
from ..archive_session import OpenArchive, archive_flags, open_archive
from ..output import plural, say

if TYPE_CHECKING:
    from ...archive.label_totals import Label
    from ...archive.similar_names import Proposal

_SAMPLES = 3
_SHOWN = 200
_ANONYMOUS = re.compile(r"(?:SPEAKER|Speaker|speaker|S|spk)[ _-]?\d+")


@click.command(name="speakers")
@archive_flags
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Write a speaker map to edit; an existing file is never overwritten.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON object per label, on standard output."
)
def command(paths: tuple[str, ...], output: str | None, as_json: bool, **flags: Any) -> int:
    """List all speaker labels of an archive: files, talk time, what they say.

    Proposes labels that are probably one person. Nothing is merged unless you say so in the map.
    """
    from ...archive.label_totals import gather_labels
    from ...archive.similar_names import propose

    archive = open_archive(paths, flags, unwritten=output)
    _, converted = archive.scan(samples=_SAMPLES)
    unlike = {one.text_digest: one for one in reversed(converted) if one.state == "ready"}
    labels = gather_labels(unlike.values())
    proposals = propose({row.label: (row.files, row.ms) for row in labels if row.label is not None})
    if output is not None:
        write_map(Path(output), labels, proposals, archive)
        say(f"wrote {output}: edit it, then pass --speakers {output}")
    if as_json:
        for row in labels:
            click.echo(json.dumps(_as_data(row, proposals), ensure_ascii=False))
    elif output is None:
        click.echo("\n".join(_as_lines(labels, proposals)))
    return 0


def _as_data(row: Label, proposals: Sequence[Proposal]) -> dict[str, Any]:
    same = next((p for p in proposals if row.label in p.labels), None)
    return {
        "label": row.label,
        "name": row.name,
        "is_user": row.is_user,
        "files": len(row.files),
        "segments": row.segments,
        "seconds": row.ms / 1000,
        "samples": list(row.samples),
        "perhaps": [label for label in same.labels if label != row.label] if same else [],
    }


def _as_lines(labels: Sequence[Label], proposals: Sequence[Proposal]) -> list[str]:
    width = min(32, max([5, *(len(_shown(row)) for row in labels)]))
    lines = [f"{'label':<{width}}  {'files':>6}  {'talk time':>10}  who, and what they say"]
    for row in labels[:_SHOWN]:
        who = "you" if row.is_user else row.name or ""
        sample = f"“{row.samples[0]}”" if row.samples else ""
        words = " ".join(part for part in (who and f"{who}:", sample) if part)
        lines.append(
            f"{_shown(row)[:width]:<{width}}  {len(row.files):>6,}  {render_span(row.ms):>10}  {words}"
        )
    if len(labels) > _SHOWN:
        lines.append(f"and {len(labels) - _SHOWN:,} more; --json has all of them")
    if proposals:
        lines += ["", "Probably one person (nothing is merged unless the map says so):"]
        lines += [f"  {' = '.join(map(repr, p.labels))}   {p.reason}" for p in proposals]
    lines += ["", f"{plural(len(labels), 'label')}; -o speakers.toml writes a map to edit"]
    return lines


def _shown(row: Label) -> str:
    return row.label if row.label is not None else "(no speaker)"


def write_map(
    path: Path, labels: Sequence[Label], proposals: Sequence[Proposal], archive: OpenArchive
) -> None:
    """A map with a table for every name, what is known already filled in. Raises OutputError."""
    people = {person.name: person for person in archive.options.speakers.people}
    lines = [
        "# Who is who. Remove the # from what is true, then pass --speakers " + path.name,
        "# The id of a person is in the Omi app. Labels in no table are kept.",
    ]
    done: set[str] = set()
    said = {row.label: row.samples[:1] for row in labels}
    for row in labels:
        if (
            row.label is None
            or row.label in done
            or (_ANONYMOUS.fullmatch(row.label) and row.name is None)
        ):
            continue
        same = next((p for p in proposals if row.label in p.labels), None)
        known = people.pop(row.name, None) if row.name else None
        if row.name is not None and known is None:  # an alias of somebody who has a table already
            continue
        name = known.name if known else row.label
        others = [label for label in (same.labels if same else ()) if label != name]
        done.update((name, *others))
        lines += ["", *_table(row, name, known)]
        if same is not None and others:
            perhaps = [other for other in others if known is None or other not in known.labels]
            lines += [
                f"#   {' '.join(other.split())}: “{line}”"
                for other in perhaps
                for line in said[other]
            ]
            lines += (
                [f"# perhaps: {same.reason}", f"# aliases = [{', '.join(map(_quote, perhaps))}]"]
                if perhaps
                else []
            )
    for person in people.values():
        lines += ["", f"[speakers.{_quote(person.name)}]", *_known_keys(person)]
    for rule in archive.options.speakers.rules:
        lines += [
            "",
            "[[files]]",
            f"pattern = {_quote(rule.pattern)}",
            *([f"me = {_quote(rule.me)}"] if rule.me else []),
        ]
        for person in rule.people:
            lines += [f"[files.speakers.{_quote(person.name)}]", *_known_keys(person)]
    _write_new(path, "\n".join([*lines, *_rules_of_numbers(labels)]) + "\n")


def _write_new(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise OutputError(
            f"{path} exists already and may contain your work; choose another name"
        ) from None
    except OSError as error:
        raise OutputError(
            f"{path} cannot be written ({error.strerror}); choose another place"
        ) from None


def _table(row: Label, name: str, known: Any) -> list[str]:
    lines = [f"# {plural(len(row.files), 'file')}, {render_span(row.ms)} of talk"]
    lines += [f"#   “{sample}”" for sample in row.samples]
    lines += [f"[speakers.{_quote(name)}]"]
    return lines + (
        _known_keys(known) if known is not None else ["# is_user = true", '# person_id = ""']
    )


def _known_keys(person: Any) -> list[str]:
    lines = [f"aliases = [{', '.join(map(_quote, person.aliases))}]"] if person.aliases else []
    lines += ["is_user = true"] if person.is_user else []
    return lines + ([f"person_id = {_quote(person.person_id)}"] if person.person_id else [])


def _rules_of_numbers(labels: Sequence[Label]) -> list[str]:
    """SPEAKER_00 is somebody else in every file: only a rule for some files can say who."""
    anonymous = [row for row in labels if row.label is not None and _ANONYMOUS.fullmatch(row.label)]
    if not anonymous:
        return []
    row = anonymous[0]
    files = {file for one in anonymous for file in one.files}
    return [
        "",
        "# Every recording numbers its speakers anew: add a rule for the files in which this is true.",
        "# [[files]]",
        f"# pattern = {_quote(row.files[0].replace('!', '/').rpartition('/')[2])}",
        '# me = "SPEAKER_01"',
        '# [files.speakers."Alice Doe"]',
        f"# aliases = [{_quote(row.label or '')}]",
        f"# ({plural(len(anonymous), 'label')} like this, in {plural(len(files), 'file')})",
    ]


def _quote(text: str) -> str:
    """A TOML string: JSON's escapes are TOML's, too, all but DEL's."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
