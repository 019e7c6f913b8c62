"""One game as reviewers meet it: its rows, what a model says of it, what was decided, and the items of that.

Each part is read when it is first asked for: a decision needs no clips. Belongs here: reading. Not here: its
clips (`sightings`), what an item is worth (`domain.review.worth`), the queue of many games (`queue`), or
deciding (`deciding`).
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from uball_assets.adapters.plays.plays_db import Row
from uball_assets.adapters.stores import documents
from uball_assets.domain.answers.matching import moment_of
from uball_assets.domain.clipping.reports import GameExamplesReport
from uball_assets.domain.fields import number_in
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.games import Rosters, game_title, rosters_of
from uball_assets.domain.footage.teams import teams_of
from uball_assets.domain.plays.plays import Play, check_rows, play_as_row
from uball_assets.domain.review.decisions import is_at
from uball_assets.domain.review.items import CameraView, Item, players_of, undecided
from uball_assets.domain.review.items import Kind as ItemKind
from uball_assets.domain.review.known_answers import VALIDATION, is_shown, is_validated
from uball_assets.domain.review.label_audit import LabelAudit
from uball_assets.domain.review.ledger import (
    Action,
    Decision,
    Kind,
    check_chain,
    in_chain,
    machine_item_id,
    place_of,
    play_id_of,
    standing,
)
from uball_assets.domain.review.suspects import Suspect
from uball_assets.domain.review.worth import DRAWN, MachineSays, Worth, machine_worth, person_worth
from uball_assets.services.review.sightings import Sightings
from uball_assets.services.review.sources import Sources

NO_WORTH = Worth(0.0, ())


class ReviewedGame:
    """A game as it was when each part of it was read."""

    def __init__(self, sources: Sources, game_id: str) -> None:
        self.game_id = game_id
        self._sources = sources

    @cached_property
    def row(self) -> Row | None:
        return self._sources.plays_db.game(self.game_id)

    @cached_property
    def title(self) -> str:
        return game_title(self.row) if self.row else self.game_id

    @cached_property
    def rows(self) -> dict[str, Row]:
        """Of `plays`, by id, sound or not."""
        return {str(row["id"]): row for row in self._sources.plays_db.plays(self.game_id)}

    @cached_property
    def plays(self) -> dict[str, Play]:
        """The sound ones, by id, in game order."""
        return {play.play_id: play for play in check_rows([*self.rows.values()], {})[0]}

    @cached_property
    def decisions(self) -> list[Decision]:
        return [Decision.from_row(row) for row in self._sources.plays_db.decisions(game_id=self.game_id)]

    @cached_property
    def is_in_review(self) -> bool:
        reviews = {one.game_review for one in self.decisions} - {None}
        return reviews == {"open"}

    @cached_property
    def is_closed(self) -> bool:
        return any(one.game_review == "closed" for one in self.decisions)

    @cached_property
    def is_people_s(self) -> bool:
        """Whether people wrote its plays down, or closed its review: then a machine's words are no plays."""
        state = self._sources.registry.newest("games", self.game_id)
        return self.is_closed or bool(state and state.get("rows") and not state.get("removed"))

    @cached_property
    def model(self) -> str | None:
        """The one that annotated it last."""
        entry = self._sources.registry.newest("annotations", self.game_id)
        return entry["model"] if entry else None

    @cached_property
    def said(self) -> list[Row]:
        """What that model says, under the league's column names."""
        return self._sources.plays_db.annotations(self.game_id, self.model) if self.model else []

    @cached_property
    def suspects(self) -> dict[str, Suspect]:
        """By play, as long as it bears the label that was audited."""
        audit = documents.find(self._sources.training, object_names.label_audit(self.game_id), LabelAudit)
        found = audit.suspects if audit else ()
        return {
            one.play_id: one
            for one in found
            if one.play_id in self.plays and self.plays[one.play_id].classification == one.written
        }

    @cached_property
    def examples(self) -> GameExamplesReport | None:
        return documents.find(self._sources.training, object_names.examples(self.game_id), GameExamplesReport)

    @cached_property
    def players(self) -> list[str]:
        return players_of(self.row, [*self.plays.values(), *(item.play for item in self.machine_items)])

    @cached_property
    def rosters(self) -> Rosters | None:
        """None where the game's row tells none."""
        return rosters_of(self.row, teams_of(self.row, [play.player_a for play in self.plays.values()]))

    @cached_property
    def machine_items(self) -> list[Item]:
        """What the machine says of a game that is not people's, decided or not, in game order."""
        if self.is_people_s:
            return []
        items = (self._machine_item(row) for row in self.said)
        return [item for item in items if item]

    @cached_property
    def _of_rows(self) -> set[str]:
        """Ids of plays that a row of the machine's tells, whether they stand or not."""
        return {item.play.play_id for item in self.machine_items}

    @cached_property
    def decided_items(self) -> list[Item]:
        """Plays that reviewers decided, and that no row of the machine's is any more."""
        ids = {one.play_id for one in self.decisions if one.kind == Kind.DECISION and one.play_id}
        items = (self._shown_before(play_id, "machine") for play_id in sorted(ids - self._of_rows))
        return [item for item in items if item and not item.is_open]

    @cached_property
    def person_items(self) -> list[Item]:
        """Plays of the table about which something asks for a look."""
        return [item for play_id in self.plays if (item := self._person_item(play_id)) and item.worth.reasons]

    @cached_property
    def open_items(self) -> list[Item]:
        """About which a decision is asked for; the best first is for the caller."""
        others = [play for play_id, play in self.plays.items() if play_id not in self._of_rows]
        waiting = undecided(self.machine_items, others, self.decided_items)
        return [*waiting, *(item for item in self.person_items if item.is_open and self._asks(item))]

    def known_items(self, reviewer: str) -> list[Item]:
        """What is settled and this reviewer is shown as if it were not, and has not answered."""
        others = (self._person_item(play_id) for play_id in self.plays if play_id not in self._of_rows)
        every = (*self.machine_items, *filter(None, others))
        known = (self.known(item, reviewer) for item in every)
        return [item for item in known if item and not item.chain]

    def known(self, item: Item, reviewer: str) -> Item | None:
        """The item as a known answer: as it was before it was settled, with what this reviewer answered.
        None where it is none for them."""
        play_id = item.play.play_id
        settled_by = self.settled(play_id)[1]
        if not settled_by or not is_shown(play_id, reviewer, settled_by):
            return None
        last = standing(self.chain(play_id))
        plays = check_rows([{**last.shown, "game_id": self.game_id}], {})[0] if last and last.shown else []
        play = _named(plays[0], play_id) if plays else item.play
        worth = Worth(0.0, (DRAWN,))
        chain = tuple(in_chain(self.decisions, check_chain(play_id, reviewer)))
        return replace(item, play=play, worth=worth, chain=chain, is_known=True)

    def settled(self, play_id: str) -> tuple[list[Row], str]:
        """The rows that settle a play, and by whom; '' where it is not settled."""
        last = standing(self.chain(play_id))
        if last is not None:
            return [dict(row) for row in last.rows_after], last.reviewer if last.action != Action.ADD else ""
        play, said = self.plays.get(play_id), self._said_of.get(play_id)
        if not (self.is_people_s and play and said):
            return [], ""
        sure, both = number_in(said["confidence"]), bool(said["agreed"])
        label = str(said["classification"])
        is_so = is_validated(play_id, play.classification, label, sure, both_agree=both)
        return ([play_as_row(play)], VALIDATION) if is_so else ([], "")

    def chain(self, play_id: str) -> tuple[Decision, ...]:
        """All that was decided about a play, in order."""
        return tuple(in_chain(self.decisions, play_id))

    def item(self, item_id: str) -> Item | None:
        """Whatever was decided about it; of a machine's place also what it says there now."""
        place = place_of(item_id)
        if place is None:
            return self._person_item(item_id) or self._shown_before(item_id, "person")
        _, side, moment_s = place
        for item in self.machine_items:
            if item.item_id == item_id:
                return item
        if shown := self._shown_before(play_id_of(item_id), "machine", item_id):
            return shown
        near = [item for item in self.machine_items if is_at(item.play, side, moment_s)]
        return min(near, key=lambda item: abs(item.moment_game_s - moment_s), default=None)

    def cameras(self, item: Item) -> list[CameraView]:
        """The clips that show it, far view first."""
        return self._sightings.views(item)

    def _asks(self, item: Item) -> bool:
        """A play that came of this review asks no more."""
        return self.is_people_s or not item.chain

    def _machine_item(self, row: Row) -> Item | None:
        plays, _ = check_rows([{**row, "id": "machine", "game_id": self.game_id}], {})
        if not plays:
            return None
        item_id = machine_item_id(self.game_id, plays[0].side, moment_of(plays[0]).time_game_s)
        play_id = play_id_of(item_id)
        says = MachineSays(
            plays[0].classification,
            number_in(row["confidence"]),
            row["agreed"],
            self._sightings.labels(str(row["play_key"])),
            self._sightings.doubted_players(str(row["play_key"])),
        )
        return Item(
            item_id,
            self.plays.get(play_id) or _named(plays[0], play_id),
            "machine",
            machine_worth(play_id, says, self._sources.label_shares()),
            self.rows.get(play_id),
            row,
            self.chain(play_id),
        )

    def _person_item(self, play_id: str) -> Item | None:
        play = self.plays.get(play_id)
        if play is None:
            return None
        worth = person_worth(play_id, self.suspects.get(play_id)) or NO_WORTH
        chain = self.chain(play_id)
        return Item(play_id, play, "person", worth, self.rows[play_id], self._said_of.get(play_id), chain)

    def _shown_before(self, play_id: str, kind: ItemKind, item_id: str = "") -> Item | None:
        """As it was shown to who decided it last, where it stands no more as it did."""
        chain = self.chain(play_id)
        shown = next((one.shown for one in reversed(chain) if one.shown), None)
        if shown is None:
            return None
        plays, _ = check_rows([{**shown, "game_id": self.game_id}], {})
        if not plays:
            return None
        name = item_id or str(shown.get("item_id") or play_id)
        play = self.plays.get(play_id) or _named(plays[0], play_id)
        return Item(name, play, kind, NO_WORTH, self.rows.get(play_id), None, chain)

    @cached_property
    def _said_of(self) -> dict[str, Row]:
        """By play, of a game whose plays the model was asked about."""
        return {str(row["play_key"]): row for row in self.said}

    @cached_property
    def _sightings(self) -> Sightings:
        return Sightings(self._sources.training, self.game_id, self.model, self.said)


def _named(play: Play, play_id: str) -> Play:
    return replace(play, play_id=play_id)
