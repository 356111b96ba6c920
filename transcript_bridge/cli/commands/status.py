"""`status`: shows what the ledger says, also while an upload is running."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from ...calendar_words import name_moment
from ...errors import SettingsError
from ...quantities import count_of, time_needed_of
from ..accounts import choose_account, find_account, load_server
from ..flags import json_flag
from ..left_out_names import describe_unread, describe_unusable
from ..output import Styled, print_json, print_line, print_lines, say, say_next
from ..selection import find_zone, judge_missing, read_settings, select, selection_flags
from ..session import read_ledger
from ..times import seconds_to_iso, to_iso

if TYPE_CHECKING:
    from ...archive.plan import ArchivePlan
    from ...archive.sending_time import Allowance
    from ...transfer.ledger import AccountView, Ledger
    from ...workspace.chosen_account import Account
    from ...workspace.progress_counts import ProgressCounts

_INDENT = 10
"""The columns before the words; on a terminal, long lines continue below the words."""
_NOTHING = "nothing has been uploaded yet"
_REFUSED = "the server refused this key, and nothing was sent with it"
_STATE_TEXTS = {
    "done": "done",
    "discarded": "stored, but discarded (hidden from lists)",
    "planned": "planned, not sent yet",
    "sending": "being sent",
    "processing": "being processed by the server",
    "uncertain": "uncertain: perhaps stored; the next run checks again, 'resolve' lists them",
    "rejected": "refused by the server; 'retry' lets the next upload send them again",
    "blocked": "refused, because of the plan of this account; 'retry' as above",
    "deleted": "deleted by 'undo'; an upload sends them again",
}


@click.command(name="status")
@selection_flags
@json_flag("One JSON object, on standard output.")
def command(
    inputs: tuple[str, ...],
    settings: str | None,
    ledger: str | None,
    as_json: bool,
    **server: Any,
) -> int:
    """Show what was uploaded, what is left, and when it will be done.

    INPUT is a file or a folder; without it, everything is shown. No key is needed. It covers
    everything that 'migrate' was asked to send, in every account of the ledger or only in that of
    --profile or --api-base.
    """
    from ...workspace.ledger_state import read_allowances

    with read_ledger(ledger) as opened:
        chosen = choose_account(server, opened)
        used = _find_used(server, opened)
        is_refused = used is not None and opened.is_never_accepted(used.name)
        now = opened.now()
        run = read_settings(inputs, settings)
        zone = find_zone(run)
        views = [view for view in opened.survey() if chosen in (None, view.account)]
        counted = _count(opened, views, inputs, settings)
        counts = counted.by_account
        windows = {view.account: view.window for view in views}
        allowances = read_allowances(opened, windows, run.rate if run else None)
        accounts = []
        for view in views:
            name = view.account
            accounts.append(_AccountStatus(view, counts[name], used, now, allowances[name], zone))
    shown = _choose_shown(accounts, by_inputs=bool(inputs))
    if as_json:
        print_json({"accounts": [_as_data(account) for account in shown], **_set_aside(counted)})
        return counted.code
    _print_all(shown, used, _REFUSED if is_refused else _NOTHING)
    for line in _set_aside_lines(counted):
        print_line(line)
    _say_next(shown, by_inputs=bool(inputs), is_refused=is_refused)
    return counted.code


def _choose_shown(
    accounts: Sequence[_AccountStatus], *, by_inputs: bool
) -> Sequence[_AccountStatus]:
    """The accounts that have something, and the one in use; all accounts if that is none.

    by_inputs: whether inputs were named; an account that never had any of them is not shown.
    """
    shown = []
    for account in accounts:
        had = account.counts.states.total()
        if not by_inputs:
            had = account.counts.total
        if account.is_used or had:
            shown.append(account)
    return shown or accounts


def _set_aside(counted: _Counted) -> dict[str, int]:
    """How many files of the inputs are set aside; empty without inputs, because no ledger knows
    it."""
    plan = counted.plan
    if plan is None:
        return {}
    return {"unusable": len(plan.failed) + len(plan.turns_alone), "unread": len(plan.unread)}


def _set_aside_lines(counted: _Counted) -> list[str]:
    numbers = _set_aside(counted)
    lines = []
    if numbers.get("unusable"):
        lines.append(f"  {describe_unusable(numbers['unusable'])}")
    if numbers.get("unread"):
        lines.append(f"  {describe_unread(numbers['unread'])}")
    return lines


def _print_all(accounts: Sequence[_AccountStatus], used: Account | None, nothing: str) -> None:
    """nothing: what is said of the account in use if the ledger has nothing of it."""
    for account in accounts:
        title, *rows = _as_lines(account)
        lines = [Styled(row, indent=_INDENT) for row in rows]
        print_lines([Styled(title, indent=2), *lines])
    names = [account.view.account for account in accounts]
    if used is not None and used.name not in names:
        print_line(f"{_describe(used)}: {nothing}")
    elif not accounts:
        print_line(_NOTHING)


def _say_next(accounts: Sequence[_AccountStatus], *, by_inputs: bool, is_refused: bool) -> None:
    """Print what to do next with the account in use, or with any if none is in use."""
    own = [account for account in accounts if account.is_used] or accounts
    if is_refused:
        say_next("with the right key, the same 'upload' or 'migrate' command sends everything")
    elif any(account.counts.left for account in own):
        say_next("the same 'upload' or 'migrate' command sends what is left")
    elif any(account.counts.stored for account in own):
        _say_what_to_check(own, by_inputs=by_inputs)
    else:
        say_next("'transcript-bridge plan' with files or folders shows what an upload would send")


def _say_what_to_check(accounts: Sequence[_AccountStatus], *, by_inputs: bool) -> None:
    """Say what to do next with accounts whose conversations are all in Omi."""
    advice = []
    if any(account.counts.unverified for account in accounts):
        advice.append("'transcript-bridge verify' compares it with Omi")
    if not by_inputs:
        advice.append("'status' with the paths also counts files that cannot be sent")
    if advice:
        say_next("; ".join(advice))


class _AccountStatus(NamedTuple):
    """The data of one account.

    used: the account that an upload would use. now: seconds since 1970. allowance: the writes that
    the server and the settings allow. zone: in which times are shown; None means the computer's.
    """

    view: AccountView
    counts: ProgressCounts
    used: Account | None
    now: float
    allowance: Allowance
    zone: tzinfo | None

    @property
    def is_used(self) -> bool:
        return self.used is not None and self.used.name == self.view.account


class _Counted(NamedTuple):
    """Numbers of conversations by account, and the contents of the inputs; None without inputs.

    code: the exit code for inputs that do not exist.
    """

    by_account: dict[str, ProgressCounts]
    plan: ArchivePlan | None = None
    code: int = 0


def _count(
    ledger: Ledger, views: Sequence[AccountView], inputs: Sequence[str], settings: str | None
) -> _Counted:
    """The progress of each account; without inputs, from the counts that the ledger keeps."""
    from ...workspace.progress_counts import count_progress, read_progress

    names = [view.account for view in views]
    if not inputs:
        return _Counted(read_progress(ledger, names))
    by_account = {}
    plan = None
    if not names:
        selection = select(ledger, None, inputs, settings)
        return _Counted({}, selection.plan, judge_missing(selection))
    for name in names:
        is_first = plan is None
        selection = select(ledger, name, inputs, settings, says_skipped=is_first)
        plan = selection.plan
        by_account[name] = count_progress(selection)
    return _Counted(by_account, plan, judge_missing(selection))


def _find_used(server: Mapping[str, Any], ledger: Ledger) -> Account | None:
    """The account that an upload with the same flags and settings would use, with its name in the
    ledger. None without a key. Invalid settings are no failure: `status` works without them.
    """
    try:
        account = find_account(load_server(server))
    except SettingsError as error:
        say(str(error), mark="warning")
        return None
    if account is None:
        return None
    return account._replace(name=ledger.find_account(account.name))


def _describe(account: Account) -> str:
    from ...workspace.account_names import describe_account

    return f"{describe_account(account.label, account.name)} (in use)"


def _as_lines(account: _AccountStatus) -> list[str]:
    from ...workspace.account_names import describe_view

    view, counts, used, now, _, zone = account
    name = describe_view(view)
    if used is not None and account.is_used:
        name = _describe(used)
    lines = [f"{name}: {_describe_total(counts)}"]
    by_state = _name_states(counts)
    by_state["deleted"] -= counts.deleted_in_omi
    for state, text in _STATE_TEXTS.items():
        number = by_state[state]
        if number:
            lines.append(f"  {number:>7,} {text}")
    for number, text in (
        (counts.deleted_in_omi, "deleted in Omi, or locked; 'retry --deleted' sends them again"),
        (counts.unsent, "not started; the same 'migrate' sends them, or says why not"),
        (counts.different, "of those in Omi are different from what was sent, as 'verify' found"),
        (counts.adopted, "of those in Omi were found by their words; 'undo' leaves them alone"),
    ):
        if number:
            lines.append(f"  {number:>7,} {text}")
    lines += _time_lines(account)
    if view.key_refused:
        lines.append(f"  {_describe_refusal(account)}")
    until = _blocked_until(view, now)
    if until is not None:
        local = until.astimezone(zone)
        lines.append(f"  the server allows no more writes until {local:%Y-%m-%d %H:%M:%S %Z}")
    return lines


def _describe_refusal(account: _AccountStatus) -> str:
    """Of an account that the server once accepted."""
    from ...workspace.account_names import name_alias_command

    said = "the server refused this key when it was used last"
    if account.used is None or account.is_used:
        return said
    joins = f"{name_alias_command(account.view.account)} joins them"
    return f"{said}; if the account in use is the same one, {joins}"


def _describe_total(counts: ProgressCounts) -> str:
    if not counts.total:
        return _NOTHING
    files = count_of(counts.sources, "file")
    total = count_of(counts.total, "conversation")
    return f"{counts.stored:,} of {total} in Omi, from {files}"


def _time_lines(account: _AccountStatus) -> list[str]:
    """Say when the rest will be done, and when `verify` last looked."""
    lines = []
    counts = account.counts
    now = datetime.fromtimestamp(account.now, UTC)
    if counts.left:
        end = _find_end(account)
        needed = time_needed_of(end - now)
        writes = count_of(account.allowance.per_hour, "write")
        lines.append(
            f"  {counts.left:,} left: {needed}, at most {writes} an hour, until "
            f"{name_moment(end, now, account.zone)} if the upload runs from now on"
        )
    if counts.verified_at is not None:
        seen = datetime.fromtimestamp(counts.verified_at, UTC).astimezone(account.zone)
        lines.append(f"  verified {counts.verified:,}, last on {seen:%Y-%m-%d %H:%M %Z}")
    return lines


def _find_end(account: _AccountStatus) -> datetime:
    """Estimate when everything will be sent at the limit, if the upload runs from now on."""
    from ...archive.sending_time import time_needed
    from ...workspace.ledger_state import find_wait

    wait = find_wait(account.view.window, account.now)
    needed = time_needed(account.counts.left, account.allowance, wait)
    return datetime.fromtimestamp(account.now, UTC) + needed


def _as_data(account: _AccountStatus) -> dict[str, Any]:
    view, counts, used, now, _, _ = account
    until = _blocked_until(view, now)
    label = view.label
    if used is not None and account.is_used:
        label = used.label
    return {
        "account": view.account,
        "profile": label.profile,
        "key_place": label.key_place,
        "server": label.server,
        "in_use": account.is_used,
        "honors_session_ids": view.honors_session_ids,
        "key_refused": view.key_refused,
        "sources": counts.sources,
        "conversations": counts.total,
        "in_omi": counts.stored,
        "not_begun": counts.unsent,
        "left": counts.left,
        "done_at": _find_end(account).isoformat() if counts.left else None,
        "states": _name_states(counts),
        "undone": counts.undone,
        "deleted_in_omi": counts.deleted_in_omi,
        "different": counts.different,
        "adopted": counts.adopted,
        "verified": counts.verified,
        "verified_at": seconds_to_iso(counts.verified_at),
        "limit": view.window.limit,
        "blocked_until": to_iso(until),
    }


def _name_states(counts: ProgressCounts) -> dict[str, int]:
    """The numbers of all states, including those without requests."""
    named = dict.fromkeys(_STATE_TEXTS, 0)
    for state, count in counts.states.items():
        named[state.value] = count
    return named


def _blocked_until(account: AccountView, now: float) -> datetime | None:
    """The time at which the server accepts the next write; None: now. now: seconds since 1970."""
    from ...workspace.ledger_state import find_wait

    wait = find_wait(account.window, now)
    if not wait:
        return None
    return datetime.fromtimestamp(now, UTC) + wait
