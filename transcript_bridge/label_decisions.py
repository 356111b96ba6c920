"""Why a text before a colon is a speaker's label, or why it is not: for `inspect --explain`."""

from __future__ import annotations

from . import formats
from .errors import InputError
from .formats.decode import decode
from .reading import may_name_speakers
from .shaping.labels.explaining import LabelDecision, LabelDecisions, explain_decisions

__all__ = ["LabelDecision", "LabelDecisions", "explain_labels"]


def explain_labels(
    data: bytes,
    *,
    path: str = "",
    format: str | None = None,
    encoding: str | None = None,
    recover: bool = True,
) -> LabelDecisions:
    """What `read_bytes` decides about the labels in the texts of one file, and why.

    format, encoding, recover: as of `read_bytes`.
    Raises InputError for a file that cannot be read.
    """
    try:
        text, _, _ = decode(data, encoding)
        chosen = formats.get(format) if format else formats.detect(text, path)
        transcript = chosen.parse(text)
    except InputError as error:
        raise error.at(path) from None
    if not recover and chosen.parse_standard is not None:
        return LabelDecisions(False, "by the format's standard, labels are text", ())
    if not may_name_speakers(transcript, chosen):
        return LabelDecisions(False, "the format has a place of its own for speakers", ())
    return explain_decisions(transcript)
