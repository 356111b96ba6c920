"""Decides when to ask whether two accounts are one: a new key, another address of a server.

On servers that ignore session ids, everything that was sent with the old name would arrive twice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from ..errors import NotFoundError, SettingsError
from ..quantities import count_of
from ..server_place import may_be_one_server
from ..transfer.account_label import AccountLabel
from ..transfer.destination import Destination
from ..transfer.ledger import AccountView, Ledger
from ..transfer.states import STORED
from .account_names import describe_account

_MIN_NUMBER = 4
"""Characters of an account's number that are enough to select it."""
_ASKED = 3
"""How many conversations another server is asked for: users may have deleted some in Omi."""


class OtherAccount(NamedTuple):
    """An account that may be the one in use, under another name.

    name: of its key, for people, and of its server. server: its address if it is another than that
    in use, else empty. conversations: how many of the conversations to send are there.
    """

    account: str
    name: str
    server: str
    conversations: int

    @property
    def facts(self) -> str:
        """The facts: how many of the conversations to send are in which account."""
        place = f"in Omi under another key ({self.name})"
        if self.server:
            place = f"on another server, {self.server} ({self.name})"
        return f"already {place}: {self.conversations:,} of these conversations"

    @property
    def question(self) -> str:
        """The question, which only the user can answer."""
        if self.server:
            return "Is it the same server at a new address, and the same account?"
        return "Is it the same account?"


def find_other_accounts(
    ledger: Ledger, account: str, content_digests: Iterable[str], server: str
) -> list[OtherAccount]:
    """The other accounts with which some of these sources were sent, except those that the user
    called different, and those that cannot be on the same server, such as the sandbox.

    content_digests: of the sources that are to be sent. server: that of the account. Raises
    LedgerError.
    """
    elsewhere = ledger.find_sent_elsewhere(account, set(content_digests))
    if not elsewhere:
        return []
    contents = {digest for _, requests in elsewhere for digest in requests}
    own = _list_sent(ledger, account, contents)
    labels = {view.account: view.label for view in ledger.survey()}
    other_accounts = []
    for other, requests in elsewhere:
        label = labels[other]
        count = sum(count for digest, count in requests.items() if digest not in own)
        if count and may_be_one_server(server, label.server):
            other_accounts.append(_describe_other(other, label, server, count))
    return other_accounts


def _describe_other(other: str, label: AccountLabel, server: str, count: int) -> OtherAccount:
    """server: that of the account in use."""
    if server and label.server and label.server != server:
        name = describe_account(label._replace(server=""), other)
        return OtherAccount(other, name, label.server, count)
    return OtherAccount(other, describe_account(label, other), "", count)


def decide_by(answer: bool | None, advice: str) -> Callable[[OtherAccount], bool]:
    """A function for `join_same_accounts` that returns the user's answer.

    answer: None if the user gave none; then the function raises SettingsError with the advice.
    """

    def decide(other: OtherAccount) -> bool:
        if answer is None:
            raise SettingsError(f"{other.facts}; {advice}")
        return answer

    return decide


def join_same_accounts(
    ledger: Ledger,
    account: str,
    content_digests: Iterable[str],
    decide: Callable[[OtherAccount], bool],
    destination: Destination,
) -> str:
    """Join the accounts that are this one, and remember which are not. Returns the account to use.

    content_digests: of the sources that are to be sent. decide: says whether another account is
    this one; its exceptions are passed on. destination: is asked for what was sent to another
    server. Raises SettingsError if it does not have it, and OmiError.
    """
    server = find_server(ledger, account)
    for other in find_other_accounts(ledger, account, content_digests, server):
        if decide(other):
            if other.server:
                require_moved(ledger, other.account, other.server, destination)
            account = ledger.join_accounts(account, other.account)
        else:
            ledger.declare_distinct(account, other.account)
    return account


def find_server(ledger: Ledger, account: str) -> str:
    """The address of the server of an account of the ledger; empty in old ledgers."""
    return next((view.label.server for view in ledger.survey() if view.account == account), "")


def require_moved(ledger: Ledger, account: str, server: str, destination: Destination) -> None:
    """Make sure that the server in use has what was sent to another one: then it has moved.

    account, server: of what was sent. A join cannot be undone, and everything that was sent counts
    as being in Omi after it. Raises SettingsError, and OmiError if the server cannot be asked.
    """
    ids = [entry.row.conversation_id for entry in ledger.select(account, STORED)]
    asked = [conversation for conversation in ids if conversation is not None][-_ASKED:]
    for conversation in asked:
        try:
            destination.get_conversation(conversation)
        except NotFoundError:
            continue
        return
    if asked:
        raise SettingsError(
            f"the server in use has nothing that was sent to {server} "
            f"({count_of(len(asked), 'conversation')} looked for), so it is another account; "
            "nothing was sent or changed"
        )


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
