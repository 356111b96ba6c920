"""Detects rules for a single file that no longer exists: it was renamed, moved or deleted."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping

from ..object_stores import is_url
from ..parts import MARK
from ..path_patterns import PathRule, full_path, with_slashes
from .files import ArchiveFile, Notice

_WILDCARDS = frozenset("*?")


def explain_missing_files(rules: Iterable[PathRule], files: Iterable[ArchiveFile]) -> list[Notice]:
    """A notice for each path that rules name and no file has.

    files: of the archive. Rules for files elsewhere on this machine are ignored.
    """
    with_paths = {full_path(rule): rule for rule in rules if rule.path}
    if not with_paths:
        return []
    known: set[str] = set()
    for file in files:
        known.update((with_slashes(file.absolute), with_slashes(file.container)))
    return list(_explain(with_paths, known))


def _explain(rules: Mapping[str, PathRule], known: Collection[str]) -> Iterator[Notice]:
    """rules: by path, with `/` also after a container. known: files and containers."""
    for path, rule in rules.items():
        if path in known or is_url(path) or os.path.lexists(path):
            continue
        if _is_elsewhere(rule, known):
            continue
        message = "[[files]] of the settings names this file, which does not exist"
        if _WILDCARDS.intersection(path):
            message += "; path has no wildcards: for many files write pattern"
        yield Notice(path, message)


def _is_elsewhere(rule: PathRule, known: Collection[str]) -> bool:
    """Whether a rule is for a member of a container outside of this archive."""
    name, mark, _member = rule.path.partition(MARK)
    container = posixpath.join(rule.folder, name)
    is_there = bool(mark) and os.path.lexists(container)
    return is_there and with_slashes(container) not in known
