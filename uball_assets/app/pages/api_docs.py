"""`/api`: the HTTP API for people to read, out of its own description; `/api/openapi.json` for programs.

Belongs here: the description in words. Not here: the description (`describing`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from uball_assets.adapters.access.keys import Key
from uball_assets.app.guard.scopes import needs
from uball_assets.app.rendering import render

router = APIRouter(include_in_schema=False)
_JSON = "application/json"


@router.get("/api/openapi.json")
def openapi(request: Request, _: Annotated[Key, Depends(needs("read"))]) -> dict[str, Any]:
    description: dict[str, Any] = request.app.openapi()
    return description


@router.get("/api")
def page(request: Request, _: Annotated[Key, Depends(needs("read"))]) -> HTMLResponse:
    own = str(request.base_url).rstrip("/")
    return render(request, "api_docs.html", groups=groups(request.app.openapi(), own))


def groups(description: Mapping[str, Any], own_address: str) -> dict[str, list[dict[str, Any]]]:
    """What can be asked, by subject, in the order of the routers."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            told = _operation(description, path, method.upper(), operation, own_address)
            found.setdefault(operation.get("tags", ["other"])[0], []).append(told)
    return found


def _operation(
    description: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any], own: str
) -> dict[str, Any]:
    needed = operation.get("security") or []
    body = operation.get("requestBody", {}).get("content", {}).get(_JSON, {}).get("schema")
    form = _resolved(description, body) if body else {}
    return {
        "id": operation["operationId"],
        "method": method,
        "path": path,
        "scope": needed[0]["key"][0] if needed else None,
        "text": " ".join(operation.get("description", operation.get("summary", "")).split()),
        "parameters": [_parameter(description, each) for each in operation.get("parameters", [])],
        "fields": _fields(description, form),
        "answers": [
            {"status": status, "text": answer["description"], "form": _form_of(answer)}
            for status, answer in sorted(operation["responses"].items())
        ],
        "curl": _curl(method, own + path, bool(needed), _example(description, form) if body else None),
    }


def _parameter(description: Mapping[str, Any], parameter: Mapping[str, Any]) -> dict[str, Any]:
    schema = _resolved(description, parameter["schema"])
    return {
        "name": parameter["name"],
        "where": parameter["in"],
        "required": parameter.get("required", False),
        "type": _type(description, schema),
        "text": parameter.get("description", schema.get("description", "")),
    }


def _fields(description: Mapping[str, Any], form: Mapping[str, Any]) -> list[dict[str, Any]]:
    required = form.get("required", [])
    return [
        {
            "name": name,
            "where": "body",
            "required": name in required,
            "type": _type(description, field),
            "text": field.get("description", ""),
        }
        for name, field in form.get("properties", {}).items()
    ]


def _resolved(description: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in schema:
        schema = description["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _type(description: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """In words: `list of text`, `one of accept, reject`."""
    schema = _resolved(description, schema)
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        return f"one of {', '.join(map(str, values))}" if len(values) > 1 else str(values[0])
    if choices := schema.get("anyOf", schema.get("oneOf")):
        named = [_type(description, one) for one in choices if one.get("type") != "null"]
        return " or ".join(dict.fromkeys(named))
    if schema.get("type") == "array":
        return f"list of {_type(description, schema.get('items', {}))}"
    words = {"string": "text", "integer": "whole number", "boolean": "true or false"}
    kind = str(schema.get("type", "anything"))
    return words.get(kind, kind)


def _form_of(answer: Mapping[str, Any]) -> str:
    """The name of the form that the answer has; '' for none."""
    content: Mapping[str, Any] = next(iter(answer.get("content", {}).values()), {})
    return str(content.get("schema", {}).get("$ref", "")).rpartition("/")[2]


def _example(description: Mapping[str, Any], form: Mapping[str, Any]) -> str:
    """The required fields, each with a value of its kind."""
    fields = form.get("properties", {})
    wanted = [name for name in fields if name in form.get("required", [])]
    told = (f'"{name}": {_value(_resolved(description, fields[name]))}' for name in wanted)
    return "{" + ", ".join(told) + "}"


def _value(schema: Mapping[str, Any]) -> str:
    if schema.get("type") == "array":
        return f"[{_value(schema.get('items', {}))}]"
    if examples := schema.get("examples", schema.get("enum")):
        return f'"{examples[0]}"'
    return {"integer": "1", "number": "1.0", "boolean": "true", "object": "{}"}.get(
        str(schema.get("type")), '"…"'
    )


def _curl(method: str, url: str, needs_key: bool, body: str | None) -> str:
    words = ["curl"]
    if method != "GET":
        words.append(f"-X {method}")
    if needs_key:
        words.append('-H "Authorization: Bearer $KEY"')
    if body is not None:
        words.append(f"-H 'Content-Type: {_JSON}' -d '{body}'")
    return " ".join([*words, f"'{url}'"])
