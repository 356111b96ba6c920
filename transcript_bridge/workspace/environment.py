"""What a run may know of the machine it runs on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Environment:
    """Read once by the client, then passed on; nothing below the client looks for itself.

    variables: the environment variables; they may hold the API key, so they are never shown.
    config_folder: the user's folder for settings. find_data_folder, find_cache_folder: look up the
    other folders of the user, which few commands need.
    earlier_folders: folders that earlier versions used for settings and data.
    cores: how many processes may work at once. warn: called with a sentence about something that
    is wrong with the machine and does not keep the work from being done.
    """

    variables: Mapping[str, str] = field(repr=False)
    home: Path
    config_folder: Path
    find_data_folder: Callable[[], Path]
    find_cache_folder: Callable[[], Path]
    earlier_folders: tuple[Path, ...] = ()
    cores: int = 1
    warn: Callable[[str], None] = lambda _message: None
