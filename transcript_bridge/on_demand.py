"""Imports modules late: when a function of theirs is first called, or a name is first used.

This is for code that is rarely needed: the writer of a format that is mostly read, the reader of
damaged files. A module with its patterns takes 0.3 to 3 ms to import, and a small `convert` takes
80.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Any


def on_demand(package: str, module: str, function: str) -> Callable[..., Any]:
    """A function whose module is imported by the first call.

    package: `__name__` in the `__init__` of a package, `__package__` in its modules. Only modules
    of the same package are imported in this way. tests/test_house.py checks the names.
    """
    name = f"{package}.{module}"

    @cache  # importing the module again would take 2 % of reading a small file
    def load() -> Callable[..., Any]:
        found: Callable[..., Any] = getattr(import_module(name), function)
        return found

    def call(*args: Any, **options: Any) -> Any:
        return load()(*args, **options)

    return call


def load_name(package: str, homes: Mapping[str, str], name: str) -> Any:
    """Return an object of one of a package's modules, for the `__getattr__` of the package.

    homes: the module of each name. Called once per name. Raises AttributeError.
    """
    if name not in homes:
        raise AttributeError(f"module {package!r} has no attribute {name!r}")
    value = getattr(import_module(f".{homes[name]}", package), name)
    setattr(sys.modules[package], name, value)
    return value
