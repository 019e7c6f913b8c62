"""What follows where a game's points do not add up: it stays on the record, and reviewers are asked.

The plays that could explain it become suspects of the game's label audit, which the review queue reads; a
score that the schedule alone tells is kept for that audit.

Belongs here: keeping and telling it. Not here: adding up (`domain.league.points`), the audit
(`services.label_audit`), the queue (`services.review`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.errors import UballError
from uball_assets.domain.footage import object_names
from uball_assets.domain.record import POINTS
from uball_assets.domain.review.label_audit import LabelAudit
from uball_assets.domain.review.score_check import OfficialScore
from uball_assets.domain.review.suspects import Kind
from uball_assets.services.label_audit import LabelAuditor
from uball_assets.services.league.box_scores import GameBox

_MOST_NAMED = 3


@dataclass(frozen=True)
class ScoreGap:
    """A game whose lines do not add up to its official score."""

    game_id: str
    says: str
    explained_by: tuple[str, ...] = ()
    """Plays that another label of would explain it: `p1, 3PT_MAKE, rather 4PT_MAKE`."""


@dataclass(frozen=True)
class ScoreGaps:
    registry: Registry
    training: ObjectStore
    auditor: LabelAuditor

    def keep(self, boxes: Iterable[GameBox]) -> list[ScoreGap]:
        """Those that do not add up now; a game that did not before, and does, is told to the record and to
        its audit too."""
        before = self.registry.newest_by_subject(POINTS)
        found = []
        for box in boxes:
            was_wrong = _is_wrong(before.get(box.points.game_id))
            if box.points.adds_up and not was_wrong:
                continue
            gap = ScoreGap(box.points.game_id, *self._explained(box, before.get(box.points.game_id)))
            state = {"game_id": gap.game_id, "adds_up": box.points.adds_up, "says": gap.says}
            self.registry.append_change(POINTS, state, subject="game_id")
            if not box.points.adds_up:
                found.append(gap)
        return found

    def others(self, game_ids: Sequence[str]) -> list[ScoreGap]:
        """Of all other games, those that did not add up when they were counted last."""
        kept = self.registry.newest_by_subject(POINTS)
        return [
            ScoreGap(game_id, entry["says"])
            for game_id, entry in sorted(kept.items())
            if game_id not in set(game_ids) and _is_wrong(entry)
        ]

    def _explained(self, box: GameBox, before: Mapping[str, Any] | None) -> tuple[str, tuple[str, ...]]:
        """What is said of it, and the plays that could explain it."""
        says, filmed = box.points.says, box.filmed
        if filmed is None or filmed.sides is None or not filmed.plays:
            return says, ()
        in_schedule = box.fixture.home_points, box.fixture.away_points
        if filmed.official is None and in_schedule[0] is not None and in_schedule[1] is not None:
            points = filmed.in_team_order((in_schedule[0], in_schedule[1]))
            name = object_names.official_score(box.fixture.game_id)
            documents.save(self.training, name, OfficialScore(points))
        try:
            audited = self._audited(box, before)
        except UballError as error:
            return f"{says}; its plays could not be audited: {error}", ()
        by_score = [
            suspect for suspect in audited.suspects if any(one.kind is Kind.SCORE for one in suspect.evidence)
        ]
        return says, tuple(
            f"{one.play_id}, {one.written}, rather {one.suggested}" for one in by_score[:_MOST_NAMED]
        )

    def _audited(self, box: GameBox, before: Mapping[str, Any] | None) -> LabelAudit:
        """The one that was kept, where nothing of the game is other than it was; else a new one."""
        game_id, is_known = box.fixture.game_id, before is not None and before["says"] == box.points.says
        name = object_names.label_audit(game_id)
        kept = documents.find(self.training, name, LabelAudit) if is_known and not box.new else None
        return kept or self.auditor.audit_and_keep(game_id)


def _is_wrong(entry: Mapping[str, Any] | None) -> bool:
    return entry is not None and not entry["adds_up"]
