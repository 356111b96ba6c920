"""Checks the id of a conversation that a user found in Omi."""

from __future__ import annotations

import re

from ..config import ServerSettings
from ..errors import MissingKeyError, NotFoundError, OmiError, SettingsError
from ..transfer.ledger import Ledger, LedgerEntry
from .connection import open_client
from .environment import Environment

_ID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
"""The form of a conversation's id in Omi: a UUID."""


def check_found(
    found: str, entry: LedgerEntry, ledger: Ledger, server: ServerSettings, environment: Environment
) -> None:
    """Check that an id may be that of a request's conversation. Omi is asked if the key in use is
    for its account; otherwise only the form of the id is checked.

    Raises SettingsError if not.
    """
    if _has_conversation(found, entry, ledger, server, environment):
        return
    if not _ID.fullmatch(found):
        raise SettingsError(
            f"{found!r} is not the id of a conversation; one looks like "
            "1f0c2a4e-8b1d-5c3f-9a7e-2d4b6c8e0f13"
        )


def _has_conversation(
    found: str, entry: LedgerEntry, ledger: Ledger, server: ServerSettings, environment: Environment
) -> bool:
    """Whether Omi has it; False if that cannot be asked. Raises SettingsError if it does not."""
    try:
        connection = open_client(server, environment)
    except MissingKeyError:
        return False
    with connection.client as client:
        if ledger.find_account(connection.account) != entry.account:
            return False
        try:
            client.get_conversation(found)
        except NotFoundError:
            raise SettingsError(
                f"Omi has no conversation with the id {found!r} in this account; copy its id again"
            ) from None
        except OmiError:
            return False
    return True
