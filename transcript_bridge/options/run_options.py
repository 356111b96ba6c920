"""Options of a whole run: files to leave out, the speed of reading and sending, the output."""

from __future__ import annotations

from .kinds import COUNT, ENGINE, JOBS, ORDER, PATTERNS, RATE, SWITCH, TEXT
from .option import ARCHIVE, EVERYWHERE, IN_ARCHIVE, NONE, Option

RUN_OPTIONS = (
    Option(
        "ignore",
        PATTERNS,
        "run",
        "Leave out files that match, such as 'drafts/*'; may be repeated.",
        ARCHIVE,
        IN_ARCHIVE,
        metavar="PATTERN",
    ),
    Option(
        "follow_links",
        SWITCH,
        "run",
        "Follow links in folders that lead out of PATH, too.",
        ARCHIVE,
    ),
    Option("jobs", JOBS, "run", "Processes to use (default: one per core).", ARCHIVE, metavar="N"),
    Option(
        "engine",
        ENGINE,
        "run",
        "What reads the files: processes (default), dask, or the address of a Dask scheduler.",
        NONE,
        metavar="ENGINE",
    ),
    Option(
        "run",
        TEXT,
        "run",
        "Where a cluster writes its results; all machines must see it (default: in the cache).",
        NONE,
        field="run_folder",
        metavar="DIR|URL",
    ),
    Option(
        "no_cache",
        SWITCH,
        "run",
        "Read every file again, and do not store the results.",
        ARCHIVE,
        field="use_cache",
    ),
    Option(
        "max_line_length",
        COUNT,
        "run",
        "At most this many characters per subtitle line.",
        NONE,
        metavar="N",
    ),
    Option(
        "max_lines", COUNT, "run", "At most this many lines per subtitle cue.", NONE, metavar="N"
    ),
    Option(
        "titles",
        SWITCH,
        "run",
        "Afterwards, give conversations the titles of their files; each title is one more write.",
        NONE,
        EVERYWHERE,
    ),
    Option(
        "rate",
        RATE,
        "run",
        "At most this many writes per hour (default: the server's limit).",
        NONE,
        IN_ARCHIVE,
        metavar="N/hour",
    ),
    Option(
        "order",
        ORDER,
        "run",
        "Which recordings are sent first (default: found).",
        NONE,
        IN_ARCHIVE,
    ),
)
