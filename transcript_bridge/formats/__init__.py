"""The registry of formats, and which of them a text is written in.

Built-in formats are listed in `_BUILT_IN`; others come from `register()` or from the entry-point
group `transcript_bridge.formats`. Entry points are looked up only when no built-in format is sure,
because looking takes longer than reading a small file.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from ..errors import SettingsError, UnknownFormatError
from .base import SNIFF_WINDOW, Format

ENTRY_POINT_GROUP = "transcript_bridge.formats"
_SURE = 90
"""A bid from which on nobody else is asked: of the formats with the file's suffix first, then of
all built-in ones."""
_TAIL = 4096
_BUILT_IN = ("srt", "vtt", "whisper_json", "rttm", "pyannote", "text")

_formats: dict[str, Format] = {}
_plugins_loaded = False


def register(format: Format) -> None:
    """Add a format, or replace the one of the same name."""
    _formats[format.name] = format


def all_formats() -> tuple[Format, ...]:
    """Every format there is, plug-ins included, built-in ones first."""
    _load_plugins()
    return tuple(_formats.values())


def get(name: str) -> Format:
    """The format called `name`; raises SettingsError with the names there are."""
    if name not in _formats:
        _load_plugins()
    try:
        return _formats[name]
    except KeyError:
        known = ", ".join(sorted(_formats))
        raise SettingsError(f"there is no format {name!r}; choose one of: {known}") from None


def detect(text: str, path: str = "") -> Format:
    """The format whose `sniff` bids highest; the suffix of `path` breaks a tie.

    Who has the suffix and is sure is not outbid: asking everybody takes as long as reading a small
    file. Raises UnknownFormatError, naming the candidates where a tie stays.
    """
    window = _window(text)
    bids: dict[str, int] = {}
    best = 0
    for asked in _rounds(path):
        bids = {format.name: bid for format in asked if (bid := format.sniff(window)) > 0}
        best = max(bids.values(), default=0)
        if best >= _SURE:
            break
    if best == 0:
        known = ", ".join(_formats)
        raise UnknownFormatError(
            f"this is none of the formats {known}; if it is one, name it with --format", path=path
        )
    candidates = [_formats[name] for name, bid in bids.items() if bid == best]
    if len(candidates) > 1:
        longest = max(_suffix_length(f, path) for f in candidates)
        candidates = [f for f in candidates if _suffix_length(f, path) == longest]
    if len(candidates) > 1:
        names = " or ".join(f.name for f in candidates)
        raise UnknownFormatError(f"this may be {names}; say which with --format", path=path)
    return candidates[0]


def _suffix_length(format: Format, path: str) -> int:
    return max(
        (len(suffix) for suffix in format.suffixes if path.lower().endswith(suffix)), default=0
    )


def _window(text: str) -> str:
    """The beginning, and of a longer text its last characters after a line end.

    pyannoteAI's answer (fixtures/whisper_json/pyannoteai.json) has an hour of turns before its
    first word: only the end of such a file shows that there are words.
    """
    if len(text) <= SNIFF_WINDOW:
        return text
    return f"{text[: SNIFF_WINDOW - _TAIL - 1]}\n{text[-_TAIL:]}"


def _rounds(path: str) -> Iterator[list[Format]]:
    """Whom to ask first, whom next if nobody of them is sure."""
    name = path.lower()
    yield [format for format in _formats.values() if name.endswith(format.suffixes)]
    yield list(_formats.values())
    if not _plugins_loaded:
        _load_plugins()
        yield list(_formats.values())


def _load_plugins() -> None:
    global _plugins_loaded
    if _plugins_loaded:
        return
    from importlib.metadata import entry_points

    for entry in entry_points(group=ENTRY_POINT_GROUP):
        try:
            found = entry.load()
        except Exception as error:  # a broken plug-in can raise anything
            raise SettingsError(
                f"the format plug-in {entry.value} cannot be loaded ({error}); mend or uninstall it"
            ) from error
        if not isinstance(found, Format):
            raise SettingsError(
                f"the format plug-in {entry.value} is no transcript_bridge.formats.Format; uninstall it"
            )
        _formats.setdefault(found.name, found)
    _plugins_loaded = True


for _name in _BUILT_IN:
    register(import_module(f".{_name}", __name__).FORMAT)

__all__ = ["ENTRY_POINT_GROUP", "Format", "all_formats", "detect", "get", "register"]
