"""Functions whose module is imported when they are first called.

A package names what is rarely needed of it: the writer of a format that is mostly read, the reader
of damaged files. A module and its patterns take 0.3 to 3 ms to import, and a small `convert`
takes 80.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any


def on_demand(package: str, module: str, function: str) -> Callable[..., Any]:
    """A function of a module, which is imported by the first call.

    package: `__name__` in the `__init__` of a package, `__package__` in its modules: nothing is
    imported across packages in this way. tests/test_house.py checks the names.
    """
    name = f"{package}.{module}"

    def call(*args: Any, **options: Any) -> Any:
        return getattr(import_module(name), function)(*args, **options)

    return call
