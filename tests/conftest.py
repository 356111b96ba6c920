"""Fixtures for tests of several components: the command, real servers, settings of Hypothesis."""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import re
import zlib
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
from hypothesis import settings
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from tests import measuring  # the first that imports from here: it starts coverage
from tests.support.clock import JumpingClock
from tests.support.command import (
    Process,
    Ran,
    Run,
    Start,
    make_environ,
    run_in_process,
    run_process,
    start_process,
)
from tests.support.postgres import PostgresServer, find_postgres
from tests.support.prepared_process import IS_POSSIBLE, PreparedPython
from tests.support.s3 import Bucket, S3Server
from tests.support.sandboxes import Gate, SandboxPool
from transcript_bridge.omi.sandbox import SandboxSettings
from transcript_bridge.transfer.clock import Clock
from transcript_bridge.transfer.ledger import Ledger, database

# No deadline: the time of one example depends on the machine more than on the code.
# The same examples in each run, so that only a change of the code can fail. "explore" makes new
# ones.
settings.register_profile("dev", deadline=None, max_examples=25, derandomize=True)
settings.register_profile("thorough", deadline=None, max_examples=100, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))

# Containers often set it. Then each worker, and each process that a test starts, would compile the
# package and the tests again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

DEMO = Path(__file__).parent.parent / "transcript_bridge" / "demo"


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Use one process more than cores: a quarter of the time, a test waits for a server, a
    process or the disk. On two cores the third process took 15 s of 109 off the whole run."""
    return (os.cpu_count() or 1) + 1


def _import_from_another_beginning(config: pytest.Config) -> None:
    """Import the modules of tests; each worker begins with another one.

    They are compiled once for all workers then, where nothing was compiled before: whoever comes to
    what another one began with finds it done. In the order of the collection all would compile each
    module at the same time.
    """
    name = os.environ.get("PYTEST_XDIST_WORKER")
    if name is None or config.args_source is not pytest.Config.ArgsSource.TESTPATHS:
        return
    modules = [path.with_suffix("") for path in sorted(Path(__file__).parent.rglob("test_*.py"))]
    count = int(os.environ["PYTEST_XDIST_WORKER_COUNT"])
    first = int(name.removeprefix("gw")) * len(modules) // count
    for module in modules[first:] + modules[:first]:
        # What cannot be imported, or is to be skipped, is reported when it is collected.
        with contextlib.suppress(Exception, pytest.skip.Exception):
            importlib.import_module(".".join(module.relative_to(config.rootpath).parts))


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    gc.disable()
    with measuring.collecting():
        _import_from_another_beginning(session.config)
        collected = yield
    # What was collected stays. To look for garbage in it again and again took 5 CPU seconds of 190.
    gc.freeze()
    gc.enable()
    return collected


STARTS_PROCESSES = {"prepared_python", "run_process", "start"}
"""Fixtures of tests that cover code in other processes, which this one cannot count."""
_sampling = measuring.Sampling()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    if not measuring.is_tracing():
        return (yield)
    if item.get_closest_marker("untraced"):
        with measuring.untraced():
            return (yield)
    if item.get_closest_marker("slow") or STARTS_PROCESSES.intersection(item.fixturenames):
        return (yield)
    function = item.nodeid.partition("[")[0]
    if not _sampling.is_due(function):
        with measuring.untraced():
            return (yield)
    covered = measuring.count_covered()
    result = yield
    _sampling.note(function, has_gained=measuring.count_covered() > covered)
    return result


SERVER_TESTS = (
    "tests/archive/test_engine_clusters.py",
    "tests/archive/test_engines.py",
    "tests/object_stores/",
    "tests/serve/",
)
"""Only real servers and processes reach this code: these long tests count for coverage."""


OLDER_GENERATIONS = ("old", "middle")
"""Of the server: they differ in what our own code does, not in what it uses of libraries."""


def _find_parameter(item: pytest.Item, name: str) -> object:
    """None for a test without it."""
    if isinstance(item, pytest.Function) and hasattr(item, "callspec"):
        return item.callspec.params.get(name)
    return None


@pytest.hookimpl(tryfirst=True)  # before -m chooses
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.nodeid.startswith(SERVER_TESTS):
            item.add_marker("servers")
        if _find_parameter(item, "generation") in OLDER_GENERATIONS:
            item.add_marker("older_server")
    # If a long test begins last, one core waits for the other.
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--parameters",
        type=int,
        metavar="N",
        help="run each test that has parameters with N of them at most (.ci/run, other versions)",
    )


class _FewParameters:
    def __init__(self, most: int) -> None:
        self.most = most

    @pytest.hookimpl(trylast=True)  # after -m has chosen
    def pytest_collection_modifyitems(
        self, config: pytest.Config, items: list[pytest.Item]
    ) -> None:
        count: Counter[str] = Counter()
        kept = []
        left_out = []
        for item in items:
            test = item.nodeid.partition("[")[0]
            count[test] += 1
            (kept if count[test] <= self.most else left_out).append(item)
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept


def pytest_configure(config: pytest.Config) -> None:
    most = config.getoption("--parameters")
    if most is not None:
        config.pluginmanager.register(_FewParameters(most))


LONGEST_ID = 60
"""Characters of one parameter in the name of a test."""
_KEPT_CHARACTERS = 24


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A short name for a parameter that is long, bytes, or cannot be printed."""
    if isinstance(val, bytes):
        text = val.decode("latin-1")
    elif isinstance(val, (str, int)):
        text = str(val)
    else:
        return None
    is_readable = text.isascii() and text.isprintable()
    if is_readable and len(text) <= LONGEST_ID and not isinstance(val, bytes):
        return None
    beginning = re.sub(r"\W+", "_", text, flags=re.ASCII)[:_KEPT_CHARACTERS].strip("_")
    checksum = zlib.crc32(text.encode("utf-8", "surrogatepass"))
    return f"{beginning or argname}-{checksum:08x}"


@pytest.fixture(scope="session", autouse=True)
def _disk_that_syncs_at_once() -> Iterator[None]:
    """Let ledgers in this process not wait for the disk: a commit takes milliseconds to sync, and
    there are ten thousand. Only a power cut would show the difference."""
    begin = ("PRAGMA synchronous = OFF", "BEGIN IMMEDIATE")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "_BEGIN_DURABLE", begin)
        patch.setattr(database, "_BEGIN_WRITING", begin)
        yield


@pytest.fixture(scope="session", autouse=True)
def _statements_that_are_compiled_once() -> Iterator[None]:
    """Let ledgers in this process share the SQL that SQLAlchemy makes of a statement. Each engine
    has its own otherwise: a fifth of the work of a test that opens a ledger."""
    compiled: dict[Any, Any] = {}
    create_engine = sqlalchemy.create_engine

    def create(url: sqlalchemy.URL, **settings: Any) -> sqlalchemy.Engine:
        if url.get_backend_name() == "sqlite":
            settings["execution_options"] = {"compiled_cache": compiled}
        return create_engine(url, **settings)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlalchemy, "create_engine", create)
        # What a statement is compiled for is part of its key.
        patch.setattr(SQLiteDialect_pysqlite, "__hash__", lambda self: hash(type(self)))
        patch.setattr(
            SQLiteDialect_pysqlite, "__eq__", lambda self, other: type(self) is type(other)
        )
        yield


@pytest.fixture(scope="session", autouse=True)
def _tables_that_are_created_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """New ledgers in this process begin as copies of one that was created: to create the tables
    takes 15 ms, and there are thousands of ledgers. A file that is there and empty is left alone:
    another process may be creating its tables."""
    created = tmp_path_factory.mktemp("created") / "ledger.db"
    Ledger(created).close()
    content = created.read_bytes()
    make_file = database.make_file

    def make(path: Path) -> bool:
        is_new = make_file(path)
        if is_new:
            path.write_bytes(content)
        return is_new

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "make_file", make)
        yield


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home folder, so that no settings of the user are read."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """The empty folder that commands run in."""
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


@pytest.fixture
def run(home: Path, work: Path) -> Run:
    """Runs the command in this process, in an empty folder, with nothing of the caller's
    environment."""

    def run(*words: str | Path, stdin: bytes = b"", **environ: str) -> Ran:
        return run_in_process(words, stdin, make_environ(home, environ), work)

    return run


@pytest.fixture(scope="session")
def prepared_python(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PreparedPython]:
    """The interpreter that forks a process for each run."""
    if not IS_POSSIBLE:
        pytest.skip("this system cannot fork, or has no sockets for messages")
    environ = make_environ(tmp_path_factory.mktemp("prepared"), measuring.of_traced_processes)
    with PreparedPython(environ) as python:
        yield python


@pytest.fixture(name="run_process")
def _run_process(home: Path, work: Path, request: pytest.FixtureRequest) -> Run:
    """The same in a separate process, in which every warning is an error."""

    def run(*words: str | Path, stdin: bytes = b"", **environ: str) -> Ran:
        if not IS_POSSIBLE:
            return run_process(words, stdin, make_environ(home, environ), work)
        python: PreparedPython = request.getfixturevalue("prepared_python")
        return python.run(words, stdin, make_environ(home, environ), work)

    return run


@pytest.fixture
def start(home: Path, work: Path, request: pytest.FixtureRequest) -> Iterator[Start]:
    """Starts the command in a separate process; what still runs at the end is killed."""
    with ExitStack() as processes:

        def start(*words: str | Path, **environ: str) -> Process:
            process: Process
            if IS_POSSIBLE:
                python: PreparedPython = request.getfixturevalue("prepared_python")
                process = processes.enter_context(
                    python.start(words, make_environ(home, environ), work)
                )
            else:
                process = processes.enter_context(
                    start_process(words, make_environ(home, environ), work)
                )
            processes.callback(process.kill)
            return process

        yield start


@pytest.fixture(scope="session")
def sandbox_pool() -> Iterator[SandboxPool]:
    """The web server behind all sandboxes of this session. The tests of `omi/` have
    another one, which covers all that it does."""
    with SandboxPool(traced=False) as pool:
        yield pool


@pytest.fixture
def sandbox(sandbox_pool: SandboxPool) -> Iterator[str]:
    """The base URL of a patient, reliable server of the newest generation."""
    with sandbox_pool.lease() as url:
        yield url


@pytest.fixture
def lease_sandbox(sandbox_pool: SandboxPool) -> Iterator[Callable[..., str]]:
    """Leases a sandbox with the settings given until the test ends; returns its base URL."""
    with ExitStack() as leases:

        def lease(
            *,
            clock: Callable[[], float] | None = None,
            gate: Gate | None = None,
            **settings: Any,
        ) -> str:
            chosen = SandboxSettings(**settings)
            return leases.enter_context(sandbox_pool.lease(chosen, clock=clock, gate=gate))

        yield lease


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server for the whole session: making its files takes longer than most tests."""
    if find_postgres() is None:
        pytest.skip("there is no PostgreSQL")
    with PostgresServer() as server:
        yield server


@pytest.fixture
def postgres_database(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of an empty database."""
    with postgres_server.lease_database() as url:
        yield url


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """An S3 server on this machine, for all tests of this session."""
    pytest.importorskip("s3fs")
    pytest.importorskip("moto.server")
    with S3Server() as server:
        yield server


@pytest.fixture
def bucket(s3_server: S3Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    """An empty bucket, which this process finds; a command needs its `environ`."""
    for name, value in s3_server.environ.items():
        monkeypatch.setenv(name, value)
    s3_server.requests.clear()
    yield s3_server.make_bucket()
    s3_server.reset()


@pytest.fixture
def jumping_clock(monkeypatch: pytest.MonkeyPatch) -> JumpingClock:
    """Let every new `Clock()` jump instead of sleep, and the timer of --until, too."""
    clock = JumpingClock()
    taken = clock.as_clock()
    fields = [getattr(taken, name) for name in Clock.__slots__]
    monkeypatch.setattr(Clock.__init__, "__defaults__", tuple(fields))
    monkeypatch.setattr("transcript_bridge.workspace.migration.Timer", clock.make_timer)
    return clock
