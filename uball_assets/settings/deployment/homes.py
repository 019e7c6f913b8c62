"""Whether all processes of a league share one home, and what may be kept in it where they do not.

Belongs here: the word, and which addresses lead into a home that is lost. Not here: where it is (`home`).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, Field


class SharingSettings(BaseModel):
    home_is_shared: bool = Field(
        default=True,
        description="Whether all processes of this league see one home, which outlives them. false: a pod or "
        "node each with an empty disk of its own, and an address in the home, or none, is refused.",
    )


def kept_in(home: Path, addresses: Mapping[str, str]) -> list[str]:
    """The names of those addresses, of folders, databases or URLs, that lead to files in this home.

    A SQLite file counts wherever it lies: it is for the processes of one machine.
    """
    return [
        name
        for name, address in addresses.items()
        if address.startswith("sqlite:") or ("://" not in address and Path(address).is_relative_to(home))
    ]
