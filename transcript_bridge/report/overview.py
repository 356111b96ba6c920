"""The first sections of the page: sums, what needs a decision, months, and speakers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from ..archive.voices.anonymous_labels import is_anonymous
from ..archive.voices.label_totals import Label
from ..archive.voices.similar_names import propose
from ..quantities import count_of, length_of, words_for
from ..timecode import render_span
from .bars import Bar, bars_of, draw_months
from .charts import draw_share
from .context import NO_NAME_COLOR, PageContext
from .html import Child, Markup, filled, tag
from .states import LEFT_OUT, MEANINGS, TONES, FileState, Tone
from .summary import FileReport, Report, Totals, Trouble
from .wording import GUESSED_MARK, badge, day_of, name_label, number_cell, sentence

_LABELS_SHOWN = 12
_MIN_BAR = 4
"""Thousandths of the width; a smaller part would be invisible."""


# ---- sums


def render_overview(report: Report) -> Markup:
    """How much there is, and the parts by state."""
    tiles = []
    for value, name in _tiles(report.totals):
        tiles.append(tag("div", tag("dt", name), tag("dd", value)))
    states = _shown_states(report.totals)
    by_state = tag("p", "Nothing was uploaded yet.")
    if states:
        by_state = tag("div", _shares(report.totals), _state_table(report, states), class_="states")
    return tag(
        "section",
        tag("h2", "Overview", class_="unseen"),
        tag("dl", tiles, class_="tiles"),
        by_state,
        _remarks(report),
        class_="overview",
    )


def _tiles(totals: Totals) -> list[tuple[str, str]]:
    """(value, name) of the largest figures."""
    length = length_of(totals.seconds)
    conversations = words_for(totals.conversations, "conversation")
    in_omi = f"{conversations}, all in Omi"
    if totals.stored != totals.conversations:
        in_omi = f"of {totals.conversations:,} {conversations} in Omi"
    elif totals.left_out:
        left_out = count_of(totals.left_out, "file")
        in_omi = f"{conversations} in Omi, all that can be sent; {left_out} cannot"
    return [
        (f"{totals.stored:,}", in_omi),
        (f"{totals.files:,}", words_for(totals.files, "file")),
        (f"{totals.segments:,}", words_for(totals.segments, "segment")),
        (str(length), "of speech"),
    ]


def _shown_states(totals: Totals) -> list[FileState]:
    tones = list(TONES)
    states = [
        state
        for state in reversed(MEANINGS)
        if totals.files_by_state[state] or totals.by_state[state]
    ]
    states.sort(key=lambda state: tones.index(MEANINGS[state].tone))
    return states


def _shares(totals: Totals) -> Iterator[Markup]:
    for subject, counts in (("Conversations", totals.by_state), ("Files", totals.files_by_state)):
        shares = _by_tone(counts)
        if shares:
            numbers = [f"{count:,.0f} {TONES[tone]}" for tone, count in shares.items()]
            chart = draw_share(shares, f"{subject}: {', '.join(numbers)}")
            yield tag("div", tag("span", subject), chart, class_="bar")


def _by_tone(counts: Mapping[FileState, int]) -> dict[Tone, float]:
    found: Counter[Tone] = Counter()
    for state, count in counts.items():
        found[MEANINGS[state].tone] += count
    return {tone: found[tone] for tone in TONES if found[tone]}


def _state_table(report: Report, states: Sequence[FileState]) -> Markup:
    totals = report.totals
    head = tag(
        "tr",
        tag("th", "State", scope="col"),
        tag("th", "Files", scope="col", class_="number"),
        tag("th", "Conversations", scope="col", class_="number"),
    )
    rows = []
    for state in states:
        files = number_cell(totals.files_by_state[state])
        conversations = number_cell(totals.by_state[state])
        rows.append(tag("tr", tag("th", badge(state), scope="row"), files, conversations))
    caption = tag("caption", "By state", class_="unseen")
    return tag("table", caption, tag("thead", head), tag("tbody", rows))


_MANY_GUESSES = (
    "Most dates are guesses of {day}, probably the day of an export: put the dates into the file "
    "names, or into [[files]] in a settings file."
)


def _remarks(report: Report) -> Markup | None:
    totals = report.totals
    remarks = (
        (totals.with_problems, "In {files} something was repaired or lost while reading."),
        (
            totals.guessed_dates,
            GUESSED_MARK + " marks a guessed date: nothing says when it began ({files}).",
        ),
        (int(report.guessed_day is not None), _MANY_GUESSES),
        (
            _count_without_owner(report),
            "In {files} no speaker is marked as you by the settings or the files. On the review "
            "page you can mark yourself once; --me of an earlier command is not known here.",
        ),
        (totals.gone, "{files} of the ledger can no longer be found."),
        (
            int(report.lanes_left_out),
            "The charts of who spoke when were left out; --lanes draws them for any number of "
            "files.",
        ),
    )
    day = day_of(report.guessed_day) if report.guessed_day else ""
    shown = [words.format(files=_files(count), day=day) for count, words in remarks if count]
    return filled("p", " ".join(shown), class_="quiet")


def _files(count: int) -> str:
    return count_of(count, "file")


def _count_without_owner(report: Report) -> int:
    count = 0
    for file in report.files:
        has_owner = any(speaker.is_user for speaker in file.heard)
        if file.heard and not has_owner and file.state not in LEFT_OUT:
            count += 1
    return count


# ---- what needs a decision


def render_troubles(report: Report, context: PageContext) -> Markup | None:
    """Render what was set aside, with the reason and what to do."""
    items = []
    for file in report.files:
        for trouble in file.troubles:
            items.append(_trouble(file, trouble, context))
    if not items:
        return None
    return tag(
        "section",
        tag("h2", "Set aside, and what to do ", tag("small", f"{len(items):,}")),
        tag("ul", items, class_="asides"),
    )


def _trouble(file: FileReport, trouble: Trouble, context: PageContext) -> Markup:
    conversation, message, advice = trouble
    state = file.state
    part = ""
    if conversation is not None:
        state = conversation.state
        advice = advice.replace("resolve'", f"resolve {conversation.number}'")
        if conversation.parts > 1:
            part = f" part {conversation.part} of {conversation.parts}"
    link = tag("a", tag("bdi", context.title(file).name), href=f"#{context.anchor(file)}")
    return tag(
        "li",
        tag("p", badge(state), " ", link, part),
        filled("p", sentence(message)),
        tag("p", tag("b", "To do: "), sentence(advice)) if advice else None,
    )


# ---- when it was recorded


def render_months(report: Report) -> Markup | None:
    """The archive by month, as a chart and as a table."""
    if not report.months:
        return None
    bars = bars_of(report.months)
    legend = []
    for tone, word in TONES.items():
        if any(bar.seconds.get(tone) for bar in bars):
            legend.append(tag("li", tag("span", class_=f"dot {tone}"), word))
    return tag(
        "section",
        tag("h2", "When it was recorded"),
        draw_months(bars),
        tag("ul", legend, class_="legend"),
        tag("details", tag("summary", "The numbers"), _month_table(bars)),
    )


def _month_table(bars: Sequence[Bar]) -> Markup:
    head = [tag("th", "Month", scope="col")]
    for word in ("Files", "Conversations", "Length"):
        head.append(tag("th", word, scope="col", class_="number"))
    rows = [_month_row(bar) for bar in bars if bar.files or bar.conversations]
    return tag(
        "table",
        tag("caption", "The archive by month", class_="unseen"),
        tag("thead", tag("tr", head)),
        tag("tbody", rows),
    )


def _month_row(bar: Bar) -> Markup:
    name: Child = bar.name
    if bar.link:
        name = tag("a", bar.name, href=f"#{bar.link}")
    return tag(
        "tr",
        tag("th", name, scope="row"),
        number_cell(bar.files),
        number_cell(bar.conversations),
        tag("td", str(length_of(bar.height)), class_="number"),
    )


# ---- who spoke


def render_speakers(report: Report, context: PageContext) -> Markup | None:
    """The talk time of each label, over all files."""
    if not report.labels:
        return None
    names, unnamed = _split_labels(report.labels)
    similar = _find_similar(names)
    shown = names[:_LABELS_SHOWN]
    unnamed_ms = sum(label.ms for label in unnamed)
    longest = max([unnamed_ms, *[label.ms for label in shown]]) or 1
    rows = [_speaker_row(label, longest, context, similar) for label in shown]
    if unnamed:
        rows.append(_unnamed_row(unnamed, longest))
    more = len(names) - len(shown)
    return tag(
        "section",
        tag("h2", "Who spoke"),
        tag(
            "table",
            tag("caption", "Talk time of each speaker, and in how many files", class_="unseen"),
            tag("colgroup", [tag("col")] * 4),
            tag("tbody", rows),
            class_="lanes voices",
        ),
        tag("p", f"and {count_of(more, 'label')} more", class_="quiet") if more > 0 else None,
    )


def _split_labels(labels: Sequence[Label]) -> tuple[list[Label], list[Label]]:
    """Labels that name somebody, and those that mean another person in each file."""
    names = []
    unnamed = []
    for label in labels:
        is_known = label.name is not None or label.is_user
        if is_anonymous(label.label) and not is_known:
            unnamed.append(label)
        else:
            names.append(label)
    return names, unnamed


def _find_similar(labels: Sequence[Label]) -> dict[str, list[str]]:
    """For each label, those that are probably the same person."""
    heard = {}
    for label in labels:
        if label.label is not None and label.name is None:
            heard[label.label] = (label.files, label.ms)
    similar: dict[str, list[str]] = {}
    for proposal in propose(heard):
        for spelling in proposal.labels:
            similar[spelling] = [other for other in proposal.labels if other != spelling]
    return similar


def _speaker_row(
    label: Label, longest: int, context: PageContext, similar: Mapping[str, Sequence[str]]
) -> Markup:
    color = context.paint(label.label, label.is_user)
    others = similar.get(label.label or "")
    perhaps = None
    if others:
        perhaps = tag("small", " perhaps ", tag("bdi", ", ".join(others)))
    you = None
    if label.is_user:
        you = tag("small", " you")
    return tag(
        "tr",
        tag("th", name_label(label.label, label.name), you, perhaps, scope="row"),
        tag("td", _talk_bar(label.ms, longest, color)),
        tag("td", render_span(label.ms), class_="number"),
        tag("td", count_of(len(label.files), "file"), class_="number"),
    )


def _unnamed_row(labels: Sequence[Label], longest: int) -> Markup:
    """All voices without a name in one row: a label means another person in each file."""
    voices = sum(len(label.files) for label in labels)
    files = {path for label in labels for path in label.files}
    ms = sum(label.ms for label in labels)
    return tag(
        "tr",
        tag("th", tag("i", f"{count_of(voices, 'voice')} without a name"), scope="row"),
        tag("td", _talk_bar(ms, longest, NO_NAME_COLOR)),
        tag("td", render_span(ms), class_="number"),
        tag("td", count_of(len(files), "file"), class_="number"),
    )


def _talk_bar(ms: int, longest: int, color: str) -> Markup:
    width = max(_MIN_BAR, round(1000 * ms / longest))
    return tag(
        "svg",
        tag("path", d=f"M0 5h{width}"),
        viewBox="0 0 1000 10",
        preserveAspectRatio="none",
        aria_hidden="true",
        class_=color,
    )
