"""The results of a run, in a folder that all machines share.

    run.json               its archive and its settings
    recordings/KEY.jsonl   a shard: which files to read
    converted/KEY.jsonl    its result: one summary per recording
    converted/KEY.faults   the same, if something failed that may succeed the next time

KEY is derived from everything that the result depends on: names, sizes and times of the files,
settings, versions. So a result is never out of date, and two workers that convert the same shard
write equal bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from ...errors import EngineError, InputError, OutputError, SettingsError
from ...object_stores import is_url, show_url
from ..grouping import Recording
from ..summary import RecordingSummary
from .manifest import decode_recording
from .run_files import open_run_files

_ABOUT = "run.json"
_SHARDS = "recordings"
_RESULTS = "converted"
_DONE = ".jsonl"
_WITH_FAULTS = ".faults"
_KEY_LENGTH = 40
_LAYOUT = 1
"""The version of the folder's file formats."""
_dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class RunIdentity(NamedTuple):
    """archive: the absolute paths that the user named. settings: a digest of the options."""

    archive: tuple[str, ...]
    settings: str


def make_key(shard: str, settings: str) -> str:
    """The name of a shard. settings: everything else that its result depends on."""
    content = hashlib.sha256(shard.encode())
    content.update(b"\x1d" + settings.encode("utf-8", "surrogatepass"))
    return content.hexdigest()[:_KEY_LENGTH]


class RunFolder:
    """A run folder at a path or URL. Every method raises SettingsError if it cannot be used."""

    def __init__(self, location: str) -> None:
        self.location = location
        self.shown = show_url(location) if is_url(location) else location
        self._files = open_run_files(location)

    def claim(self, identity: RunIdentity) -> None:
        """Begin a new folder, or continue one with the same archive and settings."""
        about = {
            "layout": _LAYOUT,
            "archive": list(identity.archive),
            "settings": identity.settings,
        }
        text = _dump(about) + "\n"
        with self._explained():
            found = self._files.read(_ABOUT)
            if found is None:
                self._require_empty()
                self._files.write(_ABOUT, text.encode("utf-8", "surrogatepass"))
                return
        reason = _compare(found, about)
        if reason:
            raise SettingsError(f"{self.shown} is a run folder {reason}; name another one")

    def list_shards(self) -> set[str]:
        """The keys of the shards that are in the folder."""
        return self._list_keys(_SHARDS)

    def list_done(self) -> set[str]:
        """The keys of the converted shards; those with faults are tried again."""
        return self._list_keys(_RESULTS)

    def _list_keys(self, folder: str) -> set[str]:
        with self._explained():
            names = self._files.list_names(folder)
        return {name.removesuffix(_DONE) for name in names if name.endswith(_DONE)}

    def write_shard(self, key: str, shard: str) -> None:
        """Add a shard: the lines of its recordings."""
        with self._explained():
            self._files.write(f"{_SHARDS}/{key}{_DONE}", shard.encode())

    def read_shard(self, key: str) -> list[Recording] | None:
        """The recordings of a shard; None if it is not there."""
        with self._explained():
            data = self._files.read(f"{_SHARDS}/{key}{_DONE}")
        if data is None:
            return None
        return [decode_recording(line) for line in data.decode().splitlines()]

    def write_result(self, key: str, summaries: Sequence[RecordingSummary]) -> None:
        """Add the summaries of a shard."""
        lines = "".join([_dump(summary) + "\n" for summary in summaries])
        ending = _DONE
        if any(summary.is_fault for summary in summaries):
            ending = _WITH_FAULTS
        with self._explained():
            self._files.write(f"{_RESULTS}/{key}{ending}", lines.encode("utf-8", "surrogatepass"))

    def read_result(self, key: str, count: int) -> list[RecordingSummary]:
        """The summaries of a shard of `count` recordings. Raises EngineError if they are
        missing."""
        with self._explained():
            data = self._files.read(f"{_RESULTS}/{key}{_DONE}")
            if data is None:
                data = self._files.read(f"{_RESULTS}/{key}{_WITH_FAULTS}")
        try:
            lines = (data or b"").decode("utf-8", "surrogatepass").split("\n")[:-1]
            # Parsed as one JSON document: parsing each row takes a third longer.
            rows = json.loads(f"[{','.join(lines)}]")
            summaries = [RecordingSummary.from_json(row) for row in rows]
        except (ValueError, TypeError):
            summaries = []
        if len(summaries) != count:
            name = f"{self.shown}/{_RESULTS}/{key}{_DONE}"
            raise EngineError(f"{name} is missing or damaged; delete it and run the command again")
        return summaries

    def _require_empty(self) -> None:
        if self._files.list_names(""):
            raise SettingsError(
                f"{self.shown} is not empty and is not a run folder; name a new folder for the run"
            )

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = f"{error.strerror or type(error).__name__}; check its permissions"
        except (InputError, OutputError) as error:
            reason = error.message
        else:
            return
        raise SettingsError(f"{self.shown}: this run folder cannot be used: {reason}")


def _compare(found: bytes, about: dict[str, object]) -> str:
    """Why a run folder cannot be used; empty if it can."""
    try:
        known = json.loads(found.decode("utf-8", "surrogatepass"))
    except ValueError:
        return "whose run.json is damaged"
    if not isinstance(known, dict) or known.get("layout") != _LAYOUT:
        return "of another version of Transcript Bridge"
    if known.get("archive") != about["archive"]:
        return "of another archive"
    if known.get("settings") != about["settings"]:
        return "that was made with other settings"
    return ""
