"""Identifies speakers: labels of a file -> SPEAKER_NN, the same number, is_user, person_id.

Omi shows the owner's name for `is_user`, a person's name for a `person_id` it knows, and
"Speaker N" otherwise; it never shows a label. Some servers read the number from the label and some
read `speaker_id`, so both are always sent and always agree (docs/speakers.md).

    SpeakerMap   the people of a user's recordings; gives each label of a file a Voice
    Person       a name, and the labels that mean this person
    FileRule     what is true in some files only

    add_known_speakers   adds what a file says about its speakers to the map

Inside: `people` has the plain data, `speaker_map` the SpeakerMap; `file_rules` applies rules,
`map_file` reads TOML, `from_file` adds what files say.
"""

from .from_file import add_known_speakers
from .map_file import parse_map
from .people import UNLABELED, FileRule, Person
from .speaker_map import SpeakerMap

__all__ = ["UNLABELED", "FileRule", "Person", "SpeakerMap", "add_known_speakers", "parse_map"]
