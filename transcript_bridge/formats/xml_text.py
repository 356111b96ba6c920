"""XML documents, for the formats that are written in XML."""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from ..errors import MalformedError

_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_LINE_OF_ERROR = re.compile(r"line (\d+)")


def load_xml(text: str) -> Element:
    """The root of a document.

    Raises MalformedError, with the line, for what is not XML, or has entities of its own: these can
    make a small file fill the memory.
    """
    if _ENTITY.search(text):
        raise MalformedError("this declares entities of its own, which subtitles do not need")
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)  # what it says of the encoding is over
    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        line = _LINE_OF_ERROR.search(str(error))
        number = None
        if line:
            number = int(line[1])
        reason = str(error).partition(":")[0]
        raise MalformedError(f"this is not XML ({reason}); export it again", line=number) from None
