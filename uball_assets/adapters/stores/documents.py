"""Typed documents in an object store: a dataclass out, the same dataclass back in.

Belongs here: the JSON form, byte-stable, of what the assets leave for each other. Not here: what it means
(`domain`).
"""

from __future__ import annotations

import json
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.errors import Permanent

T = TypeVar("T")


def to_bytes(value: Any) -> bytes:
    """Canonical JSON: sorted keys, one line end; equal values give equal bytes."""
    plain = TypeAdapter(type(value)).dump_python(value, mode="json")
    return (json.dumps(plain, sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode()


def save(store: ObjectStore, name: str, value: Any) -> None:
    """Writes the document unless it stands there already, byte for byte."""
    data = to_bytes(value)
    if not (_is_there(store, name) and store.read(name) == data):
        store.write(name, data)


def load(store: ObjectStore, name: str, form: type[T]) -> T:
    """Raises Permanent for a document that is missing or not of this form."""
    try:
        return TypeAdapter(form).validate_json(store.read(name))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(step) for step in first["loc"]) or "the whole"
        raise Permanent(
            f"{store.uri(name)} is not of its form ({place}: {first['msg']}); materialise its asset again"
        ) from error


def find(store: ObjectStore, name: str, form: type[T]) -> T | None:
    """As `load`, or None if there is no such object."""
    return load(store, name, form) if _is_there(store, name) else None


def _is_there(store: ObjectStore, name: str) -> bool:
    return any(info.name == name for info in store.list(name))
