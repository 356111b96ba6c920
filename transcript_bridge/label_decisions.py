"""Explains why a text before a colon is a label or not, for `inspect --explain`."""

from __future__ import annotations

import os

from .arguments import BYTES, PATH, SWITCH, TEXT, takes
from .reading import ReadOptions, may_name_speakers, parse_bytes
from .shaping.labels.explaining import LabelDecision, LabelDecisions, explain_decisions

__all__ = ["LabelDecision", "LabelDecisions", "explain_labels"]


@takes(data=BYTES, path=PATH, format=TEXT.or_none(), encoding=TEXT.or_none(), recover=SWITCH)
def explain_labels(
    data: bytes,
    *,
    path: str | os.PathLike[str] = "",
    format: str | None = None,
    encoding: str | None = None,
    recover: bool = True,
) -> LabelDecisions:
    """Explain what `read_bytes` decides about the labels in the texts of one file.

    path, format, encoding, recover: as of `read_bytes`.
    Raises InputError for a file that cannot be read.
    """
    parsed = parse_bytes(data, ReadOptions(os.fspath(path), format, encoding, recover))
    if parsed.is_strict:
        return LabelDecisions(False, "by the format's standard, labels are text", ())
    if not may_name_speakers(parsed):
        return LabelDecisions(False, "the format has a place of its own for speakers", ())
    return explain_decisions(parsed.transcript)
