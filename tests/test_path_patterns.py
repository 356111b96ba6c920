"""Patterns of paths: the two ways to match agree, and no number of stars takes long."""

from __future__ import annotations

import re
from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from transcript_bridge import path_patterns
from transcript_bridge.path_patterns import find_fitting, matches

PIECES = st.sampled_from(["*", "**", "**/", "?", "a", "b", "/", "."])


def expression_of(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\*\*/?|\*|\?)", re.sub(r"\*{3,}", "**", pattern).lstrip("/"))
    wildcards = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile(
        "(?:.*/)?" + "".join(wildcards.get(part) or re.escape(part) for part in parts), re.DOTALL
    )


@given(st.lists(PIECES, max_size=9).map("".join), st.text("ab/.", max_size=12))
def test_a_pattern_means_what_its_expression_means(pattern: str, path: str) -> None:
    assert matches(pattern, path) == bool(expression_of(pattern).fullmatch(path))


def test_a_pattern_of_many_stars_is_followed_in_linear_time() -> None:
    for stars in ("*", "**"):
        pattern = f"{stars}a" * 40 + "b"
        path = "a" * 400
        steps = 0
        take = path_patterns._take

        def count(token: str, place: int, character: str) -> set[int]:
            nonlocal steps
            steps += 1
            return take(token, place, character)  # noqa: B023  # used in this round only

        path_patterns._take = count
        try:
            assert not matches(pattern, path)
        finally:
            path_patterns._take = take
        assert 0 < steps <= len(path) * (len(pattern) + 2)


class OneRule(NamedTuple):
    pattern: str


paths = st.text("ab/!*?.", min_size=1, max_size=8)


@given(st.lists(paths.map(OneRule), max_size=12), paths)
def test_the_index_of_many_rules_finds_what_each_rule_matches(
    rules: list[OneRule], path: str
) -> None:
    fitting = [rule for rule in rules if matches(rule.pattern, path)]
    assert find_fitting(tuple(rules), path) == fitting
