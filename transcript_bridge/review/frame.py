"""The frame of all pages: the head, the navigation, and the status line."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path
from string import Template

from starlette.requests import Request

from ..report.html import Child, Markup, join, tag, text
from .place import PagePlace

_HEAD = Template("""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>$title</title>
<link rel="stylesheet" href="style.css">
<link rel="icon" href="data:,">
<script type="module" src="$script"></script>
</head>
<body class="review" data-place="$place">
""")
_TAIL = "\n</body>\n</html>\n"
_CORE_SCRIPT = "review"
_SKIP = "Skip to the content"


def render_head(request: Request, place: str, title: str) -> Markup:
    """Everything before `<main>`. title: of this page, without the program's name."""
    from_place = find_place(request, place)
    script = _CORE_SCRIPT if from_place is None else from_place.name
    head = _HEAD.substitute(
        title=text(f"{title} – Transcript Bridge"), script=f"{script}.js", place=text(place)
    )
    navigation = tag(
        "nav",
        tag("ul", list(_list_links(request.app.state.places, place))),
        aria_label="Places",
    )
    skip = tag("a", _SKIP, href="#content", class_="skip")
    question = _ask_for_other_place(request.app.state.session.other_settings)
    return join([Markup(head), skip, tag("header", navigation, class_="top"), question])


def _ask_for_other_place(other: Path | None) -> Markup | None:
    """The question whether choices may be kept elsewhere; None if they can be kept beside the
    archive."""
    if other is None:
        return None
    words = (
        "This folder cannot be written to, so choices cannot be kept in it. They can be kept in ",
        tag("bdi", str(other.parent)),
        ". Then name that file in other commands: ",
        tag("code", f"--settings {shlex.quote(str(other))}"),
    )
    button = tag("button", "Keep them there", type="button", id="keep-elsewhere")
    return tag(
        "aside",
        tag("p", *words),
        tag("p", button),
        class_="card elsewhere",
        aria_label="Where choices are kept",
    )


def _list_links(places: Iterable[PagePlace], current: str) -> Iterator[Markup]:
    for place in places:
        if not place.title:
            continue
        is_here = "page" if place.name == current else None
        link = tag(
            "a", place.title, href=place.name, aria_current=is_here, data_key=place.key or None
        )
        yield tag("li", link)


def find_place(request: Request, name: str) -> PagePlace | None:
    """The place with this name; None if a page belongs to no place."""
    for place in request.app.state.places:
        if place.name == name:
            found: PagePlace = place
            return found
    return None


def render_tail(request: Request, player: Markup | None = None) -> Markup:
    """Everything after `</main>`: where choices are kept, what was done last, and Undo.

    player: of the place; it stays in view with them.
    """
    session = request.app.state.session
    undo = session.describe_undo(session.said)
    status = tag(
        "footer",
        player,
        tag("p", session.said, role="status", id="status"),
        tag(
            "button",
            undo,
            type="button",
            id="undo",
            hidden=not undo,
            aria_keyshortcuts="Control+Z",
        ),
        tag("button", "Load again", type="button", id="reload", hidden=True),
        tag("p", session.describe_places(), class_="quiet kept"),
        tag("button", "Keys", type="button", id="show-help", aria_keyshortcuts="?"),
        class_="status",
    )
    return join([status, _render_help(), Markup(_TAIL)])


def _render_help() -> Markup:
    """The dialog with the keyboard shortcuts; the script fills in the list."""
    switch = tag("input", type="checkbox", checked=True)
    return tag(
        "dialog",
        tag("h2", "Keys", id="help-title"),
        tag("dl", tag("dt", "?"), tag("dd", "this list")),
        tag("p", tag("label", switch, " Single letters act (never in a field)")),
        tag("form", tag("button", "Close"), method="dialog"),
        id="help",
        aria_labelledby="help-title",
    )


def render_main(*children: Child) -> Markup:
    """The content of a page, inert until its script is loaded. Otherwise the browser would show
    choices as made that nothing received."""
    return tag("main", *children, id="content", tabindex="-1", inert="")


def render_page(request: Request, place: str, title: str, *children: Child) -> str:
    """A whole page."""
    parts = (render_head(request, place, title), render_main(*children), render_tail(request))
    return join(parts)
