"""What a file system refuses, as the platform's two kinds of error.

Belongs here: reading an OSError. Not here: what was being done (the caller says it in one phrase).
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from uball_assets.domain.errors import Permanent, Transient

_PERMANENT = {
    errno.ENOENT: "there is no such file; check the name, or make what should stand there",
    errno.ENOTDIR: "a part of the path is a file, not a folder",
    errno.EISDIR: "it is a folder",
    errno.EEXIST: "a part of the path is a file, not a folder, or the name is a folder's",
    errno.EACCES: "permission denied; check who owns the folder",
    errno.EPERM: "the file system does not allow it (no hard links, or not the owner); use another folder",
    errno.ENOTSUP: "the file system cannot do it (no hard links); use a folder on a local disc",
    errno.EROFS: "the file system is read-only; use another folder",
    errno.ENAMETOOLONG: "the name is too long",
    errno.ELOOP: "its links go in a circle",
    errno.EINVAL: "the file system does not take such a name",
}
_TRANSIENT = {
    errno.ENOSPC: "no space left; free some and run it again",
    errno.EDQUOT: "the disc quota is used up; free some space and run it again",
}


@contextmanager
def translated(action: str) -> Iterator[None]:
    """Turns OSError into Permanent, or Transient where waiting or freeing space may help.

    `action` is a verb and a path: `read /data/plays.json`.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _PERMANENT:
            raise Permanent(f"cannot {action}: {_PERMANENT[error.errno]}") from error
        why = _TRANSIENT.get(error.errno or 0, error.strerror or str(error))
        raise Transient(f"cannot {action}: {why}") from error
