"""The HTML of Send: how much is sent, what to check first, the account, and when it is done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from ....archive.plan import ArchivePlan
from ....archive.sending_time import time_needed
from ....archive.summary import TRY_GAP
from ....limits import WRITES_PER_HOUR
from ....quantities import count_of, length_of, time_needed_of
from ....report.html import Child, Markup, join, tag
from ...contents import (
    DATE_IS_A_GUESS,
    NOBODY_IS_YOU,
    SOMETHING_LOST,
    count_reasons,
    count_unreadable,
)
from ...controls import make_button
from ...ledger_access import SendPreview
from ...session import Progress, Session
from ...wording import name_moment

_ONE_MINUTE = timedelta(minutes=1)
_REMARKS = (
    (NOBODY_IS_YOU, "{} in which no voice is marked as you: Omi cannot know what you said."),
    (DATE_IS_A_GUESS, "{} whose date is a guess: nothing says when it began."),
    (SOMETHING_LOST, "{} in which something was lost while reading."),
)
"""The sentence for a number of recordings, by the reason for which they need a decision."""

_ORDERS = (
    ("found", "as in the folder"),
    ("newest", "the newest first"),
    ("oldest", "the oldest first"),
)
_CHANGED = (
    ("ask", "leave them as they are in Omi, and say so"),
    ("upload", "send the new form, too"),
    ("replace", "send the new form and delete the old one in Omi"),
    ("skip", "leave them, and count them as done"),
)
_SAME = (
    ("same", "It is the same account: do not send these again"),
    ("other", "It is another account: send them to this one, too"),
)


def render_reading(progress: Progress) -> Markup:
    """While the archive is read for the first time."""
    return tag("p", progress.describe(), " ", tag("a", "Look again", href="send"))


def render_content(session: Session, preview: SendPreview) -> Markup:
    """Everything below the title."""
    plan = preview.plan
    if not plan.ready:
        return tag("p", "There is nothing here to send. ", tag("a", "Archive", href="archive"))
    return join(
        [
            tag("section", list(_describe_plan(session, preview)), class_="card"),
            _render_remarks(session, plan),
            tag(
                "form",
                render_account(session, preview),
                _render_how(session, preview),
                render_start(session, preview),
                data_choice="send-start",
                class_="card",
            ),
        ]
    )


def _describe_plan(session: Session, preview: SendPreview) -> Iterator[Markup]:
    plan = preview.plan
    counts = plan.totals.counts
    recordings = count_of(len(plan.ready), "recording")
    conversations = count_of(plan.totals.conversations, "conversation")
    speech = length_of(plan.totals.length.total_seconds())
    yield tag("p", f"{recordings} as {conversations}: {speech} of speech.")
    if counts.stored:
        stored = f"{counts.stored:,} of them"
        if counts.stored == plan.totals.conversations:
            stored = "All of them"
        yield tag("p", f"{stored} are in Omi already; nothing is sent twice.")
    if counts.set_aside:
        yield tag(
            "p",
            f"{count_of(counts.set_aside, 'conversation')} refused by Omi or deleted there. ",
            tag("a", "Progress", href="progress"),
            " has the reasons, and can try them again.",
        )
    if counts.to_go:
        yield tag("p", tag("strong", _describe_time(session, preview)))
    merging = _offer_merging(session, preview)
    if merging is not None:
        yield merging


def _describe_time(session: Session, preview: SendPreview) -> str:
    """`404 to go: 16 h at 25 an hour, until about Sunday 14:30.`"""
    state = preview.state
    to_go = preview.plan.writes_to_go
    rate = session.archive.run.rate
    allowance = state.expect(rate)
    needed = time_needed(to_go, allowance, state.wait)
    per_hour = allowance.per_hour
    if needed.total_seconds() == 0:
        return f"{to_go:,} to send: all of them fit into this hour."
    length = time_needed_of(needed)
    if needed >= _ONE_MINUTE:
        length = f"about {length}"
    end = name_moment(session, session.now() + needed)
    allowed = f"{per_hour:,} an hour"
    if state.allowance is None and per_hour == WRITES_PER_HOUR:
        allowed += ", as Omi usually allows"
    return f"{to_go:,} to go: {length}, at most {allowed}, until about {end}."


def _render_remarks(session: Session, plan: ArchivePlan) -> Markup | None:
    """Render what the user should check first; None if there is nothing."""
    items = []
    counts = count_reasons(plan, session.archive.options)
    for reason, words in _REMARKS:
        if counts[reason]:
            said = words.format(count_of(counts[reason], "recording"))
            items.append(_render_remark(said, "needs"))
    silent = sum(entry.summary.language is None for entry in plan.to_go)
    if silent:
        said = f"{count_of(silent, 'recording')} without a language: Omi takes them for English."
        items.append(_render_remark(said, "no-language"))
    unreadable = count_unreadable(plan)
    if unreadable:
        said = f"{count_of(unreadable, 'file')} cannot be read, and will not be sent."
        items.append(_render_remark(said, "unreadable"))
    if not items:
        return None
    listed = tag("ul", items, class_="notices")
    if not plan.to_go:
        return tag("section", tag("h2", "To look at"), listed)
    advice = tag("p", "You can also send everything as it is.", class_="quiet")
    return tag("section", tag("h2", "Look at these first"), listed, advice)


def _render_remark(words: str, shown: str) -> Markup:
    """shown: the filter of the list that shows what it is about."""
    what = tag("span", f": {words}", class_="unseen")  # the links of a page are read out alone
    return tag("li", words, " ", tag("a", "Look", what, href=f"archive?show={shown}"))


def render_account(session: Session, preview: SendPreview) -> Markup:
    """The account that it goes to, or a field for the key."""
    if preview.account:
        words = tag("p", "To: ", tag("bdi", preview.account), ". The key is never shown.")
        missing = None
        if preview.missing_ledger:
            name = tag("bdi", preview.missing_ledger)
            missing = tag("p", name, ": there is no ledger yet, so nothing counts as sent.")
        return tag("div", words, missing, _render_other_accounts(preview), id="account")
    field = tag("input", type="password", id="key", name_="key", autocomplete="off")
    server = session.archive.run.server.api_base
    return tag(
        "div",
        tag("label", "The API key of your Omi account", for_="key"),
        field,
        tag("button", "Check and store it", type="button", data_choice="send-key", data_of="key"),
        tag(
            "p",
            "Create one in Omi under Settings, Developer, Create Key, with conversations:write. It "
            f"is sent to {server} and nowhere else, and is stored on this computer.",
            class_="quiet",
        ),
        id="account",
    )


def _render_other_accounts(preview: SendPreview) -> list[Markup]:
    """The question whether another key is for the same account."""
    questions = []
    for other in preview.other_accounts:
        means = f"with another key ({other.name})"
        if other.server:
            means = f"to another server, {other.server} ({other.name})"
        count = count_of(other.conversations, "conversation")
        legend = f"{count} of these were sent {means}. {other.question}"
        radios = [_render_radio(value, words) for value, words in _SAME]
        questions.append(tag("fieldset", tag("legend", legend), radios))
    return questions


def _render_how(session: Session, preview: SendPreview) -> Markup:
    """The fields for how it is sent. Those of the whole archive are stored at once."""
    counts = preview.plan.totals.counts
    run = session.archive.run
    parts: list[Child] = [
        _render_select("order", "In which order", _ORDERS, chosen=run.order),
        _render_field(
            "rate", "At most in an hour", "number", "all that Omi allows", run.rate, min="1"
        ),
        _render_field("limit", "At most in this run", "number", "all", min="1"),
        _render_field("until", "Stop at", "time", ""),
    ]
    if counts.changed:
        what = count_of(counts.changed, "conversation")
        label = f"What was sent in another form ({what})"
        parts.append(_render_select("changed", label, _CHANGED))
    return tag("div", tag("div", parts, class_="fields"), _offer_titles(session, preview))


def _offer_titles(session: Session, preview: SendPreview) -> Markup | None:
    """Whether conversations get the titles of their files, which takes a write each."""
    count = preview.plan.totals.titles_to_go
    if not count:
        return None
    is_chosen = session.archive.run.titles
    box = tag("input", type="checkbox", id="titles", value="yes", checked=is_chosen)
    words = (
        f" Send {count_of(count, 'title')} of the files, too: each takes as long as a conversation"
    )
    return tag("p", tag("label", box, words))


def _offer_merging(session: Session, preview: SendPreview) -> Markup | None:
    """Render what joining neighbors would save for recordings of which nothing was sent."""
    gap = session.archive.options.merge_gap
    if gap is not None:
        words = f"Lines of one speaker up to {gap.total_seconds():g} s apart are joined. "
        button = make_button("Do not join them", "send-setting", name="merge_gap", value="")
        return tag("p", words, button)
    merging = preview.plan.merging
    if merging.merged >= merging.planned:
        return None
    seconds = f"{TRY_GAP.total_seconds():g}"
    words = (
        f"With lines of one speaker joined that are up to {seconds} s apart, what was not begun "
        f"is {count_of(merging.merged, 'conversation')} instead of {merging.planned:,}. "
    )
    button = make_button("Join them", "send-setting", name="merge_gap", value=seconds)
    return tag("p", words, button)


def _render_select(
    name: str, label: str, choices: Sequence[tuple[str, str]], chosen: str = ""
) -> Markup:
    options = []
    for value, words in choices:
        options.append(tag("option", words, value=value, selected=value == chosen))
    select = tag("select", options, id=name, name_=name)
    return tag("p", tag("label", label, for_=name), select)


def _render_field(
    name: str, label: str, kind: str, shown: str, value: int | None = None, **more: str
) -> Markup:
    field = tag(
        "input",
        type=kind,
        id=name,
        name_=name,
        placeholder=shown or None,
        value=value,
        **more,
    )
    return tag("p", tag("label", label, for_=name), field)


def _render_radio(value: str, words: str) -> Markup:
    radio = tag("input", type="radio", name_="same", value=value)
    return tag("label", radio, " ", words)


def render_start(session: Session, preview: SendPreview) -> Markup:
    """The button, and a note about what cannot be taken back."""
    counts = preview.plan.totals.counts
    if session.sender.is_working:
        words = tag("p", "This page is sending. ", tag("a", "Progress", href="progress"))
        return tag("div", words, id="start")
    work = counts.to_go + counts.changed
    if not work:
        report = tag("a", "Report", href="report")
        return tag("div", tag("p", "Nothing is left to send. ", report), id="start")
    action = f"Send {count_of(counts.to_go, 'conversation')}"
    if not counts.to_go:
        action = "Check the files that have changed"
    is_disabled = not preview.account
    button = tag("button", action, type="submit", class_="main", disabled=is_disabled)
    note = (
        "You can close the page while the program runs. What is in Omi can be deleted "
        "again on Progress, which takes as long as sending it."
    )
    first = None
    if not preview.account:
        first = tag("p", "Enter your key first, then this button works.")
    return tag("div", button, first, tag("p", note, class_="quiet"), id="start")
