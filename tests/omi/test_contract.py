"""The sandbox's own OpenAPI document says what the published contract says.

Both are brought to one plain form and compared leaf by leaf. That the comparison notices a drift is
tested too: every leaf of the contract is changed in turn, and each change has to show.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from transcript_bridge.omi.sandbox import SandboxSettings, create_app
from transcript_bridge.wire import ConversationRequest, Geolocation, TranscriptSegmentInput

CONTRACT: dict[str, Any] = yaml.safe_load(
    (Path(__file__).parents[2] / "fixtures" / "omi-api" / "openapi.yaml").read_text(
        encoding="utf-8"
    )
)
PATH = "/v1/dev/user/conversations/from-segments"
PROSE = ("description", "title", "example", "examples", "summary", "bearerFormat", "headers")

# What servers of the new generation do, and the contract does not say yet (docs/server.md).
NEWER = {
    "request.properties.source.default": "phone",
    "request.properties.client_session_id.type": "string",
    "request.properties.client_session_id.minLength": 1,
    "request.properties.client_session_id.maxLength": 200,
}


def resolve(node: Any, document: dict[str, Any]) -> Any:
    """Without references, prose, and pydantic's way to say that null is taken too."""
    if isinstance(node, list):
        return [resolve(item, document) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        target: Any = document
        for step in node["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        return resolve({**target, **{k: v for k, v in node.items() if k != "$ref"}}, document)
    if "anyOf" in node:
        choices = [choice for choice in node["anyOf"] if choice != {"type": "null"}]
        assert len(choices) == 1, f"more than one type: {node}"
        return resolve({**choices[0], **{k: v for k, v in node.items() if k != "anyOf"}}, document)
    kept = {name: resolve(value, document) for name, value in node.items()}
    if kept.get("default", "") is None:
        del kept["default"]
    return {
        name: value
        for name, value in kept.items()
        if name not in PROSE or name in node.get("properties", {})
    }


def flatten(node: Any, place: str) -> Iterator[tuple[str, Any]]:
    """(dotted place, leaf); lists of names count as sets."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield from flatten(value, f"{place}.{name}")
    elif isinstance(node, list):
        yield place, sorted(node, key=str)
    else:
        yield place, node


def read_promises(document: dict[str, Any]) -> dict[str, Any]:
    """Everything that the document promises of the endpoint: place -> leaf."""
    operation = document["paths"][PATH]["post"]
    body = operation["requestBody"]
    promises = {
        "operation": operation["operationId"],
        "tags": operation["tags"],
        "parameters": operation.get("parameters", []),
        "body.required": body.get("required", False),
        "body.media": sorted(body["content"]),
        "security": operation.get("security", document.get("security")),
    }
    promises.update(
        flatten(resolve(document["components"]["securitySchemes"], document), "schemes")
    )
    promises.update(
        flatten(resolve(body["content"]["application/json"]["schema"], document), "request")
    )
    for code, answer in operation["responses"].items():
        promises.update(flatten(resolve(answer, document), f"answer.{code}"))
    return promises


def find_drift(contract: dict[str, Any], sandbox: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """place -> (what the contract says, what the sandbox says), where they differ."""
    ours, theirs = read_promises(sandbox), read_promises(contract)
    return {
        place: (theirs.get(place), ours.get(place))
        for place in sorted({*ours, *theirs})
        if ours.get(place) != theirs.get(place)
    }


@functools.cache
def openapi(generation: Any) -> dict[str, Any]:
    app = create_app(SandboxSettings(generation=generation))
    app.state.sandbox.store.close()
    return app.openapi()


@pytest.mark.parametrize("generation", ["old", "middle"])
def test_the_older_generations_are_the_contract(generation: str) -> None:
    assert find_drift(CONTRACT, openapi(generation)) == {}


def test_the_newest_generation_differs_where_it_is_known_to() -> None:
    drift = find_drift(CONTRACT, openapi("new"))
    assert {place: ours for place, (_, ours) in drift.items()} == NEWER


def leaves(node: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path to every leaf that is not prose.

    A property may be called `description`; a keyword is prose.
    """
    if isinstance(node, dict):
        for name, value in node.items():
            if name not in PROSE or way[-1:] == ("properties",):
                yield from leaves(value, (*way, name))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from leaves(value, (*way, index))
    else:
        yield way


def changed(value: Any) -> Any:
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else f"{value}_changed"


WAYS = [
    *leaves({"paths": CONTRACT["paths"]}),
    *leaves({"components": CONTRACT["components"]}),
    *leaves({"security": CONTRACT["security"]}),
]


def change_at(way: tuple[Any, ...], change: Callable[[Any, Any], None]) -> dict[str, Any]:
    """A copy of the contract; `change` gets the innermost container and its key."""
    document = copy.deepcopy(CONTRACT)
    node: Any = document
    for step in way[:-1]:
        node = node[step]
    change(node, way[-1])
    return document


@pytest.mark.parametrize("way", WAYS, ids=lambda way: ".".join(map(str, way)))
def test_every_changed_leaf_is_noticed(way: tuple[Any, ...]) -> None:
    def alter(node: Any, key: Any) -> None:
        node[key] = changed(node[key])

    drifted = change_at(way, alter)
    if (
        way[-1] == "$ref"
    ):  # the name of a schema is no promise, so the reference itself must lead nowhere
        with pytest.raises(KeyError):
            find_drift(drifted, openapi("old"))
    else:
        assert find_drift(drifted, openapi("old"))


@pytest.mark.parametrize(
    "way",
    [
        ("components", "schemas", "CreateConversationFromSegments", "properties", "language"),
        (
            "components",
            "schemas",
            "CreateConversationFromSegments",
            "properties",
            "transcript_segments",
            "maxItems",
        ),
        ("components", "schemas", "TranscriptSegmentInput", "properties", "person_id"),
        ("components", "schemas", "TranscriptSegmentInput", "properties", "speaker", "default"),
        ("components", "schemas", "TranscriptSegmentInput", "required", 2),
        ("components", "schemas", "ConversationResponse", "properties", "discarded"),
        ("paths", PATH, "post", "responses", "401"),
        ("paths", PATH, "post", "requestBody", "required"),
    ],
    ids=lambda way: str(way[-1]),
)
def test_what_is_taken_away_is_noticed(way: tuple[Any, ...]) -> None:
    def remove(node: Any, key: Any) -> None:
        del node[key]

    assert find_drift(change_at(way, remove), openapi("old"))


def request_schema() -> dict[str, Any]:
    schema: dict[str, Any] = resolve(
        CONTRACT["components"]["schemas"]["CreateConversationFromSegments"], CONTRACT
    )
    schema["additionalProperties"] = False
    schema["properties"]["client_session_id"] = {"type": "string"}
    schema["properties"]["transcript_segments"]["items"]["additionalProperties"] = False
    return schema


def test_what_we_send_is_what_the_contract_takes() -> None:
    began = datetime(2026, 1, 15, 9, tzinfo=UTC)
    segments = tuple(
        TranscriptSegmentInput(
            text="Hello.",
            speaker="SPEAKER_01",
            speaker_id=1,
            is_user=n % 2 == 0,
            person_id="p1",
            start=n,
            end=n + 1,
        )
        for n in range(500)
    )
    request = ConversationRequest(
        transcript_segments=segments,
        started_at=began,
        finished_at=began + timedelta(seconds=500),
        language="en",
        geolocation=Geolocation(latitude=52.5, longitude=13.4),
        client_session_id="tb1-x",
    )
    body = yaml.safe_load(request.to_json())
    jsonschema.Draft202012Validator(
        request_schema(), format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    ).validate(body)
    with pytest.raises(jsonschema.ValidationError, match="is too long"):
        jsonschema.validate(
            {**body, "transcript_segments": body["transcript_segments"] * 2}, request_schema()
        )


@pytest.mark.parametrize("generation", ["old", "middle", "new"])
def test_the_example_of_the_contract_is_taken(
    serve_sandbox: Callable[..., Any], generation: str
) -> None:
    example = CONTRACT["paths"][PATH]["post"]["requestBody"]["content"]["application/json"][
        "example"
    ]
    answer = serve_sandbox(generation=generation).post(example)
    assert answer.status_code == 200
    jsonschema.validate(
        answer.json(), resolve(CONTRACT["components"]["schemas"]["ConversationResponse"], CONTRACT)
    )
