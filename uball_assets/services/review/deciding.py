"""Deciding: a reviewer's wish becomes a row of the ledger and the plays that it makes, or is refused.

Belongs here: reading the game as it is now, and writing once. Not here: what a wish makes of a play
(`domain.review`), HTTP (`app.review`). What is refused raises CannotDecide, CannotUndo or one of those below;
nothing was written then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

from uball_assets.domain.fields import as_uuid
from uball_assets.domain.footage.angles import Side
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.plays.plays import check_rows, play_as_row
from uball_assets.domain.review.decisions import Wish, added_row, rows_after, with_player_ids
from uball_assets.domain.review.items import Item
from uball_assets.domain.review.known_answers import is_same
from uball_assets.domain.review.ledger import (
    Action,
    Decision,
    Kind,
    Row,
    check_chain,
    game_chain,
    in_chain,
)
from uball_assets.domain.review.undoing import assert_undoable, is_learned
from uball_assets.services.review.game import NO_WORTH, ReviewedGame
from uball_assets.services.review.sources import Sources

_REQUESTS = UUID("3f0a1c52-7f1d-5c63-9f1e-8b8a6f2d4c10")
"""Any constant: it makes who asks, and with which key, a decision's id."""


class SomebodyWasFirst(Exception):  # noqa: N818 - an answer to the reviewer
    """The item is not what the reviewer saw."""


class KeyUsedBefore(Exception):  # noqa: N818 - an answer to the reviewer
    """The same key came with another wish."""


class StillUndecided(Exception):  # noqa: N818 - an answer to the reviewer
    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__(f"{count} plays that the machine found are not decided")


@dataclass(frozen=True)
class Asked:
    """Who asks, and under which key; the same key again is the same request."""

    reviewer: str
    key: str | None = None

    @property
    def decision_id(self) -> str:
        return str(uuid5(_REQUESTS, f"{self.reviewer}\n{self.key}")) if self.key else str(uuid4())


@dataclass(frozen=True)
class Decider:
    sources: Sources
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def decide(self, game_id: str, item_id: str, version: str, wish: Wish, asked: Asked) -> Item | None:
        """The item as it stands then; None where there is no such item. `version`: of the item as the
        reviewer saw it; by a known answer's the answer is kept, and nothing changes."""
        game = ReviewedGame(self.sources, game_id)
        parts = [dict(part) for part in wish.parts]
        request = content_hash([item_id, wish.action, dict(wish.changes), parts])
        if done := self._done(asked, request):
            item = game.item(item_id)
            return game.known(item, asked.reviewer) if item and done.kind == Kind.CHECK else item
        item = game.item(item_id)
        if item is None:
            return None
        known = game.known(item, asked.reviewer)
        if known is not None and version == known.version:
            self._check(game, known, wish, self._entry(game, known, wish.action, asked, request))
            return ReviewedGame(self.sources, game_id).known(item, asked.reviewer)
        if version != item.version:
            raise SomebodyWasFirst
        entry = self._entry(game, item, wish.action, asked, request)
        if wish.action is Action.UNDO:
            self._undo(game, item, entry)
        else:
            before, after = [item.row] if item.row else [], rows_after(item.play, item.row, wish)
            self._write(game, entry, before, after if after == before else self._with_ids(game, after))
        return ReviewedGame(self.sources, game_id).item(item_id)

    def add(self, game_id: str, side: Side, changes: Mapping[str, Any], asked: Asked) -> Item | None:
        """A play that nobody had written down; None where there is no such game."""
        game = ReviewedGame(self.sources, game_id)
        request = content_hash([game_id, side, dict(changes)])
        if done := self._done(asked, request):
            return game.item(str(done.play_id))
        if game.row is None:
            return None
        [row] = self._with_ids(game, [added_row(game_id, side, changes, [*game.plays.values()])])
        plays, _ = check_rows([row], {})
        item = Item(row["id"], plays[0], "person", NO_WORTH, None, None, game.chain(row["id"]))
        self._write(game, self._entry(game, item, Action.ADD, asked, request), [], [row])
        return ReviewedGame(self.sources, game_id).item(row["id"])

    def close(self, game_id: str, asked: Asked, *, reject_rest: bool) -> bool | None:
        """Ends the review of a game without plays of people's: from now on its plays are all that happened.

        Whether it is closed now; None where there is no such game, False where it was never in review.
        `reject_rest`: what is undecided is no play; else StillUndecided is raised.
        """
        game = ReviewedGame(self.sources, game_id)
        if game.row is None:
            return None
        if not game.is_in_review:
            return game.is_closed
        left = [item.item_id for item in game.open_items if item.kind == "machine"]
        if left and not reject_rest:
            raise StillUndecided(len(left))
        chain = game_chain(game_id)
        entry = Decision(
            decision_id=asked.decision_id,
            game_id=game_id,
            play_id=None,
            chain=chain,
            number=len(in_chain(game.decisions, chain)) + 1,
            kind=Kind.GAME,
            action=Action.CLOSE,
            reviewer=asked.reviewer,
            decided_at=self._stamp(),
            shown={"rejected": left},
            game_review="closed",
        )
        self._enter(entry, [], [])
        return True

    def can_undo(self, game: ReviewedGame, item: Item, reviewer: str) -> bool:
        last = item.standing
        return last is not None and last.reviewer == reviewer and not self._is_learned(game, last)

    def _entry(self, game: ReviewedGame, item: Item, action: Action, asked: Asked, request: str) -> Decision:
        """The next of the item's chain, of a decision that leaves no play."""
        return Decision(
            decision_id=asked.decision_id,
            game_id=game.game_id,
            play_id=item.play.play_id,
            chain=item.play.play_id,
            number=len(item.chain) + 1,
            kind=Kind.DECISION,
            action=action,
            reviewer=asked.reviewer,
            decided_at=self._stamp(),
            shown={**play_as_row(item.play), "item_id": item.item_id, "kind": item.kind},
            request=request,
        )

    def _write(
        self, game: ReviewedGame, entry: Decision, before: Sequence[Row], after: Sequence[Row]
    ) -> None:
        begins = bool(after) and not game.is_people_s and not game.rows
        review = "open" if begins else None
        entered = replace(entry, rows_before=before, rows_after=after, game_review=review)
        self._enter(entered, before, after)

    def _with_ids(self, game: ReviewedGame, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        players = [row[column] for row in rows for column in ("player_a", "player_b")]
        ids = game.rosters.ids_of(players) if game.rosters else {}
        if self.sources.plays_db.ids_are_uuids:
            ids = {player: player_id for player, player_id in ids.items() if as_uuid(player_id)}
        return with_player_ids(rows, ids)

    def _undo(self, game: ReviewedGame, item: Item, entry: Decision) -> None:
        last = item.standing
        ids = {str(row["id"]) for row in last.rows_after} if last else set()
        now = [game.rows[play_id] for play_id in sorted(ids) if play_id in game.rows]
        learned = last is not None and self._is_learned(game, last)
        undone = assert_undoable(last, entry.reviewer, now, is_learned=learned)
        entry = replace(entry, undoes=undone.decision_id, shown=undone.shown)
        self._write(game, entry, now, undone.rows_before)

    def _check(self, game: ReviewedGame, known: Item, wish: Wish, entry: Decision) -> None:
        """An answer to a known answer: kept, with whether it is the same."""
        settled, by = game.settled(known.play.play_id)
        entry = replace(entry, kind=Kind.CHECK, chain=check_chain(known.play.play_id, entry.reviewer))
        if wish.action is Action.UNDO:
            last = known.standing
            undone = assert_undoable(last, entry.reviewer, last.rows_after if last else (), is_learned=False)
            entry = replace(entry, undoes=undone.decision_id)
        else:
            after = rows_after(known.play, None, wish)
            entry = replace(entry, rows_after=after, agreed=is_same(settled, after))
        self._enter(replace(entry, settled_by=by), [], [])

    def _is_learned(self, game: ReviewedGame, decision: Decision) -> bool:
        learned = self.sources.learned_hash(game.game_id)
        return learned is not None and is_learned(decision, game.examples, learned)

    def _enter(self, decision: Decision, seen: Sequence[Row], becomes: Sequence[Row]) -> None:
        if not self.sources.plays_db.decide(decision.as_row(), map(dict, seen), becomes):
            raise SomebodyWasFirst

    def _done(self, asked: Asked, request: str) -> Decision | None:
        """What was decided under this very key."""
        if asked.key is None:
            return None
        rows = self.sources.plays_db.decisions(decision_id=asked.decision_id)
        if rows and rows[0]["request"] != request:
            raise KeyUsedBefore
        return Decision.from_row(rows[0]) if rows else None

    def _stamp(self) -> str:
        return self.now().astimezone(UTC).isoformat(timespec="milliseconds")
