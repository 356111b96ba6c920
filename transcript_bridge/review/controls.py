"""Buttons that post a choice (assets/orders.js does it), boxes without words beside them, and the
languages to choose from."""

from __future__ import annotations

import json
from collections.abc import Iterator

from ..languages import LANGUAGES
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
    """A check box or a radio button without visible words, inside a larger target for fingers.

    name: for screen readers.
    """
    return tag("label", tag("input", aria_label=name, **attributes), class_="box")


_LANGUAGES = {code: f"{name} ({code})" for name, code in LANGUAGES.items()}


def name_language(code: str) -> str:
    """`German (de)`; the code itself if it has no name here."""
    return _LANGUAGES.get(code, code)


def list_languages(first: str, chosen: str = "") -> Iterator[Markup]:
    """The options of a field, such as `German (de)`; the code itself if it has no name here.

    first: the words for no language. chosen: a code, or empty.
    """
    yield tag("option", first, value="")
    for code in dict.fromkeys([*_LANGUAGES, chosen or "en"]):
        yield tag("option", name_language(code), value=code, selected=code == chosen)
