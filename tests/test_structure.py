"""benchmarks/structure.py counts a small sample right."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parent.parent / "benchmarks" / "structure.py"
SAMPLE = '''"""A docstring
of two lines."""

import os  # noqa: F401


def public(values):
    """Says what it does."""
    # A comment of its own.
    if values and len(values) > 1 or not values:
        return [value for value in values if value]
    return 1 if values else list(map(str, values))


def undocumented():
    pass


class Thing:
    def _private(self):
        text = """two lines
        of text"""
        return text
'''


@pytest.fixture(scope="module")
def structure() -> ModuleType:
    pytest.importorskip("radon")
    spec = importlib.util.spec_from_file_location("structure", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["structure"] = module  # dataclasses look there for annotations
    spec.loader.exec_module(module)
    return module


def test_a_small_sample_is_counted(structure: ModuleType) -> None:
    counts = structure.Counts()
    structure.add_source(counts, SAMPLE)
    assert counts.file_lines == [23]
    assert counts.code_lines == 12
    assert counts.comment_lines == 2
    assert sorted(counts.function_lines) == [2, 4, 6]
    assert counts.public_functions == 2
    assert counts.documented_functions == 1
    assert counts.ternaries == 1
    assert counts.comprehensions == 1
    assert counts.boolean_operators == 2
    assert counts.folding_calls == 1
    assert counts.lint_exceptions == 1
    # if, and, or, comprehension and its condition, ternary: six decisions.
    assert sorted(counts.complexities) == [1, 1, 7]


def test_the_percentile_is_one_of_the_values(structure: ModuleType) -> None:
    assert structure.percentile([], 0.9) == 0
    assert structure.percentile([5], 0.9) == 5
    assert structure.percentile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.9) == 9
    assert structure.percentile([4, 1, 3, 2], 0.5) == 2


def test_tests_and_hidden_folders_are_not_source(structure: ModuleType, tmp_path: Path) -> None:
    for name in ("pkg/a.py", "tests/b.py", "pkg/tests/c.py", ".venv/d.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1\n", encoding="utf-8")
    assert [p.name for p in structure.find_sources(tmp_path)] == ["a.py"]
    assert sorted(p.name for p in structure.find_tests(tmp_path)) == ["b.py", "c.py"]
