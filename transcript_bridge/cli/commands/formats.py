"""`formats`: the formats that can be read and written."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ... import formats
from ...formats.base import Format
from ..output import print_json, print_line
from ..session import json_flag


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
    for one in found:
        row = {
            "name": one.name,
            "title": one.title,
            "suffixes": one.suffixes,
            "kind": one.kind,
            "writes": one.render is not None,
        }
        print_json(row)


def _print_table(found: Sequence[Format]) -> None:
    name_width = max(len(one.name) for one in found)
    title_width = max(len(one.title) for one in found)
    for one in found:
        verb = "reads"
        if one.render:
            verb = "reads and writes"
        content = "transcripts"
        if one.kind == "turns":
            content = "speaker turns"
        use = f"{verb} {content}"
        suffixes = " ".join(one.suffixes)
        print_line(f"{one.name:<{name_width}}  {one.title:<{title_width}}  {use:<30}  {suffixes}")
