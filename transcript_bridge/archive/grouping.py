"""Which files belong together: the forms of one recording, its speaker turns, its media file, what
is noted beside it.

Files of one recording lie in one folder (or archive) and have one stem:

    talk.json  talk.vtt  talk.srt  talk.tsv  talk.txt      forms; the first of them that is a
               transcript is taken
    talk.rttm  talk.diarization.json                       turns
    talk.mp4  talk_1920x1080.mp4                           media, for its date
    talk.info.json  talk.meta.json                         a sidecar, for its date

`talk.en.vtt` is a recording of its own, for it may be a translation, and shares what belongs to
`talk`; so does `talk.wav.srt`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .. import formats
from .files import ArchiveFile, suffix_of

_MEDIA = (
    "mp4 m4a m4v mov qt 3gp 3g2 m4b mp3 wav wave w64 flac ogg oga opus aac amr wma wmv avi mkv webm"
    " mka mpg mpeg ts mts m2ts aif aiff caf flv dss ds2"
)
MEDIA = frozenset(f".{name}" for name in _MEDIA.split())

_SIDECARS = (".info.json", ".meta.json", ".metadata.json")
_MARKS = (".transcript", ".captions", ".cc")
"""What Zoom puts before the suffix, the better first: its `.cc.vtt` names nobody."""
_LANGUAGE = re.compile(r"\.[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*$")
_FRAME = re.compile(r"_(?:[a-z]{2,8}_)?\d{3,4}x\d{3,4}$")


class Recording(NamedTuple):
    """What may be one recording; whether it is, only reading shows."""

    forms: tuple[ArchiveFile, ...]
    """The best first; never empty."""
    turns: ArchiveFile | None = None
    sidecar: ArchiveFile | None = None
    media: ArchiveFile | None = None

    @property
    def path(self) -> str:
        """What it is called before it is read."""
        return self.forms[0].path

    @property
    def size(self) -> int:
        """Bytes of what is read first."""
        return self.forms[0].size + (self.turns.size if self.turns else 0)

    @property
    def sources(self) -> tuple[ArchiveFile, ...]:
        """All of its files."""
        beside = (self.turns, self.sidecar, self.media)
        return (*self.forms, *(source for source in beside if source is not None))


def group_files(sources: Sequence[ArchiveFile]) -> tuple[Recording, ...]:
    """Bring together what belongs together, in the order in which the first file of each was found."""
    turn_suffixes = formats.turn_suffixes()
    turns, sidecars, media, forms = _Shelf(), _Shelf(), _Shelf(), _Shelf()
    for source in sources:
        name = source.name
        folder = source.path[: len(source.path) - len(name)]
        if suffix_of(name) in MEDIA:
            media.put(source, folder, _FRAME.sub("", _stem(name)))
            media.put(source, folder, name)
        elif ending := _ending(name.lower(), turn_suffixes):
            turns.put(source, folder, name[: -len(ending)])
        elif ending := _ending(name.lower(), _SIDECARS):
            sidecars.put(source, folder, name[: -len(ending)])
        else:
            forms.put(source, folder, recording_stem(name))
    shelves = (turns, sidecars, media)
    recordings = []
    used: set[ArchiveFile] = set()
    for (folder, stem), found in forms.items():
        ranked = tuple(sorted(found, key=_rank) if len(found) > 1 else found)
        if not any(shelves):  # nothing but transcripts
            recordings.append(Recording(ranked))
            continue
        names = (stem, _LANGUAGE.sub("", stem), stem.partition(".")[0])
        beside = [shelf.get(folder, names) for shelf in shelves]
        used.update(source for source in beside if source is not None)
        recordings.append(Recording(ranked, *beside))
    alone = [
        s for shelf in (turns, sidecars) for found in shelf.values() for s in found if s not in used
    ]
    return (*recordings, *(Recording((source,)) for source in alone))


def recording_stem(name: str) -> str:
    """`GMT20240124-202901_Recording` of `GMT20240124-202901_Recording.transcript.vtt`."""
    stem = _stem(name)
    for mark in _MARKS:
        if stem.lower().endswith(mark) and len(stem) > len(mark):
            return stem[: -len(mark)]
    return stem


class _Shelf(dict[tuple[str, str], list[ArchiveFile]]):
    """Sources by folder and stem."""

    def put(self, source: ArchiveFile, folder: str, stem: str) -> None:
        self.setdefault((folder, stem), []).append(source)

    def get(self, folder: str, stems: Iterable[str]) -> ArchiveFile | None:  # type: ignore[override]
        """The first source of the first stem that has any."""
        return next((self[folder, stem][0] for stem in stems if (folder, stem) in self), None)


def _stem(name: str) -> str:
    stem, dot, _ = name.rpartition(".")
    return stem if dot and stem else name


def _ending(name: str, endings: tuple[str, ...]) -> str | None:
    if not name.endswith(endings):
        return None
    return next(
        (ending for ending in endings if name.endswith(ending) and len(name) > len(ending)), None
    )


def _rank(source: ArchiveFile) -> tuple[int, int, str]:
    stem = _stem(source.name).lower()
    mark = next((n for n, mark in enumerate(_MARKS, 1) if stem.endswith(mark)), 0)
    return formats.rank(source.name), mark, source.path
