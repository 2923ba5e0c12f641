"""The API's documentation: one document for machines, and pages made from it for people."""

from __future__ import annotations

import json
import shlex
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from governance.api.problems import EVERY_KIND
from governance.api.reference.openapi import JSON, document_of
from governance.api.reference.registry import calls_documented
from governance.api.reference.words import words_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest


@require_safe
def openapi(_request: HttpRequest) -> HttpResponse:
    """Answer ``GET /api/v1/openapi.json``."""
    response = HttpResponse(msgspec.json.encode(document()), content_type="application/json")
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show every call: who may, what to send, what comes back, what can go wrong."""
    context = {"info": document()["info"], "sections": sections()}
    return render(request, "api/docs.html", context)


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """Show every kind of problem; its anchor is what ``type`` of a problem document points to."""
    found = [
        {
            "name": kind.name,
            "status": kind.status,
            "title": kind.title,
            "codes": [{"code": code, "when": when} for code, when in _codes()[kind.status].items()],
        }
        for kind in EVERY_KIND
    ]
    return render(request, "api/problems.html", {"kinds": found})


@cache
def document() -> dict[str, Any]:
    """Return the OpenAPI document; made once, when every app has added its calls."""
    return document_of(calls_documented())


@cache
def sections() -> list[dict[str, Any]]:
    """Return the document as the page shows it: sections of calls."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            found.setdefault(operation["tags"][0], []).append(_call(path, method, operation))
    return [{"name": name, "calls": calls} for name, calls in found.items()]


@cache
def _codes() -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {kind.status: {} for kind in EVERY_KIND}
    for section in sections():
        for call in section["calls"]:
            for trouble in call["troubles"]:
                found[trouble["status"]].setdefault(trouble["code"], trouble["when"])
    return found


def _call(path: str, method: str, operation: Mapping[str, Any]) -> dict[str, Any]:
    reply_status, reply = next(
        (status, found) for status, found in operation["responses"].items() if status < "300"
    )
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": "/api/v1" + path,
        "summary": operation["summary"],
        "description": operation["description"],
        "scopes": operation["x-scopes"],
        "person": operation["x-person"],
        "parameters": [
            {**parameter, "words": words_of(parameter["schema"], {})}
            for parameter in operation["parameters"]
        ],
        "fields": _fields(operation),
        "curl": _curl(method.upper(), operation),
        "replies": [
            {"status": status, "meaning": found["description"]}
            for status, found in operation["responses"].items()
            if status < "300"
        ],
        "reply_status": reply_status,
        "reply": json.dumps(reply["content"][JSON]["example"], indent=2, ensure_ascii=False),
        "troubles": _troubles(operation),
    }


def _fields(operation: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the fields of the body, of a batch those of an item."""
    if "requestBody" not in operation:
        return []
    components = document()["components"]["schemas"]
    schema = operation["requestBody"]["content"][JSON]["schema"]
    if "properties" in schema:
        schema = schema["properties"]["items"]["items"]
    body = components[schema["$ref"].rpartition("/")[2]]
    return [
        {
            "name": name,
            "required": name in body["required"],
            "words": words_of(field, components),
            "meaning": field.get("description", ""),
        }
        for name, field in body["properties"].items()
    ]


def _troubles(operation: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"status": int(status), "code": code, "when": example["value"]["detail"]}
        for status, response in operation["responses"].items()
        for content in response["content"].values()
        for code, example in content.get("examples", {}).items()
    ]


def _curl(method: str, operation: Mapping[str, Any]) -> str:
    secret = "$COUNTERSIGN_KEY" if operation["x-scopes"] else "$COUNTERSIGN_TOKEN"
    lines = [
        f'curl -X {method} "$COUNTERSIGN_URL/api/v1{operation["x-example-path"]}"',
        f'-H "Authorization: Bearer {secret}"',
        *(f"-H '{name}: {value}'" for name, value in operation["x-example-headers"].items()),
    ]
    if "requestBody" in operation:
        example = operation["requestBody"]["content"][JSON]["example"]
        lines.append('-H "Content-Type: application/json"')
        lines.append("-d " + shlex.quote(json.dumps(example, indent=2, ensure_ascii=False)))
    return " \\\n  ".join(lines)
