"""The log of `serve --log-format json`: the turns of keys, and events of their uploaders."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..serve.turns import KeyTurn, ServeEvent

_LEVELS = {"failed": logging.ERROR, "partly": logging.WARNING}
"""The names of events for how a turn ends."""


def log_serving(profile: str, event: ServeEvent) -> None:
    """Log one event of a key."""
    from ..serve.turns import TurnBegan, TurnEnded, TurnRescued
    from ..transfer.event_log import EventLog, log_event

    match event:
        case TurnBegan():
            log_event(logging.INFO, "turn-began", profile=profile)
        case TurnRescued():
            log_event(logging.WARNING, "turn-rescued", profile=profile)
        case TurnEnded(turn):
            _log_turn(profile, turn)
        case _:
            EventLog(profile).observe(event)


def _log_turn(profile: str, turn: KeyTurn) -> None:
    from ..transfer.event_log import log_event

    level = _LEVELS.get(turn.state, logging.INFO)
    if turn.is_failure:
        level = logging.WARNING
    log_event(
        level,
        "turn-ended",
        profile=profile,
        state=turn.state,
        reason=turn.reason,
        seconds=round(turn.seconds, 3),
        stored=turn.stored,
        conversations=turn.total,
        exit_code=turn.code,
    )
