"""The HTML of Progress: a bar, what is sent now, what was done, what was set aside and why."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from ....quantities import count_of, length_of
from ....report.html import Markup, tag
from ....transfer.ledger import LedgerEntry
from ....workspace.progress import SetAside
from ...contents import count_unreadable
from ...controls import make_button
from ...run_state import Snapshot
from ...session import Session
from ...wording import name_moment, name_source, shown_zone

_WIDTH = 1000
"""Units of the bar's drawing, which is stretched to the width of the page."""
_PART_LIMIT = 120
"""Seconds that Omi may take for one conversation."""
_ASIDE_SHOWN = 200
_REFUSED = {"rejected", "blocked"}
_DELETED = {"deleted"}


def render_error(words: str) -> Markup:
    """The error for which nothing can be shown about the archive."""
    return tag("section", tag("p", words, class_="wrong"), id="state")


def render_state(session: Session, snapshot: Snapshot) -> Markup:
    """How far the run is, and what happens now."""
    if snapshot.is_idle and session.error:
        return render_error(session.error)
    if snapshot.is_idle and session.contents is None:
        return tag("section", tag("p", session.progress.describe()), id="state")
    return tag("section", list(_list_parts(session, snapshot)), id="state", class_="card")


def _list_parts(session: Session, snapshot: Snapshot) -> Iterator[Markup]:
    if snapshot.total:
        yield _render_bar(session, snapshot)
    yield from _describe_now(session, snapshot)
    if snapshot.is_idle:
        yield from _describe_end(session, snapshot)
    else:
        yield _render_stop(snapshot)
    if session.contents is not None and count_unreadable(session.contents.plan):
        files = count_of(count_unreadable(session.contents.plan), "file")
        look = tag("a", "Look", href="archive?show=unreadable")
        yield tag("p", f"{files} cannot be read, and will not be sent. ", look)


def _describe_end(session: Session, snapshot: Snapshot) -> Iterator[Markup]:
    if snapshot.ended and snapshot.ended_at is not None:
        moment = name_moment(session, snapshot.ended_at)
        yield tag("p", f"Last run, {moment}: ", snapshot.ended, class_="ended")
    yield _render_next(snapshot)
    if snapshot.done and not snapshot.left:
        yield _render_check(session)


def _render_check(session: Session) -> Markup:
    """Render the command that compares what is in Omi with what was sent."""
    command = shlex.join(["transcript-bridge", "verify", *session.paths])
    words = "To compare every word with what Omi has, run this in the terminal: "
    return tag("p", words, tag("code", tag("bdi", command)), class_="quiet")


def _render_bar(session: Session, snapshot: Snapshot) -> Markup:
    done = snapshot.done * _WIDTH // max(snapshot.total, 1)
    bar = tag(
        "svg",
        tag("rect", x=0, y=0, width=done, height=12, class_="stored"),
        viewBox=f"0 0 {_WIDTH} 12",
        preserveAspectRatio="none",
        aria_hidden="true",
        class_="progress-bar",
    )
    count = f"{snapshot.done:,} of {count_of(snapshot.total, 'conversation')}"
    where = "in Omi"
    if snapshot.work == "undoing":
        where = "deleted in Omi"
    end = None
    if not snapshot.is_idle and snapshot.finish is not None:
        end = f"; everything should be done by about {name_moment(session, snapshot.finish)}"
    return tag("div", tag("p", tag("strong", f"{count} {where}"), end), bar)


def _describe_now(session: Session, snapshot: Snapshot) -> Iterator[Markup]:
    for current in snapshot.current:
        since = tag("time", datetime=current.since.isoformat(), data_since="")
        limit = length_of(_PART_LIMIT)
        yield tag(
            "p",
            "Now: ",
            tag("bdi", name_source(session, current.name)),
            ", ",
            since,
            f" (Omi takes up to {limit} for one)",
        )
    if snapshot.resumes is not None:
        moment = name_moment(session, snapshot.resumes)
        left = tag("time", datetime=snapshot.resumes.isoformat(), data_until="")
        yield tag("p", f"Waiting until {moment}", left, f": {snapshot.reason}.")
    for name in snapshot.elsewhere:
        yield tag("p", "Another program is sending ", tag("bdi", name_source(session, name)), ".")


def _render_stop(snapshot: Snapshot) -> Markup:
    if snapshot.is_stopping:
        return tag("p", "It stops after the current request.")
    words = "Stop after this one" if snapshot.current else "Stop"
    button = tag("button", words, type="button", id="stop", data_choice="progress-stop")
    note = "You can close the page while the program runs."
    return tag("div", button, tag("p", note, class_="quiet"))


def _render_next(snapshot: Snapshot) -> Markup:
    """Render the buttons for the time in which nothing runs."""
    parts = []
    if snapshot.left:
        words = f"{count_of(snapshot.left, 'conversation')} to go. "
        parts.append(tag("p", words, tag("a", "Send", href="send")))
    if snapshot.done:
        button = tag(
            "button",
            "Delete it all in Omi…",
            type="button",
            id="ask-undo",
            data_choice="progress-undo-ask",
        )
        parts.append(tag("p", tag("a", "Report", href="report"), " ", button))
    if not snapshot.total:
        words = "There is nothing here to send. "
        parts.append(tag("p", words, tag("a", "Archive", href="archive")))
    return tag("div", parts)


def render_recent(session: Session, snapshot: Snapshot) -> Markup:
    """Render the latest results, the newest first."""
    items = []
    for done in snapshot.recent:
        clock = tag("time", name_moment(session, done.at))
        words = tag("span", done.words, class_=f"badge {done.tone}")
        items.append(tag("li", clock, " ", tag("bdi", name_source(session, done.name)), " ", words))
    if not items:
        return tag("section", id="recent")
    return tag("section", tag("h2", "Done last"), tag("ul", items, class_="notices"), id="recent")


def render_aside(session: Session, snapshot: Snapshot) -> Markup:
    """Render what is not sent, and what to do about it."""
    if not snapshot.aside:
        return tag("section", id="aside")
    items = []
    for entry in snapshot.aside[:_ASIDE_SHOWN]:
        items.append(
            tag(
                "li", tag("p", tag("bdi", name_source(session, entry.path))), tag("p", entry.reason)
            )
        )
    not_shown = len(snapshot.aside) - _ASIDE_SHOWN
    if not_shown > 0:
        items.append(tag("li", f"and {not_shown:,} more; Report has all of them"))
    title = tag("h2", "Set aside ", tag("small", f"{len(snapshot.aside):,}"))
    tries = list(_offer_tries(snapshot.aside))
    return tag("section", title, tries, tag("ul", items, class_="asides"), id="aside")


def _offer_tries(aside: Sequence[SetAside]) -> Iterator[Markup]:
    codes = {entry.code for entry in aside}
    if codes & _REFUSED:
        yield _offer_try("retry", "Try again what was refused", deleted=False)
    if codes & _DELETED:
        yield _offer_try("retry-deleted", "Send again what was deleted in Omi", deleted=True)


def _offer_try(name: str, words: str, *, deleted: bool) -> Markup:
    return make_button(words, "progress-retry", id_=name, deleted=deleted)


def render_uncertain(session: Session, entries: Sequence[LedgerEntry]) -> Markup:
    """Render requests about which only the user can find out whether they are in Omi."""
    if not entries:
        return tag("section", id="uncertain")
    items = []
    for entry in entries[:_ASIDE_SHOWN]:
        items.append(
            tag(
                "li", tag("bdi", name_source(session, entry.label)), _render_answers(session, entry)
            )
        )
    advice = (
        "The answer of the server was lost, and the program could not find out whether these are "
        "in Omi. The next run looks again. You can look in Omi yourself, and say so here."
    )
    title = tag("h2", "Perhaps in Omi")
    return tag(
        "section", title, tag("p", advice), tag("ul", items, class_="asides"), id="uncertain"
    )


def _render_answers(session: Session, entry: LedgerEntry) -> Markup:
    row = entry.row
    local = row.started_at.astimezone(shown_zone(session))
    name = f"id-{row.id}"
    began = f"began {local:%Y-%m-%d %H:%M %Z}, {count_of(row.words, 'word')}"
    again = make_button(
        "It is not there: send it again",
        "progress-resolve",
        id_=f"again-{row.id}",
        number=row.id,
        id="",
    )
    form = tag(
        "form",
        tag("p", began, class_="quiet"),
        tag("input", type="hidden", name_="number", value=row.id, data_number=""),
        tag("label", "It is there, and its id is ", for_=name),
        tag("input", type="text", name_="id", id=name, autocomplete="off", required=True),
        tag("button", "Save", id=f"resolve-{row.id}"),
        data_choice="progress-resolve",
    )
    return tag("div", form, tag("p", again))


def render_decision(question: str, words: str, count: int = 0) -> Markup:
    """The question before conversations are deleted; empty if there is none."""
    if not question:
        return tag("section", id="decision")
    return tag(
        "section",
        tag("p", question),
        tag(
            "button",
            words,
            type="button",
            id="undo-now",
            class_="danger",
            data_choice="progress-undo",
            data_fields=f'{{"count": {count}}}',
        ),
        " ",
        tag("button", "Keep them", type="button", id="keep", data_choice="progress-keep"),
        id="decision",
        class_="card",
        role="group",
        aria_label="Delete in Omi",
    )
