"""`formats`: the formats that can be read and written."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ... import formats
from ...formats.base import Format
from ..flags import json_flag
from ..output import print_json, print_line


@click.command(name="formats")
@json_flag("One JSON object per format, on standard output.")
def command(as_json: bool) -> int:
    """List the formats that can be read and written, plug-ins included."""
    found = formats.all_formats()
    if as_json:
        _print_data(found)
    else:
        _print_table(found)
    return 0


def _print_data(found: Sequence[Format]) -> None:
    for format in found:
        row = {
            "name": format.name,
            "title": format.title,
            "suffixes": format.suffixes,
            "kind": format.kind,
            "writes": format.render is not None,
        }
        print_json(row)


def _print_table(found: Sequence[Format]) -> None:
    name_width = max(len(format.name) for format in found)
    title_width = max(len(format.title) for format in found)
    for format in found:
        verb = "reads"
        if format.render:
            verb = "reads and writes"
        content = "transcripts"
        if format.kind == "turns":
            content = "speaker turns"
        use = f"{verb} {content}"
        suffixes = " ".join(format.suffixes)
        print_line(
            f"{format.name:<{name_width}}  {format.title:<{title_width}}  {use:<30}  {suffixes}"
        )
