"""Languages by name, and the language that the name of a file states.

Media players and yt-dlp write it before the suffix: `talk.de.srt`, `talk.pt-BR.vtt`,
`talk.zh-Hans.vtt`, `film.eng.srt`, `film.en.sdh.srt`.
"""

from __future__ import annotations

import re

from .dating.companions import recording_stem
from .language_codes import TAG_OF_CODE, TAG_OF_NAME

_NAMES = """
    Arabic Bulgarian Catalan Chinese Croatian Czech Danish Dutch English Estonian Finnish French
    German Greek Hebrew Hindi Hungarian Indonesian Italian Japanese Korean Latvian Lithuanian
    Malay Norwegian Persian Polish Portuguese Romanian Russian Serbian Slovak Slovenian Spanish
    Swedish Thai Turkish Ukrainian Urdu Vietnamese
"""
LANGUAGES = {name: TAG_OF_NAME[name.lower()] for name in _NAMES.split()}
"""The languages that users can choose by name, with their tags."""
_TAGS = frozenset(LANGUAGES.values())
_TAG_OF = {tag: tag for tag in _TAGS} | {
    code: tag for code, tag in TAG_OF_CODE.items() if tag in _TAGS
}
"""`de` of `de`, `deu` and `ger`."""
_ALSO_WORDS = frozenset(("he", "hi", "hr", "id", "it", "may", "ms", "no", "per"))
"""Codes that are also English words: in a name made of words with dots (`how.to.do.it.srt`) they
are not taken for a language."""
_TRAITS = ("sdh", "hi", "forced", "default")
"""What players write after the language. `hi` alone means Hindi; after a language it means
subtitles for people who are hard of hearing."""
_VARIANT = re.compile(r"(?:[A-Z][a-z]{3})?-?(?:[A-Z]{2}|\d{3})?")
"""A script, a region or both."""


def language_of_name(name: str) -> str | None:
    """The code of the language that a file name states; None if it states none."""
    stem = recording_stem(name)
    rest, _, last = stem.rpartition(".")
    if last in _TRAITS and (language := _read_code(rest)):
        return language
    return _read_code(stem)


def _read_code(stem: str) -> str | None:
    """The language at the end of a stem."""
    rest, _, last = stem.rpartition(".")
    written, _, variant = last.replace("_", "-").partition("-")
    code = _TAG_OF.get(written)
    if not rest or code is None or (written in _ALSO_WORDS and "." in rest):
        return None
    if variant in ("", "orig") or variant in _TAG_OF:  # yt-dlp's `en-de` was translated from German
        return code
    if _VARIANT.fullmatch(variant):
        return f"{code}-{variant}"
    return None
