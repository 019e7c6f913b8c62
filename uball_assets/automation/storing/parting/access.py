"""As whom these settings ask Dagster's database, and whose rows they are shown.

Belongs here: looking, which every role may. Not here: admitting one (`admitting`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from uball_assets.automation.storing.parting.statements import POLICY
from uball_assets.automation.storing.parting.whose import PARTED, SHARED, SNAPSHOTS
from uball_assets.automation.storing.postgres import rows_of

_WHO = "SELECT current_user, row_security_active('public.runs')"
_ADMITTED = f"""
    SELECT substr(policyname, {len(POLICY) + 1}), roles[1]::text FROM pg_policies
    WHERE schemaname = 'public' AND tablename = 'runs' AND starts_with(policyname, '{POLICY}') ORDER BY 1
"""  # noqa: S608 - ours
_TABLES = (
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND NOT starts_with(tablename, 'uball_')"
)


@dataclass(frozen=True)
class Access:
    role: str
    sees: str
    """The one league whose rows this role is shown; '' where it is shown all."""
    leagues: dict[str, str] = field(default_factory=dict)
    """Who is admitted: the role of each."""
    unknown: tuple[str, ...] = ()
    """Tables of a newer Dagster, which no league's role is let into."""

    @property
    def text(self) -> str:
        if self.sees:
            return f"as {self.role}, to whom rows of league {self.sees} alone are shown"
        named = ", ".join(f"{league} as {role}" for league, role in self.leagues.items())
        closed = f"; tables closed to all leagues: {', '.join(self.unknown)}" if self.unknown else ""
        return f"as {self.role}, to whom all rows are shown; admitted to their own: {named}{closed}"


def access_of(url: str) -> Access | None:
    """None where rows are not parted: whoever may ask is shown all. Raises as opening the instance does."""
    leagues = dict(rows_of(url, "runs", _ADMITTED))
    if not leagues:
        return None
    [(role, is_parted)] = rows_of(url, "runs", _WHO)
    of_role = {name: league for league, name in leagues.items()}
    known = {*(of.table for of in PARTED), SNAPSHOTS, *SHARED}
    tables = {table for (table,) in rows_of(url, "runs", _TABLES)}
    return Access(
        role, of_role.get(role, "none") if is_parted else "", leagues, tuple(sorted(tables - known))
    )
