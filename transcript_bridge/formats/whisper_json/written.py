"""Parses documents within a text of another document: `{"content": "{\\"segments\\": […]}"}`.

Chat assistants and web services return them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from ...errors import MalformedError
from ..json_text import as_list, as_object, as_text, load_json

_SHORTEST = 20
"""Characters."""
_MOST_VALUES = 1000
"""Values that are looked at."""


def list_written(document: Any) -> Iterator[Any]:
    """Parse the documents in the texts of another document."""
    pending = [document]
    for place, value in enumerate(pending):  # grows while it is read
        if place > _MOST_VALUES:
            return
        pending += [*as_object(value).values(), *as_list(value)]
        text = as_text(value).strip()
        if text.startswith(("{", "[")) and len(text) > _SHORTEST:
            with suppress(MalformedError):
                yield load_json(text)
