"""How settings and places are called: in the environment and in errors.

Belongs here: the words that people write and read. Not here: the settings themselves and reading the
environment (`settings`), what the league called things before (`older_names`).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo

from uball_assets.domain.errors import Permanent
from uball_assets.domain.store_addresses import bucket_scheme

PREFIX = "UBALL_"
_LOGIN = re.compile(r"//[^/@]*@")
Fields = Mapping[str, FieldInfo]


class Setting(NamedTuple):
    """One setting as a person reads it."""

    name: str
    value: str
    is_default: bool
    why: str


def described(settings: BaseModel) -> list[Setting]:
    """All settings in order, with their reasons; secrets masked."""
    fields = type(settings).model_fields
    return [
        Setting(
            variable(fields, name),
            shown(getattr(settings, name)),
            name not in settings.model_fields_set,
            field.description or "",
        )
        for name, field in fields.items()
    ]


def variable(fields: Fields, name: str) -> str:
    """The environment variable of a field; an alias, as errors name it, is one already."""
    alias = fields[name].validation_alias if name in fields else name
    return str(alias) if alias else PREFIX + name.upper()


def refuse_unknown(fields: Fields, given: Iterable[str]) -> None:
    """Raises Permanent for a `UBALL_` name that no setting has: a slip must not pass for a default."""
    known = [variable(fields, name) for name in fields]
    for name in sorted(given):
        if name.startswith(PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, 1)
            remedy = f"did you mean {near[0]}?" if near else "`uball settings` lists them all"
            raise Permanent(f"there is no setting {name}: {remedy}")


def store_address(url: str, checkout: Path) -> str:
    """A folder made absolute, or a URL as it is; ValueError for a scheme that no store has."""
    if "://" not in url:
        return str(checkout / Path(url).expanduser())
    is_bucket(url)
    return url


def is_bucket(url: str) -> bool:
    """Whether it is a bucket's and no folder's; ValueError for a scheme that no store has."""
    try:
        return bucket_scheme(url) is not None
    except Permanent as error:
        raise ValueError(str(error)) from error


def database_address(url: str, checkout: Path) -> str:
    """`supabase`, or `sqlite:///` and an absolute path; ValueError for anything else."""
    path = url.removeprefix("sqlite:///")
    if url == "supabase":
        return url
    if path in (url, ""):
        raise ValueError("no database has such an address; use sqlite:/// and a path, or supabase")
    return f"sqlite:///{checkout / Path(path).expanduser()}"


def warehouse_address(url: str, checkout: Path) -> str:
    """A folder made absolute, or `bigquery://project/dataset`; ValueError for anything else."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        return str(checkout / Path(url).expanduser())
    if scheme == "bigquery" and rest.count("/") == 1 and all(rest.split("/")):
        return url
    raise ValueError("no warehouse has such an address; use a folder, or bigquery://project/dataset")


def parts(value: Any) -> Any:
    """The parts of a list as the environment holds it: with commas."""
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.strip("[]()").split(",") if part.strip())


def in_words(fields: Fields, error: ValidationError) -> str:
    """One line: each variable, what it is (unless secret) and what it may be."""
    faults = []
    for fault in error.errors(include_url=False):
        if fault["type"] == "default_factory_not_called":
            continue  # follows from another fault
        why = fault["msg"].removeprefix("Value error, ")
        if not fault["loc"]:
            faults.append(why)
            continue
        name = variable(fields, str(fault["loc"][0]))
        value = (
            "***" if _is_secret(fields, str(fault["loc"][0])) else _LOGIN.sub("//***@", repr(fault["input"]))
        )
        faults.append(f"{name} is {value}: {why[:1].lower()}{why[1:]}")
    return "; ".join(faults)


def _is_secret(fields: Fields, name: str) -> bool:
    """By its field's name, or its alias."""
    return any(
        SecretStr in (field.annotation, *get_args(field.annotation))
        for key, field in fields.items()
        if name in (key, field.validation_alias)
    )


def shown(value: Any) -> str:
    """As the environment holds it; a secret is masked."""
    if isinstance(value, tuple):
        return ",".join(f"{part:g}" if isinstance(part, float) else str(part) for part in value)
    return "" if value is None else str(value)
