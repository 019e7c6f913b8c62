"""`annotations`: what the serving model says of a game, in game time, tied to the clips that it saw.

Belongs here: a game that people annotated is answered on its plays' clips, before it is trained on: the
honest score. A game that nobody annotated is answered on windows around the moments at which a play may be.
Not here: where those are (`services.moments`), which model answers (`domain.serving.routing`) or how answers
become plays (`domain.answers.annotate`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import dagster as dg

from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.adapters.plays.row_by_row import write_what_is_taken
from uball_assets.adapters.record.pauses import held_now
from uball_assets.adapters.record.registry import OURS, Entry, Registry
from uball_assets.adapters.record.routes import current_routing
from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.assets.cancelled import heeding_cancel_of_questions
from uball_assets.assets.clips import clips_key
from uball_assets.assets.common import (
    ANNOTATION,
    PICTURES_OPEN,
    described,
    game_page,
    name_game,
    quarantine_metadata,
)
from uball_assets.assets.endpoint import routes
from uball_assets.assets.games import plays, raw_videos
from uball_assets.assets.pictures import picture_metadata
from uball_assets.assets.record.queries import game_clips, game_plays, model_versions
from uball_assets.assets.scoring import percent, questions, score, seen_plays
from uball_assets.assets.serving.beside import answer_beside, says_nothing, who_annotates
from uball_assets.assets.serving.measured import measured_metadata
from uball_assets.assets.versions.drifting import CHECK_SPEC, drift_check, enter_unseen, not_checked
from uball_assets.domain.answers.annotate import annotation_row
from uball_assets.domain.answers.evaluation_set import EvaluationPlay
from uball_assets.domain.answers.metrics import Scores
from uball_assets.domain.clipping.reports import PlaysReport
from uball_assets.domain.errors import Quarantined
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.games import Rosters, rosters_of
from uball_assets.domain.footage.rig import Rig
from uball_assets.domain.footage.sync import SyncAudit
from uball_assets.domain.footage.teams import Teams
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.learning.pickup import target_hash
from uball_assets.domain.plays.plays import Play
from uball_assets.domain.serving.routing import without_trial
from uball_assets.domain.spending.cost import Price
from uball_assets.services.asking.annotations import Annotations
from uball_assets.services.asking.annotator import Annotator
from uball_assets.services.clip_library import ClipCutter
from uball_assets.services.moments.films import Films
from uball_assets.services.moments.proposing import Proposal, propose
from uball_assets.services.serving import served
from uball_assets.services.sources import source_hash
from uball_assets.services.window_clips import CutWindows, cut_windows
from uball_assets.settings import Settings

ANNOTATION_SCHEMA = described(
    {
        "angle": ("string", "the side of the court, LEFT or RIGHT"),
        "timestamp_seconds": ("float", "seconds of game time: the moment of the primary event"),
        "classification": ("string", "the primary event, one of the league's labels"),
        "player_a": ("string", "who acted"),
        "confidence": ("float", "how sure the model is, 0 to 1"),
        "agreed": ("bool", "whether both cameras saw the same"),
        "needs_review": ("bool", "whether a person should look"),
    }
)
"""The columns of the annotations that a person asks for."""
SHOWN_SCHEMA = described(
    {
        "side": ("string", "of the court"),
        "time_s": ("float", "seconds of game time"),
        "label": ("string", "the primary event"),
        "player": ("string", "who acted"),
        "sure": ("string", "how sure the model is, 0 to 1; !: a person should look"),
    }
)
"""Of those, what fits on a page."""


_KEPT = "its videos are archived: what was annotated of it stands"
_NONE_SERVES = (
    "none serves yet: when the first one is trained, materialise this again; a game that nobody annotated "
    "games_sensor starts by itself"
)


@dg.asset(
    **ANNOTATION,
    name="annotations",
    deps=[raw_videos, plays, *(clips_key(angle) for angle in Angle), routes],
    kinds={"table"},
    check_specs=[CHECK_SPEC],
    description="The serving video model's annotation of the game; for plays that it has not learned from, "
    "also its score on them." + PICTURES_OPEN,
    metadata={"dagster/column_schema": ANNOTATION_SCHEMA},
)
def annotations(
    context: dg.AssetExecutionContext,
    training: dg.ResourceParam[ObjectStore],
    registry: dg.ResourceParam[Registry],
    plays_db: dg.ResourceParam[PlaysDb],
    annotator: dg.ResourceParam[Annotator],
    cutter: dg.ResourceParam[ClipCutter],
    settings: dg.ResourceParam[Settings],
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    game_id, routing = context.partition_key, current_routing(registry)
    known = game_plays(training, game_id)
    page = game_page(settings, game_id)
    if not known and (kept := _kept_while_archived(training, registry, game_id)):
        yield not_checked()
        yield dg.MaterializeResult(
            metadata={"game": name_game(context, plays_db), **page, "model": kept["model"], "archived": _KEPT}
        )
        return
    if routing is None:
        _record(training, registry, game_id, None, None, (), None)
        yield not_checked()
        yield dg.MaterializeResult(
            metadata={"game": name_game(context, plays_db), **page, "model": _NONE_SERVES}
        )
        return
    teams = documents.load(training, object_names.plays_report(game_id), PlaysReport).teams
    rosters = rosters_of(plays_db.game(game_id), teams)
    seen = seen_plays(known, game_clips(training, game_id), teams) if known else []
    with heeding_cancel_of_questions(context, annotator, settings.on_cancel) as asking:
        model = who_annotates(registry, asking, routing, game_id)
        look = None if known else _looked_through(registry, cutter, model, game_id)

        def answered_by(model: Entry) -> tuple[Annotations, Scores | None]:
            if look is None:
                return _answer_known(asking, model, game_id, seen, rosters)
            return _answer_windows(asking, model, game_id, look, teams, rosters), None

        answers, scores = answered_by(model)
        if says_nothing(registry, asking, routing, model, answers):
            model = who_annotates(registry, asking, without_trial(routing), game_id)
            answers, scores = answered_by(model)
        documents.save(training, object_names.annotated(game_id, model["name"]), answers)
        rows, refused = _written(plays_db, game_id, model["name"], answers)
        answers = replace(answers, quarantined=(*answers.quarantined, *refused))
        lately = registry.at_one_look()
        _record(training, lately, game_id, model, scores, rows, look)
        compared = answer_beside(
            context,
            training,
            registry,
            asking,
            routing,
            model,
            seen,
            answers,
            lambda: held_now(registry, settings.windows, datetime.now(settings.zone)),
        )
    if routing.on_trial and current_routing(registry) != routing:
        plays_db.write_model_versions(model_versions(registry, training))
    title = name_game(context, plays_db)
    metadata = _metadata(training, game_id, title, model, known, answers, scores, rows, settings.price_table)
    beside = {"compared": compared} if compared else {}
    is_honest = bool(known) and game_id not in model["game_ids"]
    measured = measured_metadata(known, answers.plays, settings.match_tolerance_s) if is_honest else {}
    yield drift_check(lately, game_id, model, settings.drift_line) if known else not_checked()
    looked = look.proposal.told(len(look.cut.questions)) if look else {}
    yield dg.MaterializeResult(metadata={"game": title, **page, **metadata, **looked, **measured, **beside})


@dataclass(frozen=True)
class _Look:
    """At a game that nobody annotated: where plays may be, and the clips of those moments."""

    proposal: Proposal
    cut: CutWindows

    @property
    def quarantined(self) -> tuple[Quarantined, ...]:
        return (*self.proposal.quarantined, *self.cut.quarantined)


def _kept_while_archived(training: ObjectStore, registry: Registry, game_id: str) -> Entry | None:
    """Of a game whose videos were put away: what was annotated stands, at the sources of now; no window can
    be looked for. None where its videos are there, or nothing was annotated."""
    rig = documents.load(training, object_names.rig(game_id), Rig)
    kept = registry.newest("annotations", game_id) if rig.archived else None
    if kept is None or kept["model"] is None:
        return None
    report = documents.load(training, object_names.plays_report(game_id), PlaysReport)
    sync = documents.find(training, object_names.sync(game_id), SyncAudit)
    sources = source_hash(rig.videos_hash, report.plays_version, rig.arrived_hash)
    decided, teams = sync.decided_hash if sync else "", report.teams_hash or ""
    target = target_hash(sources, report.row_count, kept["model"], decided, teams)
    state = {name: value for name, value in kept.items() if name not in OURS}
    changed = {**state, "source_hash": sources, "target": target}
    return registry.append_change("annotations", changed, subject="game_id")


def _answer_known(
    annotator: Annotator, model: Entry, game_id: str, seen: list[EvaluationPlay], rosters: Rosters | None
) -> tuple[Annotations, Scores]:
    asked = [replace(question, rosters=rosters) for question in questions(seen)]
    answers = annotator.annotate(served(model), asked, f"game {game_id}")
    return answers, score(seen, answers)


def _looked_through(registry: Registry, cutter: ClipCutter, model: Entry, game_id: str) -> _Look:
    """Once a model was asked about moments, it is asked about the same again: those answers are paid."""
    rig = documents.load(cutter.training, object_names.rig(game_id), Rig)
    last = registry.newest("annotations", game_id)
    used_before = last.get("moments") if last and last["model"] == model["name"] else None
    films = Films(cutter.video_store, cutter.training, cutter.work_folder)
    proposal = propose(films, registry, rig, cutter.workers, used_before)
    return _Look(proposal, cut_windows(cutter, rig, proposal.windows))


def _answer_windows(
    annotator: Annotator,
    model: Entry,
    game_id: str,
    look: _Look,
    teams: Teams | None,
    rosters: Rosters | None,
) -> Annotations:
    asked = [replace(question, teams=teams, rosters=rosters) for question in look.cut.questions]
    answers = annotator.annotate(served(model), asked, f"game {game_id}")
    return replace(answers, quarantined=(*look.quarantined, *answers.quarantined))


def _written(
    plays_db: PlaysDb, game_id: str, model: str, answers: Annotations
) -> tuple[list[Mapping[str, Any]], list[Quarantined]]:
    """The rows that the database took, and a loss for each that it refused."""
    rows, refused = write_what_is_taken(
        lambda some: plays_db.write_annotations(game_id, model, some),
        [annotation_row(play, model) for play in answers.plays],
    )
    remedy = "see what the column takes; the answer is kept, so running it again asks nothing"
    return rows, [
        Quarantined(f"annotation {row['play_key']}", "the plays database", str(why), remedy)
        for row, why in refused
    ]


def _record(
    training: ObjectStore,
    registry: Registry,
    game_id: str,
    model: Entry | None,
    scores: Scores | None,
    rows: Sequence[Mapping[str, Any]],
    look: _Look | None,
) -> None:
    """What was annotated from which sources by whom; and, once, the score on a game that the model never
    saw."""
    rig = documents.load(training, object_names.rig(game_id), Rig)
    report = documents.load(training, object_names.plays_report(game_id), PlaysReport)
    sync = documents.find(training, object_names.sync(game_id), SyncAudit)
    sources = source_hash(rig.videos_hash, report.plays_version, rig.arrived_hash)
    name = model["name"] if model else None
    lost_keys = look.cut.lost_keys if look else []
    entry = {
        "game_id": game_id,
        "model": name,
        "source_hash": sources,
        "target": target_hash(
            sources, report.row_count, name, sync.decided_hash if sync else "", report.teams_hash or ""
        ),
        "play_count": len(rows),
        "to_review": sum(bool(row["needs_review"]) for row in rows),
        # None, not 0: entries of before these were tried again say nothing of them.
        "clips_lost": len(lost_keys) or None,
        "lost_hash": content_hash(sorted(lost_keys)) if lost_keys else None,
        "moments": look.proposal.fingerprint if look else None,
    }
    registry.append_change("annotations", entry, subject="game_id")
    if model and scores and game_id not in model["game_ids"]:
        enter_unseen(registry, model["name"], rig, game_clips(training, game_id), scores)


def _metadata(
    training: ObjectStore,
    game_id: str,
    game: str,
    model: Entry,
    known: list[Play],
    answers: Annotations,
    scores: Scores | None,
    rows: Sequence[Mapping[str, Any]],
    prices: Sequence[Price],
) -> dict[str, Any]:
    from uball_assets.media.pictures.charts import timeline_picture

    title = f"{game}, annotated by {model['label']}"
    picture = object_names.picture(f"games/{game_id}", f"timeline_{model['label']}")
    table = [
        dg.TableRecord(
            {
                "side": row["angle"],
                "time_s": _rounded(row["timestamp_seconds"], 1),
                "label": row["classification"],
                "player": row["player_a"],
                "sure": _sure(row["confidence"]) + (" !" if row["needs_review"] else ""),
            }
        )
        for row in rows
    ]
    measured = (
        {"plays_right": percent(scores.play_accuracy), "three_or_four": percent(scores.three_four)}
        if scores
        else {}
    )
    return {
        "model": model["name"],
        "learned_from_it": game_id in model["game_ids"],
        "dagster/row_count": len(rows),
        "to_review": sum(bool(row["needs_review"]) for row in rows),
        "respelled": answers.respelled_count,
        "no_play_clips": answers.no_play_count,
        "other_teams": _listed(play.strangers for play in answers.plays),
        "not_on_a_roster": _listed(play.off_roster for play in answers.plays),
        **_cost_metadata(answers, model, prices),
        **measured,
        "annotations": dg.MetadataValue.table(table, schema=SHOWN_SCHEMA),
        **quarantine_metadata(answers.quarantined),
        **picture_metadata(
            training, picture, "timeline", timeline_picture(known or None, answers.plays, title)
        ),
    }


def _cost_metadata(answers: Annotations, model: Entry, prices: Sequence[Price]) -> dict[str, Any]:
    """What the answers took, the whole game and an annotated play; nothing where nothing is charged."""
    if not (answers.usage.tokens or answers.kept_count):
        return {}
    billed_usd = answers.usage.usd(model["base"], prices)
    return {
        "asked_again": answers.asked_again,
        "answers_kept": answers.kept_count,
        "tokens": answers.usage.token_count,
        "billed_usd": round(billed_usd, 4),
        "billed_usd_a_play": round(billed_usd / max(1, len(answers.plays)), 5),
    }


def _listed(players: Iterable[Sequence[str]]) -> str:
    return ", ".join(player for some in players for player in some) or "none"


def _sure(confidence: float | None) -> str:
    return "?" if confidence is None else f"{confidence:.2f}"


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)
