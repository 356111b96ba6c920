"""The files of docs/deploy: what they say agrees with the program, and is as safe as it can be."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.compose import COMPOSE, read_services
from tests.support.dockerfile import read_stages
from transcript_bridge import __version__
from transcript_bridge.cli import cli
from transcript_bridge.cli.output import STOPPED
from transcript_bridge.limits import READ_TIMEOUT

FOLDER = COMPOSE.parent
DEPLOYING = FOLDER.parent / "deploying.md"
IMAGE = read_stages(FOLDER / "Dockerfile")[-1]
USER = int(IMAGE.get("USER")[0].partition(":")[0])
UNIT = FOLDER / "transcript-bridge.service"
HARDENING = {
    "NoNewPrivileges=yes",
    "CapabilityBoundingSet=",
    "ProtectSystem=strict",
    "PrivateTmp=yes",
    "PrivateDevices=yes",
    "RestrictNamespaces=yes",
    "SystemCallFilter=@system-service",
}
SECONDS = {"s": 1, "m": 60, "min": 60}


def check_words(words: list[str]) -> None:
    """The command line is one that the program takes. Raises click.UsageError."""
    assert words[0] == "transcript-bridge"
    context = cli.make_context("transcript-bridge", words[1:])
    command = cli.get_command(context, words[1])
    assert command is not None, words
    command.make_context(words[1], words[2:], parent=context)


def read_seconds(text: str) -> int:
    """`5m`, `5min`, `30s` in seconds."""
    found = re.fullmatch(r"(\d+)([a-z]+)", text)
    assert found
    return int(found[1]) * SECONDS[found[2]]


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return read_services({"POSTGRES_PASSWORD": "chosen"})


@pytest.fixture(scope="module")
def manifests() -> dict[str, Any]:
    """The Kubernetes objects by their kind."""
    documents = yaml.safe_load_all((FOLDER / "kubernetes.yaml").read_text(encoding="utf-8"))
    return {document["kind"]: document for document in documents}


def test_the_page_links_each_file() -> None:
    text = DEPLOYING.read_text(encoding="utf-8")
    names = sorted(path.name for path in FOLDER.iterdir())
    assert names == [
        "Dockerfile",
        "Dockerfile.dockerignore",
        "compose.yaml",
        "kubernetes.yaml",
        "transcript-bridge.service",
    ]
    unlinked = [name for name in names if f"(deploy/{name})" not in text]
    assert unlinked == ["Dockerfile.dockerignore"]


# ---- compose


def test_compose_starts_a_database_two_workers_and_a_cluster_of_two(
    services: dict[str, Any],
) -> None:
    replicas = {name: service.replicas for name, service in services.items()}
    assert replicas == {"postgres": 1, "worker": 2, "scheduler": 1, "reader": 2, "command": 1}
    check_words(services["worker"].words)
    assert services["worker"].words[1] == "serve"
    check_words(services["command"].words)


def test_compose_has_no_password_and_does_not_begin_without_one(services: dict[str, Any]) -> None:
    with pytest.raises(KeyError, match="POSTGRES_PASSWORD"):
        read_services({})
    text = COMPOSE.read_text(encoding="utf-8")
    assert not re.search(r"(?i)password: *[\"']?[\w]", text)
    assert not re.search(r"omi_dev_", text)
    for service in services.values():
        assert not re.search(r"//\w+:\w", service.environment.get("TRANSCRIPT_BRIDGE_LEDGER", ""))


def test_only_the_cluster_reaches_the_scheduler_and_only_services_the_database(
    services: dict[str, Any],
) -> None:
    assert [name for name, service in services.items() if "ports" in service.settings] == []
    assert services["scheduler"].settings["networks"] == ["cluster"]
    assert services["postgres"].settings["networks"] == ["database"]
    networks = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["networks"]
    assert networks["cluster"] == networks["database"] == {"internal": True}
    assert "outside" in services["worker"].settings["networks"]  # Omi is outside


def test_containers_of_the_program_may_do_little(services: dict[str, Any]) -> None:
    for name, service in services.items():
        if name != "postgres":
            assert service.settings["read_only"] is True
            assert service.settings["cap_drop"] == ["ALL"]
    keys = [volume for volume in services["worker"].settings["volumes"] if "/run/keys" in volume]
    assert keys == ["./keys:/run/keys:ro"]


def test_images_have_exact_versions(services: dict[str, Any]) -> None:
    assert re.fullmatch(r"postgres:\d+\.\d+-\w+", services["postgres"].settings["image"])


def test_stopping_waits_for_the_answer_to_a_request(
    services: dict[str, Any], manifests: dict[str, Any]
) -> None:
    pod = manifests["Deployment"]["spec"]["template"]["spec"]
    (stop,) = re.findall(r"^TimeoutStopSec=(\w+)$", UNIT.read_text("utf-8"), re.MULTILINE)
    assert read_seconds(services["worker"].settings["stop_grace_period"]) > READ_TIMEOUT
    assert pod["terminationGracePeriodSeconds"] > READ_TIMEOUT
    assert read_seconds(stop) > READ_TIMEOUT


# ---- Kubernetes


def test_the_probes_ask_the_port_on_which_the_worker_listens(manifests: dict[str, Any]) -> None:
    template = manifests["Deployment"]["spec"]["template"]
    (container,) = template["spec"]["containers"]
    check_words(["transcript-bridge", *container["args"]])
    (port,) = container["ports"]
    listening = container["args"][container["args"].index("--metrics") + 1]
    assert listening == f"0.0.0.0:{port['containerPort']}"
    for probe in ("livenessProbe", "readinessProbe"):
        assert container[probe]["httpGet"] == {"path": "/healthz", "port": port["name"]}
        assert container[probe]["timeoutSeconds"] > 5  # that long the checks may take
    annotations = template["metadata"]["annotations"]
    assert annotations["prometheus.io/port"] == str(port["containerPort"])


def test_the_parts_of_the_manifest_fit_together(manifests: dict[str, Any]) -> None:
    spec = manifests["Deployment"]["spec"]
    pod = spec["template"]["spec"]
    (container,) = pod["containers"]
    labels = spec["selector"]["matchLabels"]
    assert labels.items() <= spec["template"]["metadata"]["labels"].items()
    assert pod["serviceAccountName"] == manifests["ServiceAccount"]["metadata"]["name"]
    mounts = {mount["name"]: mount["mountPath"] for mount in container["volumeMounts"]}
    assert mounts.keys() == {volume["name"] for volume in pod["volumes"]}
    assert mounts["keys"] == container["args"][container["args"].index("--keys") + 1]
    assert {"/data", "/tmp"} <= set(mounts.values())
    assert {one["metadata"]["namespace"] for one in manifests.values()} == {"transcript-bridge"}


def test_a_pod_runs_as_the_user_of_the_image_and_may_do_little(manifests: dict[str, Any]) -> None:
    pod = manifests["Deployment"]["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == USER
    assert pod["automountServiceAccountToken"] is False
    rights = container["securityContext"]
    assert rights["readOnlyRootFilesystem"] is True
    assert rights["allowPrivilegeEscalation"] is False
    assert rights["capabilities"] == {"drop": ["ALL"]}


def test_a_manifest_has_only_references_to_secrets(manifests: dict[str, Any]) -> None:
    assert "Secret" not in manifests
    (container,) = manifests["Deployment"]["spec"]["template"]["spec"]["containers"]
    for variable in container["env"]:
        assert "secretKeyRef" in variable["valueFrom"], variable["name"]


# ---- the version


def test_changelog_links_and_image_tags_name_the_version_of_the_package() -> None:
    changelog = (DEPLOYING.parent.parent / "CHANGELOG.md").read_text(encoding="utf-8")
    dated = re.findall(r"^## \[([\d.]+)\] - 20\d\d-\d\d-\d\d$", changelog, re.MULTILINE)
    assert dated[0] == __version__
    assert f"compare/v{__version__}...HEAD" in changelog
    assert f"compare/v{dated[1]}...v{__version__}" in changelog
    for path in (DEPLOYING, FOLDER / "kubernetes.yaml"):
        tags = re.findall(r"example/transcript-bridge:(\S+)", path.read_text(encoding="utf-8"))
        assert set(tags) == {__version__}, path.name


# ---- systemd


def test_the_unit_runs_a_worker_again_unless_its_settings_are_wrong() -> None:
    lines = UNIT.read_text(encoding="utf-8").splitlines()
    (command,) = [line.removeprefix("ExecStart=") for line in lines if "ExecStart=" in line]
    words = shlex.split(command)
    check_words(["transcript-bridge", *words[1:]])
    assert {"Restart=always", "RestartPreventExitStatus=2", "KillSignal=SIGTERM"} <= set(lines)
    assert f"SuccessExitStatus={STOPPED}" in lines
    assert set(lines) >= HARDENING
    assert "User=transcript-bridge" in lines
    assert not [line for line in lines if re.match("Environment=.*(KEY|PASSWORD)", line)]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd here")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    text = UNIT.read_text(encoding="utf-8")
    # The program and its user need not exist where this is tested.
    text = text.replace("/opt/transcript-bridge/bin/transcript-bridge", "/bin/true")
    text = re.sub(r"^(User|Group)=.*$", r"\1=root", text, flags=re.MULTILINE)
    copy = tmp_path / UNIT.name
    copy.write_text(text, encoding="utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", copy], capture_output=True, text=True, check=False
    )
    about_it = [line for line in done.stderr.splitlines() if UNIT.name in line]
    assert about_it == []
