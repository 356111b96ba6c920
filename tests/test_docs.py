"""The docs are true: reference blocks are what the program says, links lead somewhere, examples
run.

Generated blocks stand between `<!-- begin NAME -->` and `<!-- end -->`;
`python tests/test_docs.py` writes them anew.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from transcript_bridge import formats
from transcript_bridge.cli import cli
from transcript_bridge.problems import CODES

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
BLOCK = re.compile(r"<!-- begin (\S+) -->\n(.*?)<!-- end -->", re.DOTALL)


def commands() -> str:
    """The help of every command."""
    os.environ["COLUMNS"] = "100"
    context = click.Context(
        cli, info_name="transcript-bridge", max_content_width=100, terminal_width=100
    )
    pages = [f"```text\n{cli.get_help(context)}\n```\n"]
    for path, command in walk(cli, context, "transcript-bridge"):
        inner = click.Context(
            command,
            parent=context,
            info_name=path.removeprefix("transcript-bridge "),
            max_content_width=100,
            terminal_width=100,
        )
        pages.append(f"## {path}\n\n```text\n{command.get_help(inner)}\n```\n")
    return "\n".join(pages)


def walk(group: click.Group, context: click.Context, path: str) -> list[tuple[str, click.Command]]:
    found = []
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found.append((f"{path} {name}", command))
        if isinstance(command, click.Group):
            found += walk(command, context, f"{path} {name}")
    return found


def format_table() -> str:
    """Every built-in format."""
    rows = [
        "| name | what | suffixes | carries | written by `convert --to` |",
        "|---|---|---|---|---|",
    ]
    for f in formats.all_formats():
        carries = "speaker turns" if f.kind == "turns" else "words"
        suffixes = " ".join(f"`{s}`" for s in f.suffixes)
        rows.append(
            f"| `{f.name}` | {f.title} | {suffixes} | {carries} | {'yes' if f.render else '–'} |"
        )
    return "\n".join(rows) + "\n"


def problem_table() -> str:
    """Every problem that reading or shaping can tell of."""
    rows = ["| code | level | what it means |", "|---|---|---|"]
    rows += [
        f"| `{name}` | {code.level} | {code.meaning} |" for name, code in sorted(CODES.items())
    ]
    return "\n".join(rows) + "\n"


def shape_table() -> str:
    """Every fixture: the shapes that are read, what is told of them, and what is refused."""
    rows = ["| fixture | cues | speakers | told |", "|---|---|---|---|"]
    for path in sorted((ROOT / "fixtures").glob("*/*.expected.json")):
        wanted = json.loads(path.read_text(encoding="utf-8"))
        name = f"`{path.parent.name}/{path.name.removesuffix('.expected.json')}`"
        if "error" in wanted:
            rows.append(f"| {name} | – | – | refused: {wanted['message'].replace('|', '/')} |")
            continue
        labels = {u[2] for u in wanted["utterances"] if u[2]} | {
            t[2] for t in wanted.get("turns", [])
        }
        codes = ", ".join(
            f"`{code}`" for code in dict.fromkeys(code for code, _ in wanted["problems"])
        )
        rows.append(f"| {name} | {wanted['cues']} | {len(labels) or '–'} | {codes} |")
    return "\n".join(rows) + "\n"


GENERATORS: dict[str, Callable[[], str]] = {
    "commands": commands,
    "formats": format_table,
    "problems": problem_table,
    "shapes": shape_table,
}


def test_every_generated_block_is_in_step() -> None:
    stale = []
    seen = set()
    for page in PAGES:
        for match in BLOCK.finditer(page.read_text(encoding="utf-8")):
            seen.add(match[1])
            if match[2].strip() != GENERATORS[match[1]]().strip():
                stale.append(f"{page.name}: {match[1]}")
    assert stale == [], "run: python tests/test_docs.py"
    assert seen == set(GENERATORS)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_links_lead_somewhere(page: Path) -> None:
    prose = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", prose):
        if "://" not in target and not target.startswith("mailto:"):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_python_examples_compile_and_name_real_things() -> None:
    import transcript_bridge

    for page in PAGES:
        for code in re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            compile(code, page.name, "exec")
            for name in re.findall(r"\btb\.(\w+)", code):
                assert hasattr(transcript_bridge, name), f"{page.name}: tb.{name}"


def test_no_page_of_the_docs_is_unreachable() -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    assert [
        p.name
        for p in PAGES
        if p.parent.name == "docs" and p.name != "index.md" and f"({p.name}" not in index
    ] == []


def rewrite() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        fresh = BLOCK.sub(
            lambda m: f"<!-- begin {m[1]} -->\n{GENERATORS[m[1]]()}<!-- end -->", text
        )
        if fresh != text:
            page.write_text(fresh, encoding="utf-8")
            sys.stderr.write(f"rewrote {page.name}\n")


if __name__ == "__main__":
    rewrite()
