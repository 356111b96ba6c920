"""The upper part of the page of a recording: where it is in the list, its date, its problems."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from ....archive.playable import find_sound
from ....dating.finder import Dated
from ....dating.wording import describe_source
from ....options import Options
from ....problems import Level
from ....quantities import count_of
from ....report.html import Child, Markup, join, tag, text
from ....timecode import render_span
from ...contents import is_settled
from ...controls import list_languages
from ...opened import OpenedRecording

_LEVELS: tuple[Level, ...] = ("lost", "repaired", "note")


class Neighbors(NamedTuple):
    """The recordings before and after this one in the list, by their numbers."""

    place: int
    total: int
    previous: int | None = None
    next: int | None = None


def render_path(neighbors: Neighbors) -> Markup:
    """The links to the list, and to the recordings before and after this one."""
    back = tag("a", "‹ Archive", href="archive")
    ways: list[Child] = []
    if neighbors.previous is not None:
        ways.append(_render_way("‹ previous", "prev", neighbors.previous, "["))
    ways.append(tag("span", f"{neighbors.place:,} of {neighbors.total:,}", class_="quiet"))
    if neighbors.next is not None:
        ways.append(_render_way("next ›", "next", neighbors.next, "]"))
    return tag(
        "nav",
        tag("p", back),
        tag("p", ways, class_="ways") if neighbors.total > 1 else None,
        class_="way",
        aria_label="In the archive",
    )


def _render_way(words: str, rel: str, number: int, key: str) -> Markup:
    address = f"recording?number={number}"
    return tag("a", words, href=address, rel=rel, aria_keyshortcuts=key)


def render_heading(opened: OpenedRecording) -> Markup:
    """The name of the file, its folder, and what the file calls itself."""
    folder = opened.form.path.removesuffix(opened.form.name)
    title = None
    if opened.transcript.title:
        title = tag("p", tag("bdi", opened.transcript.title))
    return join(
        [
            tag("h1", tag("bdi", opened.form.name)),
            title,
            tag("p", tag("bdi", folder), class_="quiet"),
        ]
    )


def render_facts(opened: OpenedRecording) -> Markup:
    """Its duration, and what it becomes in Omi."""
    conversations = len(opened.borders) + 1
    facts = [
        render_span(opened.transcript.duration),
        count_of(len(opened.utterances), "segment"),
        f"becomes {count_of(conversations, 'conversation')}",
    ]
    return tag("p", " · ".join(facts), class_="facts", id="facts")


def render_reasons(reasons: Sequence[str], *, is_sent: bool = False) -> Markup:
    """Why a decision is needed, as in the list. is_sent: whether all of it is in Omi."""
    words: Child = None
    if is_sent:
        words = tag("span", "in Omi", class_="badge stored")
    if reasons:
        badge = tag("span", "needs you", class_="badge doubt")
        words = [badge, ": ", "; ".join(reasons)]
    return tag("p", words, id="reasons")


def render_decisions(opened: OpenedRecording, options: Options) -> Markup:
    """The buttons for the whole recording. options: of the archive."""
    settled = is_settled(opened.form, options)
    words = "Ask about it again" if settled else "Fine as it is"
    settle = tag(
        "button", words, type="button", id="settle", data_settled="no" if settled else "yes"
    )
    leave = tag("button", "Leave this one out", type="button", id="leave-out")
    return tag("p", settle, " ", leave, id="decisions", class_="decisions")


# ---- when, and in which language


def render_date(opened: OpenedRecording) -> Markup:
    """The form with its date, zone and language, and where the date is from."""
    began = opened.began
    zone = opened.options.zone
    local = began.astimezone(ZoneInfo(zone)) if began is not None else None
    date_field = tag(
        "input",
        type="date",
        name_="date",
        id="date",
        value=f"{local:%Y-%m-%d}" if local else "",
        required=True,
    )
    time_field = tag(
        "input",
        type="time",
        name_="time",
        id="time",
        step=1,
        value=f"{local:%H:%M:%S}" if local else "",
        required=True,
    )
    zone_field = tag(
        "input", name_="zone", id="zone", value=zone, list="zones", autocomplete="off", size=18
    )
    fields = [
        _label("Began", date_field),
        _label("at", time_field),
        _label("in", zone_field),
        _label("Language", _render_languages(opened)),
        tag("button", "Save", type="submit"),
    ]
    source = tag("p", _describe_date(opened), class_="quiet")
    form = tag("form", fields, class_="when", data_post="recording-date")
    return tag("section", form, source, _render_other_dates(opened), _render_zones(), id="when")


def _label(words: str, field: Markup) -> Markup:
    return tag("label", tag("span", words), " ", field)


def _render_languages(opened: OpenedRecording) -> Markup:
    of_file = opened.transcript.language or "none stated"
    who = "the name of the file" if opened.transcript.language_is_from_name else "the file"
    options = list_languages(f"as {who} says ({of_file})", opened.options.language or "")
    return tag("select", list(options), name_="language", id="language")


def _describe_date(opened: OpenedRecording) -> str:
    began = opened.loaded.began
    if began.at is None:
        return "Nothing says when it began. It cannot be sent without a date."
    words = describe_source(began.source)
    if began.start_source == "guessed":
        return f"The date is {words}. Please check it."
    if _has_no_hour(opened):
        return f"The day is {words}. Nothing says the hour, so it is noon."
    if began.zone:
        return f"The date is {words}, which does not state a time zone."
    return f"The date is {words}."


def _has_no_hour(opened: OpenedRecording) -> bool:
    """Whether the date is from a source that states only the day."""
    source = opened.loaded.began.source
    return any(dated.source == source and not dated.has_time for dated in opened.loaded.dates)


def _render_other_dates(opened: OpenedRecording) -> Markup | None:
    """All dates that were found, to choose from."""
    others = list(_list_other_dates(opened))
    is_stated_here = opened.loaded.began.source == "option"
    if not others and not is_stated_here:
        return None
    back = None
    if is_stated_here:
        back = tag("button", "Back to what the file says", type="button", id="date-back")
    if not others:
        return back
    summary = tag("summary", "Other dates found")
    return join([back, tag("details", summary, tag("ul", others, class_="dates"))])


def _list_other_dates(opened: OpenedRecording) -> Iterator[Markup]:
    zone = ZoneInfo(opened.options.zone)
    for dated in opened.loaded.dates:
        at = datetime.fromisoformat(dated.at)
        if at == opened.began:
            continue
        local = at.astimezone(zone)
        words = f"{local:%Y-%m-%d %H:%M:%S}"
        button = tag(
            "button",
            "Use it",
            type="button",
            class_="use-date",
            data_date=f"{local:%Y-%m-%d}",
            data_time=f"{local:%H:%M:%S}",
            aria_label=f"Use {words}",
        )
        yield tag("li", words, " – ", _describe_place(dated), " ", button)


def _describe_place(dated: Dated) -> Child:
    return [describe_source(dated.source), ": ", tag("bdi", dated.text)]


def _render_zones() -> Markup:
    """End tags are left out, which HTML allows: there are 600 zones on each page."""
    options = [Markup(f"<option>{text(name)}") for name in sorted(available_timezones())]
    return tag("datalist", options, id="zones")


# ---- problems


def render_problems(opened: OpenedRecording) -> Markup:
    """The number of problems; those with a line are links, the others are listed in full."""
    problems = opened.transcript.problems
    if not problems:
        return tag("section", id="problems")
    counts = []
    for level in _LEVELS:
        count = sum(problem.level == level for problem in problems)
        if count:
            counts.append(f"{count:,} {level}")
    items = []
    can_jump = _can_jump(opened.utterances.lines)
    for number, problem in enumerate(problems):
        words: Child = problem.message
        if problem.line is not None:
            words = f"line {problem.line}: {problem.message}"
        if problem.line is not None and can_jump:
            words = tag("a", words, href=f"#problem{number}")
        mark = tag("span", problem.level, class_=f"level {problem.level}")
        items.append(tag("li", mark, " ", tag("span", words)))
    summary = tag("summary", "Problems: ", " · ".join(counts))
    is_grave = any(problem.level == "lost" for problem in problems)
    return tag(
        "section",
        tag(
            "details",
            summary,
            tag("ul", items, class_="problems"),
            open=is_grave,
        ),
        id="problems",
    )


def _can_jump(lines: Sequence[int | None]) -> bool:
    return bool(lines) and all(line is not None for line in lines)


# ---- the player


def render_player(opened: OpenedRecording) -> Markup | None:
    """The player for the sound beside the recording; a sentence if the browser cannot play it."""
    sound = find_sound(opened.recording)
    if not sound.name:
        return None
    if sound.reason:
        return tag("p", sound.reason, class_="player quiet")
    player = tag(
        "audio",
        id="sound",
        src=f"sound?number={opened.number}",
        preload="metadata",
        controls=True,
    )
    follow = tag("input", type="checkbox", id="follow", checked=True)
    words = (
        f"This browser cannot play {sound.name}. Convert it to .mp3 or .wav beside the transcript."
    )
    return tag(
        "div",
        player,
        tag("label", follow, " Follow", title="The text follows the sound"),
        tag("p", words, id="unplayable", class_="wrong", role="alert", hidden=True),
        class_="player",
    )
