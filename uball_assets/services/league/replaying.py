"""Trying a dead letter again: its rows are read as the rules are now, in the league as it is now.

Safe to repeat: what is held already changes nothing, and what was told since then stands, unless a person
corrected the letter's body.

Belongs here: one letter. Not here: collecting (`collecting`), keeping letters (`adapters.results`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from uball_assets.adapters.results.dead_letters import DeadLetters
from uball_assets.adapters.results.results_source import ResultsSource
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.warehouse.warehouse import Warehouse
from uball_assets.domain.errors import Permanent
from uball_assets.domain.league.intake.documents import read_document
from uball_assets.domain.league.intake.letters import Letter
from uball_assets.domain.league.intake.reading import Clock, Kind
from uball_assets.domain.league.intake.taking import Ranks
from uball_assets.domain.league.phases import Calendar
from uball_assets.services.league.collecting import collect
from uball_assets.services.league.intake import LeagueIntake


@dataclass(frozen=True)
class Replayed:
    letter_id: str
    games: tuple[str, ...]
    """Of which anything new was written."""
    left: tuple[str, ...]
    """Why it stays, in sentences; empty where all of it is settled, and the letter gone."""


def replay(
    letter: Letter,
    sources: Sequence[ResultsSource],
    warehouse: Warehouse,
    store: ObjectStore,
    calendar: Calendar,
    clock: Clock,
    *,
    run: str = "",
    corrected: bytes | None = None,
) -> Replayed:
    """`corrected`: a document in the place of the letter's body. A letter of a source that did not answer
    asks it again. Raises Permanent where that is no source any longer."""
    letters = DeadLetters(store)
    if not letter.body and corrected is None:
        return _asked_again(letter, sources, warehouse, store, calendar, clock, run)
    ranks = Ranks(tuple(source.name for source in sources))
    intake = LeagueIntake(warehouse, calendar, clock, ranks, run)
    read = read_document(Kind(letter.kind), letter.where, letter.data if corrected is None else corrected)
    not_over = letter.first_seen if corrected is None else None
    taken = intake.take(read.rows, letter.source, not_over=not_over)
    intake.mended(taken.intakes)
    intake.write_grades()
    left = [f"{raw.where}: {refused.why}" for raw, refused in taken.refused]
    left += [f"{read.broken.where}: {read.broken.why}"] if read.broken else []
    if not left:
        letters.drop(letter.letter_id)
    return Replayed(letter.letter_id, tuple(sorted(intake.games)), tuple(left))


def _asked_again(
    letter: Letter,
    sources: Sequence[ResultsSource],
    warehouse: Warehouse,
    store: ObjectStore,
    calendar: Calendar,
    clock: Clock,
    run: str,
) -> Replayed:
    own = [source for source in sources if source.name == letter.source]
    if not own:
        raise Permanent(
            f"{letter.source} is no source any longer: set UBALL_RESULTS_SOURCES, or drop {letter.letter_id}"
        )
    done = collect(
        own, warehouse, store, calendar, clock.now, run=run, zone=clock.zone, tip_off=clock.tip_off
    )
    left = tuple(one.why for one in done.asked if one.why)
    if not left:
        DeadLetters(store).drop(letter.letter_id)
    return Replayed(letter.letter_id, tuple(sorted(done.games)), left)
