"""The formats that are known, and which of them a text is written in.

Built-in formats are listed in `BUILT_IN` and imported when they are first needed. Other formats
come from `register()`, or from plug-ins: entry points in the group `transcript_bridge.formats`.
Plug-ins are looked up only where no built-in format is sure, and where the whole list is needed,
because the look-up takes longer than reading a small file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module

from ..errors import SettingsError, UnknownFormatError
from .base import DEFAULT_RANK, SNIFF_WINDOW, Format

ENTRY_POINT_GROUP = "transcript_bridge.formats"
BUILT_IN: Mapping[str, tuple[str, ...]] = {
    "srt": (".srt",),
    "vtt": (".vtt", ".webvtt"),
    "whisper_json": (".json", ".jsonl"),
    "rttm": (".rttm",),
    "pyannote": (".json", ".txt", ".diarization.json"),
    "text": (".txt", ".text"),
}
"""Each package of this folder that holds a format, with the suffixes of its files: so a file is
read without importing the other formats, which would take 30 ms."""

_SURE = 90
"""From this bid on the formats of the next round are not asked."""
_TAIL = 4096
"""How many characters of the end of a long file a `sniff` sees."""


class Registry:
    """A set of formats by name: built-in ones, registered ones, plug-ins."""

    def __init__(self, built_in: Mapping[str, tuple[str, ...]] = BUILT_IN) -> None:
        self._built_in = built_in
        self._formats: dict[str, Format] = {}
        self._plugins_loaded = False

    def register(self, format: Format) -> None:
        """Add a format, or replace the one of the same name."""
        self._formats[format.name] = format

    def all(self) -> tuple[Format, ...]:
        """Every format, built-in ones first; imports them and the plug-ins."""
        self._load_plugins()
        return self._all_but_plugins()

    def get(self, name: str) -> Format:
        """The format called `name`; raises SettingsError with the names that are known."""
        if name in self._built_in:
            return self._load(name)
        if name not in self._formats:
            self._load_plugins()
        if name not in self._formats:
            known = ", ".join(sorted({*self._built_in, *self._formats}))
            raise SettingsError(f"there is no format {name!r}; choose one of: {known}")
        return self._formats[name]

    def rounds(self, path: str) -> Iterator[tuple[Format, ...]]:
        """The formats to try, in rounds: by the suffix of `path`, built-in, plug-ins."""
        yield tuple(self._with_suffix(path.lower()))
        yield self._all_but_plugins()
        if not self._plugins_loaded:
            yield self.all()

    def _load(self, name: str) -> Format:
        if name not in self._formats:
            self.register(import_module(f".{name}", __package__).FORMAT)
        return self._formats[name]

    def _all_but_plugins(self) -> tuple[Format, ...]:
        built_in = [self._load(name) for name in self._built_in]
        others = [f for name, f in self._formats.items() if name not in self._built_in]
        return (*built_in, *others)

    def _with_suffix(self, path: str) -> Iterator[Format]:
        for name, suffixes in self._built_in.items():
            if path.endswith(suffixes) or name in self._formats:
                format = self._load(name)
                if path.endswith(format.suffixes):
                    yield format
        for name, format in self._formats.items():
            if name not in self._built_in and path.endswith(format.suffixes):
                yield format

    def _load_plugins(self) -> None:
        if self._plugins_loaded:
            return
        for format in _find_plugins():
            if format.name not in self._built_in:
                self._formats.setdefault(format.name, format)
        self._plugins_loaded = True


def _find_plugins() -> Iterator[Format]:
    from importlib.metadata import entry_points  # slow to import, and rarely needed

    for entry in entry_points(group=ENTRY_POINT_GROUP):
        try:
            found = entry.load()
        except Exception as error:  # a broken plug-in can raise anything
            raise SettingsError(
                f"the format plug-in {entry.value} cannot be loaded ({error}); fix or uninstall it"
            ) from error
        if not isinstance(found, Format):
            raise SettingsError(
                f"the format plug-in {entry.value} is not a transcript_bridge.formats.Format; "
                "fix or uninstall it"
            )
        yield found


_registry = Registry()


def register(format: Format) -> None:
    """Add a format for this process, or replace the one of the same name."""
    _registry.register(format)


def all_formats() -> tuple[Format, ...]:
    """Every format, plug-ins included, built-in ones first."""
    return _registry.all()


def get(name: str) -> Format:
    """The format called `name`; raises SettingsError with the names that are known."""
    return _registry.get(name)


def rank(name: str) -> int:
    """The rank of a file called `name` among the forms of one recording; the lowest is the best."""
    ranks = [format.rank for format in all_formats() if _suffix_length(format, name)]
    return min(ranks, default=DEFAULT_RANK)


def is_owned(name: str) -> bool:
    """Whether the suffix of `name` says that the file is a transcript, whatever is in it."""
    return any(f.owns_suffixes and _suffix_length(f, name) for f in all_formats())


def turn_suffixes() -> tuple[str, ...]:
    """Suffixes of files that hold speaker turns and nothing else."""
    of_turns: set[str] = set()
    of_text: set[str] = set()
    for format in all_formats():
        (of_turns if format.kind == "turns" else of_text).update(format.suffixes)
    return tuple(sorted(of_turns - of_text))


def detect(text: str, path: str = "") -> Format:
    """The format whose `sniff` gives the highest bid; the suffix of `path` breaks a tie.

    A format that has the file's suffix and bids 90 or more wins without asking the others: asking
    all of them takes as long as reading a small file. Raises UnknownFormatError, with the
    candidates where a tie remains.
    """
    window = _window(text)
    bids: list[tuple[int, Format]] = []
    best = 0
    for asked in _registry.rounds(path):
        bids = [(format.sniff(window), format) for format in asked]
        best = max((bid for bid, _ in bids), default=0)
        if best >= _SURE:
            break
    if best <= 0:
        known = ", ".join(format.name for format in all_formats())
        raise UnknownFormatError(
            f"this matches none of the formats {known}; if it is one, name it with --format",
            path=path,
        )
    candidates = [format for bid, format in bids if bid == best]
    longest = max(_suffix_length(format, path) for format in candidates)
    candidates = [format for format in candidates if _suffix_length(format, path) == longest]
    if len(candidates) > 1:
        names = " or ".join(format.name for format in candidates)
        raise UnknownFormatError(f"this may be {names}; say which with --format", path=path)
    return candidates[0]


def _window(text: str) -> str:
    """The beginning of a text, and the end of a long one, cut at a line.

    pyannoteAI's answer (fixtures/whisper_json/pyannoteai.json) has an hour of turns before its
    first word: only the end of such a file shows that it has words.
    """
    if len(text) <= SNIFF_WINDOW:
        return text
    return f"{text[: SNIFF_WINDOW - _TAIL - 1]}\n{text[-_TAIL:]}"


def _suffix_length(format: Format, path: str) -> int:
    name = path.lower()
    return max((len(suffix) for suffix in format.suffixes if name.endswith(suffix)), default=0)
