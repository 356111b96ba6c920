"""Buttons that post a choice; assets/orders.js does it."""

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
