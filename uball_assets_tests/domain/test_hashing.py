from __future__ import annotations

import re
from datetime import UTC, datetime
from uuid import UUID

from uball_assets.domain.hashing import content_hash


def test_the_order_of_keys_does_not_count_and_the_order_of_a_list_does() -> None:
    assert content_hash({"a": 1, "b": 2}) == content_hash({"b": 2, "a": 1})
    assert content_hash([1, 2]) != content_hash([2, 1])


def test_a_hash_is_the_same_on_every_machine_and_in_every_version() -> None:
    assert content_hash({"a": [1, 2.5, None, "ä"]}) == "ab9637b9f95171d6730d62198eff47b9"


def test_ids_and_dates_as_a_database_returns_them_can_be_hashed() -> None:
    row = {"id": UUID(int=1), "at": datetime(2026, 3, 18, tzinfo=UTC)}
    assert re.fullmatch(r"[0-9a-f]{32}", content_hash(row))
