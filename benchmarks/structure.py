"""Measures the code itself: sizes, branches per line, comments, docstrings, lint exceptions.

    python benchmarks/structure.py [CHECKOUT…]

prints a Markdown table with one column per checkout, so that two versions can be compared; without
an argument it measures this one. Tests are counted for one row only. A checkout without the folder
`transcript_bridge` is measured as a whole, apart from its tests.

How it counts:

- A code line holds at least one token that is neither a comment nor part of a docstring.
- A function is as long as its source, from `def` to its last line, with its docstring and without
  its decorators.
- Branches are radon's cyclomatic complexity, which counts `if`, loops, `except`, `assert`,
  comprehensions, ternaries and each `and` and `or`. The sum over all functions and methods is
  divided by the code lines.
"""

from __future__ import annotations

import argparse
import ast
import io
import math
import tokenize
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from radon.complexity import cc_visit

PACKAGE = "transcript_bridge"
LONG_FILE = 400
LONG_FUNCTION = 40
COMPLEX = 10
TOO_COMPLEX = 12

_LAYOUT = {
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
}
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_FOLDING_CALLS = {"map", "zip", "filter"}
_LINT_EXCEPTIONS = ("noqa", "type: ignore", "pragma: no cover", "pylint: disable")


@dataclass
class Counts:
    """The counts of some files."""

    file_lines: list[int] = field(default_factory=list)
    function_lines: list[int] = field(default_factory=list)
    complexities: list[int] = field(default_factory=list)
    code_lines: int = 0
    comment_lines: int = 0
    ternaries: int = 0
    comprehensions: int = 0
    boolean_operators: int = 0
    folding_calls: int = 0
    format_skips: int = 0
    lint_exceptions: int = 0
    public_functions: int = 0
    documented_functions: int = 0


def count_files(paths: Iterable[Path]) -> Counts:
    counts = Counts()
    for path in paths:
        add_source(counts, path.read_text(encoding="utf-8"))
    return counts


def add_source(counts: Counts, source: str) -> None:
    """Add one file. Raises SyntaxError for a file that this Python cannot parse."""
    tree = ast.parse(source)
    counts.file_lines.append(len(source.splitlines()))
    _add_lines(counts, source, tree)
    for node in ast.walk(tree):
        _add_expression(counts, node)
        if isinstance(node, _FUNCTIONS):
            _add_function(counts, node)
    for block in cc_visit(source):
        if block.letter in "FM":
            counts.complexities.append(block.complexity)


def measure_functions(source: str) -> Iterator[tuple[str, int]]:
    """The name and the number of lines of each function and method."""
    waiting: list[ast.AST] = [ast.parse(source)]
    for tree in waiting:
        for node in ast.iter_child_nodes(tree):
            if isinstance(node, _FUNCTIONS):
                yield node.name, _length(node)
            if not isinstance(node, ast.expr):  # most of a tree, without functions
                waiting.append(node)


def _add_lines(counts: Counts, source: str, tree: ast.Module) -> None:
    code: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            _add_comment(counts, token)
        elif token.type not in _LAYOUT:
            code.update(range(token.start[0], token.end[0] + 1))
    counts.code_lines += len(code - _docstring_lines(tree))


def _add_comment(counts: Counts, token: tokenize.TokenInfo) -> None:
    counts.comment_lines += 1
    if "fmt: skip" in token.string or "fmt: off" in token.string:
        counts.format_skips += 1
    if any(mark in token.string for mark in _LINT_EXCEPTIONS):
        counts.lint_exceptions += 1


def _docstring_lines(tree: ast.Module) -> set[int]:
    """The lines of docstrings, also of those that follow an attribute."""
    lines: set[int] = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Constant):
            continue
        if isinstance(node.value.value, str):
            lines.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return lines


def _add_expression(counts: Counts, node: ast.AST) -> None:
    if isinstance(node, ast.IfExp):
        counts.ternaries += 1
    elif isinstance(node, _COMPREHENSIONS):
        counts.comprehensions += 1
    elif isinstance(node, ast.BoolOp):
        counts.boolean_operators += len(node.values) - 1
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        counts.folding_calls += node.func.id in _FOLDING_CALLS


def _add_function(counts: Counts, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    counts.function_lines.append(_length(node))
    if node.name.startswith("_"):
        return
    counts.public_functions += 1
    counts.documented_functions += ast.get_docstring(node) is not None


def _length(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def percentile(values: list[int], share: float) -> int:
    """The smallest value that at least this share of the values does not exceed; 0 for none."""
    if not values:
        return 0
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def _spread(values: list[int]) -> str:
    return f"{percentile(values, 0.5)} / {percentile(values, 0.9)} / {max(values, default=0)}"


def _above(values: list[int], limit: int) -> int:
    return sum(1 for value in values if value > limit)


def _per_thousand(number: int, counts: Counts) -> str:
    return f"{1000 * number / max(counts.code_lines, 1):.1f}"


def _percent(number: int, whole: int) -> str:
    return f"{100 * number / max(whole, 1):.1f}"


def _mean_and_p90(values: list[int]) -> str:
    mean = sum(values) / max(len(values), 1)
    return f"{mean:.1f} / {percentile(values, 0.9)}"


Row = tuple[str, Callable[[Counts, Counts], str]]
ROWS: tuple[Row, ...] = (
    ("files / code lines", lambda c, _: f"{len(c.file_lines)} / {c.code_lines:,}"),
    ("lines per file: median / p90 / max", lambda c, _: _spread(c.file_lines)),
    (f"files over {LONG_FILE} lines", lambda c, _: str(_above(c.file_lines, LONG_FILE))),
    ("lines per function: median / p90 / max", lambda c, _: _spread(c.function_lines)),
    (
        f"functions over {LONG_FUNCTION} lines",
        lambda c, _: str(_above(c.function_lines, LONG_FUNCTION)),
    ),
    (
        "branches per code line (radon cc)",
        lambda c, _: f"{sum(c.complexities) / max(c.code_lines, 1):.3f}",
    ),
    ("cc per function: mean / p90", lambda c, _: _mean_and_p90(c.complexities)),
    (f"functions above cc {COMPLEX}", lambda c, _: str(_above(c.complexities, COMPLEX))),
    (f"functions above cc {TOO_COMPLEX}", lambda c, _: str(_above(c.complexities, TOO_COMPLEX))),
    ("ternaries per 1,000 lines", lambda c, _: _per_thousand(c.ternaries, c)),
    ("comprehensions per 1,000 lines", lambda c, _: _per_thousand(c.comprehensions, c)),
    ("and/or per 1,000 lines", lambda c, _: _per_thousand(c.boolean_operators, c)),
    ("map/zip/filter per 1,000 lines", lambda c, _: _per_thousand(c.folding_calls, c)),
    ("`# fmt: skip` per 1,000 lines", lambda c, _: _per_thousand(c.format_skips, c)),
    ("lines with a comment, % of code lines", lambda c, _: _percent(c.comment_lines, c.code_lines)),
    (
        "public functions with docstring, %",
        lambda c, _: _percent(c.documented_functions, c.public_functions),
    ),
    ("test : source code lines", lambda c, t: f"{t.code_lines / max(c.code_lines, 1):.2f}"),
    ("lint exceptions per 1,000 lines", lambda c, _: _per_thousand(c.lint_exceptions, c)),
)


def find_sources(checkout: Path) -> list[Path]:
    package = checkout / PACKAGE
    if package.is_dir():
        return sorted(package.rglob("*.py"))
    return sorted(path for path in _visible_files(checkout) if not _is_test(path, checkout))


def find_tests(checkout: Path) -> list[Path]:
    return sorted(path for path in _visible_files(checkout) if _is_test(path, checkout))


def _visible_files(checkout: Path) -> Iterator[Path]:
    """Python files outside hidden folders, such as virtual environments."""
    for path in checkout.rglob("*.py"):
        folders = path.relative_to(checkout).parts[:-1]
        if not any(folder.startswith(".") for folder in folders):
            yield path


def _is_test(path: Path, checkout: Path) -> bool:
    return not {"test", "tests"}.isdisjoint(path.relative_to(checkout).parts[:-1])


def make_table(checkouts: list[Path]) -> Iterator[str]:
    """The lines of the table."""
    columns = []
    for checkout in checkouts:
        columns.append((count_files(find_sources(checkout)), count_files(find_tests(checkout))))
    yield "| | " + " | ".join(checkout.resolve().name for checkout in checkouts) + " |"
    yield "|---" * (len(checkouts) + 1) + "|"
    for title, measure in ROWS:
        cells = [measure(source, tests) for source, tests in columns]
        yield f"| {title} | " + " | ".join(cells) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the code of one or more checkouts.")
    here = Path(__file__).parent.parent
    parser.add_argument("checkouts", nargs="*", type=Path, default=[here], metavar="CHECKOUT")
    for line in make_table(parser.parse_args().checkouts):
        print(line)


if __name__ == "__main__":
    main()
