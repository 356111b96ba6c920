from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from transcript_bridge.cli.speaker_chart import draw_chart

spans = st.tuples(
    st.sampled_from([None, "A", "B"]), st.integers(0, 10_000), st.integers(1, 5_000)
).map(lambda s: (s[0], s[1], s[1] + s[2]))


def test_a_column_is_shaded_by_how_much_of_it_is_talk() -> None:
    found = [("A", 0, 5000), ("B", 5000, 10_000), ("A", 9000, 9400)]
    assert draw_chart(found, ["A", "B"], 10)[:2] == ["█████    ▒", "     █████"]


def test_the_axis_has_the_times_at_its_ends() -> None:
    assert draw_chart([("A", 60_000, 180_000)], ["A"], 20)[-1] == "1:00    2:00    3:00"


@given(st.lists(spans, min_size=1, max_size=20), st.integers(20, 100))
def test_whoever_talks_is_seen_and_every_lane_is_as_wide_as_asked(found: list, width: int) -> None:
    labels = list(dict.fromkeys(label for label, _, _ in found))
    *lanes, axis = draw_chart(found, labels, width)
    assert all(len(lane) == width and lane.strip() for lane in lanes)
    assert len(axis) == width
