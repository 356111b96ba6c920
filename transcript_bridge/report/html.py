"""HTML that is always escaped: whatever is not Markup becomes text."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape as escape_html

_VOID = frozenset({"br", "col", "hr", "img", "input", "meta"})
_SURROGATES = range(0xD800, 0xE000)
_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127, *_SURROGATES), "�")
"""What a page may not contain: control characters and lone surrogates."""


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Child = str | int | None | Iterable["Child"]


def text(value: str | int) -> Markup:
    """A value as text on a page, or in an attribute."""
    if isinstance(value, Markup):
        return value
    return Markup(escape_html(str(value).translate(_CONTROLS)))


def join(children: Child) -> Markup:
    """All of them, one after the other. None gives nothing."""
    if children is None:
        return Markup()
    if isinstance(children, str | int):
        return text(children)
    return Markup("".join([join(child) for child in children]))


Attribute = str | int | float | None


def filled(name: str, *children: Child, **attributes: Attribute) -> Markup | None:
    """An element as `tag` makes it; None if there is nothing to put into it."""
    if not any(children):
        return None
    return tag(name, *children, **attributes)


def tag(name: str, *children: Child, **attributes: Attribute) -> Markup:
    """An element.

    Attributes: `class_` gives class, `aria_label` gives aria-label. None and False leave one out;
    True gives one without a value, as `checked`.
    """
    opening = f"<{name}"
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        written = ""
        if value is not True:
            written = text(str(value))
        attribute = key.strip("_").replace("_", "-")
        opening += f' {attribute}="{written}"'
    if name in _VOID:
        return Markup(f"{opening}>")
    return Markup(f"{opening}>{join(children)}</{name}>")
