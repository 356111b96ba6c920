"""The docs are true: generated blocks match the program, links and paths exist, examples run.

Generated blocks are between `<!-- begin NAME -->` and `<!-- end -->`. All other blocks of the
languages that tests/support/doc_pages.py lists run against a sandbox; those of the language
`console` also show the output. `python tests/test_docs.py` rewrites generated blocks and outputs.
"""

from __future__ import annotations

import ast
import importlib
import json
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))  # for `python tests/test_docs.py`
import transcript_bridge
from tests.support.doc_pages import run_page, runnable_blocks, skipped_blocks
from transcript_bridge import formats
from transcript_bridge.cli import cli
from transcript_bridge.formats.built_in import BUILT_IN
from transcript_bridge.omi.sandbox import SandboxSettings, run_sandbox
from transcript_bridge.options import OPTIONS
from transcript_bridge.problems import CODES

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
BLOCK = re.compile(r"<!-- begin (\S+) -->\n(.*?)<!-- end -->", re.DOTALL)
FLAG = re.compile(r"(?<![\w-])--[a-z][a-z-]*")


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


# Generated blocks


def make_context(**settings: Any) -> click.Context:
    """The command's context, with all of its settings: click keeps the help option that it makes
    first, and other tests run the same command objects."""
    return click.Context(cli, info_name="transcript-bridge", **{**cli.context_settings, **settings})


def commands() -> str:
    """A table of all commands, and the help of each."""
    context = make_context(terminal_width=100)
    rows = ["| command | what it does |", "|---|---|"]
    pages = []
    for path, command in walk(cli, context, "transcript-bridge"):
        purpose = command.get_short_help_str(limit=200)
        rows.append(f"| [`{path}`](#{path.replace(' ', '-')}) | {purpose} |")
        inner = click.Context(
            command,
            parent=context,
            info_name=path.removeprefix("transcript-bridge "),
            max_content_width=100,
            terminal_width=100,
        )
        pages.append(f"## {path}\n\n```text\n{command.get_help(inner)}\n```\n")
    return "\n".join(["\n".join(rows) + "\n", *pages])


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
    for f in map(formats.get, BUILT_IN):
        carries = "speaker turns" if f.kind == "turns" else "words"
        suffixes = " ".join(f"`{s}`" for s in f.suffixes)
        written = "yes" if f.render else "–"
        rows.append(f"| `{f.name}` | {f.title} | {suffixes} | {carries} | {written} |")
    return "\n".join(rows) + "\n"


def problem_table() -> str:
    """Every problem that reading or shaping can report."""
    rows = ["| code | level | what it means |", "|---|---|---|"]
    rows += [
        f"| `{name}` | {code.level} | {code.meaning} |" for name, code in sorted(CODES.items())
    ]
    return "\n".join(rows) + "\n"


def shape_table() -> str:
    """Every fixture: the shapes that are read, the problems they have, and what is refused."""
    rows = ["| fixture | cues | speakers | problems |", "|---|---|---|---|"]
    for path in sorted((ROOT / "fixtures").glob("*/*.expected.json")):
        wanted = json.loads(path.read_text(encoding="utf-8"))
        name = f"`{path.parent.name}/{path.name.removesuffix('.expected.json')}`"
        if "error" in wanted:
            rows.append(f"| {name} | – | – | refused: {wanted['message'].replace('|', '/')} |")
            continue
        rows_with_speakers = [*wanted["utterances"], *wanted.get("turns", [])]
        labels = {row["speaker"] for row in rows_with_speakers if row["speaker"]}
        found = dict.fromkeys(problem["code"] for problem in wanted["problems"])
        codes = ", ".join(f"`{code}`" for code in found)
        rows.append(f"| {name} | {wanted['cues']} | {len(labels) or '–'} | {codes} |")
    return "\n".join(rows) + "\n"


def plugin() -> str:
    """The whole plug-in of tests/plugin."""
    source = (ROOT / "tests" / "plugin" / "transcript_bridge_tapelog.py").read_text(
        encoding="utf-8"
    )
    return f"```python\n{source}```\n"


def plugin_project() -> str:
    """Its pyproject.toml, without the comment for readers of this repository."""
    source = (ROOT / "tests" / "plugin" / "pyproject.toml").read_text(encoding="utf-8")
    _comment, _, text = source.partition("\n")
    return f"```toml\n{text}```\n"


_OTHER_FLAGS = {"order": "--newest-first", "files": ""}
"""Of options that have no flag of their name; `--files` of `plan` is another matter."""


def option_table() -> str:
    """Every option of the table in options.py."""
    rows = ["| name | value | flag of | also in | changes | meaning |", "|---|---|---|---|---|---|"]
    flags = flags_by_command()
    for option in OPTIONS:
        kinds = {"file": "files", "archive": "archives"}
        flag_of = ", ".join(kinds[one] for one in ("file", "archive") if one in option.commands)
        places = {"environment": "environment", "archive file": "archive", "user file": "user"}
        places["files table"] = "`[[files]]`"
        also_in = ", ".join(word for place, word in places.items() if place in option.places)
        if not flag_of:
            flag = _OTHER_FLAGS.get(option.name, option.flag)
            paths = [path for path in flags if flag in flags[path]]
            names = [path.removeprefix("transcript-bridge ") for path in paths]
            flag_of = ", ".join(f"`{name}`" for name in names)
        rows.append(
            f"| `{option.name}` | {option.kind.wanted} | {flag_of or '–'} "
            f"| {also_in or '–'} "
            f"| {option.changes} | {option.help} |"
        )
    return "\n".join(rows) + "\n"


GENERATORS: dict[str, Callable[[], str]] = {
    "commands": commands,
    "formats": format_table,
    "options": option_table,
    "plugin": plugin,
    "plugin-project": plugin_project,
    "problems": problem_table,
    "shapes": shape_table,
}


def generate(text: str) -> str:
    """The text of a page with its generated blocks as they should be."""
    return BLOCK.sub(lambda m: f"<!-- begin {m[1]} -->\n{GENERATORS[m[1]]()}<!-- end -->", text)


def test_generated_blocks_are_up_to_date() -> None:
    texts = {page: page.read_text(encoding="utf-8") for page in PAGES}
    stale = [name_of(page) for page, text in texts.items() if generate(text) != text]
    assert stale == [], "run: python tests/test_docs.py"
    used = {match[1] for text in texts.values() for match in BLOCK.finditer(text)}
    assert used == set(GENERATORS)


# Blocks that run

NOT_RUN = {
    "CONTRIBUTING.md": ["sets up a checkout", "runs all checks"],
    "README.md": ["installs a package", "installs a package", "installs a package"],
    "docs/benchmarks/diarization.md": ["takes hours"],
    "docs/benchmarks/index.md": ["needs two checkouts"],
    "docs/review.md": ["installs a package and opens a browser"],
    "docs/benchmarks/labels.md": ["tests/shaping/test_label_benchmark.py runs it"],
    "docs/benchmarks/reading.md": ["takes minutes"],
    "docs/benchmarks/review.md": ["takes minutes, and needs Chromium"],
    "docs/commands.md": ["changes a shell", "needs a server in the local network"],
    "docs/deploying.md": [
        "needs keys",
        "needs a container engine",
        "needs a cluster",
        "needs a database server",
        "needs a database server",
        "tests/test_deployment.py runs it",
        "installs a package",
        "installs a package",
        "installs a package",
    ],
    "docs/index.md": ["installs a package"],
    "docs/quickstart.md": ["installs a package"],
    "docs/reliability.md": ["needs a database server"],
    "docs/scale.md": ["needs Ray", "needs Spark", "needs a database server"],
    "docs/serving.md": ["needs a database server"],
    "docs/step-by-step.md": ["installs a package"] * 3,
}
"""Why some blocks do not run, by page. A block that runs needs no entry."""


def pages_that_run() -> list[Path]:
    return [page for page in PAGES if any(runnable_blocks(page.read_text(encoding="utf-8")))]


@pytest.mark.parametrize("page", pages_that_run(), ids=name_of)
def test_the_blocks_of_a_page_run_and_show_the_real_output(
    page: Path, tmp_path: Path, lease_sandbox: Callable[..., str]
) -> None:
    text = page.read_text(encoding="utf-8")
    url = lease_sandbox(owner_name="You")
    assert run_page(text, tmp_path, url) == text, "run: python tests/test_docs.py"


def test_blocks_that_do_not_run_are_listed() -> None:
    found = {name_of(page): skipped_blocks(page.read_text(encoding="utf-8")) for page in PAGES}
    assert {name: reasons for name, reasons in found.items() if reasons} == NOT_RUN


# Links, paths, flags and Python examples


def prose_of(page: Path) -> str:
    """A page without its code blocks."""
    return re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", prose_of(page)):
        if "://" not in target and not target.startswith("mailto:"):
            assert (page.parent / target).exists(), f"{name_of(page)} links to {target}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_paths_exist(page: Path) -> None:
    """`archive/scan.py` in backticks is a file of the package or of the repository; NAME is any."""
    for path in re.findall(r"`([\w./-]+/[\w./-]*\.py)`", prose_of(page)):
        places = (ROOT / path, ROOT / "transcript_bridge" / path, ROOT / "tests" / path)
        exists = "NAME" in path or any(place.exists() for place in places)
        assert exists, f"{name_of(page)} names {path}"


NAMED_MODULE = re.compile(r"(?<![\w/.])[\w/]+\.py\b")


@pytest.mark.untraced
def test_modules_named_in_docstrings_exist() -> None:
    """`archive/scan.py`, or `scan.py` in the folder of the module or below it."""
    package = ROOT / "transcript_bridge"
    missing = []
    for module in sorted(package.rglob("*.py")):
        text = module.read_text(encoding="utf-8")
        if not NAMED_MODULE.search(text):
            continue
        docstring = ast.get_docstring(ast.parse(text)) or ""
        for name in NAMED_MODULE.findall(docstring):
            places = (module.parent / name, package / name, ROOT / name, ROOT / "tests" / name)
            below = any(module.parent.rglob(name))
            if not below and not any(place.exists() for place in places):
                missing.append(f"{module.relative_to(package)} names {name}")
    assert missing == []


def flags_by_command() -> dict[str, set[str]]:
    context = make_context()
    found = {"transcript-bridge": {"--version", "--help"}}
    for path, command in walk(cli, context, "transcript-bridge"):
        options = [p for p in command.params if isinstance(p, click.Option)]
        found[path] = {"--help"} | {
            flag for option in options for flag in (*option.opts, *option.secondary_opts)
        }
    return found


def test_commands_in_the_docs_have_these_flags() -> None:
    known = flags_by_command()
    wrong = []
    for page in PAGES:
        for block in re.findall(
            r"```(?:sh|console)\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL
        ):
            for line in re.findall(r"^(?:\$ )?(transcript-bridge .*)", block, re.MULTILINE):
                words = line.partition("#")[0].split()
                path = " ".join(words[:3]) if " ".join(words[:3]) in known else " ".join(words[:2])
                if not set(FLAG.findall(line.partition("#")[0])) <= known.get(path, set()):
                    wrong.append(f"{name_of(page)}: {line}")
    assert wrong == []


def test_the_python_examples_compile_and_name_real_things() -> None:
    for page in PAGES:
        for code in re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            compile(code, page.name, "exec")
            for name in re.findall(r"\btb\.(\w+)", code):
                assert hasattr(transcript_bridge, name), f"{name_of(page)}: tb.{name}"
            for node in ast.walk(ast.parse(code)):
                if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                    "transcript_bridge"
                ):
                    module = importlib.import_module(str(node.module))
                    for alias in node.names:
                        assert hasattr(module, alias.name), f"{name_of(page)}: {alias.name}"


def test_every_page_is_linked_from_the_index_and_in_the_navigation() -> None:
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    pages = [p.relative_to(ROOT / "docs").as_posix() for p in (ROOT / "docs").rglob("*.md")]
    assert [p for p in pages if p != "index.md" and f"({p}" not in index] == []
    assert [p for p in pages if f": {p}\n" not in navigation] == []


def test_the_architecture_names_every_room() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    package = ROOT / "transcript_bridge"
    packages = [path.parent.name + "/" for path in package.glob("*/__init__.py")]
    assert [name for name in packages if f"| `{name}` |" not in text] == []


def rewrite() -> None:
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        fresh = generate(text)
        if any(runnable_blocks(fresh)):
            settings = SandboxSettings(owner_name="You")
            with tempfile.TemporaryDirectory() as folder, run_sandbox(settings) as url:
                fresh = run_page(fresh, Path(folder), url)
        if fresh != text:
            page.write_text(fresh, encoding="utf-8")
            sys.stderr.write(f"rewrote {name_of(page)}\n")


if __name__ == "__main__":
    rewrite()
