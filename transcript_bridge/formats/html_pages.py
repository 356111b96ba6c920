"""HTML as products and browsers save it, for the formats that are written in HTML."""

from __future__ import annotations

from html.parser import HTMLParser


class PageParser(HTMLParser):
    """The parser of the library, for any input."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def read(self, text: str) -> None:
        """Parse a whole page."""
        self.feed(_close_tags(text.replace("\0", "")))
        self.close()

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """`<![...>` is a comment in HTML; the parser of the library raises AssertionError at it."""
        return self.parse_bogus_comment(i, report)


def _close_tags(text: str) -> str:
    """A page whose tags and comments that never end are text: the parser of the library looks for
    the end of each of them, which takes the square of their number."""
    for beginning, end in (("<!--", "-->"), ("<", ">")):
        last = text.rfind(end)
        text = text[: last + 1] + text[last + 1 :].replace(beginning, "&lt;")
    return text
