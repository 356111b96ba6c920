"""Links in folders: those that lead out of what the user named are not followed.

A link may lead to `/proc`, to another user's files, or to the whole disk. Paths that the user names
are followed wherever they lead.
"""

from __future__ import annotations

import os
from collections.abc import Iterable

from .containers.limits import Report
from .files import printable

LEADS_OUT = "a link that leads out of what you named; skipped (--follow-links follows it)"

# No `Path`: names may contain bytes that are not text


class LinkRule:
    """Decides which links are followed."""

    def __init__(self, named: Iterable[str], report: Report, *, follow_all: bool) -> None:
        """named: the paths that the user named. report: called with links that are not followed."""
        self._roots = [os.path.realpath(path) for path in named]
        self._report = report
        self._follow_all = follow_all

    def refuses(self, path: str) -> bool:
        """Whether a link, or a path below one, is skipped; reports it."""
        if self._follow_all:
            return False
        target = os.path.realpath(path)
        for root in self._roots:
            if target == root or target.startswith(os.path.join(root, "")):  # noqa: PTH118
                return False
        self._report(printable(path), LEADS_OUT)
        return True
