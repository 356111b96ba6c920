"""A place of the page: its name, its routes, and its entry in the navigation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.routing import Route


@dataclass(frozen=True)
class PagePlace:
    """A place of the page.

    name: its address, relative to all other pages: every address is one level deep. Its script is
    `assets/NAME.js`, if there is one. title: its word in the navigation; empty if it is reached
    from other places. key: the letter that opens it after `g`.
    """

    name: str
    routes: Sequence[Route]
    title: str = ""
    key: str = ""
