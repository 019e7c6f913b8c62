"""Typed documents in an object store: a dataclass out, the same dataclass back in.

Belongs here: the JSON form, byte-stable, of what the assets leave for each other. Not here: what it means
(`domain`).
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from uball_assets.adapters.stores.object_store import AlreadyExists, ObjectStore
from uball_assets.domain.errors import Permanent

T = TypeVar("T")
_ADAPTERS: dict[Any, TypeAdapter[Any]] = {}

STORED_AS = {"quarantined": "losses"}
"""Fields whose name in stored documents is an older one: what stands in a store is read by others too."""


def to_bytes(value: Any) -> bytes:
    """Canonical JSON: sorted keys, one line end; equal values give equal bytes."""
    plain = _adapter(type(value)).dump_python(value, mode="json")
    for name, stored in _renamed(type(value)).items():
        plain[stored] = plain.pop(name)
    return (json.dumps(plain, sort_keys=True, indent=1, ensure_ascii=False) + "\n").encode()


def save(store: ObjectStore, name: str, value: Any) -> None:
    """Writes the document unless it stands there already, byte for byte."""
    data = to_bytes(value)
    try:
        store.create(name, data)
    except AlreadyExists:
        if store.read(name) != data:
            store.write(name, data)


def load(store: ObjectStore, name: str, form: type[T]) -> T:
    """Raises Permanent for a document that is missing or not of this form."""
    try:
        found: T = _adapter(form).validate_json(_named_as_in(form, store.read(name)))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(step) for step in first["loc"]) or "the whole"
        raise Permanent(
            f"{store.uri(name)} is not of its form ({place}: {first['msg']}); materialise its asset again"
        ) from error
    return found


def find(store: ObjectStore, name: str, form: type[T]) -> T | None:
    """As `load`, or None if there is no such object."""
    try:
        return load(store, name, form)
    except Permanent:
        if any(info.name == name for info in store.list(name)):
            raise
        return None


def _adapter(form: Any) -> TypeAdapter[Any]:
    """Made once: it takes longer than to read a document with it."""
    if form not in _ADAPTERS:
        _ADAPTERS[form] = TypeAdapter(form)
    return _ADAPTERS[form]


def _renamed(form: Any) -> dict[str, str]:
    names = {field.name for field in fields(form)} if is_dataclass(form) else set()
    return {name: stored for name, stored in STORED_AS.items() if name in names}


def _named_as_in(form: Any, data: bytes) -> bytes:
    """The document with the names that its form has now; what is no JSON object is left to the validation."""
    renamed = _renamed(form)
    try:
        plain = json.loads(data) if renamed else None
    except ValueError:
        return data
    if not isinstance(plain, dict):
        return data
    for name, stored in renamed.items():
        if stored in plain:
            plain[name] = plain.pop(stored)
    return json.dumps(plain).encode()
