"""Games that have arrived or changed outside and have no run yet: a batch that is due waits for them.

Asked only when a training is due, for it looks at every game. Belongs here: which games are coming. Not here:
how long they are waited for (`domain.learning.due.batch`) or starting them (`sensors`).
"""

from __future__ import annotations

from uball_assets.adapters.record.following import newest_followed
from uball_assets.adapters.record.registry import Registry
from uball_assets.assets.record.queries import game_targets
from uball_assets.automation.attempts import GAME, Attempts, look_at_runs
from uball_assets.automation.runs.notes import RunNotes
from uball_assets.automation.situation import live_games
from uball_assets.domain.footage.games import is_valid_game_id
from uball_assets.services.sources import Look


def arrived_games(
    look: Look, registry: Registry, notes: RunNotes, attempts: Attempts, max_attempts: int
) -> list[str]:
    """Of games with plays. Not those whose run is live, that counts by itself, nor those that were tried in
    vain so often, or failed for good."""
    states, live = newest_followed(registry, "games"), live_games(notes)
    rows = {game: look.row_count(game) for game in look.games if is_valid_game_id(game) and game not in live}
    hashes = {game: look.source_hash(game) for game, count in rows.items() if count}
    changed = {
        game: found for game, found in hashes.items() if states.get(game, {}).get("source_hash") != found
    }
    teams = {game: look.teams_hash(game) for game in changed}
    targets = game_targets(registry, changed, teams, states, row_counts=rows)
    at = {game: f"{game}:{target}" for game, target in targets.items()}
    runs = look_at_runs(notes, (key for one in at.values() for key in attempts.unsettled_at(GAME, one)))
    so_far = {game: attempts.at(GAME, one, runs).ended for game, one in at.items()}
    return [
        game
        for game, ended in so_far.items()
        if len(ended) < max_attempts and not any(attempt.for_good for attempt in ended)
    ]
