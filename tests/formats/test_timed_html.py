"""HTML with times: what the fixtures do not show of attributes, sniffing and refusals."""

from __future__ import annotations

import pytest

from transcript_bridge.errors import MalformedError
from transcript_bridge.formats import timed_html
from transcript_bridge.formats.timed_html.times import read_times
from transcript_bridge.reading import read_bytes

PAIR = "<p {0}>Good morning, everyone.</p><p {1}>Thank you for coming.</p>"


@pytest.mark.parametrize(
    ("attributes", "ms"),
    [
        ({"data-start": "1.5"}, 1500),
        ({"data-start-time": "00:00:01.5"}, 1500),
        ({"data-begin": "1.5s"}, 1500),
        ({"data-start-ms": "1500"}, 1500),
        ({"data-seconds": "1.5"}, 1500),
        ({"m": "1500"}, 1500),
        ({"href": "https://example.org/watch?v=x&t=2s"}, 2000),
        ({"href": "#00:00:02"}, 2000),
        ({"onclick": "jumpTo('1.5'); return false"}, 1500),
        ({"data-from": "1.5", "data-to": "3"}, 1500),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_an_attribute_says_when_a_text_begins(attributes: dict[str, str], ms: int) -> None:
    times = read_times(attributes)
    assert times is not None
    assert times.start * (times.unit or 1000) == ms


@pytest.mark.parametrize(
    "attributes",
    [
        {"data-offset": "100"},
        {"data-time": "1755594005"},
        {"data-time": "2026-03-04T09:00"},
        {"start": "3"},
        {"data-timeout": "5000"},
        {"href": "#top"},
        {"onclick": "play()"},
    ],
    ids="-".join,
)
def test_other_attributes_are_no_times(attributes: dict[str, str]) -> None:
    assert read_times(attributes) is None


@pytest.mark.parametrize(
    ("page", "bid"),
    [
        (PAIR.format('data-start="1"', 'data-start="4"'), 95),
        (PAIR.format('data-start="1"', ""), 0),
        ("<list>" + "<i><time>5</time><name>a</name></i>" * 2 + "</list>", 0),
        ("<list>" + "<i><time>5</time><text>Good morning.</text></i>" * 2 + "</list>", 50),
        (PAIR.format('data-m="month"', 'data-m="year"'), 0),
        ("<p><i>0:01</i> Good morning. <p><i>0:04</i> Thank you.", 60),
        ("<i>0:01</i> Good morning. <i>0:04</i> Thank you.", 50),
        ("<tt><body><p begin='1s' data-start='1'>a</p><p data-start='2'>b</p></body></tt>", 0),
        ("<html><body>an error</body></html>", 0),
        ("<html>" + " " * 70_000, 10),
    ],
    ids=[
        "times",
        "one time",
        "fields without text",
        "fields",
        "no numbers",
        "clocks",
        "marks alone",
        "timed text",
        "no time",
        "long page",
    ],
)
def test_sniff(page: str, bid: int) -> None:
    assert timed_html.sniff(page[:65_536]) == bid


def test_a_page_without_times_is_refused() -> None:
    with pytest.raises(MalformedError, match="no element that says when"):
        timed_html.parse("<html><p>Hello</p></html>")


@pytest.mark.parametrize(
    "row",
    [
        "<p>{clock}</p><p><b>{name}</b> {text}</p>",
        "<p>[{clock}] {name}: {text}</p>",
        "<p><b>{name}</b> {clock}</p><p>{text}</p>",
    ],
    ids=["bold-name", "brackets", "name-first"],
)
def test_clocks_of_a_page_begin_what_is_said(row: str) -> None:
    said = [("Nora", 1, "Where is the ferry?"), ("Tom", 4, "Behind the church, as always.")]
    said += [("Nora", 9, "Thank you.")]
    for clock in ("0:0{}", "0m0{}s", "0h00m0{}s"):
        rows = [row.format(name=name, clock=clock.format(s), text=text) for name, s, text in said]
        page = f"<html><body>{''.join(rows)}</body></html>"
        utterances = read_bytes(page.encode()).utterances
        assert [(u.speaker, u.start // 1000, u.text) for u in utterances] == said
