"""Names an account in messages: by the place of its key, and its server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..omi.address import find_readable_host
from ..transfer.account_label import AccountLabel
from .credentials import describe_key

if TYPE_CHECKING:
    from ..transfer.ledger import AccountView

SHORT_ACCOUNT = 6
"""How many characters of an account's name distinguish it from others in a ledger."""


def describe_account(label: AccountLabel, account: str = "") -> str:
    """`profile work, https://api.omi.me`, `key from OMI_API_KEY, …`; old ledgers have no label.

    account: its name in the ledger; its beginning is added in brackets, for `auth alias`.
    """
    name = "a key"
    if label.profile or label.key_place:
        name = describe_key(label.profile, label.key_place)
    if label.server:
        name += f", {label.server}"
    if account:
        name += f" [{account[:SHORT_ACCOUNT]}]"
    return name


def describe_view(view: AccountView) -> str:
    """The same for an account of the ledger, with the beginning of its name."""
    return describe_account(view.label, view.account)


def name_alias_command(account: str) -> str:
    """The command that says that an account of the ledger is the one in use."""
    return f"'transcript-bridge auth alias {account[:SHORT_ACCOUNT]}'"


def warn_of_plain_http(label: AccountLabel) -> str | None:
    """The warning about a server that is reached over plain http; None if nobody can listen."""
    host = find_readable_host(label.server)
    if host is None:
        return None
    return (
        f"over plain http, everybody in the network of {host} can read the API "
        "key and the transcripts"
    )
