"""The sound beside a recording: where it is, and whether a browser can play it."""

from __future__ import annotations

import os
from typing import NamedTuple

from ..dating.companions import find_companions, suffix_of
from .files import printable
from .grouping import Recording

_TYPES = {
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".m4b": "audio/mp4",
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".wav": "audio/wav",
    ".wave": "audio/wav",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".opus": "audio/ogg",
    ".flac": "audio/flac",
    ".aac": "audio/aac",
    ".webm": "video/webm",
    ".mkv": "video/x-matroska",
    ".mka": "audio/x-matroska",
}
"""Media types that browsers may play; each browser decides by itself."""


_IN_CONTAINER = "is inside a container. Unpack it to listen."
_ELSEWHERE = {
    "url": "is in an object store. Download it to listen.",
    "zip": _IN_CONTAINER,
    "tar": _IN_CONTAINER,
}
"""Messages about sound that is not on disk, by its place."""


class Sound(NamedTuple):
    """The media file of a recording.

    name: for people; empty if there is none. media_type: for browsers. file: its absolute path;
    empty if it cannot be played. reason: why not.
    """

    name: str = ""
    media_type: str = ""
    file: str = ""
    reason: str = ""

    @property
    def is_playable(self) -> bool:
        """Whether a browser may play it."""
        return bool(self.file)


NO_SOUND = Sound()


def find_sound(recording: Recording) -> Sound:
    """The sound beside a recording."""
    media = recording.media
    if media is None:
        return _find_beside(recording)
    if media.place != "disk":
        return Sound(media.name, reason=f"The sound, {media.name}, {_ELSEWHERE[media.place]}")
    return _describe(media.name, media.file)


def _find_beside(recording: Recording) -> Sound:
    """The sound beside a file that the user named alone: then the folder was not scanned."""
    form = recording.forms[0]
    if form.place != "disk" or form.is_part:
        return NO_SOUND
    folder, name = os.path.split(form.file)
    try:
        names = os.listdir(folder)  # noqa: PTH208  # as the paths of an archive, a str
    except OSError:
        return NO_SOUND
    media = find_companions(name, names)[1]
    if media is None:
        return NO_SOUND
    return _describe(printable(media), os.path.join(folder, media))  # noqa: PTH118


def _describe(name: str, file: str) -> Sound:
    suffix = suffix_of(name)
    media_type = _TYPES.get(suffix)
    if media_type is None:
        return Sound(name, reason=f"Browsers cannot play {suffix} files such as {name}.")
    return Sound(name, media_type, file)
