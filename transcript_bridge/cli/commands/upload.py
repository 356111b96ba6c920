"""`upload`: transcripts become conversations in Omi, each exactly once."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from ...config import RunOptions
from ...errors import STANDARD_INPUT, InputError
from ...opening import OpenedFile, is_pipe
from ...pipeline import Loaded
from ...turns_file import TurnsFile
from ..accounts import confirm_account, load_server, say_key_change
from ..event_printer import UploadPrinter
from ..flags import (
    LongCommand,
    changed_flag,
    dry_run_flag,
    file_flags,
    json_flag,
    ledger_flag,
    pace_flags,
    quiet_flag,
    same_account_flags,
    server_flags,
    show_connections,
    table_flags,
    verbose_flag,
)
from ..loaded_inputs import LoadedInputs
from ..named_files import (
    collect_file_options,
    expand_parts,
    load_opened,
    open_named,
    open_named_turns,
    refuse_folders,
)
from ..output import say_problems
from ..session import open_upload_session
from ..signals import stop_on_signals
from ..upload_preview import UploadPreview

if TYPE_CHECKING:
    from ...transfer.upload import Upload


@click.command(name="upload", cls=LongCommand)
@file_flags
@server_flags
@same_account_flags
@ledger_flag
@pace_flags
@table_flags("titles", "concurrency")
@changed_flag
@dry_run_flag
@json_flag("One JSON object per conversation or failure, on standard output.")
@verbose_flag
@quiet_flag
def command(inputs: tuple[str, ...], dry_run: bool, as_json: bool, **flags: Any) -> int:
    """Convert transcripts and create the conversations in Omi, each exactly once.

    A ledger records what was sent: the same command continues where it stopped, and nothing is
    sent twice. The key comes from --profile, OMI_API_KEY, the Omi CLI's profile, the settings file,
    or 'auth login'. --dry-run needs no key.
    """
    run = collect_file_options(inputs, flags, load_server(flags))
    inputs = expand_parts(inputs, run)
    refuse_folders(inputs)
    if dry_run:
        return _preview(inputs, run, flags, as_json)
    show_connections(flags["verbose"])
    return _upload(inputs, run, flags, as_json)


def _upload(inputs: tuple[str, ...], run: RunOptions, flags: dict[str, Any], as_json: bool) -> int:
    from ...archive.ledger_link import read_digests
    from ...transfer.pace import Pace
    from ...transfer.uploader import Uploader

    now = datetime.now(UTC)
    with open_upload_session(run, flags["ledger"]) as (client, ledger, account):
        loaded_inputs = LoadedInputs()
        uploads = [_make_upload(name, run, now, loaded_inputs) for name in inputs]
        account = confirm_account(
            client,
            ledger,
            account,
            read_digests(uploads),
            location=flags["ledger"],
            answer=flags["same_account"],
            may_ask=not as_json,
        )
        names = {upload.path: name for upload, name in zip(uploads, inputs, strict=True)}
        printer = _make_printer(names, run, loaded_inputs, flags, as_json)
        with stop_on_signals() as stop:
            uploader = Uploader(
                client,
                ledger,
                account,
                pace=Pace(run.rate, run.gap),
                concurrency=run.concurrency,
                changed=flags["changed"],
                stop=stop,
                observe=printer.observe,
                titles=run.titles,
                is_same=flags["same_account"],
            )
            summary = uploader.run(uploads)
            loaded_inputs.say_without_owner()
            printer.end(summary)
            say_key_change(ledger, uploader.account, summary.error)
    return printer.status.code


def _preview(inputs: tuple[str, ...], run: RunOptions, flags: dict[str, Any], as_json: bool) -> int:
    """Print what would be sent, and what is in Omi according to the ledger."""
    now = datetime.now(UTC)
    loaded_inputs = LoadedInputs()
    uploads = [_make_upload(name, run, now, loaded_inputs) for name in inputs]
    names = {upload.path: name for upload, name in zip(uploads, inputs, strict=True)}
    printer = _make_printer(names, run, loaded_inputs, flags, as_json)
    preview = UploadPreview(printer, loaded_inputs, as_json=as_json)
    preview.show(uploads, run.server, flags["ledger"], flags["changed"])
    loaded_inputs.say_without_owner()
    return printer.status.code


def _make_printer(
    names: dict[str, str],
    run: RunOptions,
    loaded_inputs: LoadedInputs,
    flags: dict[str, Any],
    as_json: bool,
) -> UploadPrinter:
    """names: the inputs as the user wrote them, by the path of their upload."""
    return UploadPrinter(
        names,
        as_json=as_json,
        verbose=flags["verbose"] > 0,
        skips_changed=flags["changed"] == "skip",
        zone=ZoneInfo(run.options.zone),
        describe_date=loaded_inputs.describe_date,
    )


def _make_upload(name: str, run: RunOptions, now: datetime, loaded_inputs: LoadedInputs) -> Upload:
    """An upload for the uploader; the file is read when its turn comes."""
    from ...archive.ledger_link import FileUpload, InputUpload, UnreadableUpload

    def load(opened: OpenedFile, turns: TurnsFile | None) -> Loaded:
        loaded = load_opened(opened, run, turns, now)
        say_problems(loaded.transcript)
        loaded_inputs.add(name, loaded)
        return loaded

    open_turns = partial(open_named_turns, run)
    if name == STANDARD_INPUT or is_pipe(name):  # it can be read only once
        try:
            opened = open_named(name, now)
        except InputError as error:
            return UnreadableUpload(name, error)
        return InputUpload(opened, run.options, now, open_turns, load)
    return FileUpload(name, run.options, now, open_turns, load)
