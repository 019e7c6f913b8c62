"""Old backups go, and nothing goes that one which stays needs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uball_assets.domain.backup.retention import leaving, unneeded

BLOBS = st.frozensets(st.sampled_from("abcdefgh"), max_size=5)


@pytest.mark.parametrize(
    ("numbers", "keep", "gone"),
    [([1, 2, 3], 2, [1]), ([3, 1, 2], 1, [1, 2]), ([1], 5, []), ([], 1, []), ([7, 9], 0, [7])],
)
def test_the_newest_stay_and_one_always_does(numbers: list[int], keep: int, gone: list[int]) -> None:
    assert leaving(numbers, keep) == gone


@given(st.dictionaries(st.integers(1, 9), BLOBS, min_size=1), BLOBS, st.integers(1, 9))
def test_no_backup_that_stays_loses_a_blob(
    needs: dict[int, frozenset[str]], strays: frozenset[str], keep: int
) -> None:
    staying = {number: needs[number] for number in set(needs) - set(leaving(needs, keep))}
    stored = strays.union(*needs.values())
    gone = set(unneeded(stored, staying))
    assert not any(gone & blobs for blobs in staying.values())
    if any(staying.values()):
        assert stored - gone == set().union(*staying.values())


def test_where_no_backup_is_known_nothing_goes() -> None:
    assert unneeded(["a", "b"], {}) == []
