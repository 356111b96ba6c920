"""`formats`: what can be read and written."""

from __future__ import annotations

import json

import click

from ... import formats


@click.command(name="formats")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object per line.")
def command(as_json: bool) -> int:
    """List the formats that can be read and written, plug-ins included."""
    found = formats.all_formats()
    if as_json:
        for f in found:
            row = {
                "name": f.name,
                "title": f.title,
                "suffixes": f.suffixes,
                "kind": f.kind,
                "writes": f.render is not None,
            }
            click.echo(json.dumps(row, ensure_ascii=False))
        return 0
    name_width = max(len(f.name) for f in found)
    title_width = max(len(f.title) for f in found)
    for f in found:
        verbs = "reads and writes" if f.render else "reads"
        content = "speaker turns" if f.kind == "turns" else "transcripts"
        columns = (
            f"{f.name:<{name_width}}",
            f"{f.title:<{title_width}}",
            f"{verbs + ' ' + content:<30}",
            " ".join(f.suffixes),
        )
        click.echo("  ".join(columns))
    return 0
