from __future__ import annotations

import pickle

import pytest

from transcript_bridge import errors
from transcript_bridge.errors import (
    BridgeError,
    InputError,
    MalformedError,
    OmiError,
    RateLimitedError,
)


def all_errors() -> list[type[BridgeError]]:
    return [e for e in vars(errors).values() if isinstance(e, type) and issubclass(e, BridgeError)]


@pytest.mark.parametrize("cls", all_errors())
def test_every_error_pickles_with_its_data(cls: type[BridgeError]) -> None:
    data = {}
    if issubclass(cls, InputError):
        data = {"path": "a.srt", "line": 3}
    if issubclass(cls, OmiError):
        data = {"status": 429, "detail": "slow down", "retry_after": 60.0}
    again = pickle.loads(pickle.dumps(cls("what to do", **data)))
    assert type(again) is cls
    assert str(again) == str(cls("what to do", **data))
    assert {name: getattr(again, name) for name in data} == data


@pytest.mark.parametrize("cls", all_errors())
def test_every_error_is_in_the_tree_with_its_exit_code(cls: type[BridgeError]) -> None:
    assert errors.__doc__ is not None
    (line,) = [
        row for row in errors.__doc__.splitlines() if cls.__name__ in row.replace("─", " ").split()
    ]
    codes = [word for word in line.split() if word.isdigit() and len(word) == 1]
    if codes:
        assert int(codes[0]) == cls.exit_code


def test_an_input_error_says_where() -> None:
    assert str(MalformedError("cut off", line=7).at("a.srt")) == "a.srt:7: cut off"


def test_a_limit_is_carried_along() -> None:
    error = pickle.loads(
        pickle.dumps(RateLimitedError("wait", status=429, retry_after=5.0, limit=25))
    )
    assert (error.limit, error.retry_after) == (25, 5.0)
