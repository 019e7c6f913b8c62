"""A bundle gives back the files that went in, however its bytes are cut into pieces."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uball_assets.domain.backup.bundles import Member, head, unbundled
from uball_assets.domain.errors import Permanent

FILES = {"games/g1/plays.json": b"{}\n", "games/g1/empty": b"", "games/g1/clip.mp4": bytes(range(256))}


def bundle(files: dict[str, bytes]) -> bytes:
    members = [Member(name, len(data), {"key": name[:3]}) for name, data in files.items()]
    return head(members) + b"".join(files.values())


def read(pieces: list[bytes]) -> dict[str, bytes]:
    return {member.name: b"".join(contents) for member, contents in unbundled(pieces)}


@given(st.integers(1, 400))
def test_pieces_of_any_length_give_the_same_files(length: int) -> None:
    data = bundle(FILES)
    assert read([data[at : at + length] for at in range(0, len(data), length)]) == FILES


def test_what_was_kept_with_a_file_comes_back_with_it() -> None:
    assert [member.metadata for member, rest in unbundled([bundle(FILES)]) if list(rest) or True] == [
        {"key": "gam"}
    ] * 3


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (bundle(FILES)[:-1], "ends too early"),
        (bundle(FILES) + b"x", "more than it tells"),
        (b"no list\n", "does not tell"),
        (b"", "ends too early"),
    ],
)
def test_what_is_no_whole_bundle_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(Permanent, match=why):
        read([data])
