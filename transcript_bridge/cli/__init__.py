"""The command line: a client of the library, and the only place that prints or exits.

    commands/      one file per command

What a command takes:

    flags              the flags that commands share, their help; one_of: flags that exclude others
    path_types         paths: `~`, completion; value_types: numbers and choices
    groups             groups of commands; usage_errors: messages for wrong command lines
    environment        the environment of this process, as data

What a command opens:

    session            server and ledger; signals: stopping on Ctrl-C
    accounts           which account it uses
    named_files        files that it names one by one
    archive_session    an archive
    selection          a part of the ledger
    output_target      `-o` and `--force`

What a command prints:

    output             everything that is printed, and the exit code
    printable          makes text from outside harmless for a terminal
    progress           progress bars
    event_printer      prints what an upload reports; migration_printer: the same for an archive
    upload_preview     what `upload --dry-run` would send
    loaded_inputs, unusable, left_out_names    messages about inputs
    plan_lines, times                          a plan, and times, in words
    speaker_chart, label_decisions             parts of what `inspect` shows
    json_log           `--log-format json`; migration_log and serve_log: its records
    connection_log     what `-vv` adds
    monitoring         `--metrics`

Commands are imported when they are called, so that `--version` and a small `convert` start at once.
"""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
from contextlib import suppress
from typing import Any, NoReturn

import click

# pydantic searches all installed packages for its plug-ins, which takes as long as converting a
# file.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

from .. import __version__
from ..errors import BridgeError, StandardOutputError
from .groups import LazyGroup, MissingCommandError
from .output import (
    FAILED,
    STOPPED,
    ClosedOutput,
    discard,
    explain_output_error,
    flush_messages,
    flush_output,
    say,
    say_lines,
)

PROGRAM = "transcript-bridge"

# The default threshold is 700 new objects: the collector would examine modules and classes again
# and again while the command is imported. With the next line, this saves 3 % of a small `convert`.
gc.set_threshold(10_000)
# At exit, the collector would examine everything once more: an eighth of the time of `status`.
atexit.register(gc.freeze)


class _Commands(LazyGroup):
    package = f"{__name__}.commands"
    summaries = {  # noqa: RUF012  # never changed
        "convert": "Turn transcripts into Omi requests, segments, or another format.",
        "inspect": "Show what is in a transcript: speakers, times, problems.",
        "upload": "Convert transcripts and create the conversations in Omi, each exactly once.",
        "plan": "Show what would be sent from an archive, and when the upload would end.",
        "review": "Check and correct an archive in the browser before anything is sent.",
        "speakers": "List the speakers of an archive, and write a speaker map to edit.",
        "migrate": "Upload an archive over hours or days; stop and resume at any time.",
        "serve": "Upload with the keys of the queue, each within its own limit.",
        "queue": "Add, list, pause, resume and remove the keys that 'serve' uploads with.",
        "status": "Show what was uploaded, what is left, and when it will be done.",
        "retry": "Let the next upload send again what the server refused.",
        "resolve": "Decide about requests that may or may not be stored.",
        "verify": "Compare what was uploaded with what is in Omi: every text, time and speaker.",
        "report": "Write a page about all uploads, to keep or to print.",
        "undo": "Delete the conversations that were uploaded, and only those.",
        "ledger": "Show, export or copy the ledger, or say that it was restored.",
        "auth": "Store API keys safely, list them, and check them.",
        "formats": "List the formats that can be read and written, plug-ins included.",
        "demo": "Try everything against a sandbox on this machine; needs no key.",
        "sandbox": "Run a server that behaves like Omi's, on this machine.",
    }


@click.command(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name=PROGRAM)
def cli() -> None:
    """Import transcripts that you already have (SRT, WebVTT, WhisperX JSON, RTTM) into Omi.

    \b
    Look first:    transcript-bridge inspect meeting.vtt
    Then upload:   transcript-bridge upload meeting.vtt --me "Alice Doe"
    In a browser:  transcript-bridge review exports.zip
    """


def main() -> NoReturn:
    """Run a command; every failure is one line on standard error and an exit code.

    0 everything done; 1 something failed, the rest was done; 2 wrong usage or settings; 3 the key
    was refused; 4 stopped with work left: run the same command again to continue.
    """
    _replace_closed_streams()
    _write_utf8()
    code = _run()
    _ignore_interrupts()
    flush_messages()
    sys.exit(code)


def _ignore_interrupts() -> None:
    """Ignore Ctrl-C when nothing is left that it could stop: it would only print a traceback."""
    with suppress(ValueError):  # not the main thread
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _run() -> int:
    if any("\0" in word for word in sys.argv):
        say("no argument can contain the character NUL", mark="error")
        return 2
    try:
        code = cli.main(prog_name=PROGRAM, standalone_mode=False)
        flush_output()
    except MissingCommandError as error:
        say_lines(error.help.splitlines())
        return 2
    except click.UsageError as error:
        from .usage_errors import describe_usage_error

        where = PROGRAM
        if error.ctx:
            where = error.ctx.command_path
        say(f"{where}: {describe_usage_error(error)} (see {where} --help)", mark="error")
        return 2
    except click.ClickException as error:
        say(error.format_message(), mark="error")
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        say("stopped before the end; run the same command again")
        return STOPPED
    except StandardOutputError as error:
        return _lose_output(error)
    except BridgeError as error:
        say(str(error), mark="error")
        return error.exit_code
    except OSError as error:
        return _explain_system_error(error)
    return code if isinstance(code, int) else 0


def _explain_system_error(error: OSError) -> int:
    if error.filename is None:  # click could not print its help
        return _lose_output(explain_output_error(error))
    say(f"{error.filename}: {error.strerror}", mark="error")
    return FAILED


def _lose_output(error: StandardOutputError) -> int:
    say(str(error), mark="error")
    discard(sys.stdout)
    return error.exit_code


def _replace_closed_streams() -> None:
    """Replace the None that stands for a closed standard stream."""
    if sys.stdout is None:
        sys.stdout = ClosedOutput()
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115  # for good


def _write_utf8() -> None:
    """Write UTF-8 everywhere: the code page of a Windows console lacks many characters of names."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
