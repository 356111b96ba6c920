"""Reads docs/deploy/compose.yaml: the command and the environment of each service."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

COMPOSE = Path(__file__).parent.parent.parent / "docs" / "deploy" / "compose.yaml"
_VARIABLE = re.compile(r"\$\{(\w+)(?::([?-])([^}]*))?\}")


class Service(NamedTuple):
    """words: the program and its arguments. environment: without what the image sets."""

    words: list[str]
    environment: dict[str, str]
    replicas: int
    settings: dict[str, Any]


def read_services(variables: Mapping[str, str]) -> dict[str, Service]:
    """The services by name. variables: for `${NAME}`; a missing one has its default.

    Raises KeyError for a variable that must be there.
    """
    text = _VARIABLE.sub(lambda found: _fill_in(found, variables), COMPOSE.read_text("utf-8"))
    services = {}
    for name, settings in yaml.safe_load(text)["services"].items():
        entrypoint = settings.get("entrypoint", ["transcript-bridge"])
        services[name] = Service(
            [*entrypoint, *settings.get("command", [])],
            settings.get("environment", {}),
            settings.get("deploy", {}).get("replicas", 1),
            settings,
        )
    return services


def _fill_in(found: re.Match[str], variables: Mapping[str, str]) -> str:
    name, mark, rest = found.groups()
    if name in variables:
        return variables[name]
    if mark == "-":
        return str(rest)
    raise KeyError(name)
