"""`uball demo`: films the league and runs the whole loop in Dagster, batch after batch, as the league
grew; then three seasons of its results come, and the next game is forecast.

Belongs here: the order of events and what a person is told meanwhile. Every step asks first whether it is
done, so that a demo that was killed goes on where it stopped and a second one does nothing. Not here: the
closing table (`report`).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from uball_assets.adapters.machine.file_lock import only_one
from uball_assets.adapters.machine.processes import signals_kept
from uball_assets.assets.record.queries import game_states, game_targets, processed_targets
from uball_assets.assets.run_words import PARTITIONS
from uball_assets.automation.executor import DECIDED_ELSEWHERE
from uball_assets.automation.in_process import run_in_process
from uball_assets.automation.instance import fail_dead_runs, open_instance, runs_of_others
from uball_assets.automation.jobs import game_job
from uball_assets.automation.launcher import PID_TAG
from uball_assets.automation.retraining.start import start_of
from uball_assets.automation.runs.of_instance import InstanceNotes
from uball_assets.automation.situation import policy, retrain_situation
from uball_assets.definitions import build_defs
from uball_assets.demo.filming import Filming
from uball_assets.demo.gate import show_refusal, show_rollback
from uball_assets.demo.league import Batch, DemoGame, league
from uball_assets.demo.report import DemoReport, build_report
from uball_assets.demo.seasons.demo_feed import bring_feed
from uball_assets.demo.seasons.forecasting import forecast_to_come
from uball_assets.demo.seasons.next_fixture import next_fixture
from uball_assets.demo.wrong_label import wrong_label_found
from uball_assets.domain.errors import Permanent
from uball_assets.domain.learning.retrain import Decision, Situation, decide
from uball_assets.resources import Resources, build_resources
from uball_assets.services.sources import source_hashes, teams_hashes
from uball_assets.settings import DEMO_HOME, Settings
from uball_assets.settings.league.results import usual_sources

Say = Callable[[str], None]
_QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
"""The runs' own logs are in the UI; the terminal shows the demo's words."""

_POLL_S = 1.0


def run_demo(settings: Settings, say: Say, batches: Sequence[Batch] | None = None) -> DemoReport:
    """The whole loop; the report's `work_done` is False when everything stood there already.

    Raises Transient while another demo is at work in this home, Permanent in a league with other games or a
    Dagster that is not this home's alone.
    """
    started = time.monotonic()
    batches = batches or league()
    unseen = next(game for game in batches[-1].games if not game.plays)
    _refuse_shared_dagster(settings)
    _refuse_others(settings, batches)
    filmed = [game for batch in batches for game in batch.games]
    seasons = bring_feed(settings.home, filmed, datetime.now(UTC).date())
    settings = _with_feed(settings)
    with (
        only_one(settings.home / "demo.lock", _at_work(settings)),
        open_instance(settings) as instance,
        Filming(batches, settings.home / "videos", settings.workers, say) as filming,
    ):
        fail_dead_runs(instance)
        loop = Loop(settings, instance, build_defs(settings), build_resources(settings), filming, say)
        worked = [loop.grow(batches, index) for index in range(len(batches))]
        say(f"A game that nobody annotated arrives: {unseen.game_id[:8]}")
        loop.enter(Batch("unseen", [unseen], []))
        worked.append(loop.process([unseen]))
        refusal = show_refusal(settings, loop.resources, say)
        worked.append(show_rollback(loop.resources, say))
        resources = loop.resources
        wrong_label = wrong_label_found(resources, batches)
        loop.wait_for_others()
        ids = [game.game_id for game in filmed]
        worked.append(forecast_to_come(settings, instance, loop.defs, resources, seasons, ids, say))
    did_work = bool(filming.missing_count or any(worked))
    fixture = next_fixture(resources, seasons, datetime.now(UTC))
    seconds = time.monotonic() - started
    return build_report(settings, resources, unseen, did_work, seconds, refusal, wrong_label, fixture)


@dataclass(frozen=True)
class Loop:
    """The platform, as the demo drives it: the same jobs that sensors and the UI start."""

    settings: Settings
    instance: dg.DagsterInstance
    defs: dg.Definitions
    resources: Resources
    filming: Filming
    say: Say

    def grow(self, batches: Sequence[Batch], index: int) -> bool:
        """One batch of annotated games arrives, is processed, and trains a model if that is due.

        Once games of a later batch have arrived, this one's model is trained and it is left alone.
        """
        batch, known = batches[index], self._known_games()
        if any(game.game_id in known for later in batches[index + 1 :] for game in later.games):
            self.say(f"{batch.name}: learned already")
            return False
        games = [game for game in batch.games if game.plays]
        self.say(f"{batch.name}: {len(games)} games arrive")
        self.enter(Batch(batch.name, games, batch.edits))
        edited = {edit["game_id"] for edit in batch.edits}
        earlier = [game for each in batches for game in each.games if game.game_id in edited]
        worked = self.process([*earlier, *games])
        if not worked:
            self.say("  every game is up to date: nothing to do")
        return self.retrain() or worked

    def enter(self, batch: Batch) -> None:
        """What people would have done: new games into the database, corrections of old rows."""
        database = self.resources.plays_db
        known = self._known_games()
        for edit in batch.edits:
            stored, rows = database.game(edit["game_id"]), database.plays(edit["game_id"])
            before = next((row for row in rows if row["id"] == edit["id"]), None)
            if stored and before and _says_otherwise(before, edit):
                database.add_game(stored, [edit], [])
                self.say(f"  a person corrected play {edit['id'][:8]} of game {edit['game_id'][:8]}")
        for game in batch.games:
            if game.game_id not in known:
                database.add_game(game.row, game.plays, game.videos)
        self.instance.add_dynamic_partitions(PARTITIONS, [game.game_id for game in batch.games])

    def process(self, games: Sequence[DemoGame]) -> bool:
        """Runs the chain of each game whose sources or champion changed; False if none had."""
        ran = [self._process(game) for game in games]
        return any(ran)

    def retrain(self) -> bool:
        """One training if the rules say that one is due, after the decision on a model that has none; says
        why either way."""
        self.wait_for_others()
        situation = self._situation()
        decision = decide(situation, policy(self.settings))
        if decision.only_decides:
            self._start(situation, decision)
            situation = self._situation()
            decision = decide(situation, policy(self.settings))
        self.say(f"  {decision.reason}")
        if not decision.due:
            return False
        started = time.monotonic()
        self._start(situation, decision)
        model = self.resources.registry.latest("models")
        self.say(f"  trained {model['name'] if model else '?'} in {time.monotonic() - started:.1f} s")
        verdict = self.resources.registry.latest("promotions")
        self.say(f"  {verdict['reason'] if verdict else 'nothing was decided'}")
        return True

    def _situation(self) -> Situation:
        notes = InstanceNotes(self.instance)
        return retrain_situation(self.settings, self.resources.registry, notes, datetime.now(UTC))

    def _start(self, situation: Situation, decision: Decision) -> None:
        start = start_of(situation, decision)
        if not self._execute(start.job, start.game_id):
            raise Permanent("the training failed: `make demo-ui` shows its run and the reason")

    def _process(self, game: DemoGame) -> bool:
        self.filming.bring(game, self.resources.video_store, self.resources.arrivals.store)
        self.wait_for_others()
        game_id, registry, started = game.game_id, self.resources.registry, time.monotonic()
        sources = source_hashes(
            self.resources.video_store, self.resources.plays_db, [game_id], self.resources.arrivals.store
        )
        teams = teams_hashes(self.resources.plays_db)
        if game_targets(registry, sources, teams)[game_id] == processed_targets(registry).get(game_id):
            return False
        verdict = "done" if self._execute(game_job.name, game_id) else "refused"
        self.say(f"  game {game_id[:8]} {verdict} in {time.monotonic() - started:.1f} s: {game.purpose}")
        return True

    def _execute(self, job_name: str, game_id: str) -> bool:
        """One run, in this process; whether it succeeded. Its tag tells, should this process be killed."""
        job, tags = self.defs.resolve_job_def(job_name), {PID_TAG: str(os.getpid()), **DECIDED_ELSEWHERE}
        with signals_kept():
            return run_in_process(job, game_id, self.instance, tags, _QUIET, self.settings.league)

    def wait_for_others(self) -> None:
        """Until the runs that sensors or people started in this home are over: what they did is not done
        again."""
        has_warned = False
        while others := runs_of_others(self.instance):
            if not has_warned:
                self.say(f"  waiting for {len(others)} runs that were started in the UI or by a sensor")
                has_warned = True
            time.sleep(_POLL_S)

    def _known_games(self) -> set[str]:
        return _game_ids(self.resources)


def _with_feed(settings: Settings) -> Settings:
    """As they will be read from now on: the feed was not there when they were."""
    if "results_sources" in settings.model_fields_set:
        return settings
    return settings.model_copy(update={"results_sources": usual_sources(settings.home)})


def _game_ids(resources: Resources) -> set[str]:
    try:
        return set(resources.plays_db.game_ids())
    except Permanent:  # the very first game makes the database
        return set()


def _refuse_shared_dagster(settings: Settings) -> None:
    """Its runs and partitions would stand among a league's. In its own home it takes none of these."""
    shared = {
        "UBALL_INSTANCE_URL": settings.instance_url is not None,
        "UBALL_INSTANCE_FOLDER": settings.instance_folder != settings.home / "dagster",
        "UBALL_LOGS_URL": bool(settings.logs_url),
        "UBALL_LEAGUE": bool(settings.league_slug),
    }
    if given := [name for name, is_given in shared.items() if is_given]:
        raise Permanent(
            f"the demo keeps Dagster's tables in its home alone, and {', '.join(given)} leads to a league's: "
            "take that away, or UBALL_HOME, without which the demo has a home of its own"
        )


def _refuse_others(settings: Settings, batches: Sequence[Batch]) -> None:
    """The demo's numbers are its own games' alone, and one's own models learn from no drawn video."""
    resources = build_resources(settings)
    own = {game.game_id for batch in batches for game in batch.games}
    others = sorted({*_game_ids(resources), *game_states(resources.registry)} - own)
    if others:
        raise Permanent(
            f"the league in {settings.home} has games that are not the demo's ({others[0]}, {len(others)} in "
            "all), and the demo's would be learned with them: give the demo a home of its own, as in "
            f"UBALL_HOME={DEMO_HOME} uball demo"
        )


def _at_work(settings: Settings) -> str:
    return (
        f"`uball demo` is at work in {settings.home} already (process {os.getpid()}): wait for its end, or "
        "give this one a home of its own: UBALL_HOME=FOLDER"
    )


def _says_otherwise(before: Mapping[str, Any], edit: Mapping[str, Any]) -> bool:
    """Whether a correction is still to be made; when it was made is the database's to say."""
    return any(before[column] != value for column, value in edit.items() if not column.endswith("_at"))
