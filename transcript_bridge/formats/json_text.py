"""JSON documents and JSON Lines, for the formats that are written in JSON."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any

from ..errors import MalformedError
from ..on_demand import on_demand

rewrite_literals: Callable[[str], str] = on_demand(__package__, "json_literals", "rewrite_literals")
_LARGE = 65_536
"""Characters. A longer document must not consist of tiny objects."""
_SMALLEST_OBJECT = len('{"word":"four"},')
_SMALLEST_LIST = len("[0,1]")
"""The smallest of any use: a million `{}` would fill the memory."""
_OBJECT = re.compile(r"\s*(?:\{|\[\s*\{)")
_NO_BLANK = re.compile(r"\S")
_HUGE = 1e20
_NUMBERS = (float, int)
"""Types of numbers, without bool, which is a subclass of int."""
_SHOWN = 20
"""Characters of the document that are quoted."""


def load_json(text: str) -> Any:
    """One JSON document; JSON Lines, or objects one after another, as the list of their values.

    As in Python's module, NaN and Infinity are numbers, and of repeated keys the last counts.
    Raises MalformedError, with the line and what to do.
    """
    if len(text) > _LARGE and _is_crumbled(text):
        raise MalformedError(
            "the objects in this JSON are too small to be segments or words; export it again"
        )
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        return _load_otherwise(text, error)
    except RecursionError:
        message = "this JSON is nested too deeply for a transcript; export it again"
    except ValueError:  # Python reads no integer of more than 4,300 digits
        message = "a number in this JSON has thousands of digits; export it again"
    raise MalformedError(message)


def _load_otherwise(text: str, error: json.JSONDecodeError) -> Any:
    """Read JSON that is not one document in strict JSON."""
    for load in _OTHER_WAYS.get(error.msg.removesuffix(" at"), ()):
        with suppress(ValueError, RecursionError):
            return load(text)
    raise _explain(error) from None


def as_object(value: Any) -> dict[str, Any]:
    """Return an object; an empty one for any other value."""
    if isinstance(value, dict):
        return value
    return {}


def as_list(value: Any) -> list[Any]:
    """Return a list; an empty one for any other value."""
    if isinstance(value, list):
        return value
    return []


def list_values(value: Any) -> list[Any]:
    """Return a list, or the values of an object under numbers: `{"0": …, "1": …}`; an empty one
    for any other value."""
    fields = as_object(value)
    if "".join(fields).isdecimal():
        return list(fields.values())
    return as_list(value)


def first_of(value: Any) -> Any:
    """The first element of a list; None for an empty one, and for any other value."""
    return next(iter(as_list(value)), None)


def first_object(values: Iterable[Any]) -> dict[str, Any]:
    """The first object of a list; an empty one if it has none."""
    for value in values:
        if isinstance(value, dict):
            return value
    return {}


def find_all(value: Any, path: str) -> list[Any]:
    """Return the values at a path; empty if there are none.

    path: keys with dots between them, `results.*.alternatives.0`: `*` is each entry of a list, `0`
    the first one.
    """
    found = [value]
    for step in path.split("."):
        found = _take_step(found, step)
        if not found:  # as in most documents: they are another product's
            break
    return found


_ENTRIES = {"*": slice(None), "0": slice(1)}
"""Steps into a list, and the entries that they take."""


def _take_step(values: list[Any], step: str) -> list[Any]:
    if step in _ENTRIES:
        taken = _ENTRIES[step]
        return [inner for value in values for inner in as_list(value)[taken]]
    return [value[step] for value in values if isinstance(value, dict) and step in value]


def find_objects(value: Any, path: str) -> list[dict[str, Any]]:
    """The objects at a path."""
    return [found for found in find_all(value, path) if isinstance(found, dict)]


def change_objects(
    values: Iterable[Any], change: Callable[[dict[str, Any]], dict[str, Any]]
) -> list[Any]:
    """Change each object among values; other values are unchanged."""
    return [change(value) if isinstance(value, dict) else value for value in values]


def rename_keys(fields: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """An object with some of its keys renamed. names: old -> new."""
    return {names.get(key, key): value for key, value in fields.items()}


def without_keys(fields: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """An object without some of its keys."""
    return {key: value for key, value in fields.items() if key not in keys}


def begins_with_object(text: str) -> bool:
    """Whether a text begins as an object, or as a list of objects."""
    return _OBJECT.match(text) is not None


Signs = tuple[re.Pattern[str], ...]
"""Patterns that a document has all of."""


def has_signs(text: str, *several: Signs) -> bool:
    """Whether a text begins as an object, or a list of objects, and has one of the sets of signs.

    text: the beginning of a document, which may be cut off.
    """
    if not begins_with_object(text):
        return False
    return any(all(sign.search(text) for sign in signs) for signs in several)


def is_number(value: Any) -> bool:
    """Whether a value is a number; true and false are not."""
    return type(value) in _NUMBERS


def are_numbers(*values: Any) -> bool:
    """Whether all values are numbers."""
    return all(map(is_number, values))


def is_pair(value: Any) -> bool:
    """Whether a value is a list of two numbers."""
    return len(as_list(value)) == 2 and are_numbers(*value)


def as_number(value: Any) -> float:
    """A number; NaN, for which no comparison holds, for any other value and for a huge one."""
    if type(value) in _NUMBERS and -_HUGE < value < _HUGE:
        return float(value)
    return math.nan


def as_text(value: Any) -> str:
    """Return a text; an empty one for any other value."""
    if isinstance(value, str):
        return value
    return ""


def _is_crumbled(text: str) -> bool:
    smallest = _SMALLEST_OBJECT * text.count("}") + _SMALLEST_LIST * text.count("]")
    return smallest > len(text)


def _load_with_control_characters(text: str) -> Any:
    """Load a document with control characters in its strings: whisper.cpp does not escape them."""
    return json.loads(text, strict=False)


def _load_json_lines(text: str) -> list[Any]:
    """Load JSON Lines. Raises ValueError if a line is not a value."""
    lines = re.finditer(r"^.*\S.*$", text, re.MULTILINE)
    return [json.loads(line[0], strict=False) for line in lines]


def _load_one_after_another(text: str) -> list[Any]:
    """Load objects without anything between them: Vosk's results, as its examples print them.

    Raises ValueError if there is anything else, or nothing.
    """
    decoder = json.JSONDecoder(strict=False)
    values = []
    place = 0
    while place < len(text):
        value, place = decoder.raw_decode(text, place)
        if not isinstance(value, dict):
            raise ValueError
        values.append(value)
        place = _find_value(text, place)
    if not values:
        raise ValueError
    return values


def _load_literals(text: str) -> Any:
    """A literal of JavaScript or Python, or several that were printed one after another."""
    rewritten = rewrite_literals(text)
    with suppress(ValueError):
        return json.loads(rewritten, strict=False)
    return _load_one_after_another(rewritten)


_OTHER_WAYS: dict[str, tuple[Callable[[str], Any], ...]] = {
    "Extra data": (_load_json_lines, _load_one_after_another),
    "Invalid control character": (_load_with_control_characters, _load_json_lines),
    "Expecting property name enclosed in double quotes": (_load_literals,),
    "Expecting value": (_load_literals,),
    "Illegal trailing comma before end of object": (_load_literals,),  # Python 3.13
    "Illegal trailing comma before end of array": (_load_literals,),
}
"""The repairs that are tried after an error of Python's."""


def _find_value(text: str, place: int) -> int:
    """Find where the next value begins; the length of the text if there is none."""
    following = _NO_BLANK.search(text, place)
    if following:
        return following.start()
    return len(text)


def _explain(error: json.JSONDecodeError) -> MalformedError:
    rest = error.doc[error.pos : error.pos + _SHOWN].strip()
    ends_early = error.msg == "Extra data"
    is_cut = not rest or error.msg.startswith("Unterminated string")
    if is_cut or (ends_early and _is_last_line_cut(error.doc)):
        last_line = error.doc.rstrip("\n").count("\n") + 1
        return MalformedError("this JSON is cut off; export or copy it again", line=last_line)
    if ends_early:
        message = f"the JSON ends before {rest!r}; keep one document per file"
    else:
        found = re.sub(r"\s+", " ", rest)
        message = (
            f"this is not JSON from character {error.colno} of the line on, at {found!r} "
            f"({error.msg}); export it again"
        )
    return MalformedError(message, line=error.lineno)


def _is_last_line_cut(text: str) -> bool:
    """Whether a file is JSON Lines up to its last line."""
    before, _, last = text.rstrip("\n").rpartition("\n")
    with suppress(ValueError, RecursionError):
        return last.lstrip().startswith(("{", "[")) and bool(_load_json_lines(before))
    return False


_SURROGATE = re.compile("[\ud800-\udfff]")


def replace_surrogates(text: str) -> str:
    """`text` with U+FFFD for each half of a torn `\\ud83d\\ude00`.

    No encoding can write such a half, and the server fails on it.
    """
    if text.isascii():  # most labels: 5 % of reading turns
        return text
    return _SURROGATE.sub("\ufffd", text)
