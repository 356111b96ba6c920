"""Inputs of the Python API other than paths: bytes, an open file, a dict, an Annotation.

All of them become bytes, so that they are read and checked in the same way as files. WhisperX and
pyannote are not imported: their objects are recognized by their methods.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import IO, Any, NamedTuple

from .errors import InputError

Input = str | os.PathLike[str] | bytes | bytearray | IO[bytes] | IO[str] | Mapping[str, Any] | Any
"""A path; else bytes, an open file, WhisperX's result, or pyannote's Annotation or DiarizeOutput.

A `str` is always a path.
"""


class Content(NamedTuple):
    """The bytes of an input, and its name for messages and formats (empty if it has none)."""

    data: bytes
    path: str


def find_path(given: Input) -> str | None:
    """The input as a path; None if it is not one.

    Raises InputError for a `str` of several lines, which is text and not the name of a file.
    """
    if isinstance(given, str) and "\n" in given:
        raise InputError(
            "this is text, but a str must be a path; pass the text as bytes: text.encode()"
        )
    if isinstance(given, str | os.PathLike):
        return os.fspath(given)
    return None


def read_content(given: Input) -> Content:
    """The bytes of an input that is not a path. Raises InputError for anything unknown."""
    if isinstance(given, bytes | bytearray):
        return Content(bytes(given), "")
    if isinstance(given, Mapping):
        return Content(_dump(given), "")
    annotation = getattr(given, "speaker_diarization", given)
    if hasattr(annotation, "itertracks"):
        return Content(_dump({"diarization": _list_turns(annotation)}), "")
    if hasattr(given, "read"):
        return _read_open_file(given)
    raise InputError(
        "this must be a path, bytes, an open file, a dict with segments, or a pyannote "
        f"Annotation, not {type(given).__name__}"
    )


def _read_open_file(file: Any) -> Content:
    name = getattr(file, "name", "")
    path = ""
    if isinstance(name, str):
        path = name
    try:
        data = file.read()
    except UnicodeDecodeError:
        raise InputError('open this file with mode "rb": it is not text here', path=path) from None
    except (OSError, ValueError) as error:
        raise InputError(f"this open file cannot be read ({error})", path=path) from None
    if isinstance(data, str):
        data = data.encode("utf-8", "surrogatepass")
    return Content(data, path)


def _list_turns(annotation: Any) -> list[dict[str, Any]]:
    turns = []
    for segment, _track, label in annotation.itertracks(yield_label=True):
        turn = {"start": float(segment.start), "end": float(segment.end), "speaker": str(label)}
        turns.append(turn)
    return turns


def _dump(value: Mapping[str, Any]) -> bytes:
    try:
        text = json.dumps(value, default=_to_plain)
    except (TypeError, ValueError) as error:
        raise InputError(f"this dict cannot be written as JSON: {error}") from None
    return text.encode()


def _to_plain(value: Any) -> Any:
    """NumPy's numbers as Python's. Raises TypeError for anything else."""
    if hasattr(value, "item"):
        return value.item()
    raise TypeError(f"{type(value).__name__} has no form in JSON")
