"""The formats that are known, and which of them a text is written in.

Built-in formats are listed in built_in.py and imported when they are first needed. Other formats
come from `register()`, or from plug-ins: entry points in the group `transcript_bridge.formats`.
Plug-ins are looked up only where no built-in format is sure, and where the names of files decide,
because the look-up takes longer than reading a small file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from operator import attrgetter
from typing import NamedTuple

from ..errors import SettingsError, UnknownFormatError
from .base import DEFAULT_RANK, SNIFF_WINDOW, Format
from .built_in import BUILT_IN, HOLDING_MANY, OF_TURNS, find_possible
from .unknown import explain_unknown

ENTRY_POINT_GROUP = "transcript_bridge.formats"
_UTF8_MARK = b"\xef\xbb\xbf"
_SURE = 90
"""From this bid on the formats of the next round are not asked."""
_MOST_ENDINGS = 1000
"""What follows the last dot of a path may be anything, as in `10.00 kitchen`."""
_TAIL = 4096
"""How many characters of the end of a long file a `sniff` sees."""


class _NamesOfEnding(NamedTuple):
    """The formats with a suffix that has this ending.

    are_sure: whether the ending is a suffix of each of them, so that no longer one is needed.
    """

    names: tuple[str, ...]
    are_sure: bool


class Registry:
    """A set of formats by name: built-in ones, registered ones, plug-ins."""

    def __init__(self, built_in: Mapping[str, tuple[str, ...]] = BUILT_IN) -> None:
        self._suffixes = dict(built_in)
        """Of all formats that are known, imported or not; built-in ones first."""
        self._formats: dict[str, Format] = {}
        self._plugins_loaded = False
        self._names_by_ending: dict[str, _NamesOfEnding] = {}
        """By what follows the last dot of a path: to compare all suffixes takes 4 % of reading a
        small file."""

    def register(self, format: Format) -> None:
        """Add a format, or replace the one of the same name."""
        self._formats[format.name] = format
        if self._suffixes.get(format.name) != format.suffixes:
            self._suffixes[format.name] = format.suffixes
            self._names_by_ending.clear()

    def copy(self) -> Registry:
        """Another registry with the same formats."""
        other = Registry(self._suffixes)
        other._formats = dict(self._formats)
        other._plugins_loaded = self._plugins_loaded
        return other

    def all(self) -> tuple[Format, ...]:
        """Every format, built-in ones first; imports them and the plug-ins."""
        self._load_plugins()
        return self._known()

    def get(self, name: str) -> Format:
        """The format called `name`; raises SettingsError with the names that are known.

        `podcast-json` is `podcast_json`, too.
        """
        if name not in self._suffixes:
            name = name.replace("-", "_")
        if name not in self._suffixes:
            self._load_plugins()
        if name not in self._suffixes:
            known = ", ".join(sorted(self._suffixes))
            raise SettingsError(f"there is no format {name!r}; choose one of: {known}")
        return self._load(name)

    def with_suffix_of(self, name: str) -> list[Format]:
        """The formats of which a file called `name` has a suffix; imports no other built-in one."""
        self._load_plugins()
        return [self._load(one) for one in self._find_names(name.lower())]

    def may_hold_many(self, name: str) -> bool:
        """Whether a file called `name` can hold many conversations; imports no format."""
        self._load_plugins()
        return any(map(self._has_parts, self._find_names(name.lower())))

    def _has_parts(self, name: str) -> bool:
        format = self._formats.get(name)
        if format is None:
            return name in HOLDING_MANY
        return format.parts is not None

    def turn_suffixes(self) -> tuple[str, ...]:
        """Suffixes of formats of turns, and of no other; imports no format."""
        self._load_plugins()
        suffixes: dict[str, set[str]] = {"text": set(), "turns": set()}
        for name, own in self._suffixes.items():
            suffixes[self._kind_of(name)].update(own)
        return tuple(sorted(suffixes["turns"] - suffixes["text"]))

    def _kind_of(self, name: str) -> str:
        format = self._formats.get(name)
        if format is not None:
            return format.kind
        if name in OF_TURNS:
            return "turns"
        return "text"

    def splitting(self, text: str) -> list[Format]:
        """The formats of which a text may hold many conversations; plug-ins only if they are
        loaded."""
        known_names = {**dict.fromkeys(HOLDING_MANY), **dict.fromkeys(self._formats)}
        names = [one for one in known_names if one in self._suffixes]
        known = [self._load(name) for name in find_possible(names, text)]
        return [format for format in known if format.parts is not None]

    def rounds(self, path: str, text: str) -> Iterator[tuple[Format, ...]]:
        """The formats to try on a text, in rounds: by the suffix of `path`, built-in, plug-ins."""
        by_suffix = self._find_names(path.lower())
        yield tuple([self._load(name) for name in find_possible(by_suffix, text)])
        yield tuple([self._load(name) for name in find_possible(self._suffixes, text)])
        if not self._plugins_loaded:
            yield self.all()

    def _find_names(self, path: str) -> Sequence[str]:
        ending = path[path.rfind(".") :]
        found = self._names_by_ending.get(ending)
        if found is None:
            found = self._find_names_by_ending(ending)
        if found.are_sure:
            return found.names
        return [name for name in found.names if path.endswith(self._suffixes[name])]

    def _find_names_by_ending(self, ending: str) -> _NamesOfEnding:
        names: list[str] = []
        for name, suffixes in self._suffixes.items():
            if any(suffix.endswith(ending) or ending.endswith(suffix) for suffix in suffixes):
                names.append(name)
        are_sure = all(ending in self._suffixes[name] for name in names)
        found = _NamesOfEnding(tuple(names), are_sure)
        if len(self._names_by_ending) < _MOST_ENDINGS:
            self._names_by_ending[ending] = found
        return found

    def _known(self) -> tuple[Format, ...]:
        return tuple(map(self._load, self._suffixes))

    def _load(self, name: str) -> Format:
        if name not in self._formats:
            self.register(import_module(f".{name}", __package__).FORMAT)
        return self._formats[name]

    def _load_plugins(self) -> None:
        if self._plugins_loaded:
            return
        for format in _find_plugins():
            if format.name not in self._suffixes:
                self.register(format)
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


@contextmanager
def registered(format: Format) -> Iterator[None]:
    """Register a format inside the block only."""
    global _registry
    before = _registry
    _registry = before.copy()
    _registry.register(format)
    try:
        yield
    finally:
        _registry = before


def all_formats() -> tuple[Format, ...]:
    """Every format, plug-ins included, built-in ones first."""
    return _registry.all()


def get(name: str) -> Format:
    """The format called `name`; raises SettingsError with the names that are known."""
    return _registry.get(name)


def rank(name: str) -> int:
    """The rank of a file called `name` among the forms of one recording; the lowest is the best."""
    return min([format.rank for format in with_suffix_of(name)], default=DEFAULT_RANK)


def is_owned(name: str) -> bool:
    """Whether the suffix of `name` says that the file is a transcript, whatever is in it."""
    return any(format.owns_suffixes for format in with_suffix_of(name))


def with_suffix_of(name: str) -> list[Format]:
    """The formats, plug-ins included, of which a file called `name` has a suffix."""
    return _registry.with_suffix_of(name)


def may_hold_many(name: str) -> bool:
    """Whether a file called `name` can hold many conversations."""
    return _registry.may_hold_many(name)


def find_parts(head: bytes, name: str | None = None) -> Format | None:
    """The format of a file that holds many conversations; None for any other file.

    head: its first SNIFF_WINDOW bytes. name: of the format, if the user named one.
    """
    text = head.removeprefix(_UTF8_MARK).decode("latin-1")
    if name is not None:
        candidates = [get(name)]
    else:
        candidates = _registry.splitting(text)
    for format in candidates:
        if format.parts is not None and format.parts.begins(text):
            is_sure = name is not None or format.sniff(text) >= _SURE
            if is_sure:
                return format
    return None


def turn_suffixes() -> tuple[str, ...]:
    """Suffixes of files that hold speaker turns and nothing else."""
    return _registry.turn_suffixes()


def detect(text: str, path: str = "") -> Format:
    """The format whose `sniff` gives the highest bid; the suffix of `path` breaks a tie.

    A format that has the file's suffix and bids 90 or more wins without asking the others: asking
    all of them takes as long as reading a small file. Raises UnknownFormatError, with the
    candidates where a tie remains.
    """
    candidates = _highest_bidders(_window(text), path)
    if not candidates:
        raise explain_unknown(text).at(path)
    if len(candidates) > 1:
        candidates = _with_longest_suffix(candidates, path)
    if len(candidates) > 1:
        names = " or ".join(format.name for format in candidates)
        message = f"this may be {names}; export it as one of them"
        raise UnknownFormatError(message, path=path, option="format")
    return candidates[0]


def detect_turns(text: str, path: str = "") -> Format:
    """The format of a file that should hold speaker turns: formats of words are asked only if no
    format of turns bids. Raises UnknownFormatError as `detect` does.
    """
    window = _window(text)
    bids: dict[int, list[Format]] = {}
    for format in all_formats():
        if format.kind == "turns":
            bids.setdefault(format.sniff(window), []).append(format)
    best = max(bids, default=0)
    if best > 0:
        return _with_longest_suffix(bids[best], path)[0]
    try:
        return detect(text, path)
    except UnknownFormatError:
        known = ", ".join(format.name for format in all_formats() if format.kind == "turns")
        raise UnknownFormatError(
            f"this is not a file of speaker turns in one of the formats {known}; if it is, name "
            "the format with --turns-format",
            path=path,
        ) from None


def _with_longest_suffix(candidates: list[Format], path: str) -> list[Format]:
    longest = max(format.suffix_length(path) for format in candidates)
    return [format for format in candidates if format.suffix_length(path) == longest]


def _highest_bidders(window: str, path: str) -> list[Format]:
    """The formats with the highest bid in the first round with a sure one; [] if none bids."""
    bids: dict[str, int] = {}
    best = 0
    asked: tuple[Format, ...] = ()
    for asked in _registry.rounds(path, window):
        # Those with a signature first: a look for turns among any lines takes longer than reading.
        if len(asked) > 1:
            asked = tuple(sorted(asked, key=_highest_bid, reverse=True))
        for format in asked:
            if format.highest_bid < best:
                break
            # A round has the formats of the one before, too: text with headings, which is found in
            # the second, takes half the time.
            if format.name not in bids:
                bids[format.name] = format.sniff(window)
            best = max(best, bids[format.name])
        if best >= _SURE:
            break
    if best == 0:
        return []
    return [format for format in asked if bids.get(format.name) == best]


_highest_bid = attrgetter("highest_bid")


def _window(text: str) -> str:
    """The beginning of a text, and the end of a long one, cut at a line.

    pyannoteAI's answer (fixtures/whisper_json/pyannoteai.json) has an hour of turns before its
    first word: only the end of such a file shows that it has words.
    """
    if len(text) <= SNIFF_WINDOW:
        return text
    return f"{text[: SNIFF_WINDOW - _TAIL - 1]}\n{text[-_TAIL:]}"
