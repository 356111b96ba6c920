"""`sandbox`: the Omi API on this machine."""

from __future__ import annotations

import shlex
from pathlib import Path
from secrets import token_hex
from tempfile import gettempdir
from typing import Literal

import click

from ...errors import SettingsError
from ...options.kinds import number_kind
from ..output import print_line, say_lines
from ..path_types import OPTION_PATH
from ..value_types import ChoiceType, ValueType


@click.command(name="sandbox")
@click.option(
    "--port",
    type=ValueType(number_kind(0, 65535)),
    default=8700,
    show_default=True,
    metavar="N",
    help="The port; 0 chooses any free port.",
)
@click.option(
    "--data", type=OPTION_PATH, metavar="FILE", help="Keep the conversations in this SQLite file."
)
@click.option(
    "--generation",
    type=ChoiceType("old", "middle", "new"),
    default="new",
    show_default=True,
    help="Which generation of the server to simulate.",
)
@click.option(
    "--writes",
    type=ValueType(number_kind(1)),
    metavar="N",
    help="Writes per window; the real server allows 25.",
)
@click.option(
    "--reads",
    type=ValueType(number_kind(1)),
    metavar="N",
    help="Reads per window; the real server allows 60.",
)
@click.option(
    "--window",
    type=ValueType(number_kind(0.1, read=float)),
    default=3600,
    show_default=True,
    metavar="SECONDS",
    help="Length of a window.",
)
@click.option(
    "--processing",
    type=ValueType(number_kind(0, read=float)),
    default=0,
    show_default=True,
    metavar="SECONDS",
    help="How long the server processes a conversation.",
)
@click.option(
    "--faults",
    type=ValueType(number_kind(0, 1, float)),
    default=0,
    show_default=True,
    metavar="SHARE",
    help="The share of uploads that fail: lost answers, crashes, wrong answers.",
)
@click.option(
    "--token",
    metavar="TOKEN",
    envvar="TRANSCRIPT_BRIDGE_SANDBOX_TOKEN",
    help="The token for the control endpoints (default: a random one, which is printed).",
)
def command(
    port: int,
    data: str | None,
    generation: Literal["old", "middle", "new"],
    writes: int | None,
    reads: int | None,
    window: float,
    processing: float,
    faults: float,
    token: str | None,
) -> int:
    """Run a server that behaves like Omi's, on this machine.

    It runs until Ctrl-C. Every key that begins with omi_dev_ is a separate user. It prints a
    command that uses it with a separate ledger: the usual one is for Omi.
    """
    from ...omi.sandbox import TOKEN_HEADER, SandboxSettings, make_token, serve

    if token is not None and not token.strip():
        raise SettingsError("--token is empty; give one, or leave it out for a random one")
    control_token = token or make_token()
    settings = SandboxSettings(
        generation=generation,
        data=Path(data) if data else None,
        processing_seconds=processing,
        writes_per_window=writes,
        reads_per_window=reads,
        window_seconds=window,
        fault_share=faults,
        control_token=control_token,
    )

    def announce(url: str) -> None:
        print_line(url)
        started = f"an Omi server ({generation}) is running at {url}; stop it with Ctrl-C."
        usage = _usage_lines(url, _own_ledger(settings.data))
        say_lines([started, *usage, f"  {TOKEN_HEADER}: {control_token}"])

    serve(settings, port=port, announce=announce)
    return 0


def _own_ledger(data: Path | None) -> Path:
    """Where a ledger is kept as long as the conversations: beside their file, else in a temporary
    folder, which the ledger creates. In the usual ledger, what was sent here would count as sent.
    """
    if data is not None:
        return data.absolute().with_name(f"{data.stem}-ledger.db")
    return Path(gettempdir()) / f"omi-sandbox-{token_hex(6)}" / "ledger.db"


def _usage_lines(url: str, ledger: Path) -> tuple[str, ...]:
    use = (
        f"  OMI_API_KEY=omi_dev_me OMI_API_BASE={url} transcript-bridge upload FILE "
        f"--ledger {shlex.quote(str(ledger))}"
    )
    return "Use it with:", use, f"its contents, and faults: {url}/_sandbox/state, with the header"
