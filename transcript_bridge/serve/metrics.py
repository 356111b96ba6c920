"""The metrics of a running program, for Prometheus.

Counters and times come from the events of this process's uploaders. Gauges are read when Prometheus
asks. No series has a key or a profile as a label: a thousand keys would cause a thousand times as
many series.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from ..errors import BridgeError, MissingExtraError
from ..extras import name_install
from ..transfer.events import (
    ClaimsMade,
    Delayed,
    Event,
    Finished,
    RateLimited,
    SourceChanged,
    SourceFailed,
    Started,
)
from ..transfer.ledger import Ledger
from ..transfer.states import OPEN, State
from .patience import PatientQuestion

try:
    import prometheus_client as prometheus
    from prometheus_client.core import GaugeMetricFamily
except ImportError:
    raise MissingExtraError(f"metrics need: {name_install('serve')}") from None

PREFIX = "transcript_bridge_"
GAUGES = {
    "accounts": "Accounts of the ledger.",
    "accounts_limit_known": "Accounts whose write limit is known.",
    "window_limit": "Writes that these accounts together may make in a window.",
    "window_used": "The part of these writes that is used up in the current windows.",
    "slots": "Keys that may upload in this process at the same time.",
    "slots_busy": "Keys that upload in this process now.",
    "heartbeat_age_seconds": "Seconds since the oldest heartbeat of a worker of this installation.",
    "keys_waiting": "Keys of the queue that wait for a time or for a worker.",
    "keys_running": "Keys of the queue that a worker is uploading for.",
    "keys_failed": "Keys of the queue that need a decision.",
    "ledger_up": "1 while the ledger answers.",
}
"""Gauges that a program may provide, and their meaning. Those of the ledger and of the queue are
the same in each process: use the maximum of several, not the sum."""
_CLAIM_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)
_PATIENCE_SECONDS = 5.0
"""Seconds; Prometheus waits for ten."""

ReadGauges = Callable[[], Mapping[str, float]]
"""Returns names of GAUGES and their current values. Raises BridgeError if they cannot be read."""


class Metrics:
    """Counts the events of uploaders, several of which may report at the same time.

    read_gauges: called in a thread each time Prometheus asks; readers that fail or hang are left
    out.
    """

    def __init__(self, read_gauges: Sequence[ReadGauges] = ()) -> None:
        registry = prometheus.CollectorRegistry()
        self._registry = registry
        self._requests = prometheus.Counter(
            f"{PREFIX}requests",
            "Requests that this process has finished, by state.",
            ["state"],
            registry=registry,
        )
        for state in sorted(set(State) - OPEN):
            self._requests.labels(state.value)  # a series that begins with 0 shows its first event
        self._sent = _count(
            "requests_sent", "Requests that were sent, including repeated ones.", registry
        )
        self._delayed = _count("requests_delayed", "Requests put off after a failure.", registry)
        self._limited = _count(
            "rate_limited", "Writes that the server refused because of its limit (429).", registry
        )
        self._sources = _count(
            "sources_failed", "Files that could not be read again, or have changed.", registry
        )
        self._claims = prometheus.Histogram(
            f"{PREFIX}claim_seconds",
            "How long the ledger took to say which requests may be sent.",
            buckets=_CLAIM_SECONDS,
            registry=registry,
        )
        prometheus.ProcessCollector(registry=registry)
        registry.register(_GaugeReader(read_gauges))

    def observe(self, event: Event) -> None:
        """Count an event of an uploader."""
        match event:
            case Started():
                self._sent.inc()
            case Finished(repeated=False):
                self._requests.labels(event.row.state.value).inc()
            case Delayed():
                self._delayed.inc()
            case RateLimited():
                self._limited.inc()
            case ClaimsMade():
                self._claims.observe(event.seconds)
            case SourceFailed() | SourceChanged():
                self._sources.inc()

    def render(self) -> tuple[str, bytes]:
        """The content type and the text for Prometheus."""
        return prometheus.CONTENT_TYPE_LATEST, prometheus.generate_latest(self._registry)


def read_ledger_gauges(ledger: Ledger) -> ReadGauges:
    """Gauges of all accounts in the ledger together."""

    def read() -> Mapping[str, float]:
        try:
            totals = ledger.sum_windows()
        except BridgeError:
            return {"ledger_up": 0}
        return {
            "ledger_up": 1,
            "accounts": totals.accounts,
            "accounts_limit_known": totals.limits_known,
            "window_limit": totals.limit,
            "window_used": totals.used,
        }

    return read


def _count(name: str, meaning: str, registry: prometheus.CollectorRegistry) -> prometheus.Counter:
    return prometheus.Counter(f"{PREFIX}{name}", meaning, registry=registry)


class _GaugeReader:
    """Reads the gauges when Prometheus asks."""

    def __init__(self, readers: Sequence[ReadGauges]) -> None:
        self._questions = [PatientQuestion(read, _PATIENCE_SECONDS) for read in readers]

    def describe(self) -> Sequence[GaugeMetricFamily]:
        """Nothing: otherwise the registry would read all of them once at the start."""
        return ()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The gauges that can be read."""
        for question in self._questions:
            try:
                values = question.ask()
            except (TimeoutError, BridgeError):
                continue
            for name, value in values.items():
                yield GaugeMetricFamily(f"{PREFIX}{name}", GAUGES[name], value=value)
