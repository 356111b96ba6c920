"""The HTML of People: the owner, spellings of one person, everybody with a name."""

from __future__ import annotations

from collections.abc import Sequence

from ....archive.summary import RecordingSummary
from ....archive.voices.likely_owner import OwnerProposal
from ....archive.voices.similar_names import Proposal
from ....quantities import count_of
from ....report.html import Child, Markup, join, tag
from ....timecode import render_span
from ...controls import make_button
from ...shown_names import show_name
from .known_people import KnownPerson

_SHOWN = 500
"""The most people in the table; those heard least are left out."""
_ID_HINT = (
    "A person id is how Omi knows a person you have named there. Omi's export of your data has it, "
    "as person_id; few archives need one. Without it, Omi shows “Speaker” and a number, whatever "
    "the name is here."
)


def render_owner(
    owner: str | None,
    people: Sequence[KnownPerson],
    recordings: Sequence[RecordingSummary],
    likely: OwnerProposal | None,
) -> Markup:
    """Render who the owner is. likely: who may be the owner, if no setting says it."""
    if owner is not None:
        return _render_known_owner(owner, people)
    nobody = _say_nobody(recordings)
    if likely is None or likely.name is None:
        return tag("section", tag("p", nobody), id="owner", class_="card")
    name = tag("bdi", show_name(likely.name))
    button = make_button(
        [name, " is me"],
        "people-owner",
        id_="propose-owner",
        name=likely.name,
        labels=list(likely.labels),
    )
    question = tag(
        "p", "No voice is marked as you yet. Perhaps you are ", name, f": {likely.reason}. ", button
    )
    other = tag("p", "Somebody else? Choose “This is me” in the table.", class_="quiet")
    return tag("section", question, other, id="owner", class_="card")


def _say_nobody(recordings: Sequence[RecordingSummary]) -> str:
    """In how many recordings no speaker is the owner, and where to name the owner."""
    known = sum(any(voice.is_user for voice in recording.speakers) for recording in recordings)
    choose = "choose “This is me” in the table, or beside a voice."
    if not known:
        return f"No voice is marked as you yet: {choose}"
    if known == len(recordings):
        return f"Your voice is known in all recordings. If that is wrong, {choose}"
    unknown = count_of(len(recordings) - known, "recording")
    said = count_of(known, "recording")
    return f"Your voice is known in {said}, but not in {unknown}: {choose}"


def _render_known_owner(owner: str, people: Sequence[KnownPerson]) -> Markup:
    spellings = 0
    for person in people:
        if person.name == owner:
            spellings = len(person.spellings)
    words: list[Child] = ["You: ", tag("strong", tag("bdi", show_name(owner)))]
    if spellings > 1:
        words.append(f" ({count_of(spellings, 'spelling')})")
    words += [" ", make_button("Not me", "people-no-owner", id_="no-owner")]
    hint = "Another spelling of your name in the table? Choose “Me, too” there."
    return tag(
        "section", tag("p", words), tag("p", hint, class_="quiet"), id="owner", class_="card"
    )


def render_proposals(proposals: Sequence[Proposal]) -> Markup:
    """Render labels that are probably one person; nothing is merged automatically."""
    if not proposals:
        return tag("section", id="proposals")
    items = []
    for number, proposal in enumerate(proposals[:_SHOWN]):
        labels = list(proposal.labels)
        names: list[Child] = []
        for label in labels:
            names += [" = ", tag("bdi", show_name(label))]
        keep = f"One person: {show_name(labels[0])}"
        items.append(
            tag(
                "li",
                tag("p", names[1:], " ", tag("span", proposal.reason, class_="quiet")),
                make_button(keep, "people-one", id_=f"one{number}", labels=labels, name=labels[0]),
                " ",
                make_button("Different people", "people-two", id_=f"two{number}", labels=labels),
            )
        )
    title = tag("h2", "Perhaps one person")
    return tag("section", title, tag("ul", items, class_="notices"), id="proposals")


_NUMBERS = ("Recordings", "Talk")
"""Columns of numbers."""


def render_people(people: Sequence[KnownPerson], owner: str | None) -> Markup:
    """All people with a name. owner: of all recordings, if a setting says who that is."""
    if not people:
        return tag("section", id="people-list")
    heads = ("Name", "Recordings", "Talk", "In Omi", "Person id", "")
    cells = []
    for head in heads:
        number = "number" if head in _NUMBERS else None
        words = head or tag("span", "Choose", class_="unseen")
        cells.append(tag("th", words, scope="col", class_=number))
    rows = [_render_person(place, person, owner) for place, person in enumerate(people[:_SHOWN])]
    table = tag(
        "table",
        tag("caption", "People", class_="unseen"),
        tag("thead", tag("tr", cells)),
        tag("tbody", rows),
        class_="people",
    )
    title = tag("h2", "With a name ", tag("small", f"{len(people):,}"))
    hint = tag("p", _ID_HINT, class_="quiet")
    if len(people) > _SHOWN:
        hint = join([tag("p", f"The {_SHOWN} heard longest are listed.", class_="quiet"), hint])
    return tag("section", title, table, hint, id="people-list")


def _render_person(place: int, person: KnownPerson, owner: str | None) -> Markup:
    field = tag(
        "input",
        name_="id",
        value=person.person_id or "",
        autocomplete="off",
        spellcheck="false",
        aria_label=f"Person id of {person.shown_name}",
        id=f"id{place}",
    )
    form = tag(
        "form",
        tag("input", type="hidden", name_="name", value=person.name),
        field,
        " ",
        tag("button", "Save", aria_label=f"Save the id of {person.shown_name}", id=f"save{place}"),
        data_choice="people-id",
    )
    return tag(
        "tr",
        tag("th", tag("bdi", person.shown_name), _render_spellings(place, person), scope="row"),
        tag("td", f"{len(person.files):,}", class_="number", data_head="Recordings"),
        tag("td", render_span(person.ms), class_="number", data_head="Talk"),
        tag("td", person.in_omi, data_head="In Omi"),
        tag("td", _fold(person, form)),
        tag("td", _render_me(place, person, owner)),
    )


def _render_spellings(place: int, person: KnownPerson) -> Child:
    """The other labels of this person, each with a button that takes it out again."""
    others = [label for label in person.spellings if label != person.name]
    if not others:
        return None
    parts: list[Child] = [" also: "]
    for number, label in enumerate(others):
        name = tag("bdi", show_name(label))
        words = ["Separate", tag("span", " ", name, class_="unseen")]
        button = make_button(words, "people-apart", id_=f"apart{place}-{number}", label=label)
        parts += [name, " ", button, " "]
    return tag("small", parts)


def _render_me(place: int, person: KnownPerson, owner: str | None) -> Child:
    """The button that makes a person the owner, or another spelling of the owner."""
    button_id = f"me{place}"
    if person.name == owner:
        return None
    if owner is not None:
        return make_button("Me, too", "people-owner-too", id_=button_id, name=person.name)
    if person.is_user:
        return None
    return make_button("This is me", "people-owner", id_=button_id, name=person.name, labels=[])


def _fold(person: KnownPerson, form: Markup) -> Markup:
    """Few people have an id: the field for it is open where there is one."""
    words = person.person_id or "Set an id"
    summary = tag("summary", words, aria_label=f"{words}: {person.shown_name}")
    return tag("details", summary, form, open=bool(person.person_id))


def render_unnamed(voices: int, recordings: int) -> Markup:
    """How many voices have no name, and a link to name them."""
    if not voices:
        return tag("section", tag("p", "Every voice has a name."), id="unnamed")
    words = f"{count_of(voices, 'voice')} without a name in {count_of(recordings, 'recording')}. "
    link = tag("a", "Name them one by one", href="people-queue", id="queue")
    return tag("section", tag("h2", "Voices without a name"), tag("p", words, link), id="unnamed")
