"""HTML that is always escaped: everything that is not Markup becomes text."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape as escape_html

_VOID = frozenset({"br", "col", "hr", "img", "input", "meta"})
_SURROGATES = range(0xD800, 0xE000)
_CONTROLS = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 127, *_SURROGATES), "�")
"""Characters that a page must not contain: control characters and lone surrogates."""


class Markup(str):
    """A text that is already HTML."""

    __slots__ = ()


Child = str | int | None | Iterable["Child"]


def text(value: str | int) -> Markup:
    """A value as text on a page, or in an attribute."""
    if isinstance(value, Markup):
        return value
    return Markup(escape_html(str(value).translate(_CONTROLS)))


def join(children: Child) -> Markup:
    """All children, one after the other. None is skipped."""
    if children is None:
        return Markup()
    if isinstance(children, str | int):
        return text(children)
    return Markup("".join([join(child) for child in children]))


Attribute = str | int | float | None


def filled(name: str, *children: Child, **attributes: Attribute) -> Markup | None:
    """Like `tag`; None if there is nothing to put into the element."""
    if not any(children):
        return None
    return tag(name, *children, **attributes)


def tag(name: str, *children: Child, **attributes: Attribute) -> Markup:
    """An element.

    Attributes: `class_` becomes class, `aria_label` becomes aria-label. None and False leave an
    attribute out; True writes it without a value, such as `checked`.
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
