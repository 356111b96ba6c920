"""HTML as products and browsers save it, for the formats that are written in HTML."""

from __future__ import annotations

from html.parser import HTMLParser

_SKIPPED = frozenset(("script", "style", "noscript", "template", "svg", "select", "textarea"))
"""Elements whose text is ignored."""


class PageParser(HTMLParser):
    """A parser of HTML for any input; it skips what a page does not show."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._skipping = ""

    def read(self, text: str) -> None:
        """Parse a whole page."""
        self.feed(_close_tags(text.replace("\0", "")))
        self.close()

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins; the names of its attributes are in lower case."""
        raise NotImplementedError

    def end(self, tag: str) -> None:
        """An element ends."""
        raise NotImplementedError

    def add(self, text: str) -> None:
        """Text between two tags."""
        raise NotImplementedError

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SKIPPED:
            self._skipping = self._skipping or tag
        elif not self._skipping:
            self.begin(tag, {name: value or "" for name, value in attrs})

    def handle_endtag(self, tag: str) -> None:
        if tag == self._skipping:
            self._skipping = ""
        elif not self._skipping:
            self.end(tag)

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self.add(data)

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
