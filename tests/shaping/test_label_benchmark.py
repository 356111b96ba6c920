"""benchmarks/labels.py reaches its goal: a new rule must not lose what an earlier one found."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parent.parent.parent / "benchmarks" / "labels.py"


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("labels_benchmark", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.untraced
def test_labels_are_found_in_all_languages(benchmark: ModuleType) -> None:
    total = benchmark.NOTHING
    for texts in benchmark.read_texts():
        for kind in benchmark.KINDS:
            cues = kind(texts)
            if cues:
                score, _ = benchmark.compare(cues)
                total = total.add(score)
    assert total.files > 250
    assert total.precision >= benchmark.PRECISION_GOAL
    assert total.recall >= benchmark.RECALL_GOAL


def test_a_wrong_speaker_counts_against_both(benchmark: ModuleType) -> None:
    ida = benchmark.Cue("Ida: Yes.", (benchmark.Spoken("Jon", "Yes."),))
    score, lines = benchmark.compare([ida])
    assert (score.named, score.true, score.right) == (1, 1, 0)
    assert [line.split()[0] for line in lines] == ["wrong", "missing"]
