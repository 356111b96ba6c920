"""The list as HTML.

Rows are `div`s in blocks, which the browser lays out as they come into view (`content-visibility`).
So ten thousand rows are there at once, can be searched with the browser, and scroll smoothly. On
rows of a `table` this has no effect.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice
from typing import NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from ....archive.summary import SpeakerSummary
from ....formats import all_formats
from ....quantities import count_of, length_of
from ....report.html import Child, Markup, join, tag
from ....report.states import StateMeaning
from ....timecode import render_span
from ...contents import ArchiveContents, Listed, State
from ...controls import list_languages, make_box
from ...shown_names import show_name
from ...wording import name_beginning
from .filters import FILTERS, Filter, View, count_rows

_BLOCK_ROWS = 50
_NAMES_SHOWN = 3
_NEEDED = "archive?show=needs"
_STATES: dict[State, StateMeaning] = {
    "needs": StateMeaning("doubt", "needs you"),
    "ready": StateMeaning("waiting", "ready"),
    "sent": StateMeaning("stored", "in Omi"),
    "left-out": StateMeaning("aside", "left out"),
    "unreadable": StateMeaning("failed", "cannot be read"),
    "copy": StateMeaning("aside", "a copy"),
}
_NOTICES_SHOWN = 200
_NOTICES_OPEN = 5
"""The list is open up to this number; a longer one has to be opened."""
_COLUMNS = ("", "began", "length", "recording", "who", "state")


# ---- above the rows


def render_title(contents: ArchiveContents, paths: Sequence[str]) -> Markup:
    """`exports: 1,210 recordings, 912 h`."""
    plan = contents.plan
    seconds = plan.totals.length / timedelta(seconds=1)
    counted = count_of(len(plan.ready), "recording")
    return tag(
        "h1",
        tag("bdi", ", ".join(paths)),
        tag("small", f" {counted}, {length_of(seconds)}"),
    )


def render_next_step(contents: ArchiveContents, owner: str | None) -> Markup:
    """Render what to do next with this archive."""
    counts = contents.counts
    needs = counts.get("needs", 0)
    sent = (
        "All that can be sent is in Omi. " if counts.get("unreadable") else "All of it is in Omi. "
    )
    words: Sequence[Child] = (sent, tag("a", "Report", href="report"))
    if not contents.plan.ready:
        words = ("Nothing of this can be sent; each row says why.",)
    elif needs and owner is None:
        link = tag("a", "People", href="people")
        words = ("Begin with ", link, ": mark yourself, and name the others.")
    elif needs:
        said = f"Look at the {count_of(needs, 'recording')} that need you"
        if needs == 1:
            said = "Look at the recording that needs you"
        link = tag("a", said, href=_NEEDED)
        words = (link, ", or go on to ", tag("a", "Send", href="send"), ".")
    elif counts.get("ready"):
        words = ("Nothing needs you. ", tag("a", "Send", href="send"))
    return tag("p", words, class_="next")


def render_notices(contents: ArchiveContents, setting: Setting) -> Markup | None:
    """Notices about files, as `plan` prints them; None if there are none."""
    notices = contents.plan.notices
    if not notices:
        return None
    items = []
    for path, message in notices[:_NOTICES_SHOWN]:
        words = setting.remove_root(message)
        items.append(tag("li", tag("bdi", setting.shorten(path)), ": ", words))
    not_shown = len(notices) - _NOTICES_SHOWN
    if not_shown > 0:
        items.append(tag("li", f"and {not_shown:,} more; plan --json has all of them"))
    summary = tag("summary", f"{count_of(len(notices), 'note')} about these files")
    is_open = len(notices) <= _NOTICES_OPEN
    return tag(
        "details",
        summary,
        tag("ul", items, class_="notices"),
        id="notices",
        open=is_open,
    )


def render_controls(contents: ArchiveContents, view: View) -> Markup:
    """The filters, the search, the order, and what can be done with a selection."""
    links = []
    for row_filter in FILTERS:
        count = count_rows(contents, row_filter)
        if count or not row_filter.name or row_filter == view.filter:
            links.append(tag("li", _render_filter(row_filter, view, count)))
    return tag(
        "div",
        tag("nav", tag("ul", links, class_="filters"), aria_label="Which recordings"),
        _render_search(view),
        class_="controls",
    )


def _render_filter(row_filter: Filter, view: View, count: int) -> Markup:
    address = _address(view._replace(filter=row_filter))
    current = "true" if row_filter == view.filter else None
    number = tag("span", f"{count:,}", class_="count")
    return tag("a", row_filter.title, " ", number, href=address, aria_current=current)


def _render_search(view: View) -> Markup:
    show = tag("input", type="hidden", name_="show", value=view.filter.name)
    field = tag(
        "input",
        type="search",
        name_="search",
        id="search",
        value=view.words,
        placeholder="Name, label, reason …",
        aria_label="Search recordings",
        aria_keyshortcuts="/",
        autocomplete="off",
    )
    other = view._replace(newest_first=not view.newest_first)
    words = "Oldest first" if view.newest_first else "Newest first"
    order = tag("a", words, href=_address(other), id="order")
    hidden_order = None
    if view.newest_first:
        hidden_order = tag("input", type="hidden", name_="order", value="newest")
    return tag("form", show, hidden_order, field, order, role="search", class_="search")


def _address(view: View) -> str:
    fields = {}
    if view.filter.name:
        fields["show"] = view.filter.name
    if view.words:
        fields["search"] = view.words
    if view.newest_first:
        fields["order"] = "newest"
    query = urlencode(fields)
    return f"archive?{query}" if query else "archive"


def render_selection() -> Markup:
    """Render the buttons for the ticked rows; shown as long as one is ticked."""
    language = tag("select", list(list_languages("choose")), id="language")
    began = tag("input", type="datetime-local", id="date", max="9999-12-31T23:59")
    zone = tag("input", id="timezone", size=16, placeholder="Europe/Berlin", autocomplete="off")
    actions = [
        _render_action("Leave out", "archive-leave-out"),
        _render_action("Include again", "archive-include"),
        _render_action("Fine as it is", "archive-settle"),
        _render_setting("Began ", began, "archive-date", "Set when they began"),
        _render_setting("Time zone ", zone, "archive-timezone", "Set the time zone"),
        _render_setting("Language ", language, "archive-language", "Set the language"),
    ]
    count = tag("b", "0 selected", id="selected-count", aria_live="polite")
    return tag(
        "div",
        count,
        actions,
        id="selection",
        class_="selection",
        role="group",
        aria_label="Selected recordings",
        hidden=True,
    )


def _render_setting(words: str, field: Markup, address: str, label: str) -> Markup:
    """A field and its button, which stay together in a narrow window. label: of the button."""
    button = _render_action("Set", address, address.removeprefix("archive-"), label)
    return tag("span", tag("label", words, field), button, class_="pair")


def _render_action(
    words: str, address: str, field: str | None = None, label: str | None = None
) -> Markup:
    return tag(
        "button",
        words,
        type="button",
        data_address=address,
        data_field=field,
        aria_label=label,
    )


# ---- the rows


class Setting(NamedTuple):
    """How rows are written. root: what the user named; shown names are relative to it."""

    zone: ZoneInfo
    root: str = ""

    def shorten(self, path: str) -> str:
        """A path without the root."""
        if self.root:
            return path.removeprefix(self.root)
        return path

    def remove_root(self, words: str) -> str:
        """A text without the root in front of the names in it."""
        if self.root:
            return words.replace(self.root, "")
        return words


def stream_rows(rows: Sequence[Listed], setting: Setting, title: str) -> Iterator[Markup]:
    """The table, some rows at a time. title: of the table, for screen readers."""
    if not rows:
        yield tag("div", tag("p", "No recording matches.", class_="quiet"), id="rows")
        return
    label = join(title)
    yield Markup(
        f'<div id="rows" role="table" aria-label="{label}" aria-rowcount="{len(rows) + 1}">'
    )
    heads = [tag("span", name, role="columnheader") for name in _COLUMNS[1:]]
    box = make_box("Select all that are listed", type="checkbox", id="select-all")
    choose = tag("span", box, role="columnheader")
    yield tag("div", tag("div", choose, heads, role="row", class_="row head"), role="rowgroup")
    left = iter(rows)
    while block := list(islice(left, _BLOCK_ROWS)):
        lines = [_render_row(row, setting) for row in block]
        yield tag("div", lines, role="rowgroup", class_="block")
    yield Markup("</div>")


def _render_row(row: Listed, setting: Setting) -> Markup:
    state = _STATES[row.state]
    cells: list[Child] = [
        _render_checkbox(row),
        _render_moment(row, setting.zone),
        render_span(row.ms) if row.ms else "–",
        _render_name(row, setting),
        _render_speakers(row),
    ]
    reasons: Child = None
    if row.reasons:
        words = setting.remove_root("; ".join(row.reasons))
        reasons = tag("span", ": ", words, class_="reasons")
    cells.append([tag("span", state.word, class_=f"badge {state.tone}"), reasons])
    marked = [
        tag("span", cell, role="cell", class_=f"k{place}") for place, cell in enumerate(cells)
    ]
    return tag("div", marked, role="row", class_="row")


def _render_checkbox(row: Listed) -> Markup | None:
    if row.number is None:
        return None
    name = row.path.rpartition("/")[2]
    return make_box(f"Select {name}", type="checkbox", value=row.number)


def _render_moment(row: Listed, zone: ZoneInfo) -> str:
    if row.entry is None:
        return "–"
    return name_beginning(row.entry, zone)


def _render_name(row: Listed, setting: Setting) -> Markup:
    folder, slash, name = setting.shorten(row.path).rpartition("/")
    shown = [tag("small", tag("bdi", folder), slash) if folder else None, tag("bdi", name)]
    title = None
    if row.entry is not None and row.entry.summary.title:
        title = tag("small", " ", tag("bdi", row.entry.summary.title))
    sound = None
    if row.has_media:
        sound = tag("span", " ♪", title="with sound", role="img", aria_label="with sound")
    if row.number is None or row.entry is None:
        return join([shown, title])
    link = tag("a", shown, href=f"recording?number={row.number}", id=f"row{row.number}")
    return join([link, sound, title])


def _render_speakers(row: Listed) -> Markup | str:
    """`You, Bob, Chiara, +1`; `3 voices without a name`."""
    named = [speaker for speaker in row.speakers if not speaker.is_unnamed]
    unnamed = len(row.speakers) - len(named)
    names = list(dict.fromkeys(map(_name_speaker, named)))  # one person may have several labels
    parts: list[Child] = [*names[:_NAMES_SHOWN]]
    if len(names) > _NAMES_SHOWN:
        parts.append(f"+{len(names) - _NAMES_SHOWN}")
    if unnamed and names:
        parts.append(f"+{unnamed} unnamed")
    elif unnamed:
        parts.append(f"{count_of(unnamed, 'voice')} without a name")
    if not parts:
        return "–"
    separated: list[Child] = []
    for part in parts:
        separated += [", ", part]
    return join(separated[1:])


def _name_speaker(speaker: SpeakerSummary) -> Markup:
    if speaker.is_user:
        return join("You")
    return tag("bdi", show_name(speaker.name or speaker.label or ""))


# ---- nothing to list


def render_progress(done: int, total: int) -> Markup:
    """The progress bar, while the archive is read."""
    words = "Looking for recordings …"
    if total:
        words = f"Reading {done:,} of {count_of(total, 'recording')} …"
    bar = tag("progress", aria_label="Reading", max=max(total, 1), value=done if total else None)
    return tag("div", tag("p", words, id="reading-words"), bar, id="reading", class_="reading")


def render_empty(contents: ArchiveContents) -> Markup:
    """The page of an archive without transcripts: what was looked at, and which formats can be
    read."""
    others = contents.plan.other_files
    total = others.total()
    looked = tag("p", "There are no files at all.")
    if total:
        counts = [
            f"{suffix or 'without a suffix'} {count:,}" for suffix, count in others.most_common()
        ]
        looked = tag("p", f"Looked at {count_of(total, 'file')}: ", ", ".join(counts), ".")
    advice = tag(
        "p",
        "Transcripts are files such as .srt, .vtt, or WhisperX .json. To look at another folder, "
        "end the program and start it with that folder.",
    )
    items = [tag("li", f"{format.title}: {', '.join(format.suffixes)}") for format in all_formats()]
    listed = tag("details", tag("summary", "All formats that can be read"), tag("ul", items))
    title = tag("h2", "No transcripts here")
    return tag("section", title, looked, advice, listed, class_="empty")
