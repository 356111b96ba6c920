"""Every conversation in a long JSON list is found, even if another one is broken."""

from __future__ import annotations

import io
import json
import tracemalloc
from typing import Any

import pytest

from transcript_bridge.formats.base import Part
from transcript_bridge.formats.json_parts import CUT_OFF, JsonParts


def is_talk(value: Any) -> bool:
    return isinstance(value, dict) and "rows" in value


PARTS = JsonParts(r"\s*\[", is_talk)


def find(text: str) -> list[Part]:
    return list(PARTS.find(io.BytesIO(text.encode())))


def cut_out(text: str, part: Part) -> str:
    return text.encode()[part.offset : part.offset + part.size].decode()


def talk(name: str, rows: int = 2) -> str:
    return json.dumps(
        {"id": name, "rows": [{"id": n, "text": "é 🌱 ] }"} for n in range(rows)]},
        ensure_ascii=False,
    )


def test_each_part_is_the_bytes_of_one_conversation() -> None:
    text = f" [\n{talk('a')},\n {talk('b')}\n]\n"
    parts = find(text)
    assert [part.name for part in parts] == ["a", "b"]
    assert [cut_out(text, part) for part in parts] == [talk("a"), talk("b")]


BROKEN = {
    "missing-comma": talk("b").replace('"rows"', ' "x" "rows"'),
    "missing-quote": talk("b").replace('"é 🌱', '"é 🌱" "', 1),
    "missing-bracket": talk("b").replace("]}", "}"),
    "no-value": talk("b").replace('"rows":', '"rows"'),
    "bare-word": talk("b").replace("[{", "[undefined, {"),
    "not-an-object": "undefined",
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_broken_conversation_costs_no_other(broken: str) -> None:
    text = f"[{talk('a')},{broken},{talk('c')},{talk('d')}]"
    parts = find(text)
    assert len(parts) == 4
    assert parts[0].name == "a"
    assert [part.name for part in parts[2:]] == ["c", "d"]
    assert cut_out(text, parts[1]) == broken


def test_a_list_without_an_end_is_reported() -> None:
    parts = find(f"[{talk('a')},{talk('b')}")
    assert [part.name for part in parts] == ["a", "b", "end"]
    assert [part.fault for part in parts] == ["", "", CUT_OFF]


def test_a_conversation_without_an_end_is_the_last_part() -> None:
    parts = find(f"[{talk('a')},{talk('b')[:30]}")
    assert [part.name for part in parts] == ["a", "b"]
    assert parts[1].fault == ""


NAMES = {
    "no-id": ([{"rows": []}, {"rows": []}], ["1", "2"]),
    "same-id": ([{"id": "x", "rows": []}, {"id": "x", "rows": []}], ["x", "x (2)"]),
    "number": ([{"id": 7, "rows": []}], ["7"]),
    "path": ([{"id": "../../etc/x!y\n", "rows": []}], [".._.._etc_x_y"]),
    "not-objects": ([None, 3, "x"], ["1", "2", "3"]),
    "accents": ([{"id": "é", "rows": []}], ["é"]),
}


@pytest.mark.parametrize(("values", "names"), NAMES.values(), ids=NAMES)
def test_each_part_has_a_different_name(values: list[Any], names: list[str]) -> None:
    text = json.dumps(values, ensure_ascii=False)
    assert [part.name for part in find(text)] == names


class _Repeating:
    """A list of equal conversations, made while it is read."""

    def __init__(self, count: int, size: int) -> None:
        one = json.dumps({"rows": [{"text": "x" * 1000}] * (size // 1000)}).encode()
        self.size = count * (len(one) + 1)
        self._pieces = iter([b"["] + [one + b","] * (count - 1) + [one + b"]"])
        self._buffer = b""

    def read(self, size: int, /) -> bytes:
        while len(self._buffer) < size:
            piece = next(self._pieces, b"")
            if not piece:
                break
            self._buffer += piece
        data, self._buffer = self._buffer[:size], self._buffer[size:]
        return data


def test_a_long_list_is_never_in_memory_as_a_whole() -> None:
    stream = _Repeating(200, 200_000)
    tracemalloc.start()
    try:
        found = sum(1 for _ in PARTS.find(stream))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found == 200
    assert peak < stream.size / 3
