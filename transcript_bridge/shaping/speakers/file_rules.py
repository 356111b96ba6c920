"""Applies a rule for some files to the people of the map."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from .people import FileRule, Person, find_person, find_unlabeled, put


def apply_rule(people: Sequence[Person], rule: FileRule) -> tuple[Person, ...]:
    """The people of a file that the rule matches: the rule's people first, then all others.

    A person of the rule keeps what is known under the same name. Labels that the rule assigns to
    one person are removed from all others.
    """
    claimed = _claimed_labels(rule)
    known = {person.name: person for person in people}
    result = [_combine(person, known.pop(person.name, person), claimed) for person in rule.people]
    for person in known.values():
        if person.name not in claimed or person.name == rule.me:
            result.append(_without_aliases(person, claimed))
    result = _remove_owners(result, rule)
    if rule.me is None:
        return tuple(result)
    return _mark_owner(result, people, rule.me)


def _remove_owners(people: list[Person], rule: FileRule) -> list[Person]:
    """The people without owners who, according to the rule, are not the owner."""
    others = rule.not_owners
    if rule.without_owner:
        others = tuple([person.name for person in people])
    return [one._replace(is_user=one.is_user and one.name not in others) for one in people]


def _claimed_labels(rule: FileRule) -> set[str]:
    """The labels that the rule assigns."""
    claimed: set[str] = set()
    for person in rule.people:
        claimed.update(person.labels)
    if rule.me:
        claimed.add(rule.me)
    return claimed


def _combine(person: Person, known: Person, claimed: Collection[str]) -> Person:
    """A rule's person with what is known about them, except for the labels that the rule
    assigns."""
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
    known = find_person(people, me) or find_unlabeled(people, me) or find_person(before, me)
    owner = known or Person(me)
    others = [one._replace(is_user=False) for one in people]
    return put(others, owner._replace(is_user=True))
