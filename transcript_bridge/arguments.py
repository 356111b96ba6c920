"""Checks the arguments of the Python API: values of another type are refused at once."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import wraps
from typing import Any, NamedTuple, ParamSpec, TypeVar

from .errors import SettingsError

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class Expected(NamedTuple):
    """The type that an argument must have.

    wanted: completes the sentence "NAME must be …". types: the value must be an instance of one of
    them. words: all allowed values, if there are few. is_secret: messages must not show the value.
    """

    wanted: str
    types: tuple[type, ...]
    words: Collection[object] = ()
    is_secret: bool = False

    def check(self, name: str, value: object) -> None:
        """Raises SettingsError."""
        if isinstance(value, self.types) and (not self.words or value in self.words):
            return
        raise SettingsError(f"{name} must be {self.wanted}, not {self._show(value)}")

    def check_each(self, name: str, values: object) -> tuple[Any, ...]:
        """Check each of several values, and return them. Raises SettingsError."""
        if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
            raise SettingsError(f"{name} must be a list, not {self._show(values)}")
        listed = tuple(values)
        # Check each type once: there may be ten thousand turns.
        if not set(map(type, listed)).issubset(self.types):
            for value in listed:
                self.check(f"each of {name}", value)
        return listed

    def or_none(self) -> Expected:
        """The same for an argument that may be left out."""
        words = (*self.words, None) if self.words else ()
        return self._replace(types=(*self.types, type(None)), words=words)

    def _show(self, value: object) -> str:
        if self.is_secret:
            return type(value).__name__
        import reprlib  # for a failure

        return reprlib.repr(value)


def one_of(*words: str) -> Expected:
    """One of a few words."""
    return Expected(f"{', '.join(words[:-1])} or {words[-1]}", (str,), words)


TEXT = Expected("text", (str,))
SWITCH = Expected("True or False", (bool,))
NUMBER = Expected("a whole number", (int,))
BYTES = Expected("bytes, such as those of text.encode()", (bytes,))
PATH = Expected("a path", (str, os.PathLike))
KEY = Expected("text", (str,), is_secret=True)


def takes(
    **wanted: Expected,
) -> Callable[[Callable[Parameters, Result]], Callable[Parameters, Result]]:
    """A decorator that checks arguments by their names. The function raises SettingsError."""

    def decorate(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
        names = function.__code__.co_varnames
        # A value of one of these types fits. To call `check` for it takes 2 % of reading a file.
        fitting = {
            name: () if expected.words else expected.types for name, expected in wanted.items()
        }

        @wraps(function)
        def call(*args: Parameters.args, **given: Parameters.kwargs) -> Result:
            for name, value in (*zip(names, args, strict=False), *given.items()):
                if name in wanted and type(value) not in fitting[name]:
                    wanted[name].check(name, value)
            return function(*args, **given)

        return call

    return decorate
