"""Rewrites literals of JavaScript and Python as JSON.

    {start: 0, text: 'Good morning.', /* … */ words: undefined,}        JavaScript, JSON5
    {'start': np.float64(0.5), 'text': "It's", 'speaker': None}         Python's print() of a dict
    [Segment(id=1, start=0.5, words=[Word(start=0.5, word=' Good')])]   of faster-whisper's segments

Nothing is run. What is no such literal stays as it is, so that the JSON parser refuses it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

_NAME = r"[A-Za-z_$][\w$]*+"
COMMENT = r"//[^\n]*|/\*.{0,9999}?\*/"
_TOKEN = re.compile(
    rf"""
    (?P<string> "(?:[^"\\\n]|\\.)*+" | '(?:[^'\\]|\\.)*+' | `(?:[^`\\]|\\.)*+` )
    | (?P<number> \d[\d.]*+(?:[eE][+-]?\d++)? )
    | (?P<comment> {COMMENT} )
    | (?P<key> {_NAME} )\s*+(?:=(?!=)|:)
    | (?P<object> (?:{_NAME}\.){{0,5}}+{_NAME}\( )(?= \s*+(?:{_NAME}\s*+=(?!=)|\)) )
    | (?P<wrapper> (?:{_NAME}\.){{0,5}}+{_NAME}\( )
    | (?P<word> {_NAME} )
    | (?P<open> \( )
    | (?P<close> \) )
    | (?P<comma> , )(?= (?:\s|{COMMENT})*+[\]}})] )
    """,
    re.VERBOSE | re.DOTALL,
)
_WORDS = {
    "None": "null",
    "undefined": "null",
    "True": "true",
    "False": "false",
    "nan": "NaN",
    "inf": "Infinity",
}
_ESCAPED = re.compile(
    r'\\(?:x(?P<code>[0-9a-fA-F]{2})|U(?P<long>00(?:0[0-9a-fA-F]|10)[0-9a-fA-F]{4})|(.))|"',
    re.DOTALL,
)
_ESCAPES_OF_JSON = '"\\/bfnrtu'


def rewrite_literals(text: str) -> str:
    """Rewrite a literal of JavaScript or Python as JSON.

    Named arguments become an object: `Word(start=0.5)` is `{"start": 0.5}`. A call with one value
    becomes the value: `np.float64(0.5)` is `0.5`. Tuples become lists.
    """
    closing: list[str] = []
    """The closing sign of each open bracket."""

    def open_with(opening: str, end: str) -> str:
        closing.append(end)
        return opening

    rewrite: dict[str, Callable[[str], str]] = {
        "string": _quote,
        "number": str,
        "comment": lambda token: " ",
        "key": lambda token: f'"{token.rstrip(":= ")}":',
        "object": lambda token: open_with("{", "}"),
        "wrapper": lambda token: open_with("", ""),
        "word": lambda token: _WORDS.get(token, token),
        "open": lambda token: open_with("[", "]"),
        "close": lambda token: closing.pop() if closing else token,
        "comma": lambda token: "",
    }
    return _TOKEN.sub(lambda found: rewrite[str(found.lastgroup)](found[0]), text)


def _quote(token: str) -> str:
    return f'"{_ESCAPED.sub(_escape, token[1:-1])}"'


def _escape(found: re.Match[str]) -> str:
    code = found["code"] or found["long"]
    if code:
        return json.dumps(chr(int(code, 16)))[1:-1]
    if found[0] == '"':
        return '\\"'
    if found[0][1] in _ESCAPES_OF_JSON:
        return found[0]
    return found[0][1].strip("\n")  # a continued line; else a character that needs no escape
