"""Opens and loads the files that a command names one by one, with their options."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from ..config import RunOptions, ServerSettings
from ..errors import (
    STANDARD_INPUT,
    InputError,
    SettingsError,
    StrictError,
    UnknownFormatError,
    name_input,
)
from ..models import Transcript
from ..opening import (
    OpenedFile,
    is_pipe,
    load_file,
    open_file,
    open_input,
    open_pipe,
    open_turns,
    read_file,
)
from ..parts import MARK, list_parts
from ..pipeline import Loaded
from ..problems import find_grave
from ..turns_file import TurnsFile
from ..workspace import settings
from .environment import read_environment
from .output import say

_NO_SERVER = ServerSettings()
"""For a command that sends nothing."""
_IS_CONTAINER = (
    "this contains other files: 'transcript-bridge plan' lists them, 'review' and 'migrate' open "
    "it as it is"
)


def collect_file_options(
    inputs: Sequence[str], flags: Mapping[str, Any], server: ServerSettings = _NO_SERVER
) -> RunOptions:
    """The options of a command that takes single files. Raises SettingsError."""
    environment = read_environment()
    paths = [name for name in inputs if name != STANDARD_INPUT]
    found = settings.read_archive_settings(paths, flags.get("settings"), environment.home)
    if found.path is not None:
        say(f"settings of {found.path}")
    return settings.collect_options(
        flags, found.values, environment, me_is_everywhere=True, server=server
    )


def expand_parts(inputs: Sequence[str], run: RunOptions) -> tuple[str, ...]:
    """The inputs, with each file that holds many conversations replaced by its conversations."""
    expanded: list[str] = []
    for name in inputs:
        parts: list[str] = []
        if name != STANDARD_INPUT and not is_pipe(name):
            parts = list_parts(name, run.options.format) or _list_in_container(name)
        expanded += parts or [name]
    return tuple(expanded)


def refuse_folders(inputs: Sequence[str]) -> None:
    """Raises InputError if all inputs are folders, before a server is asked."""
    if all(os.path.isdir(name) for name in inputs):  # noqa: PTH112  # Path.is_dir may raise
        read_file(inputs[0])


def _list_in_container(name: str) -> list[str]:
    if MARK not in name:
        return []
    from ..archive.members import list_conversations

    return list_conversations(name)


def open_named(name: str, now: datetime) -> OpenedFile:
    """A file, also one in a container; a pipe; or standard input for `-`. Raises InputError."""
    if name == STANDARD_INPUT:
        return open_input(sys.stdin.buffer.read(), now)
    if is_pipe(name):
        return open_pipe(name, now)
    if MARK not in name:  # the usual case; others need `archive/`, which is slow to import
        return open_file(name)
    from ..archive.members import open_single

    return open_single(name)


def open_named_turns(run: RunOptions) -> TurnsFile | None:
    """The file of `--diarization`. Raises InputError."""
    if run.diarization is None:
        return None
    if is_pipe(run.diarization):
        return _open_piped_turns(run.diarization)
    return open_turns(run.diarization)


@lru_cache(maxsize=1)
def _open_piped_turns(path: str) -> TurnsFile:
    """Read the turns from a pipe, once: they may belong to several inputs."""
    return open_turns(path)


def load_named(name: str, run: RunOptions, now: datetime) -> Loaded:
    """Open and load one input. Raises BridgeError, which names the input and says what to do."""
    return load_opened(open_named(name, now), run, open_named_turns(run), now)


def load_opened(
    opened: OpenedFile, run: RunOptions, turns: TurnsFile | None, now: datetime
) -> Loaded:
    """Load a file that is open; raises what load_named raises."""
    from ..archive.guard import Effort, guard

    size = len(opened.data)
    if turns is not None:
        size += len(turns.data)
    try:
        with guard(opened.path, Effort.for_bytes(size)):
            loaded = load_file(opened, run.options, turns, now)
    except InputError as error:
        raise _advise(error, opened) from None
    except SettingsError as error:
        raise error.reword(f"{name_input(opened.path)}: {error.message}") from None
    if run.strict:
        _refuse_problems(loaded.transcript)
    return loaded


def _advise(error: InputError, opened: OpenedFile) -> InputError:
    """The error with advice: the right command, what to export instead, or the flag that helps."""
    from ..archive.containers.listing import container_kind

    if error.path != opened.path:  # it is about the file of turns
        return error
    advice = ""
    if container_kind(opened.path) is not None:
        advice = _IS_CONTAINER
    elif isinstance(error, UnknownFormatError):
        advice = _export_advice(opened)
    if not advice and error.option:
        advice = f"{error.message}, or name its {error.option} with --{error.option}"
    if not advice:
        return error
    return error.reword(advice)


def _export_advice(opened: OpenedFile) -> str:
    """What to export instead of a file that looks like a transcript; empty for other files."""
    from ..archive.files import ArchiveFile
    from ..archive.left_out import export_advice

    full = os.path.abspath(opened.path)  # noqa: PTH100  # as opening.py does
    if not os.path.isfile(full):  # noqa: PTH113  # not standard input, and no pipe
        return ""
    return export_advice(ArchiveFile(opened.path, full, len(opened.data), 0))


def _refuse_problems(transcript: Transcript) -> None:
    grave = find_grave(transcript.problems)
    if not grave:
        return
    more = ""
    if len(grave) > 1:
        more = f" (and {len(grave) - 1:,} more; 'transcript-bridge inspect' shows them)"
    first = grave[0]
    raise StrictError(f"--strict: {first.message}{more}", path=transcript.path, line=first.line)
