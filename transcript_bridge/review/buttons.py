"""Buttons that post a choice (assets/orders.js does it), and boxes without words beside them."""

from __future__ import annotations

import json

from ..report.html import Child, Markup, tag


def make_button(words: Child, address: str, *, id_: str | None = None, **fields: object) -> Markup:
    """A button that posts a choice. fields: of the choice."""
    return tag(
        "button",
        words,
        type="button",
        id=id_,
        data_choice=address,
        data_fields=json.dumps(fields, ensure_ascii=False),
    )


def make_box(name: str, **attributes: str | int | None) -> Markup:
    """A check box or a radio button without words; around it, a finger hits it, too.

    name: for screen readers.
    """
    return tag("label", tag("input", aria_label=name, **attributes), class_="box")
