"""Removes HTML tags from lines, as copied from a page or written by a script.

[0:03] <b>Ann</b>: text          <tr><td>0:03</td><td>Ann</td><td>text</td></tr>
<p><strong>Ann</strong> 0:03<br>
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..cues.markup import decode_entities

_CELLS = re.compile(r"(?i)</t[dh]>[ \t]{0,4}<t[dh]\b[^<>]{0,200}>")
_BREAK = re.compile(r"(?i)<br ?/?>")
_TAG = re.compile(
    r"(?i)</?(?:[abipqsu]|em|strong|span|div|font|mark|small|code|time|cite|h[1-6]|ul|ol|li|table"
    r"|tbody|t[dhr])(?: [^<>]{0,200})?>"
)
_BOLD_NAME = re.compile(
    r"(?i)^(?P<before>[ \t]{0,8}(?:<\w{1,6}>)?[\[(]?[\d:.,]{3,12}[\])]?(?:</\w{1,6}>)?[ \t]{1,4})"
    r"<(?P<tag>b|strong)>(?P<name>[^<>:]{1,40})</(?P=tag)>(?=[ \t]+[^\W\d_])"
)
_END = re.compile(r"(?i)</[abipqsu]>|</(?:em|strong|span|div|font|time|cite|li|t[dh])>|<br ?/?>")
_MIN_ENDS = 2


def leave_out_tags(lines: Sequence[str]) -> Sequence[str]:
    """Remove tags, and decode references such as `&amp;`. A complete page is not changed."""
    whole = "\n".join(lines)
    if "<" not in whole and "&" not in whole:
        return lines
    ends = _END.findall(whole)
    if len(ends) < _MIN_ENDS:
        return list(map(decode_entities, lines))
    return list(map(_leave_out, lines))


def _leave_out(line: str) -> str:
    line = _BOLD_NAME.sub(r"\g<before>\g<name>:", line)
    line = _BREAK.sub(" ", _CELLS.sub("\t", line))
    return decode_entities(_TAG.sub("", line)).strip()
