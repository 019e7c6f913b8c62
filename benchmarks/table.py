"""Tables and gates as markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Gate:
    """One demand, and what was measured."""

    what: str
    demand: str
    measured: str
    ok: bool | None
    """None where this size of benchmark cannot tell."""

    @property
    def row(self) -> list[str]:
        return [
            self.what,
            self.demand,
            self.measured,
            {True: "yes", False: "**NO**", None: "not judged"}[self.ok],
        ]


def at_least(what: str, demand: float, measured: float, *, is_judged: bool = True) -> Gate:
    return Gate(what, f">= {demand:g}x", f"{measured:.1f}x", measured >= demand if is_judged else None)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def gates_table(gates: Sequence[Gate]) -> str:
    return table(["gate", "demand", "measured", "ok?"], [gate.row for gate in gates])
