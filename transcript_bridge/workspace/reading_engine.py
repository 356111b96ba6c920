"""Chooses what reads an archive: the processes of this machine, or a cluster with a run folder."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ..archive.engines.engine import identify_run, name_run, open_engine
from ..archive.engines.run_folder import RunIdentity
from ..archive.parallel import Engine, OwnProcesses
from ..config import RunOptions
from ..errors import SettingsError
from ..object_stores import is_url
from ..options import OWN_PROCESSES
from .environment import Environment
from .locations import runs_folder

_RUNS_KEPT = 8
"""How many run folders the user's cache keeps; the oldest are deleted first."""


@contextmanager
def open_reading_engine(
    paths: Sequence[str], run: RunOptions, own: OwnProcesses, environment: Environment
) -> Iterator[Engine]:
    """The engine of `--engine`.

    paths: of the archive. own: the processes of this machine. Raises SettingsError, EngineError.
    """
    if run.engine == OWN_PROCESSES:
        if run.run_folder is not None:
            raise SettingsError("--run needs a cluster; name one with --engine")
        yield own
        return
    identity = identify_run(paths, run.options)
    with (
        _choose_folder(run, identity, environment) as location,
        open_engine(run.engine, location, identity, own.jobs, environment.warn) as engine,
    ):
        yield engine


@contextmanager
def _choose_folder(
    run: RunOptions, identity: RunIdentity, environment: Environment
) -> Iterator[str]:
    """The run folder: the one that the user names, else one in the user's cache."""
    if run.run_folder is not None:
        if not run.use_cache:
            raise SettingsError(
                "--no-cache and --run contradict each other; give one of them, or a new run folder"
            )
        yield _make_absolute(run.run_folder)
        return
    import tempfile  # slow to import, and only needed with a cluster

    runs = runs_folder(environment)
    try:
        runs.mkdir(parents=True, exist_ok=True, mode=0o700)
        if run.use_cache:
            yield str(_keep_folder(runs, name_run(identity)))
            return
        scratch = tempfile.mkdtemp(dir=runs)
    except OSError as error:
        message = f"{runs} cannot be written ({error.strerror}); name another folder with --run"
        raise SettingsError(message) from None
    try:
        yield scratch
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _make_absolute(location: str) -> str:
    if is_url(location):
        return location
    return os.path.abspath(os.path.expanduser(location))  # noqa: PTH100, PTH111  # as in scan.py


def _keep_folder(runs: Path, name: str) -> Path:
    """The folder of that name, marked as the newest; some older ones are deleted."""
    folder = runs / name
    folder.mkdir(exist_ok=True, mode=0o700)
    os.utime(folder)
    by_age = sorted(runs.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in by_age[_RUNS_KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
    return folder
