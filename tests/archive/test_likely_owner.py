"""Who the owner may be is proposed with a reason, from the strongest fact to the weakest."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from transcript_bridge.archive.summary import RecordingSummary, SpeakerSummary
from transcript_bridge.archive.voices.likely_owner import OwnerProposal, propose_owner
from transcript_bridge.archive.voices.similar_names import Proposal
from transcript_bridge.models import KnownSpeaker


def heard(
    *labels: str | None, owner: str = "", says: str = "", number: int = 0
) -> RecordingSummary:
    """owner: the label that is the owner by the map. says: … by the file itself."""
    voices = tuple(
        SpeakerSummary(label, 1, 1000, label if label == owner else None, label in (owner, says))
        for label in labels
    )
    known = (KnownSpeaker(says, True),) if says else ()
    path = f"{number}-{'-'.join(map(str, labels))}"
    return RecordingSummary(path, "ready", speakers=voices, known_speakers=known)


def times(count: int, *labels: str | None) -> list[RecordingSummary]:
    return [heard(*labels, number=number) for number in range(count)]


CASES: dict[str, tuple[Sequence[RecordingSummary], tuple[str, str | None] | None]] = {
    "the map": ([heard("Bob", "Alice", owner="Alice"), *times(9, "Bob", "Eva")], ("map", "Alice")),
    "a file": ([heard("Ann", "Bob", says="Ann"), *times(9, "Bob", "Ann")], ("files", "Ann")),
    "a file, of itself": ([heard("1", "Bob", says="1"), *times(9, "B", "You")], ("label", "You")),
    "all files, of themselves": ([heard("1", "Bob", says="1", number=n) for n in range(9)], None),
    "You": ([*times(2, "You", "Bob"), *times(9, "Bob", "Eva")], ("label", "You")),
    "a mark": ([*times(2, "Alice (me)", "Bob"), *times(9, "Bob", "Eva")], ("label", "Alice (me)")),
    "two hosts": ([*times(3, "Alice (host)", "Bob"), *times(3, "Bob (host)", "Eva")], None),
    "most": (
        [*times(4, "Alice", "Bob"), *times(4, "Alice", "Tom"), *times(1, "Eva")],
        ("most recordings", "Alice"),
    ),
    "two of them": (times(9, "Alice", "Bob"), None),
    "not clearly": ([*times(5, "Alice"), *times(4, "Eva")], None),
    "numbers": (times(9, "SPEAKER_00", "SPEAKER_01"), None),
    "memos": ([*times(2, "SPEAKER_00"), *times(2, None)], ("one voice", None)),
    "two memos": (times(2, "SPEAKER_00"), None),
    "nothing": ([], None),
}


@pytest.mark.parametrize("name", list(CASES))
def test_the_owner_is_proposed_by_the_strongest_fact(name: str) -> None:
    recordings, wanted = CASES[name]
    found = propose_owner(recordings)
    assert (found and (found.evidence, found.name)) == wanted


def test_spellings_of_one_person_count_together() -> None:
    recordings = [*times(3, "Alice Doe", "Bob"), *times(3, "Doe, Alice", "Eva"), *times(2, "Tom")]
    assert propose_owner(recordings[:6]) is None
    same = Proposal(("Alice Doe", "Doe, Alice"), "they differ only in word order")
    assert propose_owner(recordings[:6], [same]) == OwnerProposal(
        "Alice Doe",
        ("Alice Doe", "Doe, Alice"),
        "most recordings",
        "heard in 6 of 6 recordings with names",
        6,
        6,
    )
    assert propose_owner(recordings, [same]) is None  # 6 of 8 is less than four fifths
