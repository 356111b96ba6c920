"""The command. Everything here is a client of the library; this is the only place that prints or
exits.

Commands are imported when they are run, so that `--version` and a small `convert` start at once.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any, NoReturn

import click

# pydantic looks through every installed package for plug-ins of its own, which takes as long as
# converting a file.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

from .. import __version__
from ..errors import BridgeError
from .output import say

_COMMANDS = {
    "convert": "Turn transcripts into Omi requests, segments, or another format.",
    "inspect": "Show what is in a transcript: speakers, times, problems.",
    "upload": "Convert transcripts and create the conversations in Omi.",
    "plan": "Show what an archive would become, and when it would be done.",
    "speakers": "List who speaks in an archive, and write a speaker map to edit.",
    "migrate": "Upload an archive over hours or days, stopping and going on at will.",
    "status": "Show what was uploaded, what is left, and when it goes on.",
    "retry": "Plan again what the server rejected or blocked.",
    "resolve": "Decide about requests that are perhaps stored, perhaps not.",
    "verify": "Read back what was uploaded, and compare every text and time.",
    "report": "Write a page about all that was uploaded, to keep or to print.",
    "undo": "Delete the conversations that were uploaded, and only those.",
    "ledger": "Show where the ledger is, or what stands in it.",
    "auth": "Keep the API key safely, and check it.",
    "formats": "List the formats that can be read and written.",
    "demo": "Try it all against a sandbox on this machine; needs no key.",
    "sandbox": "Run a server that behaves like Omi's, on this machine.",
}


class LazyGroup(click.Group):
    """Imports a command's module when the command is asked for; knows its one-line help without."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(f".commands.{cmd_name}", __name__).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.command(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="transcript-bridge")
def cli() -> None:
    """Bring the transcripts you own (SRT, WebVTT, WhisperX JSON, RTTM) into Omi.

    \b
    Look first:    transcript-bridge inspect meeting.vtt
    Then send:     transcript-bridge upload meeting.vtt --me "Alice Doe"
    """


def main() -> NoReturn:
    """Run the command; every failure is one line on stderr and an exit code.

    0 all done; 1 something failed, the rest was done; 2 bad usage or settings; 3 the key was
    refused; 4 stopped with work left, run again to go on.
    """
    _write_utf8()
    try:
        code = cli.main(prog_name="transcript-bridge", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else str(error), err=True)
        code = 2
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "transcript-bridge"
        say(f"{where}: {error.format_message()} (see {where} --help)", mark="error")
        code = 2
    except click.ClickException as error:
        say(error.format_message(), mark="error")
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        say("stopped; run the same command again to go on")
        code = 4
    except BridgeError as error:
        say(str(error), mark="error")
        code = error.exit_code
    except BrokenPipeError:
        # Whoever read our output has seen enough (`| head`); Python would complain once more when
        # it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    sys.exit(code if isinstance(code, int) else 0)


def _write_utf8() -> None:
    """Data is UTF-8 wherever it goes: a Windows console's own code page would refuse most names."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure: Any = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
