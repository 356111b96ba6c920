"""Decides when to ask whether two accounts are one: a new key, another address of a server.

On servers that ignore session ids, everything that was sent with the old name would arrive twice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from ..errors import SettingsError
from ..transfer.ledger import AccountView, Ledger
from .account_names import describe_view

_MIN_NUMBER = 4
"""Characters of an account's number that are enough to select it."""


class OtherAccount(NamedTuple):
    """An account that may be the one in use, under another name.

    conversations: how many of the conversations to send are in Omi with this account.
    """

    account: str
    name: str
    conversations: int


def find_other_accounts(
    ledger: Ledger, account: str, content_digests: Iterable[str]
) -> list[OtherAccount]:
    """The other accounts with which some of these sources were sent, except those that the user
    called different.

    content_digests: of the sources that are to be sent. Raises LedgerError.
    """
    elsewhere = ledger.find_sent_elsewhere(account, set(content_digests))
    if not elsewhere:
        return []
    contents = {digest for _, requests in elsewhere for digest in requests}
    own = _list_sent(ledger, account, contents)
    names = {view.account: describe_view(view) for view in ledger.survey()}
    other_accounts = []
    for other, requests in elsewhere:
        count = sum(count for digest, count in requests.items() if digest not in own)
        if count:
            other_accounts.append(OtherAccount(other, names[other], count))
    return other_accounts


def decide_by(answer: bool | None, advice: str) -> Callable[[OtherAccount], bool]:
    """A function for `join_same_accounts` that returns the user's answer.

    answer: None if the user gave none; then the function raises SettingsError with the advice.
    """

    def decide(other: OtherAccount) -> bool:
        if answer is None:
            raise SettingsError(
                f"already in Omi under another key ({other.name}): {other.conversations:,} of "
                f"these conversations; {advice}"
            )
        return answer

    return decide


def join_same_accounts(
    ledger: Ledger,
    account: str,
    content_digests: Iterable[str],
    decide: Callable[[OtherAccount], bool],
) -> str:
    """Join the accounts that are this one, and remember which are not. Returns the account to use.

    content_digests: of the sources that are to be sent. decide: says whether another account is
    this one; its exceptions are passed on.
    """
    for other in find_other_accounts(ledger, account, content_digests):
        if decide(other):
            account = ledger.join_accounts(account, other.account)
        else:
            ledger.declare_distinct(account, other.account)
    return account


def _list_sent(ledger: Ledger, account: str, contents: Collection[str]) -> set[str]:
    """The contents of sources that were sent completely with an account."""
    sent = set()
    for source in ledger.find_sources(account, contents):
        if source.sent == source.requests:
            sent.add(source.content_digest)
    return sent


def find_account_by_name(ledger: Ledger, name: str) -> AccountView:
    """The account with a name as `status` shows it: its profile, or the beginning of its number.

    Raises SettingsError if there is none, or if there are several.
    """
    found = []
    for view in ledger.survey():
        is_number = len(name) >= _MIN_NUMBER and view.account.startswith(name.lower())
        if is_number or (name and view.label.profile == name):
            found.append(view)
    if len(found) == 1:
        return found[0]
    problem = "no account"
    if found:
        problem = "several accounts"
    raise SettingsError(
        f"the ledger has {problem} called {name!r}; give the number that 'transcript-bridge "
        "status' shows in brackets"
    )
