"""What is sealed is read by who has the key, and by nobody else; a changed byte is noticed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from uball_assets.adapters.stores.sealing import Sealer, Spoilt
from uball_assets.domain.errors import Permanent

SECRET = b"the same words " * 10_000


@pytest.fixture
def keys(tmp_path: Path) -> tuple[str, Path]:
    """A public key, and the file of its private one."""
    return key_pair(tmp_path / "key")


def key_pair(file: Path) -> tuple[str, Path]:
    import pyrage

    identity = pyrage.x25519.Identity.generate()
    file.write_text(f"# made for a test\n{identity}\n")
    return str(identity.to_public()), file


def sealed(sealer: Sealer, data: bytes) -> bytes:
    return sealer.seal(sealer.packed(data))


def test_who_seals_cannot_open_and_who_has_the_key_can(keys: tuple[str, Path]) -> None:
    public, file = keys
    data = sealed(Sealer([public]), SECRET)
    assert b"the same words" not in data
    assert Sealer([], file).opened(data) == SECRET
    with pytest.raises(Permanent, match="UBALL_BACKUP_IDENTITY"):
        Sealer([public]).opened(data)


def test_another_key_is_told_from_damage(keys: tuple[str, Path], tmp_path: Path) -> None:
    public, _ = keys
    data = sealed(Sealer([public]), SECRET)
    _, other = key_pair(tmp_path / "other")
    with pytest.raises(Permanent, match="not the key") as refused:
        Sealer([], other).opened(data)
    assert not isinstance(refused.value, Spoilt)
    assert "AGE-SECRET" not in str(refused.value)


@pytest.mark.parametrize("at", [30, 80, 250, -1])
def test_a_flipped_bit_anywhere_is_noticed(keys: tuple[str, Path], at: int) -> None:
    public, file = keys
    opener = Sealer([], file)
    good = sealed(Sealer([public]), SECRET)
    opener.opened(good)
    data = bytearray(good)
    data[at] ^= 1
    with pytest.raises(Spoilt):
        opener.opened(bytes(data))


def test_without_keys_it_is_packed_alone_and_a_cut_is_noticed() -> None:
    sealer = Sealer()
    data = sealed(sealer, SECRET)
    assert len(data) < len(SECRET) / 10
    assert sealer.opened(data) == SECRET
    with pytest.raises(Spoilt):
        sealer.opened(data[:-1])


@pytest.mark.parametrize(
    "data", [b"", b"x", os.urandom(100_000), SECRET], ids=["none", "one", "noise", "text"]
)
def test_what_is_there_already_is_known_by_its_length(keys: tuple[str, Path], data: bytes) -> None:
    for sealer in (Sealer(), Sealer([keys[0]]), Sealer([keys[0], keys[0]])):
        packed = sealer.packed(data)
        assert sealer.could_be(packed, len(sealer.seal(packed)))
        assert not sealer.could_be(packed, len(sealer.seal(packed)) + 5_000)
        assert not sealer.could_be(packed, len(packed) // 2)


@pytest.mark.parametrize("text", ["age1nothing", "ssh-ed25519 nothing", "", "AGE-SECRET-KEY-1QQQQ"])
def test_a_public_key_that_is_none_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(Permanent, match="UBALL_BACKUP_RECIPIENTS") as refused:
        Sealer([text])
    assert not text or text not in str(refused.value)


@pytest.mark.parametrize(
    "text", ["", "nothing\n", "AGE-SECRET-KEY-1QQQQ\n", "-----BEGIN OPENSSH PRIVATE KEY-----\n"]
)
def test_a_file_without_a_key_is_refused(tmp_path: Path, keys: tuple[str, Path], text: str) -> None:
    file = tmp_path / "no key"
    file.write_text(text)
    with pytest.raises(Permanent, match="holds no private key"):
        Sealer([], file).opened(sealed(Sealer([keys[0]]), SECRET))
