"""The language that a document names."""

from __future__ import annotations

import re
from typing import Any

from ..json_keys import fold_key
from ..json_text import as_object, as_text, find_objects

_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
# OpenAI's API spells the language out; these are the ones that Whisper knows, as it spells them.
_SPELLED_OUT = """
afrikaans:af albanian:sq amharic:am arabic:ar armenian:hy assamese:as azerbaijani:az bashkir:ba
basque:eu belarusian:be bengali:bn bosnian:bs breton:br bulgarian:bg burmese:my cantonese:yue
castilian:es catalan:ca chinese:zh croatian:hr czech:cs danish:da dutch:nl english:en estonian:et
faroese:fo finnish:fi flemish:nl french:fr galician:gl georgian:ka german:de greek:el gujarati:gu
haitian:ht hausa:ha hawaiian:haw hebrew:he hindi:hi hungarian:hu icelandic:is indonesian:id
italian:it japanese:ja javanese:jv kannada:kn kazakh:kk khmer:km korean:ko lao:lo latin:la
latvian:lv lingala:ln lithuanian:lt luxembourgish:lb macedonian:mk malagasy:mg malay:ms
malayalam:ml maltese:mt mandarin:zh maori:mi marathi:mr moldavian:ro mongolian:mn myanmar:my
nepali:ne norwegian:no nynorsk:nn occitan:oc panjabi:pa pashto:ps persian:fa polish:pl
portuguese:pt punjabi:pa pushto:ps romanian:ro russian:ru sanskrit:sa serbian:sr shona:sn
sindhi:sd sinhala:si sinhalese:si slovak:sk slovenian:sl somali:so spanish:es sundanese:su
swahili:sw swedish:sv tagalog:tl tajik:tg tamil:ta tatar:tt telugu:te thai:th tibetan:bo
turkish:tr turkmen:tk ukrainian:uk urdu:ur uzbek:uz valencian:ca vietnamese:vi welsh:cy yiddish:yi
yoruba:yo
"""
# ISO 639-3 and 639-2 have three letters where a tag has two; ElevenLabs writes them.
_THREE_LETTERS = """
eng:en deu:de ger:de fra:fr fre:fr spa:es ita:it por:pt nld:nl dut:nl rus:ru pol:pl ukr:uk jpn:ja
kor:ko zho:zh chi:zh cmn:zh ara:ar hin:hi tur:tr swe:sv dan:da nor:no nob:no nno:nn fin:fi ces:cs
cze:cs slk:sk slo:sk hun:hu ron:ro rum:ro ell:el gre:el heb:he vie:vi tha:th ind:id msa:ms may:ms
fas:fa per:fa bul:bg hrv:hr srp:sr slv:sl lit:lt lav:lv est:et cat:ca eus:eu baq:eu glg:gl isl:is
ice:is gle:ga cym:cy wel:cy afr:af swa:sw tam:ta tel:te ben:bn mar:mr urd:ur guj:gu kan:kn mal:ml
pan:pa nep:ne sin:si kat:ka geo:ka hye:hy arm:hy aze:az kaz:kk uzb:uz mon:mn mkd:mk mac:mk sqi:sq
alb:sq bos:bs bel:be lat:la
"""
_TAG_OF = dict(pair.split(":") for pair in (_SPELLED_OUT + _THREE_LETTERS).split())


_KEYS = frozenset(("language", "language_code", "detected_language", "lang", "language_tag"))
_HOLDERS = ("result", "metadata", "info")
"""Keys of objects beside the segments that may name the language: whisper.cpp's `result`."""
_CONFIG = "metadata.transcription_config"
"""The path of Speechmatics' object."""
_OF_ENTRIES = ("language", "language_code", "languageCode")


def find_language(document: dict[str, Any]) -> str | None:
    """The language tag; None if the document names no language."""
    holders = [as_object(document.get(key)) for key in _HOLDERS]
    for fields in (document, *holders, *find_objects(document, _CONFIG)):
        named = [value for key, value in fields.items() if fold_key(key) in _KEYS]
        for tag in filter(None, map(read_tag, named)):
            return tag
    return None


def find_common_language(rows: list[Any]) -> str | None:
    """The language that all entries name; None if they differ."""
    names: set[str] = set()
    for row in map(as_object, rows):
        values = filter(None, map(row.get, _OF_ENTRIES))
        names.add(as_text(next(values, "")).strip())
        if len(names) > 1 or "" in names:
            return None
    return read_tag("".join(names))


def read_tag(value: Any) -> str | None:
    """The tag of a language that is spelled out, in three letters, or a tag; None for others."""
    text = as_text(value).strip()
    tag = _TAG_OF.get(text.lower(), text)
    if _TAG.fullmatch(tag):
        return tag.replace("_", "-")
    return None
