"""What the record tells a plan: of games that came through, what they were and what their steps took.

Belongs here: reading. Not here: what is made of it (`domain.planning.calibrating`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from statistics import median

from uball_assets.adapters.record.registry import Registry
from uball_assets.adapters.stores import documents
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.clipping.reports import CameraClips
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Angle
from uball_assets.domain.footage.rig import Rig
from uball_assets.domain.planning.calibrating import MeasuredGame, Record
from uball_assets.domain.planning.league import Film
from uball_assets.domain.record import LATENCIES
from uball_assets.domain.run_figures import RUNS, Outcome, RunFigures

_MOST_RUNS = 2000
_MOST_GAMES = 40
_NEWEST_ANSWERS = 20
_AT_ONCE = 8
_GB, _MB_OF_GB = 1e9, 1024.0


def read_record(registry: Registry, training: ObjectStore, cores: int, *, is_served: bool) -> Record:
    """The newest games, at most forty. `is_served`: models answer at a service, whose time is told too."""
    newest = registry.since(RUNS, max(0, registry.count(RUNS) - _MOST_RUNS))
    by_game: dict[str, list[RunFigures]] = defaultdict(list)
    for run in map(RunFigures.from_dict, newest):
        if run.outcome is Outcome.SUCCEEDED and run.game_id and run.steps_s:
            by_game[run.game_id].append(run)
    chosen = sorted(by_game.values(), key=lambda runs: runs[-1].ended_at_s)[-_MOST_GAMES:]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        games = [game for game in pool.map(lambda runs: _measured(training, runs), chosen) if game]
    answers = registry.since(LATENCIES, max(0, registry.count(LATENCIES) - _NEWEST_ANSWERS))
    seconds = [entry["seconds_per_clip"] for entry in answers] if is_served else []
    return Record(games, seconds, cores)


def _measured(training: ObjectStore, runs: Sequence[RunFigures]) -> MeasuredGame | None:
    """None for a game that was taken out since."""
    game_id = runs[0].game_id
    rig = documents.find(training, object_names.rig(game_id), Rig)
    if rig is None or not rig.cameras:
        return None
    found = [
        documents.find(training, object_names.camera_clips(game_id, angle), CameraClips) for angle in Angle
    ]
    cut = [clip for report in found if report for clip in report.all_clips]
    plays = [clip for report in found if report for clip in report.clips]
    windows = [] if plays else training.list(object_names.window_clips(game_id))
    asked = [info for info in windows if info.name.endswith(".mp4")]
    run = max(runs, key=lambda run: _by_work(run.steps_cpu_s or run.steps_s)["cut" if plays else "annotate"])
    return MeasuredGame(
        film=Film(
            hours=median(camera.filmed.duration_s for camera in rig.cameras) / 3600,
            cameras=len(rig.cameras),
            megapixels_a_second=median(
                camera.width_px * camera.height_px * camera.frame_rate / 1e6 for camera in rig.cameras
            ),
            plays=float(len({clip.play_id for clip in plays})),
        ),
        film_gb=sum(camera.size_bytes for camera in rig.cameras) / _GB,
        clips=len(cut),
        play_clips=len(plays),
        asked_clips=len(asked),
        clip_gb=(sum(clip.size_bytes for clip in cut) + sum(info.size_bytes for info in asked)) / _GB,
        cpu_s=_by_work(run.steps_cpu_s) if run.steps_cpu_s else {},
        wall_s=_by_work(run.steps_s),
        peak_memory_gb=max(run.peak_memory_mb for run in runs) / _MB_OF_GB,
        run_s=run.duration_s,
    )


def _by_work(steps: Mapping[str, float]) -> dict[str, float]:
    """Seconds of a run's steps, checks with them, by what they are about."""
    found = {"prove": 0.0, "cut": 0.0, "annotate": 0.0, "write": 0.0}
    about = {"raw_videos": "prove", "clips": "cut", "annotations": "annotate"}
    for step, seconds in steps.items():
        work = next((work for name, work in about.items() if step.startswith(name)), "write")
        found[work] += seconds
    return found
