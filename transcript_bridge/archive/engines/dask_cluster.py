"""Dask as an engine: a cluster inside this process, or any scheduler by its address.

Anybody who can reach the port of a scheduler can run code on its workers and in its clients. The
local cluster has no such port: its scheduler and its worker are threads of this process. Files are
always read by separate processes (converting_process.py).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING, Any

from ...errors import EngineError, MissingExtraError, SettingsError
from ...extras import name_install
from ...options import LOCAL_CLUSTER
from .converting_process import ShardCounts
from .shard import ShardTask, close_processes
from .versions import Versions, read_versions, require_equal

if TYPE_CHECKING:
    from concurrent.futures import Future

_CONNECT_SECONDS = 10.0
_MOST_CONNECT_SECONDS = 20.0
"""Seconds. Dask itself gives up earlier, unless something other than a scheduler listens."""
_CONNECT_ATTEMPTS = 6
"""Seconds. For a client that lost its scheduler, which may be restarting."""
_PAUSE_SECONDS = 0.1
_MOST_LOOKS = 40
"""How often the window looks for workers, every 15 seconds, before it gives up."""
_LOGGERS = ("distributed", "dask", "tornado", "asyncio")
"""The loggers of Dask's own messages."""

_QUIET: dict[str, Any] = {
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "2s",
    "distributed.admin.system-monitor.interval": "5s",
}
"""For the local cluster. Without the last three, it uses 4 % of a core when idle; with them, 0.4
%."""

Warn = Callable[[str], None]


class DaskCluster:
    """A Cluster for window.py. Use `open_dask`.

    client: connected. connect: makes another one if the connection is lost.
    """

    def __init__(self, name: str, connect: Callable[[], Any], warn: Warn) -> None:
        self.name = name
        self._connect = connect
        self._warn = warn
        self._looks = 0
        self.connections = 0
        self._open(connect())

    def submit(
        self, function: Callable[[ShardTask], ShardCounts], task: ShardTask, /
    ) -> Future[ShardCounts]:
        """As in Cluster."""
        try:
            future: Future[ShardCounts] = self._executor.submit(function, task)
        except Exception:  # the client is closed; Dask raises many types for that
            self.recover()
            future = self._executor.submit(function, task)
        return future

    def count_slots(self) -> int:
        """As in Cluster. Raises EngineError if there are no workers for minutes."""
        try:
            slots = int(sum(self._client.nthreads().values()))
        except Exception:
            self.recover()
            return 0
        if slots:
            self._looks = 0
            return slots
        if self._looks == 0:
            self._warn(f"{self.name} has no workers yet; waiting for one: dask worker {self.name}")
        if self._looks >= _MOST_LOOKS:
            raise EngineError(
                f"{self.name} has no workers; start one with 'dask worker {self.name}' and run the "
                "command again: it continues"
            )
        self._looks += 1
        return 0

    def recover(self) -> None:
        """As in Cluster. Dask's client connects again by itself, for some seconds. A scheduler that
        was started again knows nothing of its tasks, and the client may wait for them forever."""
        while self._client.status in ("connecting", "newly-connected", "closing"):
            time.sleep(_PAUSE_SECONDS)
        is_connected = self._client.status == "running"
        if is_connected and self._read_scheduler() == self._scheduler:
            return
        if is_connected:
            self._client.close()
        for attempt in range(_CONNECT_ATTEMPTS):
            try:
                self._open(self._connect())
            except EngineError:
                if attempt + 1 == _CONNECT_ATTEMPTS:
                    raise
            else:
                return

    def _open(self, client: Any) -> None:
        self._client = client
        self._executor = client.get_executor(pure=False)
        self._scheduler = self._read_scheduler()
        self.connections += 1

    def _read_scheduler(self) -> str:
        """The id that a scheduler keeps from its start to its end."""
        return str(self._client.scheduler_info().get("id"))

    def require_equal_versions(self) -> None:
        """Ask every worker. Raises SettingsError if one has other versions than this machine.

        Workers that come later are checked with each task (shard.py).
        """
        found = self._client.run(read_versions, on_error="return")
        for worker, versions in found.items():
            if isinstance(versions, Versions):
                require_equal(read_versions(), versions, worker)
                continue
            raise SettingsError(
                f"the worker {worker} cannot run this version of Transcript Bridge "
                f"({type(versions).__name__}); install the same version on all machines"
            )

    def close(self) -> None:
        """Close the connection; the scheduler then forgets the tasks."""
        self._client.close()


@contextmanager
def open_dask(address: str, jobs: int, warn: Warn) -> Iterator[DaskCluster]:
    """The cluster at `address`, or for `dask` a local one with `jobs` workers.

    Raises MissingExtraError; EngineError if nothing answers at the address; SettingsError for
    workers with other versions.
    """
    distributed = _import_dask()
    if address != LOCAL_CLUSTER:
        cluster = DaskCluster(address, lambda: _connect(distributed, address), warn)
        try:
            cluster.require_equal_versions()
            yield cluster
        finally:
            cluster.close()
        return
    with _open_local(distributed, jobs) as local:
        cluster = DaskCluster("the local cluster", lambda: _connect(distributed, local), warn)
        try:
            yield cluster
        finally:
            cluster.close()
            close_processes()


@contextmanager
def _open_local(distributed: Any, jobs: int) -> Iterator[Any]:
    """Run scheduler and worker in threads of this process. Dask requires web servers for both: they
    are on loopback only, and have no pages."""
    import dask

    nobody = "127.0.0.1:0"
    with (
        dask.config.set(_QUIET),
        distributed.LocalCluster(
            n_workers=1,
            threads_per_worker=jobs,
            processes=False,
            dashboard_address=nobody,
            worker_dashboard_address=nobody,
            scheduler_kwargs={"dashboard": False},
            memory_limit=None,
            silence_logs=False,
        ) as local,
    ):
        yield local


def _import_dask() -> Any:
    try:
        import distributed
        from distributed.versions import VersionMismatchWarning
    except ImportError:
        raise MissingExtraError(f"this engine needs: {name_install('cluster')}") from None
    import warnings

    warnings.filterwarnings("ignore", category=VersionMismatchWarning)  # versions.py checks them
    _silence_logs()
    return distributed


def _silence_logs() -> None:
    """Keep Dask's messages off the terminal: what matters in them becomes an error here."""
    import logging  # slow to import, and only needed with a cluster

    for name in list(logging.root.manager.loggerDict):
        if name.split(".")[0] in _LOGGERS:
            logger = logging.getLogger(name)
            logger.handlers = [logging.NullHandler()]
            logger.propagate = False


def _connect(distributed: Any, address: Any) -> Any:
    """A client, made in a thread because Dask waits forever for a port that is open and silent."""
    from queue import Empty, Queue  # slow to import, and only needed with a cluster

    outcome: Queue[Any] = Queue()

    def connect() -> None:
        try:
            timeout = _CONNECT_SECONDS
            outcome.put(distributed.Client(address, timeout=timeout, set_as_default=False))
        except Exception as error:  # OSError, or what Dask makes of other answers
            outcome.put(error)

    Thread(target=connect, daemon=True).start()
    try:
        client = outcome.get(timeout=_MOST_CONNECT_SECONDS)
    except Empty:
        client = TimeoutError()
    if not isinstance(client, Exception):
        return client
    raise EngineError(
        f"no Dask scheduler answers at {address} ({find_reason(client)}); start one with "
        "'dask scheduler', or check the address"
    )


def find_reason(error: BaseException) -> str:
    """The reason given by the operating system. Dask itself only reports a timeout, and has the
    reason among the causes of its error."""
    if isinstance(error, TimeoutError):
        return "it sends no answer"
    if isinstance(error, MemoryError):  # Dask takes the answer of another program for a length
        return "another program listens there"
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
        cause = cause.__cause__
    # `in <TCP (closed) local=…>: Stream is closed`
    words = str(error).partition("\n")[0].rpartition(">: ")[2]
    return words or type(error).__name__
