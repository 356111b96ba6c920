"""HTML that cannot forget to escape: whatever is not Markup already becomes harmless text."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

_VOID = frozenset({"br", "col", "hr", "img", "meta"})
_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127, *range(55296, 57344)), "�")
"""What no page may hold: control characters and halves of characters."""


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Child = str | int | None | Iterable["Child"]


def text(value: str | int) -> Markup:
    """A value as text on a page, and in an attribute."""
    return value if isinstance(value, Markup) else Markup(escape(str(value).translate(_CONTROLS)))


def join(children: Child) -> Markup:
    """All of them, one after the other; None is nothing."""
    if children is None:
        return Markup()
    if isinstance(children, str | int):
        return text(children)
    return Markup("".join(map(join, children)))


def tag(name: str, *children: Child, **attributes: str | int | float | None) -> Markup:
    """An element.

    `class_` and `aria_label` lose their underscores; None leaves an attribute out.
    """
    shown = "".join(
        f' {key.strip("_").replace("_", "-")}="{text(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    inside = join(children)
    return Markup(f"<{name}{shown}>" if name in _VOID else f"<{name}{shown}>{inside}</{name}>")
