"""PostgREST's query language as SQL: filters, order, limits. The part that supabase-py uses.

Belongs here: text to SQL. Not here: HTTP, roles, transactions (`postgrest_server`). What is not understood is
refused (`Unsupported`), so that the double never answers something else than it was asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from psycopg import sql

RESERVED = {"select", "order", "limit", "offset", "columns", "on_conflict"}
_COMPARISONS = {
    "eq": "=",
    "neq": "<>",
    "gt": ">",
    "gte": ">=",
    "lt": "<",
    "lte": "<=",
    "like": "like",
    "ilike": "ilike",
}
_IS = {"null": "null", "not_null": "not null", "true": "true", "false": "false", "unknown": "unknown"}
_TREES = ("and", "or", "not.and", "not.or")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Unsupported(Exception):  # noqa: N818
    """PGRST100: not parsed; either wrong, or beyond this double."""


def condition(params: Iterable[tuple[str, str]]) -> tuple[Any, list[str]]:
    """`where` for a request's parameters, and the values in it."""
    parts: list[Any] = []
    values: list[str] = []
    for key, text in params:
        if key in RESERVED:
            continue
        made = _logic(f"{key}{text}") if key in _TREES else _filter(key, text)
        parts.append(made[0])
        values += made[1]
    return (sql.SQL(" and ").join(parts) if parts else sql.SQL("true")), values


def columns(text: str) -> Any:
    if text in ("", "*"):
        return sql.SQL("*")
    return sql.SQL(", ").join(name(column) for column in _split(text))


def order(text: str) -> Any:
    """`a.desc.nullslast,b`; nothing for no order: then PostgREST promises none either."""
    if not text:
        return sql.SQL("")
    parts = []
    for item in text.split(","):
        column, *words = item.split(".")
        if set(words) - {"asc", "desc", "nullsfirst", "nullslast"}:
            raise Unsupported(item)
        said = " ".join(words).replace("nulls", "nulls ")
        parts.append(sql.SQL("{} " + said).format(name(column)))  # type: ignore[arg-type, unused-ignore]
    return sql.SQL(" order by ") + sql.SQL(", ").join(parts)


def name(text: str) -> Any:
    text = text.strip('"')
    if not _NAME.fullmatch(text):
        raise Unsupported(text)
    return sql.Identifier(text)


def _logic(text: str) -> tuple[Any, list[str]]:
    """`or(a.eq.1,and(b.gt.2,c.is.null))`, or one filter `a.eq.1`, each perhaps after `not.`"""
    matched = re.fullmatch(r"(not\.)?(and|or)\((.*)\)", text, re.DOTALL)
    if not matched:
        column, _, rest = text.partition(".")
        head, quote, value = rest.partition('"')
        return _filter(column, head + _unquoted(quote + value))
    parts, values = [], []
    for item in _split(matched[3]):
        part, its_values = _logic(item)
        parts.append(part)
        values += its_values
    joined = sql.SQL("({})").format(sql.SQL(f" {matched[2]} ").join(parts))
    return (sql.SQL("not {}").format(joined) if matched[1] else joined), values


def _filter(column: str, text: str) -> tuple[Any, list[str]]:
    if text.startswith("not."):
        part, values = _filter(column, text[4:])
        return sql.SQL("not ({})").format(part), values
    operator, dot, value = text.partition(".")
    if not dot:
        raise Unsupported(text)
    if operator == "is" and value in _IS:
        return sql.SQL("{} is " + _IS[value]).format(name(column)), []
    if operator == "in" and value.startswith("(") and value.endswith(")"):
        return _is_among(column, [_unquoted(item) for item in _split(value[1:-1])])
    if operator in _COMPARISONS:
        value = value.replace("*", "%") if "like" in operator else value
        return sql.SQL("{} " + _COMPARISONS[operator] + " %s").format(name(column)), [value]
    raise Unsupported(text)


def _is_among(column: str, values: Sequence[str]) -> tuple[Any, list[str]]:
    if not values:
        return sql.SQL("false"), []
    return sql.SQL("{} in ({})").format(
        name(column), sql.SQL(", ").join([sql.Placeholder()] * len(values))
    ), [*values]


def _split(text: str) -> list[str]:
    """At the commas that stand neither in quotes nor in brackets."""
    parts, depth, quoted, escaped, start = [], 0, False, False, 0
    for at, char in enumerate(text):
        if escaped:
            escaped = False
        elif quoted and char == "\\":
            escaped = True
        elif char == '"':
            quoted = not quoted
        elif not quoted and char in "()":
            depth += 1 if char == "(" else -1
        elif not quoted and char == "," and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    last = text[start:]
    return [*parts, last] if last or parts else []


def _unquoted(text: str) -> str:
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return text
