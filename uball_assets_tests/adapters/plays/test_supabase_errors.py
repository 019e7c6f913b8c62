"""What an answer's code means: the API's own idea of the schema told apart from the database's."""

from __future__ import annotations

import pytest

from uball_assets.adapters.plays import supabase_errors as errors


class Answer(Exception):  # noqa: N818 - as postgrest's APIError: an exception with a code
    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@pytest.mark.parametrize(
    ("code", "kind", "is_cache"),
    [
        ("PGRST205", errors.MissingTable, True),
        ("42P01", errors.MissingTable, False),
        ("PGRST204", errors.MissingColumn, True),
        ("42703", errors.MissingColumn, False),
        ("PGRST202", errors.MissingFunction, True),
        ("42883", errors.MissingFunction, False),
    ],
)
def test_only_what_the_api_says_from_its_cache_may_be_stale(
    code: str, kind: type[errors.SupabaseError], *, is_cache: bool
) -> None:
    pytest.importorskip("httpx")
    error = errors.translated(Answer(code), "read table", "plays", 404)
    assert isinstance(error, kind)
    assert "apply supabase/migrations" in str(error)
    assert ("NOTIFY pgrst, 'reload schema'" in str(error)) is is_cache
    assert ("as far as its API knows" in str(error)) is is_cache


def test_an_api_that_is_still_reading_the_schema_is_for_later() -> None:
    pytest.importorskip("httpx")
    error = errors.translated(Answer("PGRST002"), "read table", "plays", 503)
    assert isinstance(error, errors.DatabaseBusy)
    assert "cannot read the database's schema just now (PGRST002)" in str(error)
    assert "migrations" not in str(error)
