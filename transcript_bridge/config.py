"""Flags > environment > the archive's file > the user's file > defaults -> one frozen RunOptions.

options/ declares what there is to set; here the values are collected from the places where they
may be set.

The key and the server come from, in this order: --profile (a key that `auth login` stored under
that name, else a profile of the Omi CLI: ~/.omi/config.toml, moved by OMI_CONFIG), OMI_API_KEY, the
profile in OMI_PROFILE, the Omi CLI's active profile, our own settings file, the key that `auth
login` stored. The server of a profile or a file belongs to its key, so that a key never goes to
another server by accident: only --api-base changes it, or OMI_API_BASE where no profile was named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, NamedTuple

from .errors import SettingsError
from .limits import DEFAULT_API_BASE
from .options import (
    BY_NAME,
    OPTIONS,
    OWN_PROCESSES,
    Options,
    Place,
    build_options,
    parse_file_tables,
    parse_option,
    without_values,
)
from .settings_places import (
    SettingsPlace,
    find_files_tables,
    folder_of,
    join_folder,
    parse_toml,
    read_text,
    shorten_home,
)
from .shaping.speakers import SpeakerMap

ARCHIVE_SETTINGS = "transcript-bridge.toml"
"""The name of the settings file of an archive."""
ENVIRONMENT_PREFIX = "TRANSCRIPT_BRIDGE_"
_SERVER_KEYS = ("api_key", "api_base")

Order = Literal["newest", "oldest", "found"]


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """The key and the server of a run.

    key_place: where the key was found, for messages. profile: the profile of the key; with a
    profile and no key, `auth login` may have stored the key. allow_http: the key may be sent
    unencrypted in the user's own network.
    """

    api_key: str | None = field(default=None, repr=False)
    api_base: str = DEFAULT_API_BASE
    key_place: str = ""
    profile: str = ""
    allow_http: bool = False


class OmiProfiles(NamedTuple):
    """The Omi CLI's settings.

    profiles: by name, each with the texts that it sets, such as `api_base`. active: the name of the
    profile that it uses by default.
    """

    path: Path
    profiles: dict[str, dict[str, str]]
    active: str
    place: str
    """The path of the file, for messages."""


class IgnorePattern(NamedTuple):
    """Files to leave out. pattern, folder: as in path_patterns.matches.

    is_typed: set by a flag; no table of a settings file overrides it.
    """

    pattern: str
    folder: str = ""
    is_typed: bool = False


class RunOptions(NamedTuple):
    """All options of one run: how files are converted, and how the run proceeds."""

    options: Options = Options()
    server: ServerSettings = ServerSettings()
    strict: bool = False
    """Fail an input if anything in it had to be repaired or was lost."""
    diarization: str | None = None
    """Path of a file of speaker turns."""
    ignore: tuple[IgnorePattern, ...] = ()
    """Patterns of files to leave out."""
    jobs: int | None = None
    """Processes; None is one per core."""
    engine: str = OWN_PROCESSES
    """The engine that converts an archive: processes of this machine, or a cluster."""
    run_folder: str | None = None
    """Path or URL of the folder in which a cluster writes its results."""
    follow_links: bool = False
    """Follow links that lead out of an archive."""
    use_cache: bool = True
    max_line_length: int | None = None
    """Characters per line of written subtitles; None breaks no line, unless max_lines is set."""
    max_lines: int | None = None
    """Lines per cue of written subtitles."""
    titles: bool = False
    """Give conversations the titles of their files."""
    rate: int | None = None
    """Writes per hour; None is the server's limit."""
    gap: float = 0.5
    """Seconds between two writes."""
    concurrency: int = 1
    """Requests sent at the same time."""
    order: Order = "found"


def load_server(
    flags: Mapping[str, Any],
    environ: Mapping[str, str],
    own_file: Path,
    home: Path,
    stored_profiles: Mapping[str, str] | None = None,
    *,
    may_be_new: bool = False,
) -> ServerSettings:
    """The key and the server.

    flags: only `profile`, `api_base` and `allow_http` matter. own_file: the user's settings.
    stored_profiles: the server of each profile that `auth login` stored. may_be_new: the profile
    need not exist yet.
    Raises SettingsError for a file that cannot be read, and for a profile that does not exist.
    """
    named = _check_given(flags, "profile")
    base = _check_given(flags, "api_base")
    own = read_user_file(own_file)
    if named is None:
        # A profile that the user names keeps its own server; everything else yields to this one.
        base = base or environ.get("OMI_API_BASE")
    if named is None and environ.get("OMI_API_KEY"):
        found = ServerSettings(environ["OMI_API_KEY"], "", "OMI_API_KEY")
    else:
        omi = read_omi_profiles(environ, home)
        wanted = named or environ.get("OMI_PROFILE")
        found = _find_profile(wanted, omi, stored_profiles or {}, may_be_new=may_be_new)
        if not wanted and not found.api_key:
            found = _read_server(own, name_settings(own_file, home), "")
    base = base or found.api_base or environ.get("OMI_API_BASE") or DEFAULT_API_BASE
    return replace(found, api_base=base, allow_http=bool(flags.get("allow_http")))


def _read_server(table: Mapping[str, Any], place: str, profile: str) -> ServerSettings:
    """The key, if the table has one, and its server. place: where the table is, for messages."""
    key = table.get("api_key")
    if not key:
        place = ""
    return ServerSettings(key, table.get("api_base", ""), place, profile)


def name_settings(own_file: Path, home: Path) -> str:
    """How messages name the user's own settings file."""
    return f"the settings file {shorten_home(own_file, home)}"


def _find_profile(
    wanted: str | None, omi: OmiProfiles, stored: Mapping[str, str], *, may_be_new: bool
) -> ServerSettings:
    """The profile `wanted`, else the one that the Omi CLI uses. Raises SettingsError."""
    if wanted is not None and wanted in stored:
        return ServerSettings(None, stored[wanted], profile=wanted)
    name = wanted or omi.active
    is_unknown = bool(wanted) and name not in omi.profiles
    if is_unknown and not may_be_new:
        raise SettingsError(_describe_unknown(name, omi, stored))
    return _read_server(omi.profiles.get(name, {}), omi.place, name)


def _check_given(flags: Mapping[str, Any], name: str) -> str | None:
    """The value of a flag; None if it was not given.

    Raises SettingsError for an empty one, as in `--profile "$UNSET"`: it would choose another
    account than the user meant.
    """
    value = flags.get(name)
    if value is None:
        return None
    text = str(value)
    if not text.strip():
        flag = "--" + name.replace("_", "-")
        raise SettingsError(f"{flag} is empty; give a value, or leave it out")
    return text


def collect_values(
    flags: Mapping[str, Any],
    environ: Mapping[str, str],
    user_file: Mapping[str, Any],
    archive_file: Mapping[str, Any],
) -> dict[str, Any]:
    """The parsed value of every option that is set somewhere; flags take precedence.

    flags: values by option name; None and () mean that the flag was not given.
    Raises SettingsError for a value of the wrong kind.
    """
    values: dict[str, Any] = {}
    for name, value in user_file.items():
        if name not in _SERVER_KEYS:
            values[name] = value
    values.update(archive_file)
    everywhere = _read_variables(environ)
    for name, value in flags.items():
        if name in BY_NAME and value not in (None, ()):
            everywhere[name] = parse_option(name, value, BY_NAME[name].flag)
    tables = (*user_file.get("files", ()), *archive_file.get("files", ()))
    values.update(everywhere)
    # Patterns add up: a flag leaves out more files and never includes any again.
    typed = [IgnorePattern(pattern, is_typed=True) for pattern in everywhere.get("ignore", ())]
    values["ignore"] = (*archive_file.get("ignore", ()), *typed)
    if tables:
        values["files"] = without_values(tables, everywhere)
    return values


def _read_variables(environ: Mapping[str, str]) -> dict[str, Any]:
    """The parsed values of the options that environment variables set. Raises SettingsError."""
    values = {}
    for option in OPTIONS:
        variable = ENVIRONMENT_PREFIX + option.name.upper()
        text = environ.get(variable)
        if text and "environment" in option.places:
            values[option.name] = parse_option(option.name, text, f"${variable}")
    return values


def build_run_options(
    values: Mapping[str, Any], speakers: SpeakerMap, server: ServerSettings
) -> RunOptions:
    """The options of a run. Raises SettingsError for values that contradict each other."""
    fields = {}
    for option in OPTIONS:
        if option.changes == "run" and option.name in values:
            fields[option.target] = values[option.name]
    if "use_cache" in fields:  # of --no-cache
        fields["use_cache"] = not fields["use_cache"]
    return RunOptions(build_options(values, speakers), server, **fields)


def build_speakers(values: Mapping[str, Any], *, everywhere: bool) -> SpeakerMap:
    """The speaker map of a run: a file, `--me` and `--speaker` together.

    everywhere: the label `me` must occur in every file, because the user typed it for these files;
    in an archive it need not.
    Raises SettingsError.
    """
    path = values.get("speakers")
    me = values.get("me")
    speakers = SpeakerMap.from_toml(path) if path else SpeakerMap()
    if me is not None and everywhere:
        speakers = speakers.with_me(me)
    persons = values.get("speaker", ())
    _refuse_two_ids(persons)
    for label, person_id in persons:
        speakers = speakers.with_person(label, person_id)
    if me is not None and not everywhere:
        speakers = speakers.with_owner(me)
    return speakers


def _refuse_two_ids(persons: Iterable[tuple[str, str]]) -> None:
    ids: dict[str, str] = {}
    for label, person_id in persons:
        first = ids.setdefault(label, person_id)
        if first != person_id:
            raise SettingsError(
                f"--speaker: {label!r} has two ids, {first} and {person_id}; give one"
            )


def read_user_file(path: Path) -> dict[str, Any]:
    """The user's own settings, which may hold a key and a server. Raises SettingsError."""
    return _read_file(path, "user file")


def read_archive_file(path: SettingsPlace) -> dict[str, Any]:
    """The settings that an archive holds, `transcript-bridge.toml`.

    The path of a speaker map is relative to the file's own folder. API keys and servers are not
    allowed. Raises SettingsError with path and line for anything unknown.
    """
    values = _read_file(path, "archive file")
    if "ignore" in values:
        folder = folder_of(path)
        values["ignore"] = tuple(IgnorePattern(pattern, folder) for pattern in values["ignore"])
    if "speakers" in values:
        values["speakers"] = _join_own_folder(path, values["speakers"])
    return values


def _join_own_folder(path: SettingsPlace, name: str) -> str:
    """A path in a settings file, resolved relative to the file's folder."""
    if isinstance(path, str):
        return join_folder(folder_of(path), name)
    return str(path.parent / Path(name).expanduser())


def _read_file(path: SettingsPlace, place: Place) -> dict[str, Any]:
    text = read_text(path)
    data = parse_toml(text, path)
    known = [option.name for option in OPTIONS if place in option.places]
    lines = text.splitlines()
    values: dict[str, Any] = {}
    for name, value in data.items():
        where = f"{path}:{_find_line(name, lines)}"
        if name in _SERVER_KEYS:
            values[name] = _check_server_key(name, value, where, place)
        elif name in known:
            values[name] = parse_option(name, value, where)
            if name == "files":
                starts = find_files_tables(lines)
                values[name] = parse_file_tables(values[name], path, starts)
        else:
            raise SettingsError(f"{where}: unknown setting {name!r}{_hint(name, known)}")
    return values


def _find_line(name: str, lines: list[str]) -> int:
    """The 1-based line that sets a key; 1 if it cannot be found."""
    key = re.compile(rf"\s*\[*\s*[\"']?{re.escape(name)}(?![\w-])")
    for number, line in enumerate(lines, 1):
        if key.match(line):
            return number
    return 1


def _check_server_key(name: str, value: Any, where: str, place: Place) -> str:
    if place != "user file":
        raise SettingsError(f"{where}: {name} is not allowed here; store it with 'auth login'")
    if not isinstance(value, str):  # the message does not show the value: it may be the key
        raise SettingsError(f"{where}: {name} must be text")
    return value


def _hint(name: str, known: list[str]) -> str:
    import difflib  # only needed for a typing error

    near = difflib.get_close_matches(name, known, 1, cutoff=0.7)
    if near:
        return f"; did you mean {near[0]!r}?"
    return f"; the settings are: {', '.join(known)}"


def _describe_unknown(wanted: str, omi: OmiProfiles, stored: Mapping[str, str]) -> str:
    message = f"there is no profile {wanted!r}"
    if omi.profiles:
        message = f"{omi.path} has no profile {wanted!r}; it has: {', '.join(omi.profiles)}"
    if stored:
        message += f"; 'auth login' has stored: {', '.join(stored)}"
    if not omi.profiles and not stored:
        message += "; 'transcript-bridge auth login --profile NAME' stores a key under a name"
    return message


def read_omi_profiles(environ: Mapping[str, str], home: Path) -> OmiProfiles:
    """The Omi CLI's file: `[profiles.NAME]` with api_key and api_base, `active_profile` at the top.

    Raises SettingsError.
    """
    path = Path(environ.get("OMI_CONFIG") or home / ".omi" / "config.toml").expanduser()
    data = parse_toml(read_text(path), path)
    profiles = {}
    tables = data.get("profiles", {})
    if isinstance(tables, dict):
        for name, table in tables.items():
            if isinstance(table, dict):
                texts = {key: value for key, value in table.items() if isinstance(value, str)}
                profiles[name] = texts
    active = str(data.get("active_profile", "default"))
    return OmiProfiles(path, profiles, active, f"the Omi CLI's {shorten_home(path, home)}")
