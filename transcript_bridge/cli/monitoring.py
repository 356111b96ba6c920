"""`--metrics`: metrics for Prometheus and the health of the program, on a port."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from .one_of import Command
from .output import say

if TYPE_CHECKING:
    from ..serve.health import Check
    from ..serve.metrics import ReadGauges
    from ..transfer.events import Observe
    from ..transfer.ledger import Ledger


def metrics_flag(command: Command) -> Command:
    """`--metrics`; the parameter is called `metrics`."""
    return click.option(
        "--metrics",
        envvar="TRANSCRIPT_BRIDGE_METRICS",
        metavar="[HOST:]PORT",
        help="Answer /metrics (for Prometheus) and /healthz here; 9090 is for this machine "
        "only, 0.0.0.0:9090 also for others.",
    )(command)


@contextmanager
def monitoring(
    address: str | None,
    ledger: Ledger,
    *,
    read_gauges: Sequence[ReadGauges] = (),
    checks: Mapping[str, Check] | None = None,
) -> Iterator[Observe | None]:
    """Answer at the address of `--metrics` until the block ends; without an address, do nothing.

    Yields an observer that counts the events of uploaders. The ledger's gauges and its check are
    always included. Raises SettingsError, and MissingExtraError without the extra `serve`.
    """
    if address is None:
        yield None
        return
    from ..serve.health import Health
    from ..serve.metrics import Metrics, read_ledger_gauges
    from ..serve.monitoring import parse_address, serve_monitoring
    from ..transfer.event_log import log_event

    metrics = Metrics([read_ledger_gauges(ledger), *read_gauges])
    health = Health({"ledger": ledger.now, **(checks or {})})
    with serve_monitoring(parse_address(address), metrics, health) as listening:
        host = listening.host
        if ":" in host:
            host = f"[{host}]"
        url = f"http://{host}:{listening.port}/metrics"
        say(f"metrics: {url}, and /healthz")
        log_event(logging.INFO, "monitoring", address=url)
        yield metrics.observe


def observe_with(*observers: Observe | None) -> Observe:
    """One observer that passes each event on to all; None is skipped."""
    kept = [observer for observer in observers if observer is not None]
    if len(kept) == 1:
        return kept[0]

    def observe(event: Any) -> None:
        for observer in kept:
            observer(event)

    return observe
