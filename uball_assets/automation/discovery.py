"""Discovery: every game that is outside, decided on: what is outside, on the record and running, in one pass.

Belongs here: gathering for one look, within its time. Not here: the decision for a game
(`domain.learning.pickup`), whose turn it is (`domain.learning.turns`) or starting runs (`sensors`).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from uball_assets.adapters.record.archived_videos import archived_games
from uball_assets.adapters.record.following import newest_followed
from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.assets.record.appends import recorded_s
from uball_assets.assets.record.queries import (
    annotators,
    asked_by_a_newer_model,
    game_targets,
    processed_games,
)
from uball_assets.automation.attempts import (
    GAME,
    MOST_LOOKED_AT,
    Attempts,
    Runs,
    look_at_runs,
    read_attempts,
    settle,
)
from uball_assets.automation.operating.repairs import causes_lacking, repairs_lacking
from uball_assets.automation.retraining.asking_again import without_money
from uball_assets.automation.retraining.collecting import collected_again
from uball_assets.automation.runs.notes import RunNotes
from uball_assets.automation.situation import live_games
from uball_assets.domain.errors import Permanent
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.games import valid_game_id
from uball_assets.domain.learning.lacking import lacks
from uball_assets.domain.learning.pickup import GameView, Pickup, pick_up
from uball_assets.domain.learning.presence import Limits, Presence, presence
from uball_assets.domain.learning.retrain import Policy
from uball_assets.domain.learning.turns import Turns, behind
from uball_assets.domain.record import ARCHIVES
from uball_assets.domain.serving.asking_again import Again
from uball_assets.services.sources import Look, source_hash


@dataclass(frozen=True)
class Discovery:
    decided: dict[str, Pickup]
    """Every game that was looked at."""
    hashes: dict[str, str]
    """Of its sources."""
    tried_at: dict[str, str]
    """Under what each game's attempts are counted: its target, and what it lacks there."""
    unlooked: list[str]
    """Games that there was no time for; the next look begins with the first."""
    refused: list[str]
    """What is wrong with folders that can be no game."""
    handled: frozenset[str]
    """Games that are there, whole, and that the record knows: each has a partition, unless it was deleted."""
    settled_to: str
    """`Turns.settled_to`."""
    vanished: tuple[str, ...] = ()
    """Games that the record knows and no source has any more."""
    stopped: str = ""
    """Why nothing is to be believed of this look (`presence.Presence.stopped`); nothing was decided then."""


def discover(
    look: Look,
    begun: Mapping[str, str],
    registry: Registry,
    notes: RunNotes,
    rule: Policy,
    turns: Turns,
    is_over: Callable[[], bool],
    limits: Limits,
    short_games: Container[str] = (),
    causes: str = "",
    ask_again: Again = "better",
    collect_days: int = 30,
    month_usd: float | None = None,
) -> Discovery:
    """`begun`: what was begun with a game and has not ended. `causes`: `clips.quarantine_causes` of the
    settings. `ask_again`: when a game that nobody annotated is asked again. `month_usd`: what a month may
    cost; None: whatever is asked for.

    Writes down how earlier attempts ended.
    """
    states = newest_followed(registry, "games")
    there = _present(look, registry, states, limits)
    if there.stopped:
        return Discovery({}, {}, {}, [], [], frozenset(), turns.settled_to, stopped=there.stopped)
    gone = {game_id for game_id, state in states.items() if state.get("removed")}
    nowhere = {*there.vanished, *(game_id for game_id in gone if look.seen(game_id).is_nowhere)}
    named, refused = _valid(game_id for game_id in look.games if game_id not in nowhere)
    hashes, unlooked = _looked_at(look, named, turns.look_from, is_over)
    attempts = read_attempts(registry)
    annotated = newest_followed(registry, "annotations")
    processed = processed_games(states, annotated)
    models = annotators(registry, hashes, annotated, ask_again)
    teams = {game: look.teams_hash(game) for game in hashes}
    row_counts = {game: look.row_count(game) for game in hashes}
    targets = game_targets(registry, hashes, teams, states, models, row_counts)
    live = live_games(notes)
    at_target = {game for game, target in targets.items() if _is_at(processed.get(game), target)}
    lacking = {
        game: lack for game, lack in lacks(states, short_games, processed).items() if game in at_target
    }
    # What the store was found to lack, or was left out by rules that have changed, is made again first.
    again = {**causes_lacking(states, causes), **repairs_lacking(registry)}
    lacking |= {game: lack for game, lack in again.items() if game in at_target}
    collected = collected_again(registry, lacking.keys() - again.keys(), states, collect_days)
    tried_at = {
        game: f"{target}:again:{lacking[game].name}{collected.get(game, '')}" if game in lacking else target
        for game, target in targets.items()
    }
    waiting = {
        game: tried
        for game, tried in tried_at.items()
        if game not in live and (game not in at_target or game in lacking)
    }
    runs, settled_to = _settled(registry, notes, attempts, waiting, turns.settled_to)
    newer_models = asked_by_a_newer_model(processed, states, models)
    money_out = without_money(registry, newer_models, models, live, month_usd, datetime.now(UTC).date())
    now_s = datetime.now(UTC).timestamp()

    def view(game_id: str) -> GameView:
        done, state = processed.get(game_id), states.get(game_id)
        left = state if state and state.get("removed") else None
        so_far = attempts.at(GAME, f"{game_id}:{tried_at[game_id]}", runs)
        return GameView(
            game_id=game_id,
            source_hash=hashes[game_id],
            seen_before=turns.seen.get(game_id, done["source_hash"] if done else None),
            target=targets[game_id],
            processed=done["target"] if done else None,
            processed_at_s=recorded_s(since) if (since := done or left) else None,
            run_live=game_id in live,
            attempts=so_far.ended,
            next_attempt=so_far.next_number,
            processed_source=done["source_hash"] if done else None,
            source_changes=_source_changes(state, look, game_id, hashes[game_id]),
            newer_model=newer_models.get(game_id, ""),
            money_out=money_out.get(game_id, ""),
            teams_changed=bool(done) and teams[game_id] != states[game_id].get("teams_hash", teams[game_id]),
            unfinished=begun.get(game_id),
            lacks=lacking[game_id].said if game_id in lacking else "",
            away=there.away.get(game_id, ""),
            is_back=left is not None,
            is_daily=game_id in collected,
        )

    return Discovery(
        decided={game_id: pick_up(view(game_id), rule, now_s) for game_id in sorted(hashes)},
        hashes=hashes,
        tried_at=tried_at,
        unlooked=unlooked,
        refused=refused,
        handled=frozenset((states.keys() | attempts.games) & set(named) - begun.keys() - gone),
        settled_to=settled_to,
        vanished=tuple(game for game in there.vanished if game not in live | begun.keys()),
    )


def _source_changes(state: Entry | None, look: Look, game_id: str, source: str) -> str:
    """What of a game's sources is other than when it was processed; '' where its state does not tell."""
    if state is None or state.get("plays_version") is None or state["source_hash"] == source:
        return ""
    version = look.versions.get(game_id, "")
    if version == state["plays_version"]:
        return "its videos or their offsets"
    is_all = source_hash(state["videos_hash"], version, state["arrived_hash"]) == source
    return "its plays" if is_all else "its plays, and its videos or their offsets"


def _present(look: Look, registry: Registry, states: Mapping[str, Entry], limits: Limits) -> Presence:
    seen = {game_id: look.seen(game_id) for game_id in states}
    archived = archived_games(newest_followed(registry, ARCHIVES))
    place = look.video_store.uri(f"{object_names.VIDEOS}x").removesuffix("x")
    return presence(states, seen, archived, limits, place)


def _is_at(processed: Entry | None, target: str) -> bool:
    return processed is not None and processed["target"] == target


def _valid(found: Iterable[str]) -> tuple[list[str], list[str]]:
    """Games whose id may be a partition, and what is wrong with the others."""
    named, refused = [], []
    for game_id in found:
        try:
            named.append(valid_game_id(game_id))
        except Permanent as error:
            refused.append(str(error))
    return named, refused


def _looked_at(
    look: Look, named: list[str], look_from: str, is_over: Callable[[], bool]
) -> tuple[dict[str, str], list[str]]:
    """Each game's hash, and the games that there was no time for, last those whose plays are not read yet;
    one at least is looked at."""
    order = [*(game for game in named if game >= look_from), *(game for game in named if game < look_from)]
    known = [game for game in order if look.is_known(game)]
    unread = [game for game in order if not look.is_known(game)]
    hashes: dict[str, str] = {}
    for place, game_id in enumerate(known):
        if hashes and is_over():
            return hashes, [*known[place:], *unread]
        hashes[game_id] = look.source_hash(game_id)
    return hashes, unread


def _settled(
    registry: Registry,
    notes: RunNotes,
    attempts: Attempts,
    waiting: Mapping[str, str],
    settled_to: str,
) -> tuple[Runs, str]:
    """The runs of games that wait at this target, and a few others whose turn it is to be written down."""
    needed = [
        key
        for game_id, target in waiting.items()
        for key in attempts.unsettled_at(GAME, f"{game_id}:{target}")
    ]
    order = behind(attempts.unsettled(GAME), settled_to)
    turn = order[:MOST_LOOKED_AT]
    runs = look_at_runs(notes, [*needed, *turn])
    settle(registry, attempts, [*needed, *turn], runs)
    return runs, turn[-1] if len(order) > len(turn) else ""
