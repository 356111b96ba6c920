"""Apply a rule for some files to the people of all files."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from .people import UNLABELED, FileRule, Person


def apply_rule(people: Sequence[Person], rule: FileRule) -> tuple[Person, ...]:
    """The people of a file that the rule fits: the rule's, then all others.

    A person of the rule keeps what is already known under the same name. A label that the rule
    gives to one person is taken from all others.
    """
    claimed = _claimed_labels(rule)
    known = {person.name: person for person in people}
    result: list[Person] = []
    for person in rule.people:
        result.append(_combine(person, known.pop(person.name, None), claimed))
    for person in known.values():
        if person.name not in claimed or person.name == rule.me:
            result.append(_without_aliases(person, claimed))
    result = _remove_owners(result, rule)
    if rule.me is None:
        return tuple(result)
    return _mark_owner(result, people, rule.me)


def _remove_owners(people: list[Person], rule: FileRule) -> list[Person]:
    """The people without owners who, by the rule, are not the owner."""
    result = []
    for person in people:
        is_owner = person.is_user and not rule.without_owner and person.name not in rule.not_owners
        result.append(person._replace(is_user=is_owner))
    return result


def _claimed_labels(rule: FileRule) -> set[str]:
    """The labels that the rule gives to somebody."""
    claimed: set[str] = set()
    for person in rule.people:
        claimed.update(person.labels)
    if rule.me is not None:
        claimed.add(rule.me)
    return claimed


def _combine(person: Person, known: Person | None, claimed: Collection[str]) -> Person:
    """A rule's person with what is known of them, except for the labels that the rule claims."""
    if known is None:
        return person
    rest = _without_aliases(known, claimed)
    return Person(
        person.name,
        person.is_user or known.is_user,
        person.person_id or known.person_id,
        (*person.aliases, *rest.aliases),
    )


def _without_aliases(person: Person, labels: Collection[str]) -> Person:
    kept = [alias for alias in person.aliases if alias not in labels]
    return person._replace(aliases=tuple(kept))


def _mark_owner(people: list[Person], before: Sequence[Person], me: str) -> tuple[Person, ...]:
    """`people` with `me` as the only owner.

    before: the people without the rule, in case one of them lost the label `me` to the rule.
    """
    owner = find_person(people, me)
    if owner is None and me == UNLABELED:  # it is no other person than the owner, if there is one
        marked = add_to_owner(people, me)
        if marked:
            return marked
    if owner is None:
        owner = find_person(before, me) or Person(me)
        people = [person for person in people if person.name != owner.name]
        people.append(owner)
    return tuple(person._replace(is_user=person is owner) for person in people)


def add_to_owner(people: Sequence[Person], label: str) -> tuple[Person, ...]:
    """The people with a label more for the owner; none at all if nobody is the owner."""
    for place, person in enumerate(people):
        if person.is_user:
            owner = person._replace(aliases=(*person.aliases, label))
            return (*people[:place], owner, *people[place + 1 :])
    return ()


def find_person(people: Sequence[Person], label: str) -> Person | None:
    """The first person with exactly this label."""
    for person in people:
        if label in person.labels:
            return person
    return None
