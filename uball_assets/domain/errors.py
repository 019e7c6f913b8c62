"""Errors and losses: what can go wrong, in two kinds, and how a loss is written down.

    UballError
    ├── Permanent   bad data, refused, over budget: never retried, by anything
    └── Transient   network, 429, 5xx, a file still being written: worth another try
        └── ServiceDown   no answer, 5xx

Adapters translate what their libraries raise into these two; nobody else guesses. What costs only
itself (one bad row, one missing camera) is not raised: it is a `Loss` in the game's quarantine.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass


class UballError(Exception):
    """The root: a message that names the thing, the place and the remedy."""


class Permanent(UballError):  # noqa: N818
    """Trying again gives the same answer."""


class Transient(UballError):  # noqa: N818
    """Trying again may work."""


class ServiceDown(Transient):
    """No answer came, or 5xx, at every try: it counts against the service's circuit (`domain.circuits`).

    Not a service that says 'slower' (429): it is there.
    """

    is_counted = False
    """Whether a circuit has counted it: an error passes several on its way, perhaps another service's too."""


@dataclass(frozen=True, order=True)
class Quarantined:
    """One thing left out of a game, and why. Nothing is dropped without one."""

    what: str
    """The thing: `play 6f1c…`, `camera FAR_LEFT`, `clip 6f1c…_NEAR_RIGHT`."""
    where: str
    """Where it stands: an object's name, a table and row, a line."""
    why: str
    """The reason, as a sentence a person can act on."""
    remedy: str
    """What to do to get it back."""

    def as_row(self) -> dict[str, str]:
        return asdict(self)
