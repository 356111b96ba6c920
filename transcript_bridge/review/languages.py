"""The languages that can be chosen without a settings file."""

from __future__ import annotations

from collections.abc import Iterator

from ..languages import LANGUAGES
from ..report.html import Markup, tag

_NAMES = {code: f"{name} ({code})" for name, code in LANGUAGES.items()}


def list_languages(first: str, chosen: str = "") -> Iterator[Markup]:
    """The options of a field, such as `German (de)`; a code without a name here is itself.

    first: what none of them means. chosen: a code, or empty.
    """
    yield tag("option", first, value="")
    for code in dict.fromkeys([*_NAMES, chosen or "en"]):
        yield tag("option", _NAMES.get(code, code), value=code, selected=code == chosen)
