"""Finds the labels of a file in the usual forms, or else in those that also occur in prose."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ...on_demand import on_demand
from .decision import NO_LABELS, FileLabels, find_labels
from .one_form import OneForm, write_in_one_form
from .scan import Openings, find_openings

_write_usual_marks = on_demand(__package__, "other_marks", "write_usual_marks")


class FoundLabels(NamedTuple):
    """The texts of a file with all labels in the usual form, and what was found about them."""

    texts: Sequence[str]
    openings: Openings
    labels: FileLabels
    names_some: bool
    """Whether the file names people only where necessary, as films do, and not at each change."""


def find_in_any_form(texts: Sequence[str]) -> FoundLabels:
    """Only files without any usual label are searched for other marks."""
    form = write_in_one_form(texts)
    usual = _find(form)
    if usual.labels.names or usual.openings.has_chevrons:
        return usual
    other = _write_usual_marks(form)
    if other:
        return _find(other)
    return usual


def _find(form: OneForm) -> FoundLabels:
    openings = find_openings(form.texts, form.whole)
    labels = NO_LABELS
    if openings.marks:
        labels = find_labels(form.texts, openings, form.certain)
    return FoundLabels(form.texts, openings, labels, form.names_some)
