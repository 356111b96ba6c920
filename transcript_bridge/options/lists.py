"""Values of options that are lists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")


def parse_list(value: Any, parse_one: Callable[[Any], T]) -> tuple[T, ...]:
    """Parse each value of a list. Raises ValueError if it is not a list, and whatever `parse_one`
    raises."""
    if not isinstance(value, list | tuple):
        raise ValueError
    return tuple(map(parse_one, value))
