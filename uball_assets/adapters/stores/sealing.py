"""Content as it leaves for a place that others may read: packed, and sealed for those who hold a key (age).

    z… or r…                            packed by zlib, or as it is where that saves nothing
    age-encryption.org/v1 …             the same, sealed: a recipient's private key opens it

Who seals needs public keys alone: a machine that makes backups cannot read them.

Belongs here: bytes in and out, and keys. Not here: what is sealed (`services.backup`).
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from uball_assets.adapters.machine.file_errors import translated
from uball_assets.domain.errors import Permanent
from uball_assets.domain.hashing import bytes_hash

_AGE = b"age-encryption.org/v1"
_SAMPLE_BYTES = 16 * 1024
_AGE_CHUNK_BYTES, _AGE_HEAD_BYTES = 64 * 1024, 1024
_WORTH = 0.9
"""A sample that does not shrink to that is of a content which is packed already: a clip, a picture."""


class Sealer:
    """For these recipients (none: not sealed); opens with the identity in that file.

    Raises Permanent for a key that is none; keys are repeated in no message.
    """

    def __init__(self, recipients: Sequence[str] = (), identity: Path | None = None) -> None:
        self._recipients = [_recipient(text) for text in recipients]
        self._identity = identity
        self._identities: list[Any] | None = None
        self._has_opened = False
        self.mark = bytes_hash("\n".join(sorted(recipients)).encode()) if recipients else ""
        """Tells whether two are sealed for the same; '' where nothing is sealed."""

    @property
    def is_sealing(self) -> bool:
        return bool(self._recipients)

    def packed(self, data: bytes) -> bytes:
        """What `seal` takes; made alone, it tells whether something `could_be` it."""
        sample = data[:_SAMPLE_BYTES]
        if len(zlib.compress(sample, 1)) > _WORTH * len(sample):
            return b"r" + data
        return b"z" + zlib.compress(data, 6)

    def seal(self, packed: bytes) -> bytes:
        if not self._recipients:
            return packed
        import pyrage

        return bytes(pyrage.encrypt(packed, self._recipients))

    def could_be(self, packed: bytes, stored_bytes: int) -> bool:
        """Whether something as long could be this, sealed: age adds a little, never the same."""
        added = stored_bytes - len(packed)
        if not self._recipients:
            return added == 0
        ciphers = 16 * (len(packed) // _AGE_CHUNK_BYTES + 1)
        return 0 < added - ciphers <= _AGE_HEAD_BYTES * (1 + len(self._recipients))

    def opened(self, data: bytes) -> bytes:
        """Raises Permanent where the key is missing or another's; Spoilt where bytes are not as they were."""
        packed = self._decrypted(data) if data.startswith(_AGE) else data
        if packed[:1] == b"r":
            return packed[1:]
        try:
            if packed[:1] != b"z":
                raise Spoilt("it does not begin as it was written")
            return zlib.decompress(packed[1:])
        except zlib.error as error:
            raise Spoilt("it was cut off or changed") from error

    def _decrypted(self, data: bytes) -> bytes:
        import pyrage

        if self._identities is None:
            self._identities = _identities(self._identity)
        try:
            found = bytes(pyrage.decrypt(data, self._identities))
            self._has_opened = True
            return found
        except pyrage.DecryptError as error:
            if "matching keys" in str(error) and not self._has_opened:
                raise Permanent(
                    f"{self._identity} is not the key that the backup was sealed for: "
                    "UBALL_BACKUP_IDENTITY names the file of the private key whose public one was among "
                    "UBALL_BACKUP_RECIPIENTS then"
                ) from None
            raise Spoilt("it was cut off or changed") from None


class Spoilt(Permanent):
    """Bytes that are not as they were sealed."""


def _recipient(text: str) -> Any:
    import pyrage

    try:
        if text.startswith("ssh-"):
            return pyrage.ssh.Recipient.from_str(text)
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        raise Permanent(
            "UBALL_BACKUP_RECIPIENTS has a key that is none: public keys begin with age1 or ssh-, and a "
            "private one (AGE-SECRET-KEY) belongs into a file elsewhere"
        ) from None


def _identities(file: Path | None) -> list[Any]:
    import pyrage

    if file is None:
        raise Permanent("the backup is sealed: UBALL_BACKUP_IDENTITY must name the file of its private key")
    with translated(f"read {file}"):
        data = file.read_bytes()
    lines = data.decode(errors="replace").splitlines()
    try:
        if data.startswith(b"-----BEGIN"):
            return [pyrage.ssh.Identity.from_buffer(data)]
        keys = [line.strip() for line in lines if line.startswith("AGE-SECRET-KEY-")]
        found = [pyrage.x25519.Identity.from_str(key) for key in keys]
    except pyrage.IdentityError:
        found = []
    if not found:
        raise Permanent(f"{file} holds no private key of age or SSH: `age-keygen -o FILE` makes one")
    return found
