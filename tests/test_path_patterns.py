"""Patterns of paths: the two ways to match agree, and no number of stars takes long."""

from __future__ import annotations

import re
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript_bridge import path_patterns
from transcript_bridge.path_patterns import find_fitting, matches

PIECES = st.sampled_from(["*", "**", "**/", "?", "a", "b", "/", "."])


def expression_of(pattern: str) -> re.Pattern[str]:
    start = "/*" if pattern.startswith("/") else "(?:.*/)?"
    parts = re.split(r"(\*\*/?|\*|\?)", re.sub(r"\*{3,}", "**", pattern).lstrip("/"))
    wildcards = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    return re.compile(
        start + "".join(wildcards.get(part) or re.escape(part) for part in parts), re.DOTALL
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
    path: str = ""
    folder: str = ""


paths = st.text("ab/!*?.", min_size=1, max_size=8)


@given(st.lists(paths.map(OneRule), max_size=12), paths)
def test_the_index_of_many_rules_finds_what_each_rule_matches(
    rules: list[OneRule], path: str
) -> None:
    fitting = [rule for rule in rules if matches(rule.pattern, path)]
    assert find_fitting(tuple(rules), path) == fitting


def test_a_leading_slash_means_the_folder_of_the_settings() -> None:
    assert matches("/memo.json", "/data/exports/memo.json", "/data/exports")
    assert not matches("/memo.json", "/data/exports/sub/memo.json", "/data/exports")
    assert matches("/sub/**", "/data/exports/sub/x/memo.json", "/data/exports")
    assert matches("/data/exports/*.json", "/data/exports/memo.json", "/elsewhere")


def test_brackets_in_a_pattern_are_brackets() -> None:
    assert matches("talk [abc].vtt", "/x/talk [abc].vtt")
    assert not matches("talk [abc].vtt", "/x/talk a.vtt")


def test_a_path_is_one_file_whatever_is_in_its_name() -> None:
    rules = (
        OneRule("", "take *.srt", "/data"),
        OneRule("", "sub/../a.srt", "/data"),
        OneRule("", "box.zip!in/a.srt", "/data"),
        OneRule("", "/other/a.srt", "/data"),
    )

    def places(path: str) -> list[int]:
        return [rules.index(rule) for rule in find_fitting(rules, path)]

    assert places("/data/take *.srt") == [0]
    assert places("/data/take 1.srt") == []
    assert places("/data/a.srt") == [1]
    assert places("/data/box.zip/in/a.srt") == [2]
    assert places("/other/a.srt") == [3]
    assert places("/data/deeper/a.srt") == []


def test_two_thousand_rules_with_a_path_compare_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """They all end with the same name, so that a look at the name would find all of them."""
    rules = tuple(OneRule("", f"{number}/memo.json", "/data") for number in range(2_000))
    find_fitting(rules, "/data/x")
    monkeypatch.setattr(path_patterns, "matches", None)
    monkeypatch.setattr(path_patterns, "full_path", None)
    for number in range(2_000):
        assert find_fitting(rules, f"/data/{number}/memo.json") == [rules[number]]
