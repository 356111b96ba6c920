"""The sound of a recording: whether it can be heard, its bytes, and samples of each voice."""

from __future__ import annotations

import os
import stat
from typing import NamedTuple

from starlette.responses import FileResponse, PlainTextResponse, Response

from ....archive.files import printable
from ....archive.grouping import Recording
from ....dating.companions import find_companions, suffix_of
from ....errors import InputError

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
"""What browsers may play; each of them decides by itself."""
_UNKNOWN = "application/octet-stream"


class Sound(NamedTuple):
    """The sound of a recording. file: its full path; empty if it cannot be played. reason: why
    not, in words.
    """

    name: str
    media_type: str = _UNKNOWN
    file: str = ""
    reason: str = ""


def find_sound(recording: Recording) -> Sound | None:
    """The sound beside a recording; None if there is none."""
    media = recording.media
    if media is None:
        return _find_beside(recording)
    if media.place != "disk":
        words = f"The sound, {media.name}, is inside a container. Unpack it to listen."
        return Sound(media.name, reason=words)
    return _describe(media.name, media.file)


def _find_beside(recording: Recording) -> Sound | None:
    """What lies beside a file that the user named alone: then the folder was not looked at."""
    form = recording.forms[0]
    if form.place != "disk" or form.is_part:
        return None
    folder, name = os.path.split(form.file)
    try:
        names = os.listdir(folder)  # noqa: PTH208  # as the paths of an archive, a str
    except OSError:
        return None
    media = find_companions(name, names)[1]
    if media is None:
        return None
    return _describe(printable(media), os.path.join(folder, media))  # noqa: PTH118


def _describe(name: str, file: str) -> Sound:
    suffix = suffix_of(name)
    media_type = _TYPES.get(suffix)
    if media_type is None:
        return Sound(name, reason=f"Browsers cannot play {suffix} files such as {name}.")
    return Sound(name, media_type, file)


def answer_sound(recording: Recording) -> Response:
    """The file, or the part of it that the browser asks for (Range).

    Only what lies beside a transcript by the rules of pairing; its path never comes from the
    browser. Raises InputError where there is nothing to hear.
    """
    sound = find_sound(recording)
    if sound is None or sound.reason:
        raise InputError("there is no sound beside this recording")
    try:
        status = os.stat(sound.file)  # noqa: PTH116  # the path is a str
    except OSError:
        return PlainTextResponse("the sound is not there any more\n", 404)
    if not stat.S_ISREG(status.st_mode):
        return PlainTextResponse("the sound is not a regular file\n", 404)
    return FileResponse(sound.file, media_type=sound.media_type, stat_result=status)
