"""`upload --dry-run`: what would be sent, and what the ledger knows to be in Omi."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..config import ServerSettings
from ..dating.wording import describe_source, show_moment
from ..errors import BridgeError, name_input
from ..quantities import count_of
from ..timecode import render_span
from .accounts import find_account, warn_of_other_accounts
from .event_printer import UploadPrinter
from .loaded_inputs import LoadedInputs
from .output import print_json, print_line, say
from .session import find_ledger, open_ledger

if TYPE_CHECKING:
    from ..transfer.ledger import ChangePolicy, Ledger
    from ..transfer.states import Planned
    from ..transfer.upload import Upload
    from ..workspace.chosen_account import Account

Preview = Callable[["Upload"], "list[Planned]"]
"""Returns the requests of an input that an upload would send, and prints what else it would do."""


class UploadPreview:
    """Prints what an upload would do. Nothing is sent, and no ledger is created."""

    def __init__(
        self, printer: UploadPrinter, loaded_inputs: LoadedInputs, *, as_json: bool
    ) -> None:
        self._printer = printer
        self._loaded_inputs = loaded_inputs
        self._as_json = as_json

    def show(
        self,
        uploads: Sequence[Upload],
        server: ServerSettings,
        location: str | None,
        changed: ChangePolicy,
    ) -> None:
        """location: of `--ledger`. Raises SettingsError and LedgerError."""
        if not find_ledger(location):
            self._show_all(uploads, self._read_only)
            return
        account = find_account(server)
        with open_ledger(location) as ledger:
            self._show_all(uploads, self._find_preview(ledger, account, uploads, changed))

    def _show_all(self, uploads: Sequence[Upload], preview: Preview) -> None:
        for upload in uploads:
            for planned in preview(upload):
                self._show(planned)

    def _find_preview(
        self,
        ledger: Ledger,
        account: Account | None,
        uploads: Sequence[Upload],
        changed: ChangePolicy,
    ) -> Preview:
        from ..archive.ledger_link import read_digests
        from ..transfer.uploader import SourceReader
        from ..workspace.chosen_account import find_known_account
        from ..workspace.same_account import find_other_accounts

        known = find_known_account(ledger, account)
        if not known.name:
            if known.warning:
                say(known.warning, mark="warning")
            return self._read_only
        say(f"account: {known.shown}")
        digests = read_digests(uploads)
        others = find_other_accounts(ledger, known.name, digests, known.server)
        warn_of_other_accounts(others)
        return SourceReader(ledger, known.name, changed, self._printer.observe).preview

    def _read_only(self, upload: Upload) -> list[Planned]:
        """The requests to send if no ledger knows anything about the input."""
        from ..transfer.events import SourceFailed
        from ..transfer.states import number_bodies

        try:
            return number_bodies(upload.path, upload.load())
        except BridgeError as error:
            self._printer.observe(SourceFailed(upload.path, error, 0))
            return []

    def _show(self, planned: Planned) -> None:
        """Print one request: that it would be sent, or that an upload asks Omi about it first."""
        from ..transfer.states import SENT

        row = planned.row
        is_uncertain = row is not None and row.state in SENT and not row.undone
        if self._as_json:
            self._print_json(planned, "uncertain" if is_uncertain else "dry-run")
            return
        name = planned.part.with_name(name_input(self._printer.name_of(planned.part.path)))
        if is_uncertain:
            print_line(f"{name}: may be in Omi already; an upload checks before it sends it")
            return
        request = planned.body
        segments = count_of(len(request.transcript_segments), "segment")
        length = round((request.finished_at - request.started_at).total_seconds() * 1000)
        source, zone = self._loaded_inputs.find_date_source(
            self._printer.name_of(planned.part.path)
        )
        began = show_moment(request.started_at, zone)
        print_line(
            f"{name}: would send {segments}, {render_span(length)} "
            f"from {began}, {describe_source(source)}"
        )

    def _print_json(self, planned: Planned, status: str) -> None:
        name = self._printer.name_of(planned.part.path)
        request = planned.body
        print_json(
            {
                "input": name,
                "part": planned.part.number,
                "parts": planned.part.parts,
                "segments": len(request.transcript_segments),
                "started_at": request.started_at.isoformat(),
                **self._loaded_inputs.describe_date(name),
                "client_session_id": request.client_session_id,
                "status": status,
            }
        )
