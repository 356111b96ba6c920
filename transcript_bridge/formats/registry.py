"""The registry of formats, and the detection of the format of a text.

Built-in formats are listed in built_in.py and imported when they are first needed. Other formats
come from `register()`, or from plug-ins: entry points in the group `transcript_bridge.formats`.
Plug-ins are looked up only if no built-in format is sure, and if the names of files decide,
because the look-up takes longer than reading a small file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from operator import attrgetter
from typing import NamedTuple

from ..arguments import TEXT, Expected, takes
from ..errors import SettingsError, UnknownFormatError
from .base import DEFAULT_RANK, SNIFF_WINDOW, Format
from .built_in import BUILT_IN, HOLDING_MANY, OF_TURNS, find_possible
from .unknown import explain_unknown

ENTRY_POINT_GROUP = "transcript_bridge.formats"
_UTF8_MARK = b"\xef\xbb\xbf"
_SURE = 90
"""From this bid on the formats of the next round are not asked."""
_ANY_SUFFIXES = (".txt", ".text", ".md", ".docx", ".xml", ".htm", ".html", ".lab")
"""Suffixes that say nothing about the format."""
_TAIL = 4096
"""How many characters of the end of a long file a `sniff` sees."""


class _Known(NamedTuple):
    """A known format, imported or not."""

    suffixes: tuple[str, ...]
    is_of_turns: bool
    holds_many: bool
    """Whether one file can hold many conversations."""


class Registry:
    """A set of formats by name: built-in ones, registered ones, plug-ins."""

    def __init__(self) -> None:
        self._known = {
            name: _Known(suffixes, name in OF_TURNS, name in HOLDING_MANY)
            for name, suffixes in BUILT_IN.items()
        }
        """Built-in ones first."""
        self._formats: dict[str, Format] = {}
        """Those that are imported."""
        self._plugins_loaded = False
        self._names_by_ending: dict[str, dict[str, None]] = {}
        """By the last part of a suffix: to compare all suffixes takes 4 % of reading a small file.
        Empty until it is needed."""

    @takes(format=Expected("a Format", (Format,)))
    def register(self, format: Format) -> None:
        """Add a format for this process, or replace the one of the same name."""
        self._formats[format.name] = format
        known = _Known(format.suffixes, format.kind == "turns", format.parts is not None)
        if self._known.get(format.name) != known:
            self._known[format.name] = known
            self._names_by_ending.clear()

    @contextmanager
    def registered(self, format: Format) -> Iterator[None]:
        """Register a format inside the block only."""
        before = (self._known, self._formats, self._plugins_loaded)
        self._known = dict(self._known)
        self._formats = dict(self._formats)
        self._names_by_ending.clear()
        self.register(format)
        try:
            yield
        finally:
            self._known, self._formats, self._plugins_loaded = before
            self._names_by_ending.clear()

    def all(self) -> tuple[Format, ...]:
        """Every format, plug-ins included, built-in ones first; imports them."""
        self._load_plugins()
        return tuple(map(self._load, self._known))

    @takes(name=TEXT)
    def get(self, name: str) -> Format:
        """The format called `name`; raises SettingsError with the names that are known.

        `podcast-json` is `podcast_json`, too.
        """
        if name not in self._known:
            name = name.replace("-", "_")
        if name not in self._known:
            self._load_plugins()
        if name not in self._known:
            known = ", ".join(sorted(self._known))
            raise SettingsError(f"there is no format {name!r}; choose one of: {known}")
        return self._load(name)

    def with_suffix_of(self, name: str) -> list[Format]:
        """Return the formats, with plug-ins, that have the suffix of a file called `name`; imports
        no other built-in one."""
        self._load_plugins()
        return list(map(self._load, self._find_names(name.lower())))

    def may_hold_many(self, name: str) -> bool:
        """Whether a file called `name` can hold many conversations; imports no format."""
        self._load_plugins()
        return any(self._known[found].holds_many for found in self._find_names(name.lower()))

    def turn_suffixes(self) -> tuple[str, ...]:
        """Suffixes of files that hold speaker turns and nothing else; imports no format."""
        self._load_plugins()
        suffixes: dict[bool, set[str]] = {True: set(), False: set()}
        for known in self._known.values():
            suffixes[known.is_of_turns].update(known.suffixes)
        return tuple(sorted(suffixes[True] - suffixes[False]))

    def splitting(self, text: str) -> list[Format]:
        """Return the formats in which a text may hold many conversations; plug-ins only if they are
        loaded."""
        names = [name for name, known in self._known.items() if known.holds_many]
        return list(map(self._load, find_possible(names, text)))

    def rounds(self, path: str, text: str) -> Iterator[Iterable[Format]]:
        """The formats to try on a text, in rounds: by the suffix of `path`, built-in, plug-ins."""
        yield map(self._load, find_possible(self._find_names(path.lower()), text))
        yield map(self._load, find_possible(list(self._known), text))
        if not self._plugins_loaded:
            yield self.all()

    def _find_names(self, path: str) -> list[str]:
        if not self._names_by_ending:
            self._index_endings()
        names = self._names_by_ending.get(_ending_of(path), {})
        return [name for name in names if path.endswith(self._known[name].suffixes)]

    def _index_endings(self) -> None:
        for name, known in self._known.items():
            for suffix in known.suffixes:
                self._names_by_ending.setdefault(_ending_of(suffix), {})[name] = None

    def _load(self, name: str) -> Format:
        if name not in self._formats:
            self.register(import_module(f".{name}", __package__).FORMAT)
        return self._formats[name]

    def _load_plugins(self) -> None:
        if self._plugins_loaded:
            return
        for format in _find_plugins():
            if format.name not in self._known:
                self.register(format)
        self._plugins_loaded = True


def _ending_of(name: str) -> str:
    """`.json` of `talk.words.json`."""
    return name[name.rfind(".") :]


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
        if found.name in BUILT_IN:
            raise SettingsError(
                f"the format plug-in {entry.value} has the name of a built-in format, "
                f"{found.name!r}; rename its format, or uninstall it"
            )
        yield found


_registry = Registry()
register = _registry.register
registered = _registry.registered
all_formats = _registry.all
get = _registry.get
with_suffix_of = _registry.with_suffix_of
may_hold_many = _registry.may_hold_many
turn_suffixes = _registry.turn_suffixes


def rank(name: str) -> int:
    """The rank of a file called `name` among the forms of one recording; the lowest is the best."""
    return min([format.rank for format in with_suffix_of(name)], default=DEFAULT_RANK)


def is_owned(name: str) -> bool:
    """Whether the suffix of `name` shows that the file is a transcript, whatever its content."""
    return any(format.owns_suffixes for format in with_suffix_of(name))


def find_parts(head: bytes, name: str | None = None) -> Format | None:
    """The format of a file that holds many conversations; None for any other file.

    head: its first SNIFF_WINDOW bytes. name: of the format, if the user named one.
    """
    text = head.removeprefix(_UTF8_MARK).decode("latin-1")
    least_bid = _SURE
    candidates = _registry.splitting(text)
    if name is not None:
        least_bid = 0
        candidates = [get(name)]
    for format in candidates:
        holds_many = format.parts is not None and format.parts.begins(text)
        if holds_many and format.sniff(text) >= least_bid:
            return format
    return None


def detect(text: str, path: str = "") -> Format:
    """The format whose `sniff` gives the highest bid; the suffix of `path` breaks a tie.

    A format that has the file's suffix and bids 90 or more wins without asking the others: asking
    all of them takes as long as reading a small file. Raises UnknownFormatError, with the
    candidates where a tie remains, or the error of the format that the suffix says.
    """
    window = _window(text)
    bids = _Bids(window)
    for formats in _registry.rounds(path, window):
        bids.ask(formats)
        if bids.highest >= _SURE:
            break
    winners = bids.winners(path)
    if not winners:
        raise explain_unknown(text, _find_named(path)).at(path)
    if len(winners) > 1:
        names = " or ".join(format.name for format in winners)
        message = f"this may be {names}; export it as one of them"
        raise UnknownFormatError(message, path=path, option="format")
    return winners[0]


def _find_named(path: str) -> Format | None:
    """Find the format by the suffix of a path; None for suffixes that any file may have."""
    if path.lower().endswith(_ANY_SUFFIXES):
        return None
    candidates = with_suffix_of(path)
    owners = [format for format in candidates if format.owns_suffixes]
    return next(iter(owners or candidates), None)  # of those of JSON, the first reads any


def detect_turns(text: str, path: str = "") -> Format:
    """The format of a file that should hold speaker turns: formats of words are asked only if no
    format of turns bids. Raises UnknownFormatError as `detect` does.
    """
    of_turns = [format for format in all_formats() if format.kind == "turns"]
    bids = _Bids(_window(text))
    bids.ask(of_turns)
    winners = bids.winners(path)
    if winners:
        return winners[0]
    try:
        return detect(text, path)
    except UnknownFormatError:
        known = ", ".join(format.name for format in of_turns)
        raise UnknownFormatError(
            f"this is not a file of speaker turns in one of the formats {known}; if it is, name "
            "the format with --turns-format",
            path=path,
        ) from None


class _Bids:
    """The bids of formats on a text."""

    def __init__(self, window: str) -> None:
        self.highest = 0
        self._window = window
        self._highest_bidders: list[Format] = []
        self._asked: set[str] = set()

    def ask(self, formats: Iterable[Format]) -> None:
        """Ask further formats; those that have bid before are not asked again."""
        # Those with a signature first: searching for turns among any lines takes longer than
        # reading.
        for format in sorted(formats, key=_highest_bid, reverse=True):
            if format.highest_bid < self.highest:
                break
            if format.name in self._asked:
                continue
            self._asked.add(format.name)
            bid = format.sniff(self._window)
            if bid > self.highest:
                self.highest = bid
                self._highest_bidders = [format]
            elif bid == self.highest > 0:
                self._highest_bidders.append(format)

    def winners(self, path: str) -> list[Format]:
        """Return the formats with the highest bid; of several, those for which the path has the
        longest suffix; none if nobody bids."""
        bidders = self._highest_bidders
        if len(bidders) < 2:
            return bidders
        longest = max([format.suffix_length(path) for format in bidders])
        return [format for format in bidders if format.suffix_length(path) == longest]


_highest_bid = attrgetter("highest_bid")


def _window(text: str) -> str:
    """The beginning of a text, and the end of a long one, cut at a line.

    pyannoteAI's answer (fixtures/whisper_json/pyannoteai.json) has an hour of turns before its
    first word: only the end of such a file shows that it has words.
    """
    if len(text) <= SNIFF_WINDOW:
        return text
    return f"{text[: SNIFF_WINDOW - _TAIL - 1]}\n{text[-_TAIL:]}"
