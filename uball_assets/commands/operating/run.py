"""`uball run GAME…`: looks first at what each game lacks, runs them one by one, and says what came out.

Belongs here: the batch, words out. Not here: what a game lacks (`services.readiness`), jobs (`automation`).
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import click

from uball_assets.commands.answers import as_json, print_json, table

if TYPE_CHECKING:
    from uball_assets.automation.instance import Instance
    from uball_assets.commands.operating.log_lines import CommandLog
    from uball_assets.domain.run_figures import RunFigures
    from uball_assets.services.readiness import Readiness
    from uball_assets.settings import Settings

PENDING = "pending"
_POLL_S = 2.0


@dataclass(frozen=True)
class GameRun:
    """What came of one game."""

    game_id: str
    title: str
    outcome: str
    """As `run_figures.Outcome`; `pending` where it was not begun, or not ended."""
    grade: str
    seconds: float
    attempts: int


@click.command()
@click.argument("game_ids", metavar="GAME...", nargs=-1, required=True)
@click.option("--check", "only_check", is_flag=True, help="Only say what each game lacks; start nothing.")
@click.option("--anyway", is_flag=True, help="Run those that can be, and leave the others out.")
@click.option("--train", is_flag=True, help="Then train one model, if the rules say that one is due.")
@as_json
def run(*, game_ids: tuple[str, ...], only_check: bool, anyway: bool, train: bool, as_json: bool) -> None:
    """Run games by hand, in this process: videos, plays, clips, examples, annotations.

    Looks before it starts anything at rows, cameras, offsets, and whether the keys open every source and
    service: what is wrong with each, and what to do. What may pass is tried again, with the bounds and waits
    of every other run. The runs show in the UI (make dev).
    """
    from uball_assets.commands.operating.log_lines import command_log
    from uball_assets.domain.errors import Permanent
    from uball_assets.settings import load_settings

    settings = load_settings()
    with command_log(settings, "run") as log:
        looked = _checked(settings, list(dict.fromkeys(game_ids)), log, is_all=only_check, as_json=as_json)
        held = [game for game in looked if not game.is_ready]
        if held and (only_check or not anyway):
            raise Permanent(
                f"{_count(held, 'game')} cannot be run: {held[0].game_id}: {held[0].hindrances[0]}"
            )
        if only_check:
            return
        began_s, done = time.monotonic(), list[GameRun]()
        try:
            _run_all(settings, [game for game in looked if game.is_ready], log, train=train, done=done)
        finally:
            left = [game for game in looked if game.game_id not in {each.game_id for each in done}]
            runs = [*done, *(GameRun(game.game_id, game.title, PENDING, "-", 0.0, 0) for game in left)]
            _tell(runs, time.monotonic() - began_s, as_json=as_json)
        if undone := [each for each in runs if each.outcome != "succeeded"]:
            raise Permanent(f"{_count(undone, 'game')} did not come through: the runs in the UI say why")


def _checked(
    settings: Settings, game_ids: Sequence[str], log: CommandLog, *, is_all: bool, as_json: bool
) -> list[Readiness]:
    """What each game lacks, told. Raises Permanent where no game can be run: a source or service does not do
    its part. `is_all`: the check is all that was wanted."""
    from uball_assets.commands.doctor import key_faults
    from uball_assets.domain.errors import Permanent

    faults = key_faults(settings)
    looked = [] if faults else _looked(settings, game_ids)
    for finding in faults:
        log.tell(f"{finding.check}: {finding.seen}; {finding.remedy}", level=logging.ERROR)
    for game in looked:
        for why in game.hindrances:
            log.tell(why, level=logging.ERROR, game=game.game_id)
        for what in game.missing:
            log.tell(f"is run without {what}", level=logging.WARNING, game=game.game_id)
    if not as_json:
        keys = [{"key": each.check, "seen": each.seen, "to do": each.remedy} for each in faults]
        click.echo(table([_found(game) for game in looked] or keys))
    elif is_all:
        games = [asdict(game) | {"is_ready": game.is_ready} for game in looked]
        print_json({"games": games, "keys": [finding.to_dict() for finding in faults]})
    if faults:
        raise Permanent(f"no game can be run: {faults[0].check}: {faults[0].seen}; {faults[0].remedy}")
    return looked


def _looked(settings: Settings, game_ids: Sequence[str]) -> list[Readiness]:
    from uball_assets.resources import arrivals_store, plays_database, videos_store
    from uball_assets.services.readiness import readiness

    return readiness(videos_store(settings), plays_database(settings), arrivals_store(settings), game_ids)


def _run_all(
    settings: Settings, games: Sequence[Readiness], log: CommandLog, *, train: bool, done: list[GameRun]
) -> None:
    from uball_assets.assets.run_words import PARTITIONS
    from uball_assets.automation.instance import open_instance, runs_are_processes
    from uball_assets.domain.errors import Permanent

    with open_instance(settings) as instance:
        if not runs_are_processes(instance):
            raise Permanent(
                "runs of this league are started by Dagster, as pods or on other machines: materialise the "
                "games' partitions in its UI, or ask for them with POST /api/training/pipeline"
            )
        instance.add_dynamic_partitions(PARTITIONS, [game.game_id for game in games])
        for number, game in enumerate(games, start=1):
            click.echo(f"{number} of {len(games)}: {game.title} ({game.game_id})", err=True)
            done.append(_run_one(settings, instance, game, log))
        if train:
            _train(settings, instance, log)


def _run_one(settings: Settings, instance: Instance, game: Readiness, log: CommandLog) -> GameRun:
    """With the attempts that every run gets."""
    from uball_assets.automation.runs.in_the_way import run_in_the_way
    from uball_assets.automation.situation import policy
    from uball_assets.resources import record

    rule, began_s, attempt = policy(settings), time.monotonic(), 1
    while busy := run_in_the_way(instance, game.game_id):
        click.echo(f"  waiting for {busy}", err=True)
        time.sleep(_POLL_S)
    while True:
        log.tell("begins", game=game.game_id, attempt=attempt)
        told = _figures(settings, instance, game.game_id, attempt)
        failed = f": {', '.join(told.failed_steps)}" if told.failed_steps else ""
        log.tell(f"{told.outcome}{failed}", game=game.game_id, attempt=attempt)
        if not told.may_pass or attempt >= rule.max_attempts:
            break
        wait_s = rule.backoff_after(attempt)
        attempt += 1
        click.echo(f"  attempt {attempt} of {rule.max_attempts} in {wait_s:.0f} s", err=True)
        time.sleep(wait_s)
    state = record(settings).newest("games", game.game_id) or {}
    grade, seconds = str(state.get("grade") or "-"), round(time.monotonic() - began_s, 1)
    return GameRun(game.game_id, game.title, str(told.outcome), grade, seconds, attempt)


def _figures(settings: Settings, instance: Instance, game_id: str, attempt: int) -> RunFigures:
    """Of one run, as it puts them on the record."""
    from uball_assets.automation.jobs import game_job
    from uball_assets.automation.run_records import ATTEMPT_TAG
    from uball_assets.domain.errors import Transient
    from uball_assets.domain.run_figures import RUNS, RunFigures
    from uball_assets.resources import record

    registry = record(settings)
    before = registry.newest(RUNS, game_id)
    _execute(settings, instance, game_job.name, game_id, {ATTEMPT_TAG: str(attempt)})
    told = registry.newest(RUNS, game_id)
    if told is None or told == before:
        raise Transient(f"the run of {game_id} did not say how it ended: see it in the UI, then run it again")
    return RunFigures.from_dict(told)


def _execute(
    settings: Settings, instance: Instance, job_name: str, game_id: str, tags: dict[str, str]
) -> bool:
    from uball_assets.adapters.machine.processes import signals_kept
    from uball_assets.automation.executor import DECIDED_ELSEWHERE
    from uball_assets.automation.in_process import run_in_process
    from uball_assets.automation.launcher import PID_TAG
    from uball_assets.definitions import build_defs

    job = build_defs(settings).resolve_job_def(job_name)
    given = {**tags, PID_TAG: str(os.getpid()), **DECIDED_ELSEWHERE}
    quiet = {"loggers": {"console": {"config": {"log_level": "ERROR"}}}}
    with signals_kept():
        return run_in_process(job, game_id, instance, given, quiet, settings.league)


def _train(settings: Settings, instance: Instance, log: CommandLog) -> None:
    from datetime import UTC, datetime

    from uball_assets.automation.retraining.start import start_of
    from uball_assets.automation.runs.of_instance import InstanceNotes
    from uball_assets.automation.situation import policy, retrain_situation
    from uball_assets.domain.errors import Permanent
    from uball_assets.domain.learning.retrain import decide
    from uball_assets.resources import record

    situation = retrain_situation(settings, record(settings), InstanceNotes(instance), datetime.now(UTC))
    decision = decide(situation, policy(settings))
    log.echo(decision.reason)
    if decision.due:
        start = start_of(situation, decision)
        if not _execute(settings, instance, start.job, start.game_id, {}):
            raise Permanent("the training failed: its run in the UI says why")


def _tell(runs: Sequence[GameRun], seconds: float, *, as_json: bool) -> None:
    from uball_assets.domain.run_figures import late

    slow = late({each.game_id: each.seconds for each in runs if each.outcome != PENDING})
    if as_json:
        print_json({"games": [asdict(each) for each in runs], "late": slow, "seconds": round(seconds, 1)})
        return
    click.echo("\n" + table([asdict(each) for each in runs]))
    counts = {outcome: sum(each.outcome == outcome for each in runs) for outcome in _in_order(runs)}
    told = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
    click.echo(f"{told}; {seconds:.0f} s in all" + (f"; late: {', '.join(slow)}" if slow else ""))


def _in_order(runs: Sequence[GameRun]) -> list[str]:
    return list(dict.fromkeys(each.outcome for each in runs))


def _found(game: Readiness) -> dict[str, Any]:
    return {
        "game": game.title,
        "id": game.game_id,
        "rows": str(game.rows),
        "cameras": str(len(game.cameras)),
        "hinders": "; ".join(game.hindrances) or "-",
        "missing": "; ".join(game.missing) or "-",
    }


def _count(games: Sequence[object], noun: str) -> str:
    return f"{len(games)} {noun}" if len(games) == 1 else f"{len(games)} {noun}s"
