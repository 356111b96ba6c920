"""Makes text from outside harmless for a terminal: labels, file names, ids and words of a server.

`output` applies it to everything that it prints; nothing else in the command line prints.
"""

from __future__ import annotations

import re

_TAB_AND_LINE_BREAK = "\t\n"
# Patterns as strings, which `re` compiles at their first use: most runs do not need them.
_UNPRINTABLE = (
    "["
    "\x00-\x1f\x7f-\x9f"  # control characters, such as those that begin an escape sequence
    "\u2028\u2029"  # line breaks
    "\u202a-\u202e\u2066-\u2069"  # these change the order in which text is shown
    "\ud800-\udfff"  # parts of names that are not UTF-8
    "]"
)
_KEY = "(omi_dev_|omi_mcp_)[A-Za-z0-9_-]{6,}"
_LAST_OF_TWO_DIGITS = 0xFF
_DATA_CONTROLS = "[\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
"""Characters that JSON does not escape."""


def make_printable(text: str) -> str:
    r"""One line in which everything that a terminal would interpret is escaped: `\x1b`, `\u202e`.

    A tab becomes a space.
    """
    if text.isprintable():
        return text
    return re.sub(_UNPRINTABLE, _escape, text.replace("\t", " "))


def hide_keys(text: str) -> str:
    """The message without API keys, which the user may have typed in place of something else."""
    if "omi_" not in text:
        return text
    return re.sub(_KEY, r"\1…", text)


def make_printable_lines(text: str) -> str:
    """The same for a text of several lines, which keeps its line breaks and tabs."""
    if text.isprintable():
        return text
    return re.sub(_UNPRINTABLE, _escape_all_but_layout, text)


def escape_json(line: str) -> str:
    """A line of JSON in which everything that a terminal would interpret is escaped; the data is
    the same.

    JSON itself escapes the control characters below U+0020.
    """
    if line.isascii():
        return line.replace("\x7f", "\\u007f")
    return re.sub(_DATA_CONTROLS, lambda match: f"\\u{ord(match[0]):04x}", line)


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if match[0] == "\n":
        return "\\n"
    if code <= _LAST_OF_TWO_DIGITS:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}"


def _escape_all_but_layout(match: re.Match[str]) -> str:
    if match[0] in _TAB_AND_LINE_BREAK:
        return match[0]
    return _escape(match)
