"""Patterns of paths in rules for some files: `team-a/**`, `2019-*.srt`.

As in a shell, `*` and `?` match within a folder and `**` across folders. A pattern matches a whole
path or its end, from a folder on: `team-a/**` matches `/data/team-a/x.vtt` and
`export.zip!team-a/x.vtt`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple, Protocol, TypeVar

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


# ---- many rules: those for one file each are found by its name


class Rule(Protocol):
    """Whatever holds for the files of a pattern."""

    @property
    def pattern(self) -> str:
        """As in `matches`."""


AnyRule = TypeVar("AnyRule", bound=Rule)


def find_fitting(rules: tuple[AnyRule, ...], path: str) -> list[AnyRule]:
    """The rules that fit a path, in their order.

    With 2,000 rules for one file each this takes the time of a few: only those whose last part is
    the name of the file, or has a wildcard, are compared.
    """
    index = _index(rules)
    name = _last_part(path)
    places = sorted([*index.by_name.get(name, ()), *index.others])
    return [rules[place] for place in places if matches(rules[place].pattern, path)]


class _RuleIndex(NamedTuple):
    """Places in a tuple of rules: by the name of the file that they are for, and all others."""

    rules: tuple[Rule, ...]
    by_name: dict[str, list[int]]
    others: list[int]


_MAX_INDEXES = 8
_indexes: dict[int, _RuleIndex] = {}
"""The last ones, by the identity of their rules: to hash 2,000 rules takes longer than to use
them."""


def _index(rules: tuple[AnyRule, ...]) -> _RuleIndex:
    found = _indexes.get(id(rules))
    if found is not None and found.rules is rules:
        return found
    index = _RuleIndex(rules, {}, [])
    for place, rule in enumerate(rules):
        name = _last_part(rule.pattern)
        if "*" in name or "?" in name:
            index.others.append(place)
        else:
            index.by_name.setdefault(name, []).append(place)
    if len(_indexes) >= _MAX_INDEXES:
        _indexes.clear()
    _indexes[id(rules)] = index
    return index


def _last_part(path: str) -> str:
    return _with_slashes(path).rpartition("/")[2]


@cache  # as many as there are rules
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
