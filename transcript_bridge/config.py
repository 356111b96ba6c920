"""Flags > environment > settings file > defaults -> one frozen Settings, passed on explicitly.

The key and the server come from, in this order: flags, OMI_API_KEY and OMI_API_BASE, the profile of
the Omi CLI (~/.omi/config.toml, moved by OMI_CONFIG, chosen by --profile or OMI_PROFILE), our own
settings file. A key that comes from a file brings that file's server with it, so it never goes to
another one by accident.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .errors import SettingsError

DEFAULT_API_BASE = "https://api.omi.me"
ENVIRONMENT_PREFIX = "TRANSCRIPT_BRIDGE_"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that a user can set once and for all."""

    api_key: str | None = field(default=None, repr=False)
    api_base: str = DEFAULT_API_BASE
    source: str = "phone"
    language: str | None = None
    timezone: str | None = None
    """IANA name of the zone that times without an offset are in; None is the computer's own."""
    max_segments: int = 500
    split: str = "fill"
    merge_gap: float | None = None
    """Seconds."""
    keep_names: bool = False
    speakers: str | None = None
    """Path of a speaker map."""


def load(
    flags: Mapping[str, Any],
    environ: Mapping[str, str],
    own_file: Path,
    home: Path,
    profile: str | None = None,
) -> Settings:
    """Put the settings together; a flag that is None was not given.

    Raises SettingsError, one line, for a file that cannot be read, a key that means nothing, a
    value of the wrong kind.
    """
    own = _read_own(own_file)
    values: dict[str, Any] = {
        name: value for name, value in own.items() if not name.startswith("api_")
    }
    for name in _KINDS:
        text = environ.get(ENVIRONMENT_PREFIX + name.upper())
        if text:
            values[name] = _parse(name, text, f"${ENVIRONMENT_PREFIX}{name.upper()}")
    for name, value in flags.items():
        if value is not None and name in _KINDS:
            values[name] = _parse(name, value, f"--{name.replace('_', '-')}")
    key, base = _credentials(flags, environ, home, profile, own)
    return Settings(**{**values, "api_key": key, "api_base": base})


def _credentials(
    flags: Mapping[str, Any],
    environ: Mapping[str, str],
    home: Path,
    profile: str | None,
    own: Mapping[str, Any],
) -> tuple[str | None, str]:
    explicit = flags.get("api_base") or environ.get("OMI_API_BASE")
    if environ.get("OMI_API_KEY"):
        return environ["OMI_API_KEY"], explicit or DEFAULT_API_BASE
    omi = _read_omi_profile(environ, home, profile)
    if omi.get("api_key"):
        return omi["api_key"], explicit or omi.get("api_base") or DEFAULT_API_BASE
    return own.get("api_key"), explicit or own.get("api_base") or DEFAULT_API_BASE


def _read_omi_profile(
    environ: Mapping[str, str], home: Path, profile: str | None
) -> Mapping[str, Any]:
    """The Omi CLI's profile: `[profiles.NAME]` with api_key and api_base, `active_profile` at the
    top."""
    path = Path(environ.get("OMI_CONFIG") or home / ".omi" / "config.toml").expanduser()
    wanted = profile or environ.get("OMI_PROFILE")
    data = _read_toml(path)
    profiles = data.get("profiles", {})
    name = wanted or data.get("active_profile", "default")
    found = profiles.get(name) if isinstance(profiles, dict) else None
    if isinstance(found, dict):
        return {k: v for k, v in found.items() if isinstance(v, str)}
    if wanted:
        known = ", ".join(profiles) if isinstance(profiles, dict) and profiles else "none"
        raise SettingsError(f"{path} has no profile {wanted!r}; it has: {known}")
    return {}


def read_archive_file(path: Path) -> dict[str, Any]:
    """The settings that stand in an archive, `transcript-bridge.toml`: docs/archives.md lists them.

    A path of a speaker map is taken from the file's own folder. Keys and servers are no matter of
    an archive. Raises SettingsError, one line with path and line, for anything that means nothing.
    """
    data = _read_file(path, _ARCHIVE_KINDS)
    if "speakers" in data:
        data["speakers"] = str(path.parent / Path(data["speakers"]).expanduser())
    return data


def _read_own(path: Path) -> dict[str, Any]:
    return _read_file(path, {"api_key": _text, "api_base": _text, **_KINDS})


def _read_file(path: Path, kinds: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    data = _read_toml(path)
    text = path.read_text(encoding="utf-8") if data else ""
    for name, value in data.items():
        key = re.compile(rf"\s*\[*\s*[\"']?{re.escape(name)}(?![\w-])")
        line = next((n for n, row in enumerate(text.splitlines(), 1) if key.match(row)), 1)
        place = f"{path}:{line}"
        if name in ("api_key", "api_base"):
            if name not in kinds:
                raise SettingsError(
                    f"{place}: {name} does not belong into an archive; keep it with 'auth login'"
                )
            if not isinstance(value, str):  # never told: it may be the key
                raise SettingsError(f"{place}: {name} must be a text")
        elif name in kinds:
            data[name] = _parse(name, value, place, kinds)
        else:
            near = difflib.get_close_matches(name, list(kinds), 1, cutoff=0.7)
            hint = (
                f"; did you mean {near[0]!r}?"
                if near
                else f"; the settings are: {', '.join(kinds)}"
            )
            raise SettingsError(f"{place}: {name!r} means nothing here{hint}")
    return data


def _read_toml(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    import tomllib

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: the settings cannot be opened ({error.strerror})") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: the settings are not UTF-8; save the file as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path}: the settings are not valid TOML: {error}") from None


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a text")
    return value


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("1", "true", "yes", "0", "false", "no"):
        return value in ("1", "true", "yes")
    raise ValueError("true or false")


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not 0 <= float(value) < 1e6:
        raise ValueError("a number of seconds")
    return float(value)


def _count(value: Any) -> int:
    if isinstance(value, bool) or not 1 <= int(value) <= 500:
        raise ValueError("a number from 1 to 500")
    return int(value)


def _split(value: Any) -> str:
    if value not in ("fill", "pause"):
        raise ValueError("fill or pause")
    return str(value)


def _zone(value: Any) -> str:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(value)
    except Exception:  # zoneinfo raises several kinds for a bad name
        raise ValueError("a time zone such as Europe/Berlin") from None
    return str(value)


_KINDS: dict[str, Callable[[Any], Any]] = {
    "source": _text,
    "language": _text,
    "timezone": _zone,
    "max_segments": _count,
    "split": _split,
    "merge_gap": _seconds,
    "keep_names": _flag,
    "speakers": _text,
}


def _rate(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError("a number of writes an hour")
    return value


def _order(value: Any) -> str:
    if value not in ("newest", "oldest", "found"):
        raise ValueError("newest, oldest or found")
    return str(value)


def _patterns(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise ValueError("a list of patterns")
    return tuple(value)


_ARCHIVE_KINDS: dict[str, Callable[[Any], Any]] = {
    **_KINDS,
    "me": _text,
    "reassign": _flag,
    "untranscribed_text": _text,
    "rate": _rate,
    "order": _order,
    "ignore": _patterns,
}


def _parse(
    name: str, value: Any, place: str, kinds: Mapping[str, Callable[[Any], Any]] = _KINDS
) -> Any:
    try:
        return kinds[name](value)
    except (ValueError, TypeError) as error:
        wanted = (
            str(error)
            if type(error) is ValueError and "could not convert" not in str(error)
            else "a number"
        )
        raise SettingsError(f"{place}: {name} must be {wanted}, not {value!r}") from None
