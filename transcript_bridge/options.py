"""Every option, declared once: OPTIONS is the table, Options has the values for conversion.

The flags of the command line, the keys of settings files, the environment variables, the table in
docs/settings.md and the digest all come from OPTIONS. To add an option, add a row and a field;
tests/test_options.py fails while one of them is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from .errors import SettingsError
from .limits import MAX_SEGMENTS
from .shaping.batches import Split
from .shaping.speakers import Person, SpeakerMap

Changes = Literal["reading", "shaping", "run"]
"""What an option decides: how a file is understood, what is made of it, or how a run proceeds."""
Place = Literal["environment", "user file", "archive file"]
"""Where an option may be set, apart from its flag."""
Command = Literal["file", "archive"]
"""Which commands have the flag: those that take single files, those that take archives."""

MAX_GAP_SECONDS = 1e6
"""A larger number of seconds is taken for milliseconds, and refused."""
DIGEST_LENGTH = 32


# ---- kinds of values


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value.

    wanted: completes the sentence "NAME must be …".
    parse: takes a TOML value, or a text from a flag or the environment; raises ValueError or
        TypeError if it does not fit.
    choices: all the values there are, if they can be counted.
    """

    wanted: str
    parse: Callable[[Any], Any]
    choices: tuple[str, ...] = ()


def _parse_text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError
    return value


def _parse_switch(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("1", "true", "yes"):
        return True
    if value in ("0", "false", "no"):
        return False
    raise ValueError


def _parse_seconds(value: Any) -> timedelta:
    if isinstance(value, bool):
        raise ValueError
    number = float(value)
    if not 0 <= number < MAX_GAP_SECONDS:
        raise ValueError
    return timedelta(seconds=number)


def _parse_number(value: Any, most: int) -> int:
    if isinstance(value, bool):
        raise ValueError
    number = int(value)
    if not 1 <= number <= most:
        raise ValueError
    return number


def _parse_segments(value: Any) -> int:
    return _parse_number(value, MAX_SEGMENTS)


def _parse_rate(value: Any) -> int:
    """A number, or `12/hour`."""
    if isinstance(value, str):
        value, _, unit = value.partition("/")
        if unit not in ("", "h", "hour"):
            raise ValueError
    return _parse_number(value, 1_000_000)


def _parse_jobs(value: Any) -> int:
    return _parse_number(value, MAX_JOBS)


def _parse_zone(value: Any) -> str:
    from zoneinfo import ZoneInfo  # here, for it takes as long to import as reading a small file

    try:
        ZoneInfo(value)
    except Exception:  # zoneinfo raises exceptions of several types for a bad name
        raise ValueError from None
    return str(value)


def _parse_moment(value: Any) -> datetime:
    """May have no offset; build_options adds the one of the time zone."""
    if isinstance(value, datetime):  # TOML has times
        return value
    return datetime.fromisoformat(value)


def _parse_location(value: Any) -> tuple[float, float]:
    if isinstance(value, str):
        value = value.split(",")
    latitude, longitude = value
    return float(latitude), float(longitude)


def _parse_texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple):
        raise ValueError
    return tuple(_parse_text(one) for one in value)


def _parse_person(text: str) -> tuple[str, str]:
    label, separator, person_id = text.rpartition("=")
    if not separator or not label or not person_id:
        raise ValueError
    return label, person_id


def _parse_persons(value: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, list | tuple):
        raise ValueError
    return tuple(_parse_person(one) for one in value)


def _choice(*choices: str) -> Kind:
    def parse(value: Any) -> str:
        if value not in choices:
            raise ValueError
        return str(value)

    listed = ", ".join(choices[:-1]) + f" or {choices[-1]}"
    return Kind(listed, parse, choices)


MAX_JOBS = 256
TEXT = Kind("a text", _parse_text)
SWITCH = Kind("true or false", _parse_switch)
SECONDS = Kind("a number of seconds", _parse_seconds)
SEGMENTS = Kind(f"a number from 1 to {MAX_SEGMENTS}", _parse_segments)
JOBS = Kind(f"a number from 1 to {MAX_JOBS}", _parse_jobs)
RATE = Kind("a number of writes per hour, such as 12", _parse_rate)
ZONE = Kind("a time zone such as Europe/Berlin", _parse_zone)
MOMENT = Kind("a time such as 2024-01-24T15:04:05+01:00", _parse_moment)
LOCATION = Kind("LAT,LON in degrees, such as 52.52,13.40", _parse_location)
PATTERNS = Kind("a list of patterns", _parse_texts)
PERSONS = Kind("LABEL=PERSON_ID", _parse_persons)
SPLIT = _choice("fill", "pause")
ORDER = _choice("newest", "oldest", "found")


# ---- the table


@dataclass(frozen=True, slots=True)
class Option:
    """One option.

    name: of the flag and of the key in settings files.
    commands: which commands have the flag; empty if a command declares it itself.
    places: where else it may be set.
    field: of Options or RunOptions; the name, if not given.
    metavar: what the help calls the value; without one, the kind decides.
    """

    name: str
    kind: Kind
    changes: Changes
    help: str
    commands: frozenset[Command]
    places: frozenset[Place] = frozenset()
    field: str = ""
    metavar: str | None = None

    @property
    def target(self) -> str:
        """The field that it decides."""
        return self.field or self.name

    @property
    def flag(self) -> str:
        """`--merge-gap`."""
        return "--" + self.name.replace("_", "-")


_FILE: frozenset[Command] = frozenset({"file"})
_ARCHIVE: frozenset[Command] = frozenset({"archive"})
_BOTH = _FILE | _ARCHIVE
_NONE: frozenset[Command] = frozenset()
_EVERYWHERE: frozenset[Place] = frozenset({"environment", "user file", "archive file"})
_IN_ARCHIVE: frozenset[Place] = frozenset({"archive file"})

OPTIONS = (
    Option(
        "format",
        TEXT,
        "reading",
        "Read as this format, whatever it looks like ('transcript-bridge formats').",
        _FILE,
    ),
    Option("encoding", TEXT, "reading", "Decode as this encoding, whatever it looks like.", _FILE),
    Option(
        "no_recover",
        SWITCH,
        "reading",
        "Read strictly by the format's standard, without repairs.",
        _FILE,
        field="recover",
    ),
    Option(
        "strict",
        SWITCH,
        "run",
        "Fail an input if anything in it had to be repaired or was lost.",
        _FILE,
    ),
    Option(
        "diarization",
        TEXT,
        "run",
        "Take the speakers from this RTTM or pyannote file.",
        _FILE,
        metavar="TURNS",
    ),
    Option(
        "recording",
        TEXT,
        "reading",
        "The recording in TURNS to use, if it holds several.",
        _FILE,
        metavar="NAME",
    ),
    Option(
        "reassign",
        SWITCH,
        "reading",
        "Let speaker turns overrule the speakers that a transcript has.",
        _BOTH,
        _IN_ARCHIVE,
    ),
    Option(
        "raw",
        SWITCH,
        "reading",
        "Join TURNS by overlap alone, without smoothing.",
        _FILE,
        field="smooth",
    ),
    Option(
        "untranscribed_text",
        TEXT,
        "shaping",
        "Accept speaker turns without words; each says TEXT.",
        _BOTH,
        _IN_ARCHIVE,
        metavar="TEXT",
    ),
    Option(
        "me",
        TEXT,
        "shaping",
        "The label that is you.",
        _BOTH,
        _IN_ARCHIVE,
        field="speakers",
        metavar="LABEL",
    ),
    Option(
        "speaker",
        PERSONS,
        "shaping",
        "Who a label is, in Omi; may be repeated.",
        _BOTH,
        field="speakers",
        metavar="LABEL=PERSON_ID",
    ),
    Option(
        "speakers",
        TEXT,
        "shaping",
        "A speaker map (TOML) that says who everybody is.",
        _BOTH,
        _EVERYWHERE,
        metavar="FILE",
    ),
    Option(
        "keep_names",
        SWITCH,
        "shaping",
        "Write 'Alice: ' into the text; Omi does not show labels.",
        _BOTH,
        _EVERYWHERE,
    ),
    Option(
        "merge_gap",
        SECONDS,
        "shaping",
        "Join neighbours of one speaker with at most this pause between them.",
        _BOTH,
        _EVERYWHERE,
        metavar="SECONDS",
    ),
    Option(
        "max_segments",
        SEGMENTS,
        "shaping",
        f"Segments per conversation, at most {MAX_SEGMENTS}.",
        _BOTH,
        _EVERYWHERE,
        metavar="N",
    ),
    Option(
        "split",
        SPLIT,
        "shaping",
        "Start a new conversation when one is full (default), or at a pause before that.",
        _BOTH,
        _EVERYWHERE,
    ),
    Option(
        "source", TEXT, "shaping", "The source that Omi shows (default: phone).", _BOTH, _EVERYWHERE
    ),
    Option(
        "language",
        TEXT,
        "shaping",
        "Language code, if the file does not say or is wrong.",
        _BOTH,
        _EVERYWHERE,
    ),
    Option(
        "location",
        LOCATION,
        "shaping",
        "Where it took place, in degrees.",
        _BOTH,
        metavar="LAT,LON",
    ),
    Option(
        "started_at",
        MOMENT,
        "shaping",
        "When it began, such as 2024-01-24T15:04:05+01:00.",
        _FILE,
        metavar="TIME",
    ),
    Option(
        "timezone",
        ZONE,
        "reading",
        "Time zone of times without an offset, such as Europe/Berlin (default: the computer's).",
        _BOTH,
        _EVERYWHERE,
        metavar="ZONE",
    ),
    Option(
        "ignore",
        PATTERNS,
        "run",
        "Leave out files like this: 'drafts/*'; may be repeated.",
        _ARCHIVE,
        _IN_ARCHIVE,
        metavar="PATTERN",
    ),
    Option("jobs", JOBS, "run", "Processes to use (default: one per core).", _ARCHIVE, metavar="N"),
    Option(
        "no_cache",
        SWITCH,
        "run",
        "Read every file again, and do not remember the results.",
        _ARCHIVE,
        field="use_cache",
    ),
    Option(
        "rate",
        RATE,
        "run",
        "At most this many writes per hour (default: the server's limit).",
        _NONE,
        _IN_ARCHIVE,
        metavar="N/hour",
    ),
    Option(
        "order",
        ORDER,
        "run",
        "Which recordings are sent first (default: found).",
        _NONE,
        _IN_ARCHIVE,
    ),
)
BY_NAME = {option.name: option for option in OPTIONS}


def parse_option(name: str, value: Any, place: str) -> Any:
    """The value of an option from a flag, the environment or a settings file.

    place: where it is set, for the message: `--merge-gap`, `$TRANSCRIPT_BRIDGE_MERGE_GAP`,
    `config.toml:3`. Raises SettingsError.
    """
    option = BY_NAME[name]
    try:
        return option.kind.parse(value)
    except (ValueError, TypeError):
        subject = place if place == option.flag else f"{place}: {name}"
        raise SettingsError(f"{subject} must be {option.kind.wanted}, not {value!r}") from None


# ---- the values


@dataclass(frozen=True, slots=True)
class Options:
    """How a transcript is read, and how it becomes requests.

    Frozen; compares, prints and pickles by value. Raises SettingsError for a value that cannot be.
    """

    format: str | None = None
    """Name of the format; None detects it."""
    encoding: str | None = None
    """Name of the encoding; None detects it."""
    recover: bool = True
    """False reads by the format's standard, without repairs and without names from the text."""
    recording: str | None = None
    """Which recording of a file of turns belongs to the transcript, if it holds several."""
    reassign: bool = False
    """Let turns overrule speakers that a transcript has already."""
    smooth: bool = True
    """False joins turns by overlap alone."""
    timezone: str | None = None
    """IANA name of the zone of times without an offset. None: the computer's zone where a file is
    opened (`read`, `load`, the command line), UTC in pure functions."""

    speakers: SpeakerMap = field(default_factory=SpeakerMap)
    keep_names: bool = False
    """Write "Alice: …" into the text, since Omi does not show labels."""
    merge_gap: timedelta | None = None
    """Join neighbours of one speaker with at most this pause between them; None joins nothing."""
    untranscribed_text: str | None = None
    """What turns without words say; None refuses them."""
    max_segments: int = MAX_SEGMENTS
    """Per conversation."""
    split: Split = "fill"
    source: str = "phone"
    language: str | None = None
    """Overrides the file's own."""
    location: tuple[float, float] | None = None
    """Latitude and longitude in degrees."""
    started_at: datetime | None = None
    """When time 0 was, with an offset; overrides every other date."""

    def __post_init__(self) -> None:
        _check_location(self.location)
        _check_merge_gap(self.merge_gap)
        _check_started_at(self.started_at)
        if not 1 <= self.max_segments <= MAX_SEGMENTS:
            raise SettingsError(
                f"max_segments must be from 1 to {MAX_SEGMENTS}, which is all the server takes"
            )

    def for_file(self, path: str) -> Options:
        """The options that hold for one file: rules of the speaker map are applied.

        Raises SettingsError if a rule makes two people one.
        """
        if not self.speakers.rules:
            return self
        own = self.speakers.for_file(path)
        return replace(self, speakers=SpeakerMap(own.people, me=own.me))

    def digest(self) -> str:
        """A name for what these options make of a file: equal options have an equal digest.

        It is the same in every process and on every machine. Options that have their default are
        left out, so that the digests in a ledger survive a new option.
        """
        import hashlib  # both are slow to import, and not needed by whoever merely reads
        import json

        described = {}
        for one in fields(self):
            value = getattr(self, one.name)
            is_default = one.default is not MISSING and value == one.default
            if not is_default:
                described[one.name] = _describe(value)
        text = json.dumps(described, sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LENGTH]


def _check_location(location: tuple[float, float] | None) -> None:
    if location is None:
        return
    latitude, longitude = location
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise SettingsError(
            "location must be latitude -90 to 90 and longitude -180 to 180, in degrees"
        )


def _check_merge_gap(gap: object) -> None:
    if gap is None:
        return
    if not isinstance(gap, timedelta):
        raise SettingsError(
            f"merge_gap must be a timedelta, such as timedelta(seconds=2), not {gap!r}"
        )
    if gap < timedelta(0):
        raise SettingsError("merge_gap must not be negative")


def _check_started_at(moment: object) -> None:
    if moment is None:
        return
    if not isinstance(moment, datetime):
        raise SettingsError(f"started_at must be a datetime with an offset, not {moment!r}")
    if moment.tzinfo is None:
        raise SettingsError("started_at needs an offset, such as +01:00")


def _describe(value: object) -> Any:
    """A value as JSON has it. Raises TypeError for a value without a fixed form, which would make
    the digest differ from run to run."""
    if isinstance(value, SpeakerMap):
        return _describe_speakers(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, tuple):
        return [_describe(one) for one in value]
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"{type(value).__name__} has no fixed form for a digest")


def _describe_speakers(speakers: SpeakerMap) -> Any:
    """`me` and `is_user` are the same here: upload sets the one for --me, migrate the other."""
    people = []
    for person in speakers.people:
        is_me = speakers.me is not None and speakers.me in person.labels
        people.append(_describe_person(person, person.is_user or is_me))
    rules = [
        [rule.pattern, rule.me, [_describe_person(one, one.is_user) for one in rule.people]]
        for rule in speakers.rules
    ]
    return {"people": sorted(people), "rules": rules} if people or rules else None


def _describe_person(person: Person, is_user: bool) -> list[Any]:
    return [person.name, is_user, person.person_id or "", sorted(person.aliases)]


# ---- from values by name to Options


def build_options(values: Mapping[str, Any], speakers: SpeakerMap) -> Options:
    """Options from parsed values by option name; what is absent has its default.

    Raises SettingsError for values that do not go together.
    """
    given = {}
    for option in OPTIONS:
        if option.changes != "run" and option.target != "speakers" and option.name in values:
            given[option.target] = values[option.name]
    for negated in ("recover", "smooth"):
        if negated in given:
            given[negated] = not given[negated]
    moment = given.get("started_at")
    if moment is not None and moment.tzinfo is None:
        from zoneinfo import ZoneInfo

        given["started_at"] = moment.replace(tzinfo=ZoneInfo(values.get("timezone") or "UTC"))
    return Options(speakers=speakers, **given)
