"""Patterns of paths in rules for some files: `team-a/**`, `2019-*.srt`.

As in a shell, `*` and `?` match within a folder and `**` across folders. A pattern matches a whole
path or its end, from a folder on: `team-a/**` matches `/data/team-a/x.vtt` and
`export.zip!team-a/x.vtt`.
"""

from __future__ import annotations

import re
from functools import lru_cache

_STARS_FOR_RE = 2
"""`re` tries every place for every star: with six it would not end on a path of 200 characters."""
_TOKENS = re.compile(r"(\*\*/?|\*|\?)")
_REPEATED = re.compile(r"\*{3,}")
_EXPRESSIONS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def matches(pattern: str, path: str) -> bool:
    """Whether a path, or its end from a folder on, has this pattern; in linear time."""
    path = _with_slashes(path)
    compiled = _compile(pattern)
    if isinstance(compiled, re.Pattern):
        return compiled.fullmatch(path) is not None
    return _follow(compiled, path)


@lru_cache(maxsize=512)
def _compile(pattern: str) -> re.Pattern[str] | tuple[str, ...]:
    """An expression; for many stars the tokens of the pattern: its wildcards and characters."""
    pattern = _REPEATED.sub("**", _with_slashes(pattern).lstrip("/"))
    parts = [part for part in _TOKENS.split(pattern) if part]
    if sum("*" in part for part in parts) > _STARS_FOR_RE:
        return _make_tokens(["**/", *parts])
    expression = "(?:.*/)?"
    for part in parts:
        expression += _EXPRESSIONS.get(part) or re.escape(part)
    return re.compile(expression, re.DOTALL)


def _with_slashes(path: str) -> str:
    """A path with `/` between folders, also from Windows, and for members of containers."""
    return path.replace("\\", "/").replace("!", "/")


# ---- patterns with many stars: all ways to match are followed at once, character by character


_FOLDERS = "inside of **/"
_SKIPS = {"*": (1,), "**": (1,), "**/": (1, 2)}
"""How many tokens further the match may go on where a token takes nothing."""


def _make_tokens(parts: list[str]) -> tuple[str, ...]:
    tokens: list[str] = []
    for part in parts:
        if part == "**/":  # it is skipped, or takes characters up to a slash
            tokens += [part, _FOLDERS]
        elif part in _EXPRESSIONS:
            tokens.append(part)
        else:
            tokens += part
    return tuple(tokens)


def _follow(tokens: tuple[str, ...], path: str) -> bool:
    places = _skip_empty(tokens, {0})
    for character in path:
        reached: set[int] = set()
        for place in places:
            if place < len(tokens):
                reached |= _take(tokens[place], place, character)
        places = _skip_empty(tokens, reached)
        if not places:
            return False
    return len(tokens) in places


def _skip_empty(tokens: tuple[str, ...], places: set[int]) -> set[int]:
    """The places, and those that are reached from them without a character."""
    waiting = list(places)
    reached = set(places)
    while waiting:
        place = waiting.pop()
        if place == len(tokens):
            continue
        for steps in _SKIPS.get(tokens[place], ()):
            if place + steps not in reached:
                reached.add(place + steps)
                waiting.append(place + steps)
    return reached


def _take(token: str, place: int, character: str) -> set[int]:
    """Where a token leads that takes this character; nowhere if it does not."""
    is_slash = character == "/"
    if token == "**":
        return {place}
    if token == "*":
        return set() if is_slash else {place}
    if token == "?":
        return set() if is_slash else {place + 1}
    if token == _FOLDERS:
        return {place, place + 1} if is_slash else {place}
    return {place + 1} if token == character else set()
