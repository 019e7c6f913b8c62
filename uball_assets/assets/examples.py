"""`training_examples`: a game's two JSONL files, its grade, its quarantine and its place on the record.

Belongs here: turning accepted clips into lines. A game that must not be trained on fails here, which drops
just that game from the model chain; everything else of it is materialised.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import dagster as dg

from uball_assets.adapters.plays.plays_db import PlaysDb
from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.adapters.record.usage import enter_storage
from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.assets.clips import clips_key
from uball_assets.assets.common import (
    COLLECTED_AGAIN,
    GAME,
    described,
    game_page,
    name_game,
    quarantine_metadata,
    refused,
)
from uball_assets.assets.examples_verdicts import CHECK_SPECS, good_grade, no_play_on_both_sides
from uball_assets.assets.record.queries import game_clips, game_plays, game_states
from uball_assets.domain.answers.examples import example_line
from uball_assets.domain.clipping.empty_windows import EmptyWindow, empty_windows
from uball_assets.domain.clipping.reports import (
    CameraClips,
    ExampleLine,
    ExamplesVersion,
    GameExamplesReport,
    PlaysReport,
    examples_hash,
)
from uball_assets.domain.errors import Permanent, Quarantined
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.rig import Rig
from uball_assets.domain.footage.sync import SyncAudit
from uball_assets.domain.footage.teams import Teams
from uball_assets.domain.hashing import content_hash
from uball_assets.domain.learning.edits import KEPT_VERSIONS, Edits, edits, version_of
from uball_assets.domain.learning.lacking import usual_of
from uball_assets.domain.plays.plays import Play, plays_hash
from uball_assets.domain.plays.quality import GameFacts, Grade, grade
from uball_assets.domain.plays.quarantine_summary import tally
from uball_assets.domain.plays.splits import eval_side
from uball_assets.domain.plays.whole_game import UsualPlays
from uball_assets.services.learning.moved_lines import unmoved
from uball_assets.services.sources import source_hash
from uball_assets.settings import Settings

LINE_SCHEMA = described(
    {
        "contents": (
            "json",
            "the question, clip and prompt, and the right answer",
        ),
        "generationConfig": ("json", "how closely the clip is looked at"),
    }
)

EMPTY_SCHEMA = described(
    {
        "starts_s": ("float", "seconds of game time"),
        "ends_s": ("float", "seconds of game time"),
        "side of the split": ("string", "as a play's, by its own id, for ever"),
        "why it counts as empty": ("string", "plays are counted over the game, from 1"),
    }
)
EMPTY_GRADES = ("A", "B")
"""Of games whose plays are taken as all that there were."""

_COLLECTED_AGAIN = "by games_sensor while it is on, with back-off, at most UBALL_MAX_ATTEMPTS attempts"


@dataclass(frozen=True)
class GameWork:
    """All that the game chain found and made of one game."""

    rig: Rig
    sync: SyncAudit | None
    """None: of a rig from before there was an audit."""
    report: PlaysReport
    plays: list[Play]
    cameras: list[CameraClips]
    usual: UsualPlays | None = None
    """How many plays the league's other games have; None for a game that is known to be short."""

    def empties(self, verdict: Grade, share: float) -> dict[str, EmptyWindow]:
        """By id: of a game that is graded well, for of any other more may be missing than is known."""
        found = empty_windows(self.plays, self.report.lost_times, share)
        return {empty.empty_id: empty for empty in found} if verdict.letter in EMPTY_GRADES else {}

    @property
    def quarantined(self) -> tuple[Quarantined, ...]:
        return (
            *self.rig.quarantined,
            *self.report.quarantined,
            *(entry for camera in self.cameras for entry in camera.quarantined),
        )

    @property
    def facts(self) -> GameFacts:
        return GameFacts(
            row_count=self.report.row_count,
            plays=tuple(self.plays),
            clips_wanted=sum(camera.wanted for camera in self.cameras if self.rig.camera(camera.angle)),
            clips_accepted=frozenset(
                (clip.play_id, clip.angle) for camera in self.cameras for clip in camera.clips
            ),
            cameras=frozenset(camera.angle for camera in self.rig.cameras),
            offset_complaints=self.sync.complaints if self.sync else (),
            row_complaints=self.report.row_complaints,
            usual=self.usual,
        )


@dg.asset(
    **GAME,
    deps=[clips_key(angle) for angle in Angle],
    kinds={"json"},
    output_required=False,
    check_specs=CHECK_SPECS,
    description="One JSONL line for each play and camera whose clip was accepted, split 80/20 for ever, "
    "and the game's grade.\n\n"
    "A failed partition is a game of grade F: it stays out of training, and its page has no metadata; the "
    "grade, the reasons and what is missing are under 'View all historical events' and in the check "
    "good_grade. A missing partition is a game that nobody annotated yet: there is nothing to learn from it. "
    "A backfill with one of either says Failed, and may count more than 100 % of what was asked: that is "
    "Dagster's reckoning, and the other games of it are done.",
    metadata={"dagster/column_schema": LINE_SCHEMA},
)
def training_examples(
    context: dg.AssetExecutionContext,
    training: dg.ResourceParam[ObjectStore],
    registry: dg.ResourceParam[Registry],
    plays_db: dg.ResourceParam[PlaysDb],
    settings: dg.ResourceParam[Settings],
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    work, states = _read(training, context.partition_key), game_states(registry)
    if context.partition_key not in settings.short_games:
        work = replace(work, usual=usual_of(states, but=context.partition_key))
    verdict = grade(work.facts)
    examples = _write(training, states.get(context.partition_key), work, verdict, settings)
    _record(registry, work, verdict, examples, settings.quarantine_causes)
    enter_storage(registry, training, object_names.game(context.partition_key), context.partition_key)
    metadata = {
        "game": name_game(context, plays_db),
        **game_page(settings, context.partition_key),
        **_metadata(training, work, verdict, examples),
    }
    yield good_grade(verdict, work.report.row_count, metadata)
    yield no_play_on_both_sides(training, work.rig.game_id, work.report.row_count)
    if verdict.trainable:
        yield dg.MaterializeResult(metadata=metadata)
    elif work.report.row_count:
        # A failed partition's page shows no failure's metadata; its events and its checks do.
        context.log_event(
            dg.AssetObservation(context.asset_key, partition=context.partition_key, metadata=metadata)
        )
        told = {**metadata, COLLECTED_AGAIN: _COLLECTED_AGAIN}
        raise dg.Failure(_refusal(work, verdict), metadata=told, allow_retries=False)
    else:
        context.log.info("game %s has no plays yet: there is nothing to learn from it", work.rig.game_id)


def _read(training: ObjectStore, game_id: str) -> GameWork:
    plays, cameras = game_plays(training, game_id), game_clips(training, game_id)
    stale = [str(camera.angle) for camera in cameras if camera.plays_hash != plays_hash(plays)]
    if stale:
        raise refused(
            f"game {game_id} has other plays than its clips of {', '.join(stale)}: materialise those again"
        )
    return GameWork(
        rig=documents.load(training, object_names.rig(game_id), Rig),
        sync=documents.find(training, object_names.sync(game_id), SyncAudit),
        report=documents.load(training, object_names.plays_report(game_id), PlaysReport),
        plays=plays,
        cameras=cameras,
    )


def _write(
    training: ObjectStore, known: Entry | None, work: GameWork, verdict: Grade, settings: Settings
) -> GameExamplesReport:
    """The two JSONL files (empty for a game that is refused), their side manifest and the quarantine.

    `known`: what the record holds of the game.
    """
    game_id, teams = work.rig.game_id, work.report.teams
    by_play = {play.play_id: play for play in work.plays}
    empties = work.empties(verdict, settings.empty_examples_share)
    windows = {empty_id: empty.window for empty_id, empty in empties.items()}
    windows |= {play_id: play.window for play_id, play in by_play.items()}
    clips = sorted(
        (
            clip
            for camera in work.cameras
            for clip in camera.all_clips
            if verdict.trainable and clip.play_id in windows
        ),
        key=lambda clip: (windows[clip.play_id].start_s, clip.play_id, clip.angle),
    )
    lines = [
        ExampleLine(_split(clip.play_id, game_id, settings.benchmark_games), training.uri(clip.name), clip)
        for clip in clips
    ]
    texts: Mapping[str, str] = {
        split: "".join(
            _line(by_play.get(line.clip.play_id), line, settings.media_resolution, teams)
            for line in lines
            if line.split == split
        )
        for split in ("train", "validation")
    }
    if known and known["examples_hash"] not in ("", examples_hash(texts, lines)):
        texts = unmoved(training, game_id, texts)
    digest = examples_hash(texts, lines)
    earlier = _earlier(training, game_id, known, digest)
    shown = {clip.play_id for clip in clips}
    examples = GameExamplesReport(
        game_id,
        digest,
        tuple(lines),
        tuple(work.plays),
        teams,
        earlier,
        tuple(empty for empty_id, empty in empties.items() if empty_id in shown),
    )
    training.write(object_names.training_data(game_id), texts["train"].encode())
    training.write(object_names.validation_data(game_id), texts["validation"].encode())
    documents.save(training, object_names.quarantine(game_id), [entry.as_row() for entry in work.quarantined])
    documents.save(training, object_names.examples(game_id), examples)
    return examples


def _earlier(
    training: ObjectStore, game_id: str, known: Entry | None, digest: str
) -> tuple[ExamplesVersion, ...]:
    """What the game's examples were before, the newest first; read only where there was another version."""
    if known is None or (known["examples_hash"] == digest and not known.get("edits")):
        return ()
    try:
        before = documents.find(training, object_names.examples(game_id), GameExamplesReport)
    except Permanent:  # damaged: it is written anew, and a change since then counts whatever it is
        before = None
    if before is None:
        return ()
    last = version_of(before.examples_hash, before.plays, before.lines)
    return tuple(one for one in (last, *before.earlier) if one.examples_hash != digest)[:KEPT_VERSIONS]


def _edits(examples: GameExamplesReport) -> dict[str, Edits]:
    """What was edited since each earlier version, by its hash."""
    now = version_of(examples.examples_hash, examples.plays, examples.lines)
    return {before.examples_hash: edits(before, now) for before in examples.earlier}


def _split(play_id: str, game_id: str, benchmark_games: Sequence[str]) -> Literal["train", "validation"]:
    """A benchmark game is on the evaluation set whole."""
    return "train" if eval_side(play_id, game_id, benchmark_games) == "train" else "validation"


def _line(play: Play | None, line: ExampleLine, media_resolution: str, teams: Teams | None) -> str:
    clip = line.clip
    text = example_line(play, clip.angle, line.clip_uri, clip.timestamp_clip_s, media_resolution, teams)
    return f"{text}\n"


def _record(
    registry: Registry, work: GameWork, verdict: Grade, examples: GameExamplesReport, causes: str
) -> None:
    """`causes`: `clips.quarantine_causes` of the settings."""
    game_id = work.rig.game_id
    lost = sorted(key for camera in work.cameras for key in camera.lost_keys)
    state = {
        "game_id": game_id,
        "source_hash": source_hash(work.rig.videos_hash, work.report.plays_version, work.rig.arrived_hash),
        "videos_hash": work.rig.videos_hash,
        "plays_version": work.report.plays_version,
        "arrived_hash": work.rig.arrived_hash,
        "examples_hash": examples.examples_hash,
        "trainable": verdict.trainable,
        "grade": verdict.letter,
        "score": round(verdict.score, 4),
        "coverage": round(verdict.coverage, 4),
        "reasons": list(verdict.reasons),
        "rows": work.report.row_count,
        "plays": len(work.plays),
        "clips_wanted": work.facts.clips_wanted,
        "clips_accepted": len(work.facts.clips_accepted),
        "train_count": sum(line.split == "train" for line in examples.lines),
        "validation_count": sum(line.split == "validation" for line in examples.lines),
        "train_name": object_names.training_data(game_id),
        "validation_name": object_names.validation_data(game_id),
        "quarantined": len(work.quarantined),
        # None, not 0: entries of before lost clips were tried again say nothing of them.
        "clips_lost": len(lost) or None,
        "lost_hash": content_hash(lost) if lost else None,
        "edits": _edits(examples) or None,
        "cameras": sorted(work.facts.cameras),
    }
    if work.quarantined:
        state["losses"] = tally(work.quarantined)
    if any(entry.what.startswith(("clip ", "camera ")) for entry in work.quarantined):
        state["judged_by"] = causes
    if work.report.teams_hash is not None:
        state["teams_hash"] = work.report.teams_hash
    registry.append_change("games", state, subject="game_id")


def _metadata(
    training: ObjectStore, work: GameWork, verdict: Grade, examples: GameExamplesReport
) -> dict[str, Any]:
    train = sum(line.split == "train" for line in examples.lines)
    return {
        "grade": f"{verdict.letter} ({verdict.score:.3f})",
        "score": round(verdict.score, 4),
        "coverage": round(verdict.coverage, 4),
        "reasons": dg.MetadataValue.md("\n".join(f"- {reason}" for reason in verdict.reasons) or "all sound"),
        "train_lines": train,
        "validation_lines": len(examples.lines) - train,
        "dagster/row_count": len(examples.lines),
        "empty_windows": len(examples.empties),
        **_empties_table(examples),
        **quarantine_metadata(work.quarantined),
        "quarantine_whole": dg.MetadataValue.path(training.uri(object_names.quarantine(work.rig.game_id))),
    }


def _empties_table(examples: GameExamplesReport) -> dict[str, dg.TableMetadataValue]:
    splits = {line.clip.play_id: line.split for line in examples.lines}
    rows = [
        dg.TableRecord(
            {
                "starts_s": round(empty.window.start_s, 1),
                "ends_s": round(empty.window.end_s, 1),
                "side of the split": splits[empty.empty_id],
                "why it counts as empty": empty.why,
            }
        )
        for empty in examples.empties
    ]
    return {"examples_of_no_play": dg.MetadataValue.table(rows, schema=EMPTY_SCHEMA)} if rows else {}


def _refusal(work: GameWork, verdict: Grade) -> str:
    grade_reached = f"grade {verdict.letter} ({verdict.score:.2f})"
    return f"game {work.rig.game_id} stays out of training: {grade_reached}: {'; '.join(verdict.reasons)}"
