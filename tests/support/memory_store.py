"""The store in this process: `memory://`."""

from __future__ import annotations

from contextlib import suppress


def empty_memory(url: str) -> None:
    """Delete a folder of the store, which all tests of a process share."""
    import fsspec  # of an extra

    system, path = fsspec.core.url_to_fs(url)
    with suppress(FileNotFoundError):
        system.rm(path, recursive=True)
