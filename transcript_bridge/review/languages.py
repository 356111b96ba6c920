"""The languages that can be chosen without a settings file."""

from __future__ import annotations

from collections.abc import Iterator

from ..report.html import Markup, tag

_CODES = {
    "Arabic": "ar",
    "Bulgarian": "bg",
    "Catalan": "ca",
    "Chinese": "zh",
    "Croatian": "hr",
    "Czech": "cs",
    "Danish": "da",
    "Dutch": "nl",
    "English": "en",
    "Estonian": "et",
    "Finnish": "fi",
    "French": "fr",
    "German": "de",
    "Greek": "el",
    "Hebrew": "he",
    "Hindi": "hi",
    "Hungarian": "hu",
    "Indonesian": "id",
    "Italian": "it",
    "Japanese": "ja",
    "Korean": "ko",
    "Latvian": "lv",
    "Lithuanian": "lt",
    "Malay": "ms",
    "Norwegian": "no",
    "Persian": "fa",
    "Polish": "pl",
    "Portuguese": "pt",
    "Romanian": "ro",
    "Russian": "ru",
    "Serbian": "sr",
    "Slovak": "sk",
    "Slovenian": "sl",
    "Spanish": "es",
    "Swedish": "sv",
    "Thai": "th",
    "Turkish": "tr",
    "Ukrainian": "uk",
    "Urdu": "ur",
    "Vietnamese": "vi",
}
_NAMES = {code: f"{name} ({code})" for name, code in _CODES.items()}


def list_languages(first: str, chosen: str = "") -> Iterator[Markup]:
    """The options of a field, such as `German (de)`; a code without a name here is itself.

    first: what none of them means. chosen: a code, or empty.
    """
    yield tag("option", first, value="")
    for code in dict.fromkeys([*_NAMES, chosen or "en"]):
        yield tag("option", _NAMES.get(code, code), value=code, selected=code == chosen)
