"""The installation of docs/deploy/compose.yaml, started by its own commands, without containers.

Names of services become addresses of this machine, folders of containers folders of the test.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("procrastinate")  # the extra `serve`

from tests.serve.conftest import Archives
from tests.support.command import PATIENCE_SECONDS, make_environ
from tests.support.compose import Service, read_services
from tests.support.local_http import LOCAL_HTTP
from tests.support.postgres import find_free_port
from tests.support.waiting import wait_until
from transcript_bridge.serve.key_queue import ask_queue

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.untraced]
STOPPED = 4


class Installation:
    """The services of the compose file as processes. Use it in a `with`."""

    def __init__(self, folder: Path, database: str, omi: str, archives: Archives) -> None:
        self._services = read_services({"POSTGRES_PASSWORD": "not asked for"})
        self._folder = folder
        self._stack = ExitStack()
        self._environ = make_environ(folder, {"OMI_API_BASE": omi})
        self.runs = folder / "runs"
        self.runs.mkdir()
        (folder / "logs").mkdir()
        dask_port = find_free_port()
        self._places = {
            "postgresql://bridge@postgres/bridge": database,
            "/run/keys": str(archives.keys),
            "/archive": str(archives.root),
            "/runs": str(self.runs),
            "/tmp": str(folder),
            "scheduler:8786": f"127.0.0.1:{dask_port}",
            "8786": str(dask_port),
        }

    def __enter__(self) -> Installation:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def start(self, name: str) -> list[Process]:
        """As many processes as the service has replicas."""
        service = self._services[name]
        processes = []
        for number in range(service.replicas):
            process = Process(
                self._fill_in(service.words), self._environ_of(service), self._log(name, number)
            )
            self._stack.callback(process.end)
            processes.append(process)
        return processes

    def run(self, *words: str) -> str:
        """`docker compose run --rm command …`; what it prints on standard output."""
        service = self._services["command"]
        done = subprocess.run(
            self._fill_in([service.words[0], *words]),
            env=self._environ_of(service),
            cwd=self._folder,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def _fill_in(self, words: Sequence[str]) -> list[str]:
        programs = {
            "transcript-bridge": [sys.executable, "-m", "transcript_bridge"],
            "dask": [sys.executable, "-m", "dask"],
        }
        return [*programs[words[0]], *(self._replace(word) for word in words[1:])]

    def _replace(self, text: str) -> str:
        """Each name once: what takes its place may contain another."""
        longest_first = sorted(self._places, key=len, reverse=True)
        names = "|".join(map(re.escape, longest_first))
        pattern = rf"(?<![\w.])({names})(?=/|$)"
        return re.sub(pattern, lambda found: self._places[found[1]], text)

    def _environ_of(self, service: Service) -> dict[str, str]:
        given = {name: self._replace(value) for name, value in service.environment.items()}
        return {**self._environ, "TRANSCRIPT_BRIDGE_METRICS": "0", **given}

    def _log(self, name: str, number: int) -> Path:
        return self._folder / "logs" / f"{name}-{number}.txt"


class Process:
    """One container: it is stopped as containers are, by SIGTERM."""

    def __init__(self, words: list[str], environ: dict[str, str], log: Path) -> None:
        self._log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                words,
                env=environ,
                cwd=log.parent,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def read_text(self) -> str:
        return self._log.read_text(encoding="utf-8")

    def read_events(self) -> list[dict[str, Any]]:
        """The complete lines of its log."""
        return [
            json.loads(line)
            for line in self.read_text().splitlines(keepends=True)
            if line[-1] == "\n"
        ]

    def find_address(self) -> str | None:
        """The address of its monitoring, after it has started."""
        assert self._process.poll() is None, self.read_text()
        for row in self.read_events():
            if row["event"] == "monitoring":
                return str(row["address"]).removesuffix("/metrics")
        return None

    def stop(self) -> int:
        self._process.terminate()
        return self._process.wait(PATIENCE_SECONDS)

    def end(self) -> None:
        """With all that it has started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(PATIENCE_SECONDS)


@pytest.fixture
def installation(
    tmp_path: Path, queue_ledger: str, sandbox: str, archives: Archives
) -> Iterator[Installation]:
    folder = tmp_path / "installation"
    folder.mkdir()
    with Installation(folder, queue_ledger, sandbox, archives) as made:
        yield made


def list_keys(installation: Installation) -> dict[str, Any]:
    rows = [json.loads(line) for line in installation.run("queue", "list", "--json").splitlines()]
    return {row["profile"]: row for row in rows}


def is_finished(ledger: str) -> bool:
    keys = ask_queue(ledger, lambda queue: queue.list_keys())
    return not any(key.state in ("waiting", "running") for key in keys)


def test_the_workers_of_the_compose_file_upload_what_is_queued_and_stop_on_sigterm(
    installation: Installation, archives: Archives, queue_ledger: str, sandbox: str
) -> None:
    for profile in ("team-a", "team-b"):
        archives.add(profile, 3)
        installation.run("queue", "add", "--profile", profile, f"/archive/{profile}", "--gap", "0")
    workers = installation.start("worker")
    assert len(workers) == 2
    for worker in workers:
        wait_until(worker.find_address, "monitoring")
    wait_until(lambda: is_finished(queue_ledger), "all keys")
    assert {row["state"] for row in list_keys(installation).values()} == {"done"}
    for worker in workers:
        assert LOCAL_HTTP.get(f"{worker.find_address()}/healthz").text == "ok\n"
        assert (
            "transcript_bridge_slots 64.0"
            in LOCAL_HTTP.get(f"{worker.find_address()}/metrics").text
        )
    assert [worker.stop() for worker in workers] == [0, 0]
    counts = LOCAL_HTTP.get(f"{sandbox}/_sandbox/stats").json()["counts"]
    assert counts["completed"] == 6
    log = [row for worker in workers for row in worker.read_events()]
    finished = [row["profile"] for row in log if row["event"] == "finished"]
    assert sorted(finished) == ["team-a"] * 3 + ["team-b"] * 3
    everything = "".join(worker.read_text() for worker in workers)
    assert "omi_dev_" not in everything
    assert "says number" not in everything


def test_the_dask_cluster_of_the_compose_file_reads_an_archive(
    installation: Installation, archives: Archives
) -> None:
    pytest.importorskip("distributed")
    archives.add("team-a", 30)
    (scheduler,) = installation.start("scheduler")
    assert len(installation.start("reader")) == 2
    wait_until(lambda: "Scheduler at" in scheduler.read_text(), "the scheduler")
    words = ["plan", "/archive/team-a", "--json"]
    here = installation.run(*words, "--no-cache")
    there = installation.run(*words, "--engine", "tcp://scheduler:8786", "--run", "/runs/first")
    assert there == here
    assert list(installation.runs.rglob("*.jsonl"))  # written by the readers
    assert len(here.splitlines()) > 30
