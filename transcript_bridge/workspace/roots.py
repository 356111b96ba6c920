"""Inputs as absolute paths, as in the ledger: existing ones, and those that only the ledger
knows."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from typing import NamedTuple

from ..archive.files import printable
from ..archive.patterns import expand
from ..archive.stored_files import expand_url
from ..errors import STANDARD_INPUT, InputError, NotThereError, name_input
from ..object_stores import find_object, full_name, is_url


class Root(NamedTuple):
    """An input as the user wrote it, and its absolute path."""

    path: str
    absolute: str
    absence: Absence | None = None
    """Why it does not exist; None if it exists."""

    @property
    def exists(self) -> bool:
        """Whether it can be read as an archive."""
        return self.absence is None


class Absence(NamedTuple):
    """Why an input cannot be read, for people."""

    problem: str
    advice: str


_NOT_THERE = Absence("there is no such file or folder", "check the name")
_NOT_READ = Absence("this command does not read it", "name a file or a folder")


def expand_inputs(inputs: Iterable[str]) -> list[Root]:
    """The inputs, with patterns replaced by what they match."""
    roots = []
    for name in inputs:
        if name == STANDARD_INPUT:
            roots.append(Root(name, name, _NOT_READ))
            continue
        for path in _expand(name):
            roots.append(Root(path, printable(full_name(path)), _find_absence(path)))
    return roots


def _find_absence(path: str) -> Absence | None:
    try:
        if is_url(path):
            find_object(path)
        else:
            os.stat(path)  # noqa: PTH116
    except (NotThereError, FileNotFoundError, NotADirectoryError, ValueError):
        return _NOT_THERE
    except OSError as error:
        return Absence(f"this cannot be opened ({error.strerror})", "check its permissions")
    except InputError:  # the store does not say whether it is there; a scan will
        return None
    return None


def _expand(name: str) -> list[str]:
    if is_url(name):
        return expand_url(name)
    try:
        return expand(name, _ignore_notice)
    except InputError:  # the ledger may know a file of this very name
        return [name]


def _ignore_notice(_path: str, _message: str) -> None:
    """Ignore notices: what is skipped is reported when the inputs are scanned."""


def find_missing(roots: Collection[Root], known: Collection[str]) -> tuple[InputError, ...]:
    """An error for each input that neither exists nor is in the ledger; raised if that is all."""
    missing = []
    for root in roots:
        is_known = any(is_inside(path, root.absolute) for path in known)
        if root.absence is not None and not is_known:
            problem, advice = root.absence
            message = f"{problem}, and nothing was uploaded from there; {advice}"
            missing.append(InputError(message, path=printable(name_input(root.path))))
    if missing and len(missing) == len(roots):
        raise missing[0]
    return tuple(missing)


def is_inside(path: str, root: str) -> bool:
    """Whether a path of the ledger is the root, or inside such a folder or container."""
    plain = root.rstrip("/\\")
    return path == root or path.startswith((f"{plain}/", f"{plain}\\", f"{plain}!"))
