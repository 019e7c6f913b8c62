"""The services of `deploy/one-machine` as systemd would start them, under a folder for the machine's root.

Belongs here: reading the files: words, environment, user. Not here: starting anything (`machine`), a verdict.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).parents[3]
PROFILE = CHECKOUT / "deploy" / "one-machine"
UNITS = sorted((PROFILE / "systemd").iterdir())
_FOLDERS = ("/etc/uball", "/etc/sysusers.d", "/var/", "/run/")
PROGRAMS = {
    "dagster": ["-m", "dagster"],
    "dagster-daemon": ["-m", "dagster._daemon"],
    "dagster-webserver": ["-m", "dagster_webserver"],
    "python": [],
    "uball": ["-c", "from uball_assets.cli import main; main()"],
}


@dataclass(frozen=True)
class Service:
    words: list[str]
    environment: dict[str, str]
    user: str
    umask: int
    folders: dict[Path, int]
    """Those that systemd makes for it, with their modes."""


def read_unit(path: Path) -> dict[str, list[str]]:
    """The settings of all sections, each with its values in order."""
    found: dict[str, list[str]] = defaultdict(list)
    for line in path.read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            name, value = line.split("=", 1)
            found[name].append(value)
    return found


def read_env(path: Path) -> dict[str, str]:
    lines = [line for line in path.read_text().splitlines() if "=" in line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


def service(name: str, root: Path, python: str = sys.executable) -> Service:
    """`name`: `uball-daemon`, `uball-league@north`. The programs are this checkout's, under `python`."""
    template, is_template, league = name.partition("@")
    told = read_unit(PROFILE / "systemd" / f"{template}{is_template}.service")

    def at(text: str) -> str:
        return under(root, text.replace("%i", league).replace("%t", "/run"))

    environment: dict[str, str] = {}
    for line in told["Environment"]:
        variable, value = line.split("=", 1)
        environment[variable] = at(value)
    for file in told["EnvironmentFile"]:
        environment |= {key: under(root, value) for key, value in read_env(Path(at(file))).items()}
    program, *rest = at(told["ExecStart"][0]).split()
    bases = {"StateDirectory": "/var/lib", "LogsDirectory": "/var/log", "RuntimeDirectory": "/run"}
    return Service(
        words=[python, *PROGRAMS[Path(program).name], *rest],
        environment=environment,
        user=at(told["User"][0]),
        umask=int(told["UMask"][0], 8),
        folders={
            Path(at(f"{base}/{folder}")): int(told[f"{kind}Mode"][0], 8)
            for kind, base in bases.items()
            for folder in told[kind]
        },
    )


def under(root: Path, text: str) -> str:
    """A path, or words that hold paths, of the machine's root."""
    return " ".join(f"{root}{word}" if word.startswith(_FOLDERS) else word for word in text.split(" "))
