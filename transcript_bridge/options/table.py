"""The table of options: from it come flags, settings files, variables and docs/settings.md."""

from __future__ import annotations

from typing import Any

from ..errors import SettingsError
from ..limits import MAX_SEGMENTS
from .kinds import (
    COUNT,
    ENGINE,
    JOBS,
    LANGUAGE,
    LOCATION,
    MOMENT,
    ORDER,
    PARTS,
    PATH,
    PATTERNS,
    PERSONS,
    RATE,
    SECONDS,
    SEGMENTS,
    SOURCE,
    SPLIT,
    SUFFIX,
    SWITCH,
    TABLES,
    TEXT,
    TURNS,
    ZONE,
)
from .option import Command, Option, Place

_FILE: frozenset[Command] = frozenset({"file"})
_ARCHIVE: frozenset[Command] = frozenset({"archive"})
_BOTH = _FILE | _ARCHIVE
_NONE: frozenset[Command] = frozenset()
_EVERYWHERE: frozenset[Place] = frozenset({"environment", "user file", "archive file"})
_IN_ARCHIVE: frozenset[Place] = frozenset({"archive file"})
_IN_FILES: frozenset[Place] = frozenset({"user file", "archive file"})
_IN_TABLE: frozenset[Place] = frozenset({"files table"})

OPTIONS = (
    Option(
        "format",
        TEXT,
        "reading",
        "Read the file as this format instead of detecting it ('transcript-bridge formats').",
        _FILE,
        _IN_TABLE,
        metavar="NAME",
    ),
    Option(
        "encoding",
        TEXT,
        "reading",
        "Decode the file with this encoding instead of detecting it.",
        _FILE,
        _IN_TABLE,
        metavar="NAME",
    ),
    Option(
        "no_recover",
        SWITCH,
        "reading",
        "Read strictly by the format's standard, without repairs.",
        _FILE,
        _IN_TABLE,
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
        PATH,
        "run",
        "Take the speakers from this file of turns (RTTM, pyannote, labels …).",
        _FILE,
        metavar="TURNS",
    ),
    Option(
        "turns_format",
        TEXT,
        "reading",
        "Read TURNS as this format instead of detecting it.",
        _FILE,
        _IN_TABLE,
        metavar="NAME",
        needs="diarization",
    ),
    Option(
        "recording",
        TEXT,
        "reading",
        "The recording in TURNS to use, if it holds several.",
        _FILE,
        _IN_TABLE,
        metavar="NAME",
        needs="diarization",
    ),
    Option(
        "reassign",
        SWITCH,
        "reading",
        "Let speaker turns overrule the speakers that a transcript has.",
        _BOTH,
        _IN_ARCHIVE | _IN_TABLE,
    ),
    Option(
        "raw",
        SWITCH,
        "reading",
        "Join TURNS by overlap alone, without smoothing.",
        _FILE,
        _IN_TABLE,
        field="smooth",
        needs="diarization",
    ),
    Option(
        "untranscribed_text",
        TEXT,
        "shaping",
        "Accept speaker turns without words, with TEXT as the text of each.",
        _BOTH,
        _IN_ARCHIVE | _IN_TABLE,
        metavar="TEXT",
    ),
    Option(
        "me",
        TEXT,
        "shaping",
        "Your own label in the files; * for recordings without labels.",
        _BOTH,
        _IN_ARCHIVE,
        field="speakers",
        metavar="LABEL",
    ),
    Option(
        "speaker",
        PERSONS,
        "shaping",
        "The id that Omi has for the person with this label; may be repeated.",
        _BOTH,
        field="speakers",
        metavar="LABEL=PERSON_ID",
    ),
    Option(
        "speakers",
        PATH,
        "shaping",
        "A speaker map (TOML), which says who each label is.",
        _BOTH,
        _EVERYWHERE,
        metavar="FILE",
    ),
    Option(
        "keep_names",
        SWITCH,
        "shaping",
        "Put 'Alice: ' in front of the text, because Omi does not show labels.",
        _BOTH,
        _EVERYWHERE | _IN_TABLE,
    ),
    Option(
        "merge_gap",
        SECONDS,
        "shaping",
        "Join neighbors of one speaker with at most this pause between them.",
        _BOTH,
        _EVERYWHERE | _IN_TABLE,
        metavar="SECONDS",
    ),
    Option(
        "merge_characters",
        COUNT,
        "shaping",
        "A segment joined by --merge-gap has at most N characters (default: 1500).",
        _BOTH,
        _EVERYWHERE | _IN_TABLE,
        metavar="N",
        needs="merge_gap",
    ),
    Option(
        "merge_duration",
        SECONDS,
        "shaping",
        "A segment joined by --merge-gap lasts at most this long (default: 120).",
        _BOTH,
        _EVERYWHERE | _IN_TABLE,
        metavar="SECONDS",
        needs="merge_gap",
    ),
    Option(
        "max_segments",
        SEGMENTS,
        "shaping",
        f"At most this many segments per conversation (default and limit: {MAX_SEGMENTS}).",
        _BOTH,
        _EVERYWHERE | _IN_TABLE,
        metavar="N",
    ),
    Option(
        "split",
        SPLIT,
        "shaping",
        "Start a new conversation when one is full (default), or at a pause before that.",
        _BOTH,
        _EVERYWHERE | _IN_TABLE,
    ),
    Option(
        "source",
        SOURCE,
        "shaping",
        "The source that Omi shows (default: the product named in the file, else phone).",
        _BOTH,
        _EVERYWHERE | _IN_TABLE,
        metavar="NAME",
    ),
    Option(
        "language",
        LANGUAGE,
        "shaping",
        "The language, such as de, if the file does not state it or is wrong.",
        _BOTH,
        _EVERYWHERE | _IN_TABLE,
        metavar="CODE",
    ),
    Option(
        "location",
        LOCATION,
        "shaping",
        "Where it took place, in degrees.",
        _BOTH,
        _IN_TABLE,
        metavar="LAT,LON",
    ),
    Option(
        "started_at",
        MOMENT,
        "shaping",
        "When it began, such as 2024-01-24T15:04:05+01:00.",
        _FILE,
        _IN_TABLE,
        metavar="TIME",
    ),
    Option("files", TABLES, "shaping", "Settings for some files only.", _NONE, _IN_FILES),
    Option(
        "during",
        PARTS,
        "shaping",
        "Parts of a recording in which a label means another speaker.",
        _NONE,
        _IN_TABLE,
    ),
    Option("form", SUFFIX, "recording", "Which file is used, by its suffix.", _NONE, _IN_TABLE),
    Option(
        "turns",
        TURNS,
        "recording",
        "The file of speaker turns to use; false for none.",
        _NONE,
        _IN_TABLE,
    ),
    Option(
        "leave_out",
        SWITCH,
        "recording",
        "Do not send these recordings; false takes back what an earlier table or `ignore` says.",
        _NONE,
        _IN_TABLE,
    ),
    Option(
        "settled",
        SWITCH,
        "recording",
        "You have checked these recordings: the review page asks nothing about them.",
        _NONE,
        _IN_TABLE,
    ),
    Option(
        "timezone",
        ZONE,
        "reading",
        "Time zone of dates without an offset, and of those that are shown, such as Europe/Berlin "
        "(default: the computer's).",
        _BOTH,
        _EVERYWHERE | _IN_TABLE,
        metavar="ZONE",
    ),
    Option(
        "ignore",
        PATTERNS,
        "run",
        "Leave out files that match, such as 'drafts/*'; may be repeated.",
        _ARCHIVE,
        _IN_ARCHIVE,
        metavar="PATTERN",
    ),
    Option(
        "follow_links",
        SWITCH,
        "run",
        "Follow links in folders that lead out of PATH, too.",
        _ARCHIVE,
    ),
    Option("jobs", JOBS, "run", "Processes to use (default: one per core).", _ARCHIVE, metavar="N"),
    Option(
        "engine",
        ENGINE,
        "run",
        "What reads the files: processes (default), dask, or the address of a Dask scheduler.",
        _NONE,
        metavar="ENGINE",
    ),
    Option(
        "run",
        TEXT,
        "run",
        "Where a cluster writes its results; all machines must see it (default: in the cache).",
        _NONE,
        field="run_folder",
        metavar="DIR|URL",
    ),
    Option(
        "no_cache",
        SWITCH,
        "run",
        "Read every file again, and do not store the results.",
        _ARCHIVE,
        field="use_cache",
    ),
    Option(
        "max_line_length",
        COUNT,
        "run",
        "At most this many characters per subtitle line.",
        _NONE,
        metavar="N",
    ),
    Option(
        "max_lines", COUNT, "run", "At most this many lines per subtitle cue.", _NONE, metavar="N"
    ),
    Option(
        "titles",
        SWITCH,
        "run",
        "Afterwards, give conversations the titles of their files; each title is one more write.",
        _NONE,
        _EVERYWHERE,
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
        subject = place
        if place != option.flag:
            subject = f"{place}: {name}"
        given = repr(value)
        if isinstance(value, tuple):  # of a flag that may be repeated
            given = ", ".join(map(repr, value))
        raise SettingsError(f"{subject} must be {option.kind.wanted}, not {given}") from None
