"""XML documents, for the formats that are written in XML."""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from ..errors import MalformedError

_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
_LINE_OF_ERROR = re.compile(r"line (\d+)")
_FIRST_TAG = re.compile(r"<[A-Za-z][\w.:-]*")
_PREFIX = re.compile(r"[<\s/]([A-Za-z_][\w.-]*):[A-Za-z_]")
_DECLARED = re.compile(r"xmlns:([\w.-]+)")


def root_pattern(name: str) -> re.Pattern[str]:
    """A pattern for the beginning of a document with a root of this name."""
    prolog = r"(?:<\?xml[^<>]*>\s*)?(?:<!--.{0,500}?-->\s*)?(?:<!DOCTYPE\b[^<>]*>\s*)?"
    return re.compile(rf"\s*{prolog}<{name}\b", re.DOTALL)


def load_xml(text: str) -> Element:
    """The root of a document.

    Prefixes that the document does not declare are accepted. Raises MalformedError, with the line,
    for what is not XML, or has entities of its own: these can make a small file fill the memory.
    """
    if _ENTITY.search(text):
        raise MalformedError("this declares entities of its own, which no subtitles need")
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)  # its encoding no longer applies
    try:
        return _parse(text)
    except ElementTree.ParseError as error:
        line = _LINE_OF_ERROR.search(str(error))
        number = None
        if line:
            number = int(line[1])
        reason = str(error).partition(":")[0]
        raise MalformedError(f"this is not XML ({reason}); export it again", line=number) from None


def _parse(text: str) -> Element:
    try:
        return ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        if not str(error).startswith("unbound prefix"):
            raise
    return ElementTree.fromstring(_FIRST_TAG.sub(_declare(text), text, count=1))


def _declare(text: str) -> str:
    """The first tag of a document, with all prefixes that it uses and does not declare."""
    prefixes = set(_PREFIX.findall(text)) - set(_DECLARED.findall(text)) - {"xml", "xmlns"}
    names = [f' xmlns:{prefix}="{prefix}"' for prefix in sorted(prefixes)]
    return r"\g<0>" + "".join(names)
