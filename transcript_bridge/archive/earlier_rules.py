"""Requests as earlier versions of the program made them, to finish what those sent in part.

The ledger knows requests by session ids, which are derived from words and times. After a change of
a rule, an unchanged file becomes other requests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from operator import itemgetter

from ..options import Options
from ..pipeline import Loaded
from ..request_models import to_requests
from ..wire import ConversationRequest

_START_AND_END = itemgetter(0, 1)
# Up to version 0.2, `--merge-gap` had no limits. This is the highest number that Options accepts:
# 18 hours of one voice without a pause.
_NO_LIMIT = 1_000_000
_FOR_EVER = timedelta(days=365)


def make_earlier_requests(
    load: Callable[[Options], Loaded], options: Options
) -> Iterator[Sequence[ConversationRequest]]:
    """The requests of one recording by each earlier set of rules.

    Raises what `load` and to_requests raise.
    """
    choices = [options]
    if options.merge_gap is not None:
        unlimited = replace(options, merge_characters=_NO_LIMIT, merge_duration=_FOR_EVER)
        choices.append(unlimited)
    for chosen in choices:
        loaded = load(chosen)
        yield to_requests(loaded)
        yield to_requests(_sort_by_ends(loaded))


def _sort_by_ends(loaded: Loaded) -> Loaded:
    """Up to version 0.2, utterances with the same start were sorted by their ends."""
    utterances = sorted(loaded.transcript.utterances, key=_START_AND_END)
    return loaded._replace(transcript=loaded.transcript.evolve(utterances))
