"""The manifest's form: what was written is read, and what another version wrote is understood or refused."""

from __future__ import annotations

import json

import pytest

from uball_assets.domain.backup.manifest import FORMAT, Item, Manifest
from uball_assets.domain.errors import Permanent

MANIFEST = Manifest(
    number=7,
    taken_at="2026-11-29T12:00:00+00:00",
    league="uball",
    record={"games": 2},
    items=(Item("training", "games/g1/", "bundle", "v1", 12, "ab" * 32, ("cd" * 32,)),),
    stored_bytes={"cd" * 32: 20},
    clips="archived",
    remarks=("one was being written",),
    settings={"UBALL_TRAINER": "local"},
)
OF_FORMAT_1 = (
    '{"clips":"archived","format":1,"items":[["training","games/g1/","bundle","v1",12,"'
    + "ab" * 32
    + '",["'
    + "cd" * 32
    + '"]]],"league":"uball","number":7,"record":{"games":2},"remarks":["one was being written"],'
    '"settings":{"UBALL_TRAINER":"local"},"stored_bytes":{"' + "cd" * 32 + '":20},'
    '"taken_at":"2026-11-29T12:00:00+00:00"}'
)
"""As it stands in backups that leagues have: every later version reads it."""


def test_what_is_written_is_read() -> None:
    assert Manifest.from_bytes(MANIFEST.to_bytes()) == MANIFEST


def test_the_first_format_is_read_for_ever() -> None:
    assert Manifest.from_bytes(OF_FORMAT_1.encode()) == MANIFEST


@pytest.mark.parametrize("other", [0, FORMAT + 1])
def test_another_versions_format_is_refused_with_what_to_do(other: int) -> None:
    said = json.loads(MANIFEST.to_bytes()) | {"format": other}
    with pytest.raises(Permanent, match=f"of format {other}, .* newer one"):
        Manifest.from_bytes(json.dumps(said).encode())


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b'{"format": "x"}', b'{"format": 1}', OF_FORMAT_1[:-9].encode()]
)
def test_what_is_no_manifest_is_refused(data: bytes) -> None:
    with pytest.raises(Permanent, match="manifest"):
        Manifest.from_bytes(data)
