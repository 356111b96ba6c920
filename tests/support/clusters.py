"""A real Dask cluster: a scheduler and workers, each a process that can be killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from tests import measuring
from tests.support.command import PATIENCE_SECONDS
from tests.support.postgres import find_free_port
from tests.support.waiting import wait_until

_SCHEDULER = ("-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--no-dashboard")
_WORKER = ("-m", "distributed.cli.dask_worker", "--nthreads", "1", "--no-dashboard", "--no-nanny")
_WORKERS = 2
_QUIET = {
    "DASK_DISTRIBUTED__ADMIN__SYSTEM_MONITOR__INTERVAL": "10s",
    "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "1s",
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
}
"""Processes that wait look at themselves 50 to 100 times a second otherwise: a cluster with nothing
to do took 8 % of a processor, and now takes 3 %."""


class DaskProcesses:
    """Use it in a `with`. folder: the working folder of the processes, which is empty."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = find_free_port()
        self._scheduler: subprocess.Popen[bytes] | None = None
        self._workers: list[subprocess.Popen[bytes]] = []
        self.address = f"tcp://127.0.0.1:{self._port}"

    def __enter__(self) -> DaskProcesses:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(self) -> None:
        """Start what does not run, and wait for the scheduler; the workers may take longer."""
        if self._scheduler is None:
            self._scheduler = self._run(*_SCHEDULER, "--port", str(self._port))
            wait_until(self._is_listening, "the scheduler")
        while len(self._workers) < _WORKERS:
            self._workers.append(self._run(*_WORKER, self.address))

    def _is_listening(self) -> bool:
        with socket.socket() as client:
            return client.connect_ex(("127.0.0.1", self._port)) == 0

    def kill(self) -> None:
        """End all processes with `kill -9`."""
        while self._workers:
            self.kill_worker()
        if self._scheduler is not None:
            self._scheduler.kill()
            self._scheduler.wait(PATIENCE_SECONDS)
            self._scheduler = None

    def pause_workers(self) -> None:
        """Pause all workers, so that a test can act in the middle of a run."""
        for worker in self._workers:
            worker.send_signal(signal.SIGSTOP)

    def resume_workers(self) -> None:
        """Continue the workers."""
        for worker in self._workers:
            worker.send_signal(signal.SIGCONT)

    def kill_worker(self) -> None:
        """End one worker with `kill -9`, even if it is paused."""
        worker = self._workers.pop()
        worker.kill()
        worker.wait(PATIENCE_SECONDS)

    def start_worker(self, *words: str) -> subprocess.Popen[bytes]:
        """Start another worker, with other flags; the caller must end it."""
        return self._run(*_WORKER, self.address, *words)

    def _run(self, *words: str) -> subprocess.Popen[bytes]:
        with measuring.untraced():  # a killed process saves no coverage
            return subprocess.Popen(
                [sys.executable, *words],
                cwd=self._folder,
                env={**os.environ, **_QUIET},
                stderr=subprocess.DEVNULL,
            )
