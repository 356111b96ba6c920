"""The languages that have a name here, and the one that the name of a file states.

Media players and yt-dlp write it before the suffix: `talk.de.srt`, `talk.pt-BR.vtt`,
`talk.zh-Hans.vtt`, `film.eng.srt`, `film.en.sdh.srt`.
"""

from __future__ import annotations

import re

from .dating.companions import recording_stem

LANGUAGES = {
    "Arabic": "ar ara",
    "Bulgarian": "bg bul",
    "Catalan": "ca cat",
    "Chinese": "zh zho chi",
    "Croatian": "hr hrv",
    "Czech": "cs ces cze",
    "Danish": "da dan",
    "Dutch": "nl nld dut",
    "English": "en eng",
    "Estonian": "et est",
    "Finnish": "fi fin",
    "French": "fr fra fre",
    "German": "de deu ger",
    "Greek": "el ell gre",
    "Hebrew": "he heb",
    "Hindi": "hi hin",
    "Hungarian": "hu hun",
    "Indonesian": "id ind",
    "Italian": "it ita",
    "Japanese": "ja jpn",
    "Korean": "ko kor",
    "Latvian": "lv lav",
    "Lithuanian": "lt lit",
    "Malay": "ms msa may",
    "Norwegian": "no nor",
    "Persian": "fa fas per",
    "Polish": "pl pol",
    "Portuguese": "pt por",
    "Romanian": "ro ron rum",
    "Russian": "ru rus",
    "Serbian": "sr srp",
    "Slovak": "sk slk slo",
    "Slovenian": "sl slv",
    "Spanish": "es spa",
    "Swedish": "sv swe",
    "Thai": "th tha",
    "Turkish": "tr tur",
    "Ukrainian": "uk ukr",
    "Urdu": "ur urd",
    "Vietnamese": "vi vie",
}
"""By their English names: the code of ISO 639-1, then those of ISO 639-2."""
_SHORT = {code: codes.split()[0] for codes in LANGUAGES.values() for code in codes.split()}
"""`de` of `de`, `deu` and `ger`."""
_ALSO_WORDS = frozenset(("he", "hi", "hr", "id", "it", "may", "ms", "no", "per"))
"""Codes that are English words, too: in a name of words between dots (`how.to.do.it.srt`) such a
one is no language."""
_TRAITS = ("sdh", "hi", "forced", "default")
"""What players write after the language. `hi` alone is Hindi; after a language it is for people who
are hard of hearing."""
_VARIANT = re.compile(r"(?:[A-Z][a-z]{3})?-?(?:[A-Z]{2}|\d{3})?")
"""A script, a region or both."""


def language_of_name(name: str) -> str | None:
    """The code of the language that the name of a file states; None if it states none."""
    stem = recording_stem(name)
    rest, _, last = stem.rpartition(".")
    if last in _TRAITS and (language := _read_code(rest)):
        return language
    return _read_code(stem)


def _read_code(stem: str) -> str | None:
    """The language at the end of a stem."""
    rest, _, last = stem.rpartition(".")
    written, _, variant = last.replace("_", "-").partition("-")
    code = _SHORT.get(written)
    if not rest or code is None or (written in _ALSO_WORDS and "." in rest):
        return None
    if variant in ("", "orig") or variant in _SHORT:  # yt-dlp's `en-de` was translated from German
        return code
    if _VARIANT.fullmatch(variant):
        return f"{code}-{variant}"
    return None
