"""Groups files into recordings: the forms, speaker turns, media and sidecar of each.

Files of one recording are in one folder (or container) and have the same stem:

    talk.json  talk.vtt  talk.srt  talk.tsv  talk.txt      forms; the first that is a transcript is
                                                           used
    talk.rttm  talk.diarization.json                       turns
    talk.mp4  talk_1920x1080.mp4                           media, for its date
    talk.info.json  talk.meta.json                         a sidecar, for its date

Two files with the same suffix are two recordings. `talk.en.vtt` may be a translation, so it is a
recording of its own, but it shares the turns, media and sidecar of `talk`; so does `talk.wav.srt`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .. import formats
from ..dating.companions import (
    MARKS,
    MEDIA,
    find_ending,
    media_stems,
    recording_stem,
    shared_stems,
    sidecar_stem,
    stem_of,
    suffix_of,
)
from .files import ArchiveFile

_MARK_RANKS = {mark: rank for rank, mark in enumerate(("", *MARKS))}
"""The lowest is the best."""


class Recording(NamedTuple):
    """Files that may be one recording; only reading shows whether they are."""

    forms: tuple[ArchiveFile, ...]
    """The best form first; never empty."""
    turns: ArchiveFile | None = None
    sidecar: ArchiveFile | None = None
    media: ArchiveFile | None = None

    def form(self, path: str) -> ArchiveFile:
        """The form at `path`. Raises LookupError."""
        for form in self.forms:
            if form.path == path:
                return form
        raise LookupError(path)

    @property
    def path(self) -> str:
        """The path of the recording before it is read: that of its best form."""
        return self.forms[0].path

    @property
    def size(self) -> int:
        """Bytes of the best form, which is read first."""
        if self.turns is None:
            return self.forms[0].size
        return self.forms[0].size + self.turns.size

    @property
    def read_beside(self) -> list[ArchiveFile]:
        """The files that are read together with a form: its turns and its sidecar."""
        return [file for file in (self.turns, self.sidecar) if file is not None]

    @property
    def files(self) -> tuple[ArchiveFile, ...]:
        """All of its files."""
        if self.media is None:
            return (*self.forms, *self.read_beside)
        return (*self.forms, *self.read_beside, self.media)


class _FilesByStem:
    """Files by their folder and the stem of their name."""

    def __init__(self) -> None:
        self.groups: dict[tuple[str, str], list[ArchiveFile]] = {}

    def add(self, file: ArchiveFile, folder: str, stem: str) -> None:
        self.groups.setdefault((folder, stem), []).append(file)

    def find(self, folder: str, stems: Iterable[str]) -> ArchiveFile | None:
        """The first file of the first stem that has any."""
        for stem in stems:
            files = self.groups.get((folder, stem))
            if files:
                return files[0]
        return None


class _SortedFiles(NamedTuple):
    forms: _FilesByStem
    turns: _FilesByStem
    sidecars: _FilesByStem
    media: _FilesByStem

    def add(self, file: ArchiveFile, turn_suffixes: tuple[str, ...]) -> None:
        name = file.name
        folder = file.path[: len(file.path) - len(name)]
        if suffix_of(name) in MEDIA:
            for stem in media_stems(name):
                self.media.add(file, folder, stem)
            return
        ending = find_ending(name, turn_suffixes)
        if ending:
            self.turns.add(file, folder, name[: -len(ending)])
            return
        described = sidecar_stem(name)
        if described is not None:
            self.sidecars.add(file, folder, described)
            return
        self.forms.add(file, folder, recording_stem(name))

    def has_companions(self) -> bool:
        return bool(self.turns.groups or self.sidecars.groups or self.media.groups)


def group_files(files: Sequence[ArchiveFile]) -> tuple[Recording, ...]:
    """The recordings in these files, in the order in which the first file of each was found.

    Then come turns and sidecars that belong to no transcript, each as a recording of its own, and
    the conversations of files that hold many: their names are ids, by which no companion can be
    found.
    """
    by_kind = _SortedFiles(_FilesByStem(), _FilesByStem(), _FilesByStem(), _FilesByStem())
    turn_suffixes = formats.turn_suffixes()
    parts = []
    for file in files:
        if file.is_part:
            parts.append(Recording((file,)))
        else:
            by_kind.add(file, turn_suffixes)
    has_companions = by_kind.has_companions()
    recordings = []
    used: set[ArchiveFile] = set()
    for (folder, stem), found in by_kind.forms.groups.items():
        for forms in _split_forms(found, stem):
            recording = Recording(forms)
            if has_companions:
                recording = _add_companions(recording, folder, stem, by_kind)
                used.update(recording.files[len(forms) :])  # after the forms come its companions
            recordings.append(recording)
    for group in (*by_kind.turns.groups.values(), *by_kind.sidecars.groups.values()):
        recordings += [Recording((file,)) for file in group if file not in used]
    return (*recordings, *parts)


def _split_forms(files: list[ArchiveFile], stem: str) -> list[tuple[ArchiveFile, ...]]:
    """The forms of each recording among files with one stem, the best first.

    Two files with one suffix (`talk.srt` and `talk.SRT`) are two recordings, because no program
    writes the same form twice. Zoom's `.transcript.vtt` and `.cc.vtt` count as two suffixes.
    """
    if len(files) == 1:  # the usual case
        return [tuple(files)]
    by_suffix: dict[str, list[ArchiveFile]] = {}
    for file in sorted(files, key=_rank):
        by_suffix.setdefault(file.name[len(stem) :].lower(), []).append(file)
    recordings = []
    for number in range(max(map(len, by_suffix.values()))):
        forms = [same[number] for same in by_suffix.values() if number < len(same)]
        recordings.append(tuple(forms))
    return recordings


def _add_companions(
    recording: Recording, folder: str, stem: str, by_kind: _SortedFiles
) -> Recording:
    stems = shared_stems(stem)
    return recording._replace(
        turns=by_kind.turns.find(folder, stems),
        sidecar=by_kind.sidecars.find(folder, stems),
        media=by_kind.media.find(folder, stems),
    )


def _rank(file: ArchiveFile) -> tuple[int, int, str]:
    mark = find_ending(stem_of(file.name), MARKS)
    return formats.rank(file.name), _MARK_RANKS[mark], file.path
