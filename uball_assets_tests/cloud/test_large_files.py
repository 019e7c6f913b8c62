"""A video goes up in parts and comes down by ranges, whole and checked."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from uball_assets.adapters.stores.local_copy import local_file
from uball_assets.adapters.stores.opening import open_store

MIB = 1024 * 1024


@pytest.mark.services
@pytest.mark.parametrize("bucket", ["an_s3_bucket", "a_gcs_bucket"])
def test_a_file_in_parts_is_the_same_by_ranges_whole_and_as_a_copy(
    request: pytest.FixtureRequest, tmp_path: Path, bucket: str
) -> None:
    store = open_store(str(request.getfixturevalue(bucket)))
    source = tmp_path / "FAR_LEFT.mp4"
    source.write_bytes(random.Random(5).randbytes(40 * MIB + 7))
    store.upload("g1/FAR_LEFT.mp4", source, {"key": "k"})
    store.upload("g2/FAR_LEFT.mp4", source)
    first, second = store.list("")
    assert first.size_bytes == source.stat().st_size
    assert first.metadata == {"key": "k"}
    assert store.fingerprint(first) == store.fingerprint(second)
    with ThreadPoolExecutor(16) as pool:
        parts = pool.map(lambda begin: store.read_range(first.name, begin * MIB, MIB), range(42))
    assert b"".join(parts) == source.read_bytes() == store.read(first.name)
    with local_file(store, second.name) as copy:
        assert copy.read_bytes() == source.read_bytes()
