"""The words of a line of CHAT, without its codes."""

from __future__ import annotations

import re

_REPLACED = re.compile(r"\[:+ ([^\[\]]*)\]")
"""`gonna [: going to]`: the spoken form is kept."""
_CODE = re.compile(r"\[[^\[\]]*\]")
_EVENT = re.compile(r"&=\S+")
_MARKED_WORD = re.compile(r"&[-+~]?(?=\w)")
_LINKER = re.compile(r"\+[\^,<\"/.!?+]+(?=\s|$)|\+\+")
_PAUSE = re.compile(r"\((?:\.{1,3}|\d{1,4}(?::\d\d)?\.?\d{0,3}\.?)\)")
_OMITTED = re.compile(r"(?<!\S)0[A-Za-z]\S*|(?<!\S)0(?=\s|$)")
_SPECIAL_FORM = re.compile(r"(?<=\w)@\S+?(?=[.,!?]?(?:\s|$))")
_UNCLEAR = re.compile(r"(?<!\S)(?:xxx|yyy|www|xx|yy)(?:@\S+)?(?!\S)")
_SATELLITES = str.maketrans(
    {"‡": ",", "„": ",", "_": " ", "<": " ", ">": " ", "(": "", ")": "", "^": ""}
)
_LONG_SOUND = re.compile(r"(?<=\w):+(?=\w|\s|$)")
_INTONATION = re.compile(r"[↑↓↗↘→≈∆∇⌈⌉⌊⌋°▁▔☺♋Ϋ∬⁇§“”]")
_BEFORE_SIGN = re.compile(r"\s+(?=[.,!?;](?:\s|$))")


def read_words(line: str) -> str:
    """Return the spoken words of a line; empty if there are none."""
    text = _CODE.sub(" ", _REPLACED.sub(" ", line))
    text = _EVENT.sub(" ", text)
    text = _PAUSE.sub(" ", text)
    text = _LINKER.sub(" ", text)
    text = _OMITTED.sub(" ", text)
    text = _UNCLEAR.sub(" ", text)
    text = _MARKED_WORD.sub("", text)
    text = _SPECIAL_FORM.sub("", text)
    text = _LONG_SOUND.sub("", text)
    text = _INTONATION.sub("", text).translate(_SATELLITES)
    text = _BEFORE_SIGN.sub("", " ".join(text.split()))
    if not any(map(str.isalnum, text)):
        return ""
    return text.lstrip(".,!?; ")
