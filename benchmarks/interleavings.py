"""Every order in which games land, are edited and removed, trainings are asked for, and runs end well or
fail.

A league of a few games on the pure rules alone: what `pick_up` and `decide` start is started, one action a
tick, and afterwards the league is left alone until it rests. Then nothing may be lost (a game that is there
is
learned as it is, or its reason says that it was given up), nothing doubled (no run key twice, no model that
nobody
needed), and every start and every wait has its reason.

    python -m benchmarks.interleavings [games] [ticks]

Belongs here: the league and what must hold. Not here: the rules (`domain.learning`).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from uball_assets.domain.learning.attempts import Asked, Attempt, Tried, tried
from uball_assets.domain.learning.due.requests import Kind, Request, open_requests, served_to
from uball_assets.domain.learning.due.undecided import Undecided, decision_hash
from uball_assets.domain.learning.manifest import GameExamples, Manifest, changes
from uball_assets.domain.learning.pickup import GameView, Pickup, pick_up
from uball_assets.domain.learning.retrain import Decision, Policy, Situation, decide, target_hash
from uball_assets.domain.learning.training_config import TrainingConfig

DAY_S = 86_400.0
POLICY = Policy(
    first_thresholds=(1, 2),
    then_every_games=3,
    longest_wait_s=2.5 * DAY_S,
    settle_s=1.5 * DAY_S,
    backoff_s=(0.0,),
    trainings_a_week=100,
)
CONFIG = TrainingConfig("base", 1, 7, "prompt")
MOST_TO_REST = 16
"""Ticks without anybody's doing until the league rests: three attempts at each of three things, and some."""


class Wrong(AssertionError):  # noqa: N818 - a finding, not a fault of the program
    """What must hold does not: what happened, tick by tick."""


@dataclass(frozen=True)
class Game:
    content: int = 0
    """How often it was written; 0 before it came."""
    is_there: bool = False
    recorded: tuple[int, int] | None = None
    """The content that its newest state on the record is of, and the tick of that; 0 once it is retired."""
    runs: tuple[tuple[int, str], ...] = ()
    """Its attempts on the record, in order: the content, and `live`, `succeeded` or `failed`."""

    @property
    def is_live(self) -> bool:
        return bool(self.runs) and self.runs[-1][1] == "live"

    def ended(self, outcome: str) -> Game:
        return replace(self, runs=(*self.runs[:-1], (self.runs[-1][0], outcome)))


@dataclass(frozen=True)
class Model:
    games: tuple[tuple[int, int], ...]
    """Which, and as what content."""
    answers: int
    is_decided: bool = False


@dataclass(frozen=True)
class Training:
    """One attempt on the record: what it was counted at, and how it stands."""

    target: str
    number: int
    stage: str
    """`training`, `deciding`, `succeeded` or `failed`."""
    games: tuple[tuple[int, int], ...]
    answers: int


@dataclass(frozen=True)
class League:
    games: tuple[Game, ...]
    tick: int = 0
    models: tuple[Model, ...] = ()
    trainings: tuple[Training, ...] = ()
    requests: tuple[int, ...] = ()
    """The tick of each, a person's."""

    @property
    def live(self) -> Training | None:
        last = self.trainings[-1] if self.trainings else None
        return last if last and last.stage in ("training", "deciding") else None

    @property
    def now_s(self) -> float:
        return self.tick * DAY_S

    @property
    def eligible(self) -> tuple[tuple[int, int], ...]:
        return tuple(
            (number, game.recorded[0])
            for number, game in enumerate(self.games)
            if game.recorded and game.recorded[0]
        )

    def with_game(self, number: int, game: Game) -> League:
        return replace(self, games=(*self.games[:number], game, *self.games[number + 1 :]))

    def with_training(self, **changed: object) -> League:
        return replace(self, trainings=(*self.trainings[:-1], replace(self.trainings[-1], **changed)))  # type: ignore[arg-type]


@cache
def manifest(games: tuple[tuple[int, int], ...]) -> Manifest:
    return Manifest(tuple(GameExamples(f"g{n}", f"g{n}:{content}", 8, 2, "t", "v") for n, content in games))


# --- what may happen


def actions(league: League) -> Iterator[tuple[str, int]]:
    """By name and game; games that never came are alike, so the first of them lands."""
    yield "wait", 0
    yield "request", 0
    new = [number for number, game in enumerate(league.games) if not game.content]
    for number, game in enumerate(league.games):
        if game.is_there:
            yield "edit", number
            yield "remove", number
        elif game.content or number == new[0]:
            yield "land", number
        if game.is_live:
            yield "fail", number
    if league.live:
        yield ("train" if league.live.stage == "training" else "promote"), 0
        yield "fail training", 0


def acted(league: League, action: str, number: int) -> League:
    game = league.games[number]
    if action in ("land", "edit"):
        return league.with_game(number, replace(game, content=game.content + 1, is_there=True))
    if action == "remove":
        return league.with_game(number, replace(game, is_there=False))
    if action == "fail":
        return league.with_game(number, game.ended("failed"))
    if action == "request":
        return replace(league, requests=(*league.requests, league.tick))
    if action == "train":
        live = league.trainings[-1]
        made = replace(league, models=(*league.models, Model(live.games, live.answers)))
        return made.with_training(stage="deciding")
    if action == "promote":
        decided = replace(league.models[-1], is_decided=True)
        return replace(league, models=(*league.models[:-1], decided)).with_training(stage="succeeded")
    return league.with_training(stage="failed") if action == "fail training" else league


def runs_end(league: League) -> League:
    """Game runs of the tick before end well; a game that is gone is retired once no run uses it."""
    for number, game in enumerate(league.games):
        ended = game
        if game.is_live:
            ended = replace(game.ended("succeeded"), recorded=(game.runs[-1][0], league.tick))
        elif not game.is_there and game.recorded and game.recorded[0]:
            ended = replace(game, recorded=(0, league.tick))
        league = league.with_game(number, ended)
    return league


# --- what the rules say


def picked(league: League, number: int) -> Pickup:
    game = league.games[number]
    asked: list[Asked] = []
    outcomes: dict[str, Attempt] = {}
    live: set[str] = set()
    for place, (content, outcome) in enumerate(game.runs):
        if content == game.content:
            asked.append(Asked(str(place), len(asked) + 1, league.now_s))
            if outcome == "live":
                live.add(str(place))
            else:
                outcomes[str(place)] = Attempt(league.now_s, outcome)
    so_far = tried(asked, outcomes, live)
    processed = str(game.recorded[0]) if game.recorded and game.recorded[0] else None
    view = GameView(
        game_id=f"g{number}",
        source_hash=str(game.content),
        seen_before=str(game.content),
        target=str(game.content),
        processed=processed,
        processed_at_s=None,
        run_live=game.is_live,
        attempts=so_far.ended,
        next_attempt=so_far.next_number,
        processed_source=processed,
    )
    return pick_up(view, POLICY, league.now_s)


def tried_at(league: League, target: str) -> Tried:
    of_target = [training for training in league.trainings if training.target == target]
    asked = [Asked(str(training.number), training.number, league.now_s) for training in of_target]
    ended = {
        str(training.number): Attempt(league.now_s, training.stage)
        for training in of_target
        if training.stage in ("succeeded", "failed")
    }
    return tried(asked, ended, {str(training.number) for training in of_target} - ended.keys())


def requests_of(league: League) -> list[Request]:
    return [
        Request(number, Kind.PERSON, "ann", "to see", at * DAY_S, None, from_base=False)
        for number, at in enumerate(league.requests, start=1)
    ]


def situation_of(league: League) -> Situation:
    eligible, newest = manifest(league.eligible), league.models[-1] if league.models else None
    learned = manifest(newest.games) if newest else None
    difference = changes(eligible, learned)
    waited_s = {
        game: league.now_s - league.games[int(game[1:])].recorded[1] * DAY_S  # type: ignore[index]
        for game in (*difference.added, *difference.changed, *difference.removed)
    }
    served = served_to([{"request": model.answers} for model in league.models])
    asked = open_requests(requests_of(league), served, league.now_s)
    target = target_hash(eligible, CONFIG, (), asked.newest.number if asked.newest else 0)
    so_far, undecided = tried_at(league, target), None
    if newest and not newest.is_decided:
        name = f"v{len(league.models)}"
        deciding = decision_hash(name, "", 0)
        first = tried_at(league, deciding)
        undecided = Undecided(name, False, first.ended, first.next_number, deciding)
    return Situation(
        eligible=eligible,
        learned=learned,
        models_so_far=len(league.models),
        live_game_runs=sum(game.is_live for game in league.games),
        oldest_waiting_s=max(waited_s.values(), default=None),
        attempts=so_far.ended,
        now_s=league.now_s,
        training_live=league.live is not None,
        requests=asked,
        next_attempt=so_far.next_number,
        target_hash=target,
        waited_s=tuple(waited for game, waited in waited_s.items() if game not in difference.removed),
        undecided=undecided,
    )


# --- one tick


def ticked(league: League, action: str, number: int) -> tuple[League, Decision]:
    """What happens, what ends, and what the two sensors then start. Raises Wrong where a start is doubled or
    has no reason."""
    league = acted(replace(league, tick=league.tick + 1), action, number)
    return _train(_pick_up(runs_end(league)))


def _pick_up(league: League) -> League:
    for number, game in enumerate(league.games):
        if not game.is_there:
            continue
        found = picked(league, number)
        _hold(bool(found.reason), "a game's tick has no reason", league)
        if found.due:
            _hold(not game.is_live, "a game has two runs", league)
            league = league.with_game(number, replace(game, runs=(*game.runs, (game.content, "live"))))
    return league


def _train(league: League) -> tuple[League, Decision]:
    situation = situation_of(league)
    arrived = sum(game.is_there and _is_coming(league, number) for number, game in enumerate(league.games))
    decision = decide(replace(situation, arrived_games=arrived), POLICY)
    _hold(decision.reason.startswith("due: ") is decision.due, f"no reason: {decision.reason}", league)
    _hold(bool(decision.needs), "nobody is told what would have to happen", league)
    if not decision.due:
        return league, decision
    first = situation.undecided if decision.only_decides else None
    target = first.target_hash if first else situation.target_hash
    number = first.next_attempt if first else situation.next_attempt
    used = {(training.target, training.number) for training in league.trainings}
    _hold((target, number) not in used, "a run key is used twice", league)
    _hold(league.live is None, "two trainings at once", league)
    stage = "deciding" if first else "training"
    started = Training(target, number, stage, league.eligible, situation.requests.last)
    return replace(league, trainings=(*league.trainings, started)), decision


def _is_coming(league: League, number: int) -> bool:
    game = league.games[number]
    is_current = game.recorded is not None and game.recorded[0] == game.content
    return not is_current and not game.is_live and picked(league, number).due


def _hold(holds: bool, words: str, league: League) -> None:
    if not holds:
        raise Wrong(f"{words}: {league}")


# --- the end of a history


def rested(league: League) -> tuple[League, Decision]:
    """Left alone: runs end well, until two ticks in a row start nothing."""
    quiet = 0
    for _ in range(MOST_TO_REST):
        stage = league.live.stage if league.live else ""
        action = {"training": "train", "deciding": "promote"}.get(stage, "wait")
        league, decision = ticked(league, action, 0)
        is_busy = league.live is not None or any(game.is_live for game in league.games)
        quiet = 0 if is_busy else quiet + 1
        if quiet > POLICY.longest_wait_s / DAY_S + 1:
            return league, decision
    raise Wrong(f"it never rests: {league}")


def is_given_up(league: League, number: int) -> bool:
    return picked(league, number).reason.startswith("gave up")


def prove(league: League) -> bool:
    """Whether a person was needed. Raises Wrong where something is lost, doubled or not explained."""
    league, decision = rested(league)
    needed_help = decision.gave_up
    if needed_help:
        league, decision = rested(acted(league, "request", 0))
    for number, game in enumerate(league.games):
        if not game.is_there:
            _hold(
                not game.recorded or not game.recorded[0], "a game that is gone is still learned from", league
            )
        elif not is_given_up(league, number):
            _hold(game.recorded is not None and game.recorded[0] == game.content, "a game is lost", league)
        else:
            needed_help = True
    if league.models:
        newest = league.models[-1]
        if league.eligible:  # without a game there is no partition that a run could be of
            _hold(newest.is_decided, f"nobody decides on the newest model: {decision.reason}", league)
            _hold(newest.games == league.eligible, f"a game is not learned: {decision.reason}", league)
    else:
        _hold(not league.eligible, f"no model: {decision.reason}", league)
    if league.eligible:
        _hold(not situation_of(league).requests.newest, f"a request is lost: {decision.reason}", league)
    _prove_none_twice(league)
    return needed_help


def _prove_none_twice(league: League) -> None:
    """A model on the games of the one before it was asked for, and each request is answered once."""
    before = Model((), 0)
    for model in league.models:
        is_needed = model.games != before.games or model.answers > before.answers
        _hold(is_needed, "a model that nobody needed", league)
        before = model
    targets = [training.target for training in league.trainings if training.stage == "succeeded"]
    _hold(len(set(targets)) == len(targets) or _came_back(league), "a training is done twice", league)


def _came_back(league: League) -> bool:
    """A set that was left and came back (A, B, A) is trained anew."""
    sets = [model.games for model in league.models]
    return len(set(sets)) < len(sets)


@dataclass(frozen=True)
class Found:
    histories: int
    leagues: int
    """Different ones that they lead to; what is alike is looked at once."""
    helped: int
    """Histories in which somebody had to ask, or a game was given up: the reason said so."""


def enumerate_all(game_count: int, ticks: int) -> Found:
    """Every history of so many games and ticks. Raises Wrong at the first that does not hold."""
    level = {League((Game(),) * game_count): 1}
    for _ in range(ticks):
        after: dict[League, int] = {}
        for league, count in level.items():
            for action, number in actions(league):
                found, _ = ticked(league, action, number)
                after[found] = after.get(found, 0) + count
        level = after
    helped = sum(count for league, count in level.items() if prove(league))
    return Found(sum(level.values()), len(level), helped)


def main() -> None:
    game_count, ticks = (int(word) for word in sys.argv[1:3]) if len(sys.argv) > 2 else (4, 6)
    began_s = time.monotonic()
    found = enumerate_all(game_count, ticks)
    print(  # noqa: T201 - the benchmark's answer
        f"{game_count} games, {ticks} ticks: {found.histories:,} histories, {found.leagues:,} different "
        f"leagues; 0 lost, 0 doubled, each start and wait with its reason; in {found.helped:,} somebody had "
        f"to ask or a game was given up after {POLICY.max_attempts} attempts, and the reason said so; "
        f"{time.monotonic() - began_s:.0f} s"
    )


if __name__ == "__main__":
    main()
