"""The values of options that determine what a file becomes, and their digest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from ..arguments import SWITCH, TEXT, Expected
from ..errors import SettingsError
from ..limits import DEFAULT_SOURCE, MAX_SEGMENTS
from ..shaping.batches import Split
from ..shaping.merging import MergeLimits
from ..shaping.relabeling import LabelChange
from ..shaping.speakers import Person, SpeakerMap
from .file_tables import FileTable, collect_file_values
from .table import BY_NAME, OPTIONS, parse_option

DIGEST_LENGTH = 32
_EARLIER_DEFAULTS = {"source": DEFAULT_SOURCE}
"""The default values at the time when the digests in existing ledgers were made."""


class _Field(NamedTuple):
    """The type of a field of Options.

    is_limited: whether its values are those of a flag, which has limits besides the type.
    """

    wanted: Expected
    is_limited: bool = False


def _limited(name: str, *types: type) -> _Field:
    return _Field(Expected(BY_NAME[name].kind.wanted, types), is_limited=True)


_SPAN = Expected("a timedelta, such as timedelta(seconds=2)", (timedelta,))
_FIELDS: dict[str, _Field] = {
    "format": _Field(TEXT.or_none()),
    "encoding": _Field(TEXT.or_none()),
    "recover": _Field(SWITCH),
    "turns_format": _Field(TEXT.or_none()),
    "recording": _Field(TEXT.or_none()),
    "reassign": _Field(SWITCH),
    "smooth": _Field(SWITCH),
    "timezone": _limited("timezone", str, type(None)),
    "speakers": _Field(Expected('a SpeakerMap, such as SpeakerMap(me="Alice")', (SpeakerMap,))),
    "keep_names": _Field(SWITCH),
    "merge_gap": _Field(_SPAN.or_none()),
    "merge_characters": _limited("merge_characters", int),
    "merge_duration": _Field(_SPAN),
    "untranscribed_text": _Field(TEXT.or_none()),
    "max_segments": _limited("max_segments", int),
    "split": _limited("split", str),
    "source": _limited("source", str, type(None)),
    "language": _limited("language", str, type(None)),
    "location": _limited("location", tuple, type(None)),
    "started_at": _Field(Expected("a datetime with an offset", (datetime, type(None)))),
    "during": _Field(Expected("a tuple of LabelChange", (tuple,))),
    "files": _Field(Expected("a tuple of FileTable", (tuple,))),
}
"""The types of the fields of Options, in their order."""
_CHANGE = Expected("a LabelChange", (LabelChange,))
_TABLE = Expected("a FileTable", (FileTable,))


if TYPE_CHECKING:

    class _StartTime:
        """For type checkers: accepts a datetime or a text, and returns a datetime."""

        def __get__(self, instance: object, owner: type) -> datetime | None: ...
        def __set__(self, instance: object, value: datetime | str | None) -> None: ...


@dataclass(frozen=True, slots=True)
class Options:
    """How a transcript is read, and how it becomes requests.

    Frozen; compares, prints and pickles by value. Raises SettingsError for an impossible value.
    """

    format: str | None = None
    """Name of the format; None detects it."""
    encoding: str | None = None
    """Name of the encoding; None detects it."""
    recover: bool = True
    """False reads by the format's standard, without repairs and without names from the text."""
    turns_format: str | None = None
    """Name of the format of a file of turns; None detects it."""
    recording: str | None = None
    """Which recording of a file of turns belongs to the transcript, if it holds several."""
    reassign: bool = False
    """Let turns override the speakers that a transcript already has."""
    smooth: bool = True
    """False joins turns by overlap alone."""
    timezone: str | None = None
    """IANA name of the zone of times without an offset. None means the computer's zone where a file
    is opened (`read`, `load`, the command line), and UTC in pure functions."""

    speakers: SpeakerMap = field(default_factory=SpeakerMap)
    keep_names: bool = False
    """Write "Alice: …" into the text, since Omi does not show labels."""
    merge_gap: timedelta | None = None
    """Join neighbors of one speaker with at most this pause between them; None joins none."""
    merge_characters: int = MergeLimits(0).characters
    """The most characters that a merged segment may have."""
    merge_duration: timedelta = timedelta(milliseconds=MergeLimits(0).ms)
    """The longest duration of a merged segment."""
    untranscribed_text: str | None = None
    """The text of turns without words; None refuses them."""
    max_segments: int = MAX_SEGMENTS
    """The most segments per conversation."""
    split: Split = "fill"
    source: str | None = None
    """One of limits.SOURCES. None: the source that the file names, else "phone"."""
    language: str | None = None
    """Overrides the language of the file."""
    location: tuple[float, float] | None = None
    """Latitude and longitude in degrees. Overrides those of the file."""
    if TYPE_CHECKING:
        started_at: _StartTime = _StartTime()
    else:
        started_at: datetime | None = None
    """When time 0 was, with an offset; overrides every other date. A text in ISO format is
    parsed."""
    during: tuple[LabelChange, ...] = ()
    """Parts of the recording in which a label means another speaker, with the times and labels of
    one file. `load` applies them."""
    files: tuple[FileTable, ...] = ()
    """Options for some files only; later tables override earlier ones. `started_at` overrides that
    of a table."""

    def __post_init__(self) -> None:
        given: object = self.started_at
        if isinstance(given, str):
            moment = parse_option("started_at", given, "Options")
            object.__setattr__(self, "started_at", moment)
        for name in ("location", "during", "files"):
            listed = getattr(self, name)
            if isinstance(listed, list):
                object.__setattr__(self, name, tuple(listed))
        for name, (wanted, is_limited) in _FIELDS.items():
            value = getattr(self, name)
            wanted.check(name, value)
            if is_limited and value is not None:
                parse_option(name, value, "Options")
        _CHANGE.check_each("during", self.during)
        _TABLE.check_each("files", self.files)
        _check_span("merge_gap", self.merge_gap)
        _check_span("merge_duration", self.merge_duration)
        if self.started_at is not None and self.started_at.tzinfo is None:
            raise SettingsError("started_at needs an offset, such as +01:00")

    def for_file(self, path: str) -> Options:
        """The options for one file, with those of the tables that match it.

        Raises SettingsError if a table assigns two labels to one person.
        """
        if not self.speakers.rules and not self.files:
            return self
        speakers = self.speakers.for_file(path)
        changes = self._find_changes(path)
        own_map = SpeakerMap(speakers.people, me=speakers.me, has_owner=speakers.has_owner)
        return replace(self, speakers=own_map, files=(), **changes)

    def file_values(self, path: str) -> dict[str, Any]:
        """The options that the tables set for one file, by option name."""
        if not self.files:
            return {}
        return collect_file_values(self.files, path)

    def shaping_values(self, path: str) -> dict[str, Any]:
        """Those of them that determine what the file becomes, by option name."""
        values = self.file_values(path)
        return {name: value for name, value in values.items() if is_field(name)}

    def _find_changes(self, path: str) -> dict[str, Any]:
        """The fields that have another value for this file."""
        values = self.file_values(path)
        if self.started_at is not None:
            values.pop("started_at", None)
        return _to_fields(values, self.timezone)

    @property
    def zone(self) -> str:
        """The zone of times without an offset; the computer's zone is not looked up."""
        return self.timezone or "UTC"

    def merge_limits(self, gap: timedelta) -> MergeLimits:
        """The limits for joining neighbors with this gap."""
        return MergeLimits(_to_ms(gap), self.merge_characters, _to_ms(self.merge_duration))

    def digest(self) -> str:
        """A hash of the options: equal options have equal digests.

        It is the same in every process and on every machine. Options with their default value are
        left out, so that the digests in a ledger stay valid when an option is added.
        """
        import hashlib  # slow to import, and not needed to read a file
        import json

        described = {}
        for option in fields(self):
            value = getattr(self, option.name)
            defaults = (option.default, _EARLIER_DEFAULTS.get(option.name, MISSING))
            if value not in defaults:
                described[option.name] = _describe(value)
        text = json.dumps(described, sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LENGTH]


def _to_ms(span: timedelta) -> int:
    return round(span.total_seconds() * 1000)


def _check_span(name: str, span: timedelta | None) -> None:
    if span is not None and span < timedelta(0):
        raise SettingsError(f"{name} must not be negative")


def _describe(value: object) -> Any:
    """A value as JSON. Raises TypeError for a value without a fixed form, which would make the
    digest differ between runs."""
    if isinstance(value, SpeakerMap):
        return _describe_speakers(value)
    if isinstance(value, FileTable):
        return [value.pattern, value.path, value.folder, _describe(value.values)]
    if isinstance(value, datetime):
        if value.tzinfo is not None:
            value = value.astimezone(UTC)
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, tuple):
        return [_describe(item) for item in value]
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"{type(value).__name__} has no fixed form for a digest")


def _describe_speakers(speakers: SpeakerMap) -> Any:
    """`me` and `is_user` are the same here: upload sets the former for --me, migrate the latter."""
    people = []
    for person in speakers.people:
        is_me = speakers.me in person.labels
        people.append(_describe_person(person, person.is_user or is_me))
    rules = [
        [
            rule.pattern,
            rule.me,
            [_describe_person(person, person.is_user) for person in rule.people],
            rule.path,
            rule.folder,
            list(rule.not_owners),
            rule.without_owner,
        ]
        for rule in speakers.rules
    ]
    described: dict[str, Any] = {}
    if people or rules:
        described = {"people": sorted(people), "rules": rules}
    if not speakers.has_owner:
        described["has_owner"] = False
    return described or None


def _describe_person(person: Person, is_user: bool) -> list[Any]:
    return [person.name, is_user, person.person_id or "", sorted(person.aliases)]


def build_options(values: Mapping[str, Any], speakers: SpeakerMap) -> Options:
    """Options from parsed values by option name; absent ones have their defaults.

    Raises SettingsError for values that contradict each other.
    """
    given = _to_fields(values, None)
    if "files" in values:
        given["files"] = values["files"]
    return Options(speakers=speakers, **given)


def is_field(name: str) -> bool:
    """Whether an option is a field of Options of the same name."""
    option = BY_NAME[name]
    return option.changes in ("reading", "shaping") and option.target not in ("speakers", "files")


def _to_fields(values: Mapping[str, Any], zone: str | None) -> dict[str, Any]:
    """Fields of Options from parsed values by option name.

    zone: of times without an offset, unless the values set another.
    """
    fields_of_options: dict[str, Any] = {}
    for option in OPTIONS:
        if is_field(option.name) and option.name in values:
            fields_of_options[option.target] = values[option.name]
    for negated in ("recover", "smooth"):
        if negated in fields_of_options:
            fields_of_options[negated] = not fields_of_options[negated]
    if "started_at" in fields_of_options:
        zone = values.get("timezone") or zone or "UTC"
        fields_of_options["started_at"] = locate(fields_of_options["started_at"], zone)
    return fields_of_options


def locate(moment: datetime, zone: str) -> datetime:
    """The moment with an offset; without one, it is a time in this zone."""
    if moment.tzinfo is not None:
        return moment
    from zoneinfo import ZoneInfo

    return moment.replace(tzinfo=ZoneInfo(zone))
