"""Sends the sound of a recording."""

from __future__ import annotations

import os
import stat

from starlette.responses import FileResponse, PlainTextResponse, Response

from ....archive.grouping import Recording
from ....archive.playable import find_sound
from ....errors import InputError


def answer_sound(recording: Recording) -> Response:
    """The file, or the part of it that the browser asks for (Range).

    Only files that pairing found beside a transcript are sent; a path never comes from the browser.
    Raises InputError if there is no sound.
    """
    sound = find_sound(recording)
    if not sound.is_playable:
        raise InputError("there is no sound beside this recording")
    try:
        status = os.stat(sound.file)  # noqa: PTH116  # the path is a str
    except OSError:
        return PlainTextResponse("the sound is not there any more\n", 404)
    if not stat.S_ISREG(status.st_mode):
        return PlainTextResponse("the sound is not a regular file\n", 404)
    return FileResponse(sound.file, media_type=sound.media_type, stat_result=status)
