"""The container image: what its Dockerfile does, checked and done without a container engine."""

from __future__ import annotations

import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.support.dockerfile import build, list_copied, read_exec_form, read_stages
from tests.test_deployment import DEPLOY, ROOT, read_versions, run

DOCKERFILE = ROOT / "docs" / "deploy" / "Dockerfile"
STAGES = read_stages(DOCKERFILE)
IMAGE = STAGES[-1]
EXACT_TAG = re.compile(r"python:\d+\.\d+\.\d+-slim-[a-z]+(@sha256:[0-9a-f]{64})?")
SECRET = re.compile(r"key|password|secret|token|credential", re.IGNORECASE)
LARGEST = 160 * 1024 * 1024
"""Bytes of the program and all it needs, without Python and what it compiles."""

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="images are of Linux")


def choose(extras: str) -> list[str]:
    """The names that requirements/choose.py writes."""
    text = run(sys.executable, ROOT / "requirements" / "choose.py", extras)
    return re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE)


def test_each_stage_begins_with_an_exact_version_of_python() -> None:
    assert [stage.name for stage in STAGES] == ["pinned", "build", ""]
    for stage in STAGES:
        assert EXACT_TAG.fullmatch(stage.base), stage.base


def test_the_image_does_not_run_as_root_and_what_it_runs_belongs_to_root() -> None:
    (user,) = IMAGE.get("USER")
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", user), "Kubernetes compares numbers"
    names = [step.name for step in IMAGE.steps]
    assert not {"RUN", "COPY"} & set(names[names.index("USER") :])
    assert not [words for words in IMAGE.get("COPY") if "--chown" in words]
    assert IMAGE.get("VOLUME") == ["/data"]


def test_nothing_is_fetched_but_files_with_a_known_hash() -> None:
    for stage in STAGES:
        assert not stage.get("ADD")
        for words in stage.get("RUN"):
            assert not re.search(r"\b(curl|wget|git|apt-get|apk)\b", words), words
            for command in re.findall(r"-m pip (?:--python \S+ )?((?:install|wheel) [^&]*)", words):
                is_local = "--no-index" in command or "--no-deps ." in command
                assert is_local or "--require-hashes" in command, command


def test_what_is_copied_exists_and_nothing_else_reaches_the_build() -> None:
    copied = [name.rstrip("/") for stage in STAGES for name in list_copied(stage)]
    assert copied
    assert [name for name in copied if not (ROOT / name).exists()] == []
    rules = DOCKERFILE.with_name("Dockerfile.dockerignore").read_text(encoding="utf-8").split("\n")
    assert "*" in rules
    assert {rule[1:] for rule in rules if rule.startswith("!")} == set(copied)
    assert any(fnmatch("transcript_bridge/x/__pycache__", rule) for rule in rules)


def test_no_secret_is_built_into_the_image() -> None:
    for stage in STAGES:
        for words in [*stage.get("ENV"), *stage.get("ARG")]:
            names = re.findall(r"(\w+)=", words)
            assert [name for name in names if SECRET.search(name)] == []


def test_the_health_check_asks_the_port_that_the_program_answers() -> None:
    (exposed,) = IMAGE.get("EXPOSE")
    (environment,) = IMAGE.get("ENV")
    assert f"TRANSCRIPT_BRIDGE_METRICS=0.0.0.0:{exposed}" in environment
    (check,) = IMAGE.get("HEALTHCHECK")
    assert f"127.0.0.1:{exposed}/healthz" in read_exec_form(check)[-1]
    assert read_exec_form(IMAGE.get("ENTRYPOINT")[0]) == ["transcript-bridge"]


def test_a_list_for_some_extras_has_what_they_need_and_nothing_else() -> None:
    everything = ",".join(["docx", "keyring", "postgres", "sandbox", "web", "s3", "gcs", "azure"])
    assert choose(f"{everything},http,cluster,serve") == list(read_versions())
    assert {"click", "h11"} <= set(choose("")) <= set(choose("postgres")) - {"psycopg-binary"}
    few = set(choose("postgres,serve"))
    assert {"psycopg-binary", "procrastinate", "prometheus-client"} <= few
    assert not {"distributed", "botocore", "fastapi", "google-auth", "azure-core"} & few


def test_an_unknown_extra_is_one_line() -> None:
    words = [sys.executable, ROOT / "requirements" / "choose.py", "postgres,x"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "there is no extra 'x'\n")


def test_the_tools_of_the_build_have_hashes_too() -> None:
    text = DEPLOY.with_name("build.txt").read_text(encoding="utf-8")
    pins = re.findall(r"^([a-z0-9-]+)==.*\\\n    --hash=sha256:", text, re.MULTILINE)
    assert {"hatchling", "setuptools"} <= set(pins)
    assert len(pins) == text.count("==")


@on_linux
@pytest.mark.installs
def test_the_steps_of_the_build_make_a_program_that_runs(tmp_path: Path) -> None:
    build(STAGES, ROOT, tmp_path)
    scripts = tmp_path / "opt" / "transcript-bridge" / "bin"
    assert "transcript-bridge" in run(scripts / "transcript-bridge", "--version", cwd=tmp_path)
    demo = ROOT / "transcript_bridge" / "demo"
    assert run(scripts / "transcript-bridge", "plan", demo, cwd=tmp_path)
    assert run(scripts / "dask", "scheduler", "--version", cwd=tmp_path)
    imports = "import distributed, procrastinate, prometheus_client, psycopg, s3fs"
    run(scripts / "python", "-P", "-c", imports, cwd=tmp_path)
    files = [path for path in scripts.parent.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < LARGEST
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700
