"""The file that a command makes: whole under its name, or not there at all.

Belongs here: refusing a name, and writing beside it before it counts. Not here: what is written.
"""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path

from uball_assets.adapters.machine.file_errors import translated
from uball_assets.domain.errors import Permanent

_NO_HARD_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EACCES, errno.ENOSYS)


def refuse_target(target: Path, source: Path | None, *, force: bool) -> None:
    """Raises Permanent where nothing may be written under that name; costs nothing, so it is asked first."""
    with translated(f"write {target}"):
        if not target.parent.is_dir():
            raise Permanent(f"there is no folder {target.parent}: make it, or choose another place with -o")
        try:
            mode = target.lstat().st_mode
        except FileNotFoundError:
            return
        if stat.S_ISDIR(mode):
            raise Permanent(f"{target} is a folder: give the clip a file's name")
        if not (stat.S_ISREG(mode) or stat.S_ISLNK(mode)):
            raise Permanent(f"{target} is no file that can be replaced: choose another name with -o")
        if source is not None and target.exists() and target.samefile(source):
            raise Permanent(f"{target} is the video itself: choose another name with -o")
        if not force:
            raise _is_there(target)


def write_whole(target: Path, parts: Iterable[bytes | memoryview], *, force: bool) -> None:
    """All parts in order. Raises Permanent or Transient and leaves nothing where that cannot be."""
    with translated(f"write {target}"):
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".uball-", suffix=".part")
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.writelines(parts)
                os.fchmod(file.fileno(), 0o666 & ~_umask())
            if force:
                temporary.replace(target)
            else:
                _create(temporary, target)
        finally:
            temporary.unlink(missing_ok=True)


def _create(temporary: Path, target: Path) -> None:
    """Under the final name, unless somebody was first; a link, unlike a rename, replaces nothing."""
    try:
        target.hardlink_to(temporary)
    except FileExistsError as error:
        raise _is_there(target) from error
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        temporary.replace(target)


def _is_there(target: Path) -> Permanent:
    return Permanent(f"{target} is already there: choose another name with -o, or --force to replace it")


def _umask() -> int:
    """A temporary file is its owner's alone; the finished one is as any other."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
