"""The facts about this machine that a run may use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Environment:
    """Read once by the client, then passed on; nothing below the client reads it again.

    variables: the environment variables; they may contain the API key, so they are never shown.
    config_folder: the user's folder for settings. find_data_folder, find_cache_folder: return the
    other folders of the user, which few commands need. earlier_folders: folders that earlier
    versions used for settings and data. cores: how many processes may work at once. warn: called
    with a sentence about a problem of the machine that does not prevent the work.
    """

    variables: Mapping[str, str] = field(repr=False)
    home: Path
    config_folder: Path
    find_data_folder: Callable[[], Path]
    find_cache_folder: Callable[[], Path]
    earlier_folders: tuple[Path, ...] = ()
    cores: int = 1
    warn: Callable[[str], None] = lambda _message: None
