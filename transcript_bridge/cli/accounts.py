"""The account of a command: which one it is, and what to ask and say about it."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from ..config import ServerSettings
from ..errors import OmiError, SettingsError
from ..quantities import count_of
from ..workspace import chosen_server
from .environment import read_environment
from .output import confirm, say

if TYPE_CHECKING:
    from ..transfer.account_label import AccountLabel
    from ..transfer.destination import Destination
    from ..transfer.ledger import Ledger
    from ..workspace.chosen_account import Account
    from ..workspace.same_account import OtherAccount


def load_server(flags: Mapping[str, Any], *, may_be_new: bool = False) -> ServerSettings:
    """The key and the server that the flags of `server_flags` choose.

    may_be_new: the profile need not exist yet. Raises SettingsError.
    """
    return chosen_server.load_server(read_environment(), flags, may_be_new=may_be_new)


def say_plain_http(label: AccountLabel) -> None:
    """Print a warning if the key is sent unencrypted over a network."""
    from ..workspace.account_names import warn_of_plain_http

    warning = warn_of_plain_http(label)
    if warning is not None:
        say(warning, mark="warning")


def find_account(server: ServerSettings) -> Account | None:
    """The account that the flags or the settings choose; None without a key.

    Raises SettingsError.
    """
    from ..workspace import chosen_account

    return chosen_account.find_account(server, read_environment())


def choose_account(flags: Mapping[str, Any], ledger: Ledger) -> str | None:
    """The account to which a command without a server is limited, if the user names one.

    Raises MissingKeyError, and SettingsError.
    """
    from ..workspace import chosen_account

    is_named = flags["profile"] is not None or flags["api_base"] is not None
    if not is_named:
        return None
    account = chosen_account.require_account(load_server(flags), read_environment())
    return ledger.find_account(account.name)


def confirm_account(
    client: Destination,
    ledger: Ledger,
    account: str,
    content_digests: Iterable[str],
    *,
    location: str | None,
    answer: bool | None,
    may_ask: bool,
) -> str:
    """Find out whether other accounts of the ledger are this one. Returns the account to use.

    Also asks whether a new ledger is meant, if another one has records of the same sources.
    client: of the account in use. content_digests: of the sources that are to be sent. location: of
    `--ledger`. answer: of `same_account_flags`. Raises SettingsError if the user cannot be asked
    about accounts, and if a new ledger is not meant.
    """
    from ..workspace import same_account

    content_digests = set(content_digests)
    _confirm_new_ledger(ledger, location, account, content_digests, may_ask=may_ask)

    def decide(other: OtherAccount) -> bool:
        facts = other.facts
        is_same = answer
        if is_same is None:
            is_same = _ask_whether_same(other, may_ask=may_ask)
            facts = f"{other.conversations:,} of these conversations"
        if is_same and other.server:
            say(f"{facts}; the server in use is asked whether it has them")
        elif is_same:
            say(f"{facts}; it is the same account, so they are not sent again")
        else:
            say(f"{facts}; it is another account, so they are sent to this one, too")
        return is_same

    return same_account.join_same_accounts(ledger, account, content_digests, decide, client)


def _confirm_new_ledger(
    ledger: Ledger,
    location: str | None,
    account: str,
    content_digests: Collection[str],
    *,
    may_ask: bool,
) -> None:
    """If another ledger has records of the same sources, say so, and distrust the new one so that
    nothing is sent twice.

    Raises SettingsError if the user does not want the new ledger.
    """
    from ..workspace.locations import default_ledger
    from ..workspace.other_ledgers import find_other_ledger

    usual = default_ledger(read_environment())
    other = find_other_ledger(ledger, location, account, content_digests, usual)
    if other is None:
        return
    facts = (
        f"{ledger.where} is a new ledger; already in Omi by {other.path}: "
        f"{other.conversations:,} of these conversations"
    )
    may_ask = may_ask and sys.stdin.isatty()
    if may_ask and not confirm(f"{facts}. Continue with the new ledger?"):
        raise SettingsError(f"nothing was sent; to use the other ledger, add --ledger {other.path}")
    say(
        f"{facts}; --ledger {other.path} uses the other one; nothing is created twice, because "
        "each conversation is looked for in Omi first",
        mark="warning",
    )
    other.distrust_where_needed(ledger)


def _ask_whether_same(other: OtherAccount, *, may_ask: bool) -> bool:
    if not may_ask or not sys.stdin.isatty():
        same = "it is the same account"
        if other.server:
            same = "it is the same server at a new address, and the same account"
        raise SettingsError(
            f"{other.facts}; if {same}, add --same-account, and they are not sent again; if it is "
            "another one, add --other-account"
        )
    return confirm(f"{other.facts}. {other.question}")


def warn_of_other_accounts(other_accounts: Iterable[OtherAccount]) -> None:
    """Say what `confirm_account` will ask before an upload."""
    for other in other_accounts:
        say(
            f"{other.facts}; an upload asks whether it is the same account",
            mark="warning",
        )


def say_key_change(ledger: Ledger, account: str, error: OmiError | None) -> None:
    """After a run that ended with a refused key: what makes a new one known as the same account.

    Where nothing was sent with the refused key, there is nothing to say.
    """
    if error is None or not error.needs_new_key or ledger.is_never_accepted(account):
        return
    from ..workspace.account_names import name_alias_command

    say(
        "with a new key of the same account, an upload of what was sent already asks whether it is "
        f"the same one, and --same-account says so; {name_alias_command(account)} does at any time"
    )


def say_other_accounts(ledger: Ledger, account: str, digests: Iterable[str] = ()) -> None:
    """If the ledger has nothing of an account: say which other accounts it has. If it has: say with
    which others some sources were sent, because the key may be the wrong one.

    digests: of the sources.
    """
    from ..workspace.account_names import describe_view

    others = []
    for view in ledger.survey():
        if view.requests and view.account == account:
            _say_sent_elsewhere(ledger, account, digests)
            return
        if view.requests:
            others.append(f"{describe_view(view)} ({count_of(view.requests, 'request')})")
    if others:
        say(
            f"this account has nothing in the ledger; other accounts have: {'; '.join(others)}; if "
            "one of them is the same account with another key, 'auth alias' joins them"
        )


def _say_sent_elsewhere(ledger: Ledger, account: str, digests: Iterable[str]) -> None:
    from ..workspace.same_account import find_other_accounts, find_server

    server = find_server(ledger, account)
    for other in find_other_accounts(ledger, account, digests, server):
        say(
            f"{other.facts}; for that account, use its key or its --profile",
            mark="warning",
        )
