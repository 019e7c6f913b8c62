"""Gathering what is known of a game's labels: rows, official score, honest answers, clips, game by game.

Honest answers stand in three places: what the serving model said of the game before it was learned, what
another said beside it, and the newest scores, which keep each play of the validation side. Nothing is asked
of a model, and nothing is changed.

Belongs here: reading. Not here: what speaks against a label (`domain.review`).
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from heapq import nsmallest
from itertools import groupby
from typing import Any

from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.answers.metrics import PlayScore, Scores
from uball_assets.domain.clipping.reports import CameraClips
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.games import one_spelling, valid_game_id
from uball_assets.domain.footage.rig import Rig
from uball_assets.domain.footage.teams import Teams, teams_of
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.hashing import bytes_hash
from uball_assets.domain.learning.lineage import line_of
from uball_assets.domain.learning.manifest import Manifest
from uball_assets.domain.plays.plays import Play, check_rows
from uball_assets.domain.record import LABEL_AUDITS
from uball_assets.domain.review.contradictions import HonestAnswer, of_annotation, of_scores, one_a_play
from uball_assets.domain.review.label_audit import GameLabels, LabelAudit, audit
from uball_assets.domain.review.score_check import OfficialScore, official_points
from uball_assets.domain.review.suspects import Suspect, SuspectClip, rank
from uball_assets.services.asking.annotations import Annotations
from uball_assets.services.sources import counted_plays

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class LabelAuditor:
    """Audits one game after another; what all games share, models and newest scores, is read once."""

    training: ObjectStore
    registry: Registry
    plays_db: PlaysDb
    _manifests: dict[str, Manifest | None] = field(default_factory=dict, repr=False)

    def audit(self, game_id: str, rows: Rows | None = None) -> LabelAudit:
        """The game as its rows are now; `rows`: as they are thought of instead."""
        kept = {info.name for info in self.training.list(object_names.game(game_id))}
        chosen = counted_plays(self.plays_db, game_id).rows if rows is None else rows
        labels = self._labels(game_id, chosen, kept)
        by_id = {play.play_id: play for play in labels.plays}
        answers = one_a_play(self._answers(game_id, by_id, kept)) if by_id else {}
        return audit(labels, answers)

    def audit_and_keep(self, game_id: str) -> LabelAudit:
        """As `audit`; it is read from the store until the next one, and found by its line on the record."""
        found = self.audit(game_id)
        name, data = object_names.label_audit(game_id), documents.to_bytes(found)
        self.training.write(name, data)
        entry = {**in_short(found), "document_hash": bytes_hash(data)}
        self.registry.append_change(LABEL_AUDITS, entry, subject="game_id")
        return found

    def _labels(self, game_id: str, rows: Rows, kept: Container[str]) -> GameLabels:
        rig = documents.find(self.training, object_names.rig(game_id), Rig)
        footage = rig.footage if rig else {}
        plays, _ = check_rows(rows, footage)
        stored = _each_row(rows, footage)
        game = self.plays_db.game(game_id)
        teams = teams_of(game, [play.player_a for play in plays])
        return GameLabels(
            game_id=game_id,
            game=self._with_score(game_id, game, teams, kept),
            teams=teams,
            plays=plays,
            rows_as_plays=stored,
            lost_count=len({row.get("id") for row in rows}) - len(stored),
            clips=self._clips(game_id),
        )

    def _with_score(
        self, game_id: str, game: Mapping[str, Any] | None, teams: Teams | None, kept: Container[str]
    ) -> Mapping[str, Any] | None:
        """With the schedule's official score, where the row of `games` has none that is understood."""
        name = object_names.official_score(game_id)
        if teams is None or name not in kept or official_points(game or {}, teams) is not None:
            return game
        told = documents.load(self.training, name, OfficialScore)
        return {**(game or {}), "scores": list(told.points)}

    def _clips(self, game_id: str) -> dict[str, list[SuspectClip]]:
        clips: dict[str, list[SuspectClip]] = {}
        for angle in Angle:
            camera = documents.find(self.training, object_names.camera_clips(game_id, angle), CameraClips)
            for clip in camera.clips if camera else ():
                clips.setdefault(clip.play_id, []).append(SuspectClip(angle, clip.name))
        return clips

    def _answers(
        self, game_id: str, plays: Mapping[str, Play], kept: Container[str]
    ) -> Iterator[HonestAnswer]:
        """The newest model's first, and of a model what it said of the whole game before its scores: that
        tells what each camera showed."""
        for model in self._models_newest_first:
            name, label = model["name"], model["label"]
            scored = self._scores.get(name, ())
            has_learned = self._has_learned(model, game_id)
            for place in (object_names.annotated(game_id, name), object_names.shadowed(game_id, name)):
                if place in kept:
                    said = documents.load(self.training, place, Annotations)
                    yield from of_annotation(
                        plays, said.plays, said.per_camera, label, scored, has_learned_game=has_learned
                    )
            yield from of_scores(plays, scored, label, has_learned_game=has_learned)

    def _has_learned(self, model: Entry, game_id: str) -> bool:
        """Whether the model, or a parent in its line, was shown plays of the game."""
        return any(
            game_id in each["game_ids"] and self._was_shown(each, game_id)
            for each in line_of(self._models_newest_first, model["name"])
        )

    def _was_shown(self, model: Mapping[str, Any], game_id: str) -> bool:
        """A benchmark game is in a model's set without a line to learn from."""
        key = model["manifest_key"]
        if key not in self._manifests:
            entry = self.registry.find("manifests", key)
            self._manifests[key] = Manifest.from_dict(entry["manifest"]) if entry else None
        manifest = self._manifests[key]
        return manifest is None or any(
            game.game_id == game_id and game.train_count > 0 for game in manifest.games
        )

    @cached_property
    def _models_newest_first(self) -> list[Entry]:
        return sorted(self.registry.entries("models"), key=lambda model: -model["number"])

    @cached_property
    def _scores(self) -> dict[str, tuple[PlayScore, ...]]:
        """By model, play by play, on the newest evaluation set."""
        look = self.registry.at_one_look()
        newest = look.latest("evaluations")
        entries = look.about("evaluations", newest["yardstick_hash"]) if newest else []
        return {
            entry["model"]: documents.load(self.training, entry["scores_name"], Scores).plays
            for entry in entries
        }


def in_short(found: LabelAudit) -> dict[str, Any]:
    """Its line on the record."""
    return {
        "game_id": found.game_id,
        "play_count": found.play_count,
        "answered_count": found.answered_count,
        "suspect_count": len(found.suspects),
        "best_worth": found.suspects[0].worth if found.suspects else 0.0,
        "score_gap": found.score_says if any(line.gap for line in found.score) else "",
    }


@dataclass(frozen=True)
class KeptAudits:
    """What the games' last audits found."""

    lines: dict[str, Entry]
    """Of the record, by game."""
    missing: list[str]
    """Annotated games that have none yet."""


def kept_audits(registry: Registry) -> KeptAudits:
    """Of annotated games; one look at the record, whatever the games."""
    lines = registry.newest_by_subject(LABEL_AUDITS)
    games = annotated_games(registry)
    there = {game_id: lines[game_id] for game_id in games if game_id in lines}
    return KeptAudits(there, [game_id for game_id in games if game_id not in there])


def best_kept(training: ObjectStore, kept: KeptAudits, most: int) -> list[Suspect]:
    """The best suspects of all games; only documents are read that may hold one."""
    best: list[Suspect] = []
    for game_id, line in sorted(kept.lines.items(), key=lambda each: -each[1]["best_worth"]):
        if not line["suspect_count"] or (len(best) == most and line["best_worth"] < best[-1].worth):
            break
        audited = documents.find(training, object_names.label_audit(game_id), LabelAudit)
        best = nsmallest(most, [*best, *(audited.suspects if audited else ())], key=rank)
    return best


def known_game(plays_db: PlaysDb, game_id: str) -> str:
    """The game as it is spelled in the database; Permanent where it has none of that id."""
    known = plays_db.game_ids()
    spelled = one_spelling(valid_game_id(game_id), known)
    if spelled not in known:
        raise Permanent(f"the games table has no game {game_id}; `uball status` lists games")
    return spelled


def annotated_games(registry: Registry) -> list[str]:
    """Games that have plays, and stand in the record."""
    states = registry.newest_by_subject("games")
    return sorted(
        game_id for game_id, state in states.items() if state.get("rows") and not state.get("removed")
    )


def _each_row(rows: Rows, footage: Mapping[Angle, Window]) -> list[Play]:
    """Every sound row's play, in the order in which they were stored; of rows with one id the newest."""
    named = sorted((row for row in rows if row.get("id")), key=lambda row: str(row["id"]))
    same_id = (list(group) for _, group in groupby(named, key=lambda row: str(row["id"])))
    stored = sorted(same_id, key=lambda group: str(group[-1].get("created_at") or "~"))
    return [play for group in stored for play in check_rows(group, footage)[0]]
