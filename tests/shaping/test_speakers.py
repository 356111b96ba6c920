from __future__ import annotations

import dataclasses
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcript_bridge.errors import SettingsError
from transcript_bridge.models import Voice
from transcript_bridge.options import Options
from transcript_bridge.shaping.speakers import FileRule, Person, SpeakerMap


def numbers(labels: list[str | None], speakers: SpeakerMap | None = None) -> list[int]:
    voices = (speakers or SpeakerMap()).assign(labels)
    return [voices[label].number for label in labels]


def test_names_are_numbered_in_order_of_appearance() -> None:
    assert numbers(["Bob", "Alice", None, "Carol"]) == [0, 1, 2, 3]


def test_numbered_labels_keep_their_number_and_others_get_the_free_ones() -> None:
    assert numbers(["SPEAKER_01", "Bob", "SPEAKER_00", "Alice"]) == [1, 2, 0, 3]


def test_two_spellings_of_a_number_stay_two_speakers() -> None:
    assert numbers(["SPEAKER_1", "SPEAKER_01"]) == [0, 1]


def test_an_absurd_number_is_just_a_name() -> None:
    assert numbers(["SPEAKER_99999999999"]) == [0]


def test_label_and_number_on_the_wire_agree() -> None:
    assert Voice(7).speaker == "SPEAKER_07"
    assert Voice(123).speaker == "SPEAKER_123"


def test_aliases_share_a_number_an_id_and_the_owner() -> None:
    speakers = SpeakerMap([Person("Alice Doe", True, "p-1", ("alice", "SPEAKER_01"))])
    voices = speakers.assign(["Bob", "alice", "Alice Doe", "SPEAKER_01", "ALICE  doe"])
    assert {
        voices[label].number for label in ("alice", "Alice Doe", "SPEAKER_01", "ALICE  doe")
    } == {1}
    assert voices["alice"] == Voice(1, True, "p-1", "Alice Doe")
    assert voices["Bob"] == Voice(0, name="Bob")


def test_me_is_the_user_and_has_to_be_there() -> None:
    assert SpeakerMap(me="Bob").assign(["Alice", "Bob"])["Bob"].is_user
    with pytest.raises(
        SettingsError, match="no speaker is called 'Bbo'; the labels are: Alice, Bob"
    ):
        SpeakerMap(me="Bbo").assign(["Alice", "Bob"])


def test_me_may_be_an_alias_from_the_map() -> None:
    speakers = SpeakerMap([Person("Alice Doe", aliases=("SPEAKER_00",))], me="Alice Doe")
    assert speakers.assign(["SPEAKER_00"])["SPEAKER_00"].is_user


@pytest.mark.parametrize(
    ("people", "me", "words"),
    [
        (
            [Person("A", aliases=("x",)), Person("B", aliases=("x",))],
            None,
            "means both 'A' and 'B'",
        ),
        ([Person("A", True), Person("B", True)], None, "cannot both be you"),
        ([Person("A", True)], "B", "cannot both be you"),
        ([Person("A", person_id="p"), Person("B", person_id="p")], None, "one person_id"),
    ],
)
def test_people_are_not_merged_by_mistake(people: list[Person], me: str | None, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        SpeakerMap(people, me=me)


def test_a_person_id_can_be_given_by_flag() -> None:
    speakers = (
        SpeakerMap([Person("Alice", True)]).with_person("Alice", "p-1").with_person("Bob", "p-2")
    )
    voices = speakers.assign(["Alice", "Bob"])
    assert voices["Alice"] == Voice(0, True, "p-1", "Alice")
    assert voices["Bob"].person_id == "p-2"


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ("[speakers.Alice\n", "speakers.toml: the speaker map cannot be read as TOML"),
        (
            "\n[speakers.Alice]\nis_usr = true\n",
            "speakers.toml:3: unknown key 'is_usr' for 'Alice'",
        ),
        (
            "[speakers.Alice]\nis_user = 'yes'\n",
            "speakers.toml:2: is_user of 'Alice' must be true or false",
        ),
        ("[speakers.Alice]\nperson_id = 3\n", "speakers.toml:2: person_id"),
        ("[speakers.Alice]\naliases = 'al'\n", "speakers.toml:2: aliases"),
        ("[people.Alice]\n", "speakers.toml:1: unknown key 'people'"),
        ("speakers = 3\n", "speakers.toml:1: speakers must be a table"),
    ],
)
def test_a_mistake_in_the_map_is_one_line_with_its_place(
    tmp_path: Path, toml: str, words: str
) -> None:
    path = tmp_path / "speakers.toml"
    path.write_text(toml)
    with pytest.raises(SettingsError) as caught:
        SpeakerMap.from_toml(path)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_map_is_read_and_pickles(tmp_path: Path) -> None:
    path = tmp_path / "speakers.toml"
    path.write_text(
        '[speakers."Alice Doe"]\nis_user = true\nperson_id = "p-1"\n'
        'aliases = ["alice", "SPEAKER_01"]\n'
    )
    speakers = pickle.loads(pickle.dumps(SpeakerMap.from_toml(path)))
    assert speakers.assign(["alice"])["alice"] == Voice(0, True, "p-1", "Alice Doe")


def test_a_map_is_a_value() -> None:
    """Options and their digests are compared, printed and pickled; a map must not break them."""
    people = [Person("Alice", True, "p-1", ("al",))]
    rules = [FileRule("team-a/**", "Bob", (Person("Bob"),))]
    speakers = SpeakerMap(people, me="Alice", rules=rules)
    same = SpeakerMap(iter(people), me="Alice", rules=iter(rules))
    assert speakers == same
    assert hash(speakers) == hash(same)
    assert repr(speakers) == repr(same) == repr(pickle.loads(pickle.dumps(speakers)))
    assert pickle.loads(pickle.dumps(speakers)) == speakers
    assert dataclasses.replace(speakers, rules=()) == SpeakerMap(people, me="Alice")
    assert Options(speakers=speakers) == Options(speakers=same)
    assert repr(SpeakerMap()) == "SpeakerMap()"


@pytest.mark.parametrize(
    "other",
    [
        SpeakerMap(),
        SpeakerMap([Person("Alice")], me="Alice"),
        SpeakerMap([Person("Alice", True)]),
        SpeakerMap(rules=[FileRule("*")]),
        SpeakerMap(rules=[FileRule("**")]),
    ],
)
def test_different_maps_are_unequal_and_print_differently(other: SpeakerMap) -> None:
    speakers = SpeakerMap([Person("Alice", True)], me="Alice")
    assert other != speakers
    assert repr(other) != repr(speakers)


def test_a_map_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        SpeakerMap().me = "Alice"  # type: ignore[misc]


labels = st.none() | st.text(max_size=4) | st.integers(0, 30).map(lambda n: f"SPEAKER_{n:02d}")


@given(st.lists(labels, unique=True, max_size=20))
def test_numbers_are_distinct_and_stable(found: list[str | None]) -> None:
    voices = SpeakerMap().assign(found)
    assert len({v.number for v in voices.values()}) == len(found)
    assert SpeakerMap().assign(found) == voices


# ---- a recording without labels


def test_a_recording_without_labels_can_be_the_owner() -> None:
    (voice,) = SpeakerMap(me="*").assign([None]).values()
    assert voice == Voice(0, is_user=True)
    (voice,) = SpeakerMap().with_owner("*").assign([None]).values()
    assert voice.is_user


def test_speech_without_a_label_among_labels_has_no_speaker() -> None:
    voices = SpeakerMap().with_owner("*").assign(["Alice", None, "*"])
    assert [voice.is_user for voice in voices.values()] == [False, False, False]


def test_the_owner_stays_one_person_with_and_without_labels() -> None:
    speakers = SpeakerMap([Person("Alice", True, "id")]).with_owner("*")
    assert speakers.assign([None])[None] == Voice(0, True, "id", "Alice")
    assert speakers.assign(["Bob", "Alice"])["Alice"].is_user


def test_a_rule_makes_recordings_without_labels_the_owner_in_some_files() -> None:
    rules = [FileRule("memos/*", me="*")]
    for people in ([], [Person("Alice", True)]):
        speakers = SpeakerMap(people, rules=rules)
        assert speakers.for_file("memos/a.srt").assign([None])[None].is_user
        assert not speakers.for_file("calls/a.srt").assign([None])[None].is_user
        labeled = speakers.for_file("memos/b.srt").assign(["Alice"])["Alice"]
        assert labeled.is_user == bool(people)


def test_a_star_for_a_file_with_labels_is_refused() -> None:
    with pytest.raises(
        SettingsError, match="is for recordings without labels; the labels are: Alice"
    ):
        SpeakerMap(me="*").assign(["Alice", None])
