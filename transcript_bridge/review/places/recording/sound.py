"""The sound of a recording: whether it can be heard, its bytes, and samples of each voice."""

from __future__ import annotations

import os
import stat
from typing import NamedTuple

from starlette.responses import FileResponse, PlainTextResponse, Response

from ....archive.grouping import Recording
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
    """Whether a recording can be heard. reason: why not, in words; empty if it may be."""

    media_type: str = _UNKNOWN
    reason: str = ""


def find_sound(recording: Recording) -> Sound | None:
    """The sound beside a recording; None if there is none."""
    media = recording.media
    if media is None:
        return None
    if media.place != "disk":
        return Sound(reason=f"The sound, {media.name}, is inside a container. Unpack it to listen.")
    media_type = _TYPES.get(media.suffix)
    if media_type is None:
        return Sound(reason=f"Browsers cannot play {media.suffix} files such as {media.name}.")
    return Sound(media_type)


def answer_sound(recording: Recording) -> Response:
    """The file, or the part of it that the browser asks for (Range).

    Only what lies beside a transcript by the rules of pairing; its path never comes from the
    browser. Raises InputError where there is nothing to hear.
    """
    sound = find_sound(recording)
    media = recording.media
    if sound is None or sound.reason or media is None:
        raise InputError("there is no sound beside this recording")
    try:
        status = os.stat(media.file)  # noqa: PTH116  # the path is a str
    except OSError:
        return PlainTextResponse("the sound is not there any more\n", 404)
    if not stat.S_ISREG(status.st_mode):
        return PlainTextResponse("the sound is not a regular file\n", 404)
    return FileResponse(media.file, media_type=sound.media_type, stat_result=status)
