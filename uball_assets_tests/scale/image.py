"""An image without a daemon: its layers in a folder, its commands run there as its user, on a read-only root.

Belongs here: what a container engine would do with it. Not here: what must hold (`test_image`).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

CHECKOUT = Path(__file__).parents[2]
BUILT = CHECKOUT / ".uball" / "cache" / "image"
"""Where `make image` puts it."""
_TAR = shutil.which("tar") or "tar"
_ENTER = """
root=$1 home=$2; shift 2
mount --bind "$root" "$root" && mount -o remount,ro,bind "$root"
mount -t tmpfs tmpfs "$root/tmp" && chmod 1777 "$root/tmp"
mount -t proc proc "$root/proc" && mount --rbind /dev "$root/dev"
mount --bind "$home" "$root/app/.uball"
for file in etc/hosts app/.env; do mount --bind "$home.$(basename $file)" "$root/$file"; done
user=$1; shift
exec chroot --userspec="$user" "$root" /usr/bin/env -i "$@"
"""


class Image:
    """As `make image` wrote it."""

    def __init__(self, folder: Path = BUILT) -> None:
        self.folder = folder
        self.digest: str = self._json(folder / "index.json")["manifests"][0]["digest"]
        manifest = self._json(self._blob(self.digest))
        self.layers: list[Path] = [self._blob(layer["digest"]) for layer in manifest["layers"]]
        self.whole: dict[str, Any] = self._json(self._blob(manifest["config"]["digest"]))
        self.config: dict[str, Any] = self.whole["config"]

    @property
    def size_bytes(self) -> int:
        """As it is pulled."""
        return sum(layer.stat().st_size for layer in self.layers)

    def files(self) -> Iterator[tuple[int, tarfile.TarInfo, IO[bytes] | None]]:
        """Of every layer, also what a later one replaces: the layer's number, the entry, its content."""
        for number, layer in enumerate(self.layers):
            with tarfile.open(layer) as entries:
                for entry in entries:
                    yield number, entry, entries.extractfile(entry) if entry.isfile() else None

    def unpack(self, root: Path) -> None:
        """Needs root. The layers of a build that only copies take nothing away."""
        root.chmod(0o755)
        for layer in self.layers:
            subprocess.run([_TAR, "-xpf", layer, "-C", root, "--numeric-owner"], check=True)
        for place in ("etc/hosts", "app/.env"):  # an engine makes what it mounts on
            (root / place).touch()

    def _blob(self, digest: str) -> Path:
        return self.folder / "blobs" / digest.replace(":", "/")

    @staticmethod
    def _json(path: Path) -> Any:
        return json.loads(path.read_text())


class Container:
    """Of an unpacked image; `home` is its volume, `settings` what it finds as /app/.env."""

    def __init__(self, image: Image, root: Path, home: Path, settings: str = "", hosts: str = "") -> None:
        self._image, self._root, self.home = image, root, home
        user = image.config["User"]
        home.mkdir()
        shutil.chown(home, *map(int, user.split(":")))
        for name, text in ((".env", settings), ("hosts", hosts)):
            file = home.with_name(f"{home.name}.{name}")
            file.write_text(text)
            file.chmod(0o444)

    def words(self, *command: str, **environment: str) -> list[str]:
        """The command line that runs a command in it."""
        given = [
            *self._image.config["Env"],
            "HOME=/app/.uball",
            *(f"{k}={v}" for k, v in environment.items()),
        ]
        inside = ["sh", "-c", f'cd {self._image.config["WorkingDir"]} && exec "$@"', "sh", *command]
        enter = ["unshare", "--mount", "--propagation", "private", "--", "sh", "-c", _ENTER, "sh"]
        return [*enter, str(self._root), str(self.home), self._image.config["User"], *given, *inside]

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.words(*command, **environment), capture_output=True, text=True, check=False, timeout=300
        )

    def start(self, *command: str, log: Path, **environment: str) -> subprocess.Popen[bytes]:
        with log.open("wb") as out:
            return subprocess.Popen(
                self.words(*command, **environment), stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )


def why_not() -> str:
    """What is missing to look into an image and run it; empty where nothing is."""
    if not (BUILT / "index.json").exists():
        return "there is no image: `make image` builds one (with buildah)"
    if os.getuid() or not shutil.which("unshare"):
        return "an image is entered by root alone: sudo .venv/bin/pytest -m scale …"
    return ""
