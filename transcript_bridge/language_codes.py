"""BCP 47 tags of languages, by English name and by three-letter code."""

from __future__ import annotations

import re

# The languages of Whisper, as it spells them.
_NAMES = """
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
# Codes of ISO 639-3 and 639-2 for languages whose tag has two letters.
_THREE_LETTERS = """
eng:en deu:de ger:de fra:fr fre:fr spa:es ita:it por:pt nld:nl dut:nl rus:ru pol:pl ukr:uk jpn:ja
kor:ko zho:zh chi:zh cmn:zh ara:ar hin:hi tur:tr swe:sv dan:da nor:no nob:no nno:nn fin:fi ces:cs
cze:cs slk:sk slo:sk hun:hu ron:ro rum:ro ell:el gre:el heb:he vie:vi tha:th ind:id msa:ms may:ms
fas:fa per:fa bul:bg hrv:hr srp:sr slv:sl lit:lt lav:lv est:et cat:ca eus:eu baq:eu glg:gl isl:is
ice:is gle:ga cym:cy wel:cy afr:af swa:sw tam:ta tel:te ben:bn mar:mr urd:ur guj:gu kan:kn mal:ml
pan:pa nep:ne sin:si kat:ka geo:ka hye:hy arm:hy aze:az kaz:kk uzb:uz mon:mn mkd:mk mac:mk sqi:sq
alb:sq bos:bs bel:be lat:la
"""
TAG_OF_NAME = dict(pair.split(":") for pair in _NAMES.split())
"""`german` → `de`."""
TAG_OF_CODE = dict(pair.split(":") for pair in _THREE_LETTERS.split())
"""`deu` → `de`."""
_TAG_OF = TAG_OF_NAME | TAG_OF_CODE
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")


def tag_of(name: str) -> str | None:
    """The tag of a language given by name, three-letter code or tag; None for anything else."""
    name = name.strip()
    tag = _TAG_OF.get(name.lower(), name)
    if _TAG.fullmatch(tag):
        return tag.replace("_", "-")
    return None
