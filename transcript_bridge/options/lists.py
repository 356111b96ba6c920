"""Values of options that are lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


def parse_list(value: Any, parse_one: Callable[[Any], T]) -> tuple[T, ...]:
    """Each value of a list, parsed. Raises ValueError for what is no list, and what `parse_one`
    raises."""
    if not isinstance(value, list | tuple):
        raise ValueError
    return tuple(map(parse_one, value))
