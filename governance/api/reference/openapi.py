"""One OpenAPI 3.1 document, made from the very types the calls read and answer with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec

from governance.api.problems import EVERY_KIND, MEDIA_TYPE, TYPE_BASE
from governance.api.reference.calls import FLEET
from governance.api.shown import ProblemShown

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from governance.api.reference.calls import Call, Parameter, Reply

JSON = "application/json"
REFERENCE = "#/components/schemas/{name}"
SESSION_NOTE = "A session of the console; changes also need the header X-CSRFToken."
AMOUNT = {
    "description": "US dollars, at least 0, rounded half-even to 6 places.",
    "anyOf": [
        {"type": "string", "pattern": r"^\d+(\.\d+)?$", "examples": ["12.50"]},
        {"type": "number", "minimum": 0},
    ],
}
DESCRIPTION = (
    "Orchestrators decide how agents run; this API decides whether they should.\n\n"
    "Bodies are JSON in UTF-8 without duplicate keys, NaN, or integers beyond 2^53 - 1, at most "
    "256 KiB (batches 4 MiB). Unknown fields are refused. Amounts are US dollars, decimal text in "
    "answers; times are ISO 8601 with a zone. Every answer carries Cache-Control: no-store. Every "
    "refusal is a problem document (RFC 9457) that names the field, its value and what is allowed."
)


def document_of(calls: Sequence[Call]) -> dict[str, Any]:
    """Return the OpenAPI document of ``calls``, ready for JSON."""
    paths: dict[str, dict[str, Any]] = {}
    for call in calls:
        paths.setdefault(call.path, {})[call.method.lower()] = _operation(call)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Countersign", "version": "1", "description": DESCRIPTION},
        "servers": [{"url": "/api/v1"}],
        "tags": [{"name": name} for name in dict.fromkeys(call.section for call in calls)],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": _components(calls),
            "securitySchemes": _SECURITY,
        },
    }


_SECURITY: Mapping[str, Any] = {
    "key": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "cs_<prefix>_<secret>",
        "description": "A key of one fleet and environment, with scopes.",
    },
    "token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "csp_<prefix>_<secret>",
        "description": "A personal token: it may what its owner may.",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "sessionid",
        "description": SESSION_NOTE,
    },
}
# What any call may answer, whatever it is about.
_ALWAYS = (
    (400, "nul_in_text", "The address holds a NUL character, which no text here may."),
    (401, "key_unknown", "No key, or one that is unknown, expired or revoked."),
    (401, "fleet_archived", "The fleet of the key was archived."),
    (403, "second_factor_required", "A person without the second factor that everybody needs."),
    (503, "unavailable", "The database does not answer; nothing was decided. Ask again."),
)
_WITH_KEY = (
    (403, "scope_missing", "The key lacks the scope this call needs."),
    (429, "rate_limited", "The key made as many calls as it may; wait for Retry-After, in s."),
)
_WITH_PATH = ((404, "route_unknown", "The address holds a line break, which no call takes."),)
_WITH_BODY = (
    (400, "malformed_body", "The body is no JSON."),
    (413, "body_too_large", "The body is larger than is read."),
    (415, "unsupported_media_type", "The body is not application/json."),
    (422, "invalid_field", "A field is missing, unknown or not allowed."),
)
_WITH_FLEET = (
    (404, "not_found", "A person named a fleet that they do not belong to."),
    (422, "fleet_ambiguous", "A person with several fleets, or none, named none."),
)
_WITH_IDEMPOTENCY = (
    (409, "idempotency_key_in_flight", "The first request with this key is being answered."),
    (422, "idempotency_key_reused", "This Idempotency-Key was used with another body."),
)


def troubles_of(call: Call) -> list[tuple[int, str, str]]:
    """Return every refusal a call may answer with as (status, code, when), by status."""
    found = [*_ALWAYS]
    found += _WITH_KEY if call.scopes else ()
    found += _WITH_PATH if any(p.place == "path" for p in call.parameters) else ()
    found += _WITH_FLEET if FLEET in call.parameters else ()
    found += _WITH_BODY if call.body is not None else ()
    found += _WITH_IDEMPOTENCY if _is_once(call) else ()
    found += [(trouble.status, trouble.code, trouble.when) for trouble in call.troubles]
    return sorted(found, key=lambda trouble: trouble[0])


def _operation(call: Call) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": call.name,
        "tags": [call.section],
        "summary": call.summary,
        "description": call.detail,
        "security": _security(call),
        "x-scopes": list(call.scopes),
        "x-person": call.person,
        "x-example-path": call.example["path"],
        "x-example-headers": call.example.get("headers", {}),
        "parameters": [_parameter(parameter) for parameter in call.parameters],
        "responses": _responses(call),
    }
    if call.body is not None:
        operation["requestBody"] = _request_body(call)
    return operation


def _security(call: Call) -> list[dict[str, list[str]]]:
    names = ["key"] if call.scopes else []
    names += ["token", "session"] if call.person else []
    return [{name: []} for name in names]


def _parameter(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": parameter.place,
        "required": parameter.required,
        "description": parameter.meaning,
        "schema": dict(parameter.schema),
    }


def _request_body(call: Call) -> dict[str, Any]:
    schema: dict[str, Any] = {"$ref": REFERENCE.format(name=call.body.__name__)}
    if call.is_batch:
        schema = {
            "type": "object",
            "properties": {"items": {"type": "array", "maxItems": 1000, "items": schema}},
            "required": ["items"],
            "additionalProperties": False,
        }
    media: dict[str, Any] = {"schema": schema, "example": call.example["request"]}
    return {"required": not call.body_optional, "content": {JSON: media}}


def replies_of(call: Call) -> tuple[Reply, ...]:
    """Return the good answers of a call: what was made by one is there when it is sent again."""
    made = {reply.status: reply for reply in call.replies}
    if not _is_once(call) or 201 not in made or 200 in made:
        return call.replies
    again = replace(
        made[201],
        status=200,
        meaning="The first answer once more, to an Idempotency-Key that was used before.",
    )
    return (*call.replies, again)


def _is_once(call: Call) -> bool:
    return any(parameter.name == "Idempotency-Key" for parameter in call.parameters)


def _responses(call: Call) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for at, reply in enumerate(replies_of(call)):
        schema = {"type": "object"} if reply.shape is None else _reference(reply.shape)
        media: dict[str, Any] = {"schema": schema}
        if at == 0:
            media["example"] = call.example["reply"]
        responses[str(reply.status)] = {"description": reply.meaning, "content": {JSON: media}}
    by_status: dict[int, list[tuple[int, str, str]]] = {}
    for trouble in troubles_of(call):
        by_status.setdefault(trouble[0], []).append(trouble)
    for status, troubles in by_status.items():
        responses[str(status)] = {
            "description": " ".join(f"`{code}`: {when}" for _, code, when in troubles),
            "content": {
                MEDIA_TYPE: {
                    "schema": _reference(ProblemShown),
                    "examples": {t[1]: {"value": problem_example(*t)} for t in troubles},
                }
            },
        }
    return responses


def problem_example(status: int, code: str, when: str) -> dict[str, Any]:
    """Return a problem document with what every one of this code holds."""
    kind = next(kind for kind in EVERY_KIND if kind.status == status)
    return {
        "type": TYPE_BASE + kind.name,
        "title": kind.title,
        "status": status,
        "detail": when,
        "code": code,
    }


def _reference(shape: Any) -> dict[str, Any]:
    return {"$ref": REFERENCE.format(name=shape.__name__)}


def _components(calls: Iterable[Call]) -> dict[str, Any]:
    shapes: dict[str, Any] = {ProblemShown.__name__: ProblemShown}
    meanings: dict[str, Mapping[str, str]] = {}
    for call in calls:
        for reply in call.replies:
            if reply.shape is not None:
                shapes[reply.shape.__name__] = reply.shape
        if call.body is not None:
            shapes[call.body.__name__] = call.body
            meanings[call.body.__name__] = call.meanings
    _, components = msgspec.json.schema_components(shapes.values(), ref_template=REFERENCE)
    for name, schema in components.items():
        _amended(schema, meanings.get(name, {}))
    return dict(sorted(components.items()))


def _amended(schema: dict[str, Any], meanings: Mapping[str, str]) -> None:
    """Say of a schema's fields what they mean, and that amounts may be numbers too."""
    for name, field in schema.get("properties", {}).items():
        if name in meanings:
            field["description"] = meanings[name]
        parts = field.get("anyOf", [field])
        for part in parts:
            if part.get("format") == "decimal":
                part.clear()
                part.update(AMOUNT)
