"""What a place of the page is: its name, its routes, where it is in the navigation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.routing import Route


@dataclass(frozen=True)
class Place:
    """A place of the page.

    name: its address, relative to all other pages: every address is one level deep. Its script is
    `assets/NAME.js`, if there is one. title: its word in the navigation; a place without one is
    reached from others. key: the letter that leads there after `g`.
    """

    name: str
    routes: Sequence[Route]
    title: str = ""
    key: str = ""
