"""Matches the files of a rule: a pattern of paths, such as `team-a/**`, or one path.

As in a shell, `*` and `?` match within a folder and `**` across folders. All other characters mean
themselves, brackets, too. A pattern matches a whole path or its end, from a folder on: `team-a/**`
matches `/data/team-a/x.vtt` and `export.zip!team-a/x.vtt`. With a leading `/` it matches only from
the folder of the settings file on: `/memo.json` is the one in that folder; a pattern of a whole
path, such as `/data/team-a/**`, begins with `/`, too.

A path has no wildcards: it is the file of exactly this name, relative to that folder.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple, Protocol, TypeVar

from .errors import SettingsError

_STARS_FOR_RE = 3
"""More stars are not left to `re`: it backtracks, and with six of them would not finish on a path
of 200 characters."""
_TOKENS = re.compile(r"(\*\*/?|\*|\?)")
_REPEATED = re.compile(r"\*{3,}")
_EXPRESSIONS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
_DRIVE = re.compile(r"[A-Za-z]:/")
PLACE_KEYS = ("pattern", "path")
"""The keys that say which files a [[files]] table is for; it has exactly one of them."""


def matches(pattern: str, path: str, folder: str = "") -> bool:
    """Whether a path matches a pattern; in linear time.

    folder: where a pattern with a leading `/` starts.
    """
    pattern = with_slashes(pattern)
    path = with_slashes(path)
    if not pattern.startswith("/"):
        return _match_whole(_compile(pattern), path)
    anchored = _compile_anchored(pattern)
    if _match_whole(anchored, path.lstrip("/")):
        return True
    inside = with_slashes(folder).rstrip("/") + "/"
    return path.startswith(inside) and _match_whole(anchored, path[len(inside) :])


def folders_above(path: str) -> Iterator[str]:
    """The folders and containers that a path is in, the innermost first."""
    path = with_slashes(path)
    while True:
        path = path.rpartition("/")[0]
        if not path:
            return
        yield path


# ---- many rules: a rule for one file is looked up by the file's name


class PathRule(Protocol):
    """Anything that applies to some files: those of a pattern, or the one at a path."""

    @property
    def pattern(self) -> str:
        """As in `matches`; empty for a rule with a path."""

    @property
    def path(self) -> str:
        """Without wildcards; relative to `folder`."""

    @property
    def folder(self) -> str:
        """The absolute path of the folder that has the settings file."""


AnyRule = TypeVar("AnyRule", bound=PathRule)


def find_fitting(rules: tuple[AnyRule, ...], path: str) -> list[AnyRule]:
    """The rules that fit a path, in their order.

    2,000 rules for one file each take as long as a few: rules with a path are looked up by it, and
    of the others only those are compared whose last part is the name of the file or has a wildcard.
    """
    index = _index(rules)
    fitting = list(index.by_path.get(with_slashes(path), ()))
    name = _last_part(path)
    for place in (*index.by_name.get(name, ()), *index.others):
        rule = rules[place]
        if matches(rule.pattern, path, rule.folder):
            fitting.append(place)
    return [rules[place] for place in sorted(fitting)]


def check_place_keys(table: Mapping[str, Any], place: str) -> None:
    """Raises SettingsError for a table that does not say which files it is for."""
    given = [key for key in PLACE_KEYS if key in table]
    if len(given) != 1:
        raise SettingsError(
            f'{place}: [[files]] needs a path, such as path = "talk.vtt", or a pattern, such as '
            'pattern = "team-a/**", and not both'
        )
    value = table[given[0]]
    if not isinstance(value, str) or not value.strip():
        raise SettingsError(f"{place}: {given[0]} must be non-empty text")


def full_path(rule: PathRule) -> str:
    """The path of the one file that a rule is for, as `find_fitting` compares it."""
    path = with_slashes(rule.path)
    if _DRIVE.match(path) is None:
        path = posixpath.join(with_slashes(rule.folder), path)
    scheme, mark, place = path.partition("://")
    if mark:  # of a URL, whose two slashes stay
        return scheme + mark + posixpath.normpath(place)
    return posixpath.normpath(path)


class _RuleIndex(NamedTuple):
    """Places in a tuple of rules: by the path of their file, by its name, and all others."""

    rules: tuple[PathRule, ...]
    by_path: dict[str, list[int]]
    by_name: dict[str, list[int]]
    others: list[int]


_MAX_INDEXES = 8
_indexes: dict[int, _RuleIndex] = {}
"""The latest indexes, by the identity of their rules: hashing 2,000 rules would take longer than
using them."""


def _index(rules: tuple[AnyRule, ...]) -> _RuleIndex:
    found = _indexes.get(id(rules))
    if found is not None and found.rules is rules:
        return found
    index = _RuleIndex(rules, {}, {}, [])
    for place, rule in enumerate(rules):
        name = _last_part(rule.pattern)
        if rule.path:
            index.by_path.setdefault(full_path(rule), []).append(place)
        elif _TOKENS.search(name):
            index.others.append(place)
        else:
            index.by_name.setdefault(name, []).append(place)
    if len(_indexes) >= _MAX_INDEXES:
        _indexes.clear()
    _indexes[id(rules)] = index
    return index


def _last_part(path: str) -> str:
    return with_slashes(path).rpartition("/")[2]


def _match_whole(compiled: re.Pattern[str] | tuple[str, ...], path: str) -> bool:
    if isinstance(compiled, re.Pattern):
        return compiled.fullmatch(path) is not None
    return _follow(compiled, path)


@cache  # as many as there are rules
def _compile(pattern: str) -> re.Pattern[str] | tuple[str, ...]:
    """A pattern that matches a whole path or its end."""
    return _compile_anchored(f"**/{pattern}")


@cache
def _compile_anchored(pattern: str) -> re.Pattern[str] | tuple[str, ...]:
    """A regular expression; for a pattern with many stars its tokens: wildcards and characters."""
    pattern = _REPEATED.sub("**", pattern.lstrip("/"))
    parts = [part for part in _TOKENS.split(pattern) if part]
    if sum("*" in part for part in parts) > _STARS_FOR_RE:
        return _make_tokens(parts)
    expression = ""
    for part in parts:
        expression += _EXPRESSIONS.get(part, re.escape(part))
    return re.compile(expression, re.DOTALL)


def with_slashes(path: str) -> str:
    """A path with `/` between folders, also on Windows and for members of containers.

    All paths are compared in this form. A folder may be called `Wow!`.
    """
    return path.replace("\\", "/").replace("!/", "/").replace("!", "/")


# ---- patterns with many stars: all possible matches are followed at once, character by character


_FOLDERS = "inside of **/"
_END = ""
"""The last token: it takes no character, and no token follows it."""
_SKIPS = {"*": (1,), "**": (1,), "**/": (1, 2)}
"""How many tokens further the match may continue where a token takes nothing."""
_TAKING: dict[str, tuple[tuple[int, ...], tuple[int, ...]]] = {
    "**": ((0,), (0,)),
    "*": ((0,), ()),
    "?": ((1,), ()),
    _FOLDERS: ((0,), (0, 1)),
}
"""How many tokens further it continues where a wildcard takes a character, and a slash."""


def _make_tokens(parts: list[str]) -> tuple[str, ...]:
    tokens: list[str] = []
    for part in parts:
        if part == "**/":  # it takes nothing, or characters up to a slash
            tokens += [part, _FOLDERS]
        elif part in _EXPRESSIONS:
            tokens.append(part)
        else:
            tokens += part
    return (*tokens, _END)


def _follow(tokens: tuple[str, ...], path: str) -> bool:
    places = _skip_empty(tokens, {0})
    for character in path:
        reached: set[int] = set()
        for place in places:
            reached |= _take(tokens[place], place, character)
        places = _skip_empty(tokens, reached)
        if not places:
            return False
    return len(tokens) - 1 in places


def _skip_empty(tokens: tuple[str, ...], places: set[int]) -> set[int]:
    """The places, and those that can be reached from them without taking a character."""
    waiting = list(places)
    reached = set(places)
    while waiting:
        place = waiting.pop()
        for steps in _SKIPS.get(tokens[place], ()):
            if place + steps not in reached:
                reached.add(place + steps)
                waiting.append(place + steps)
    return reached


def _take(token: str, place: int, character: str) -> set[int]:
    """The places after a token takes this character; none if it does not."""
    steps: tuple[int, ...] = ()
    if token in _TAKING:
        steps = _TAKING[token][character == "/"]
    elif token == character:
        steps = (1,)
    return {place + step for step in steps}
