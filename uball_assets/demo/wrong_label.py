"""What the label audit makes of the league's wrong label, as people first wrote it.

Somebody corrects it later (`mess.corrected`), so the league's rows are audited as they were before: how many
looks would a person have taken to it? Its answers are honest at any time: no model was ever taught the play.

Belongs here: the truth held beside the suspects. Not here: finding them (`services.label_audit`).
"""

from __future__ import annotations

from collections.abc import Iterable

from uball_assets.demo.league import Batch, DemoGame
from uball_assets.domain.plays.labels import canonical
from uball_assets.domain.review.suspects import best_first
from uball_assets.resources import Resources
from uball_assets.services.label_audit import LabelAuditor, annotated_games


def wrong_label_found(resources: Resources, batches: Iterable[Batch]) -> str:
    """A sentence for each play whose label was another one than what happened; '' where none was."""
    auditor = LabelAuditor(resources.training, resources.registry, resources.plays_db)
    known = set(annotated_games(resources.registry))
    games = [game for batch in batches for game in batch.games if game.game_id in known]
    wrong = {key: true for game in games for key, true in _wrong(game).items()}
    found = best_first(
        suspect for game in games for suspect in auditor.audit(game.game_id, game.plays).suspects
    )
    looks = {suspect.key: (look, suspect) for look, suspect in enumerate(found, start=1)}
    said = []
    for key, true in wrong.items():
        play_id, _, written = key.partition(":")
        if key in looks:
            look, suspect = looks[key]
            told = (
                f"look {look} of {len(found)} finds it: {suspect.chance:.0%} sure, rather {suspect.suggested}"
            )
        else:
            told = f"not among the {len(found)} plays worth a look"
        said.append(f"Play {play_id[:8]}, written {written} at first, was {true}: {told}")
    return "\n".join(said)


def _wrong(game: DemoGame) -> dict[str, str]:
    """By a suspect's key, what really happened."""
    true = {row["id"]: row["classification"] for row in game.truth}
    return {
        f"{row['id']}:{label}": true[row["id"]]
        for row in game.plays
        if (label := canonical(row["classification"])) and label != true[row["id"]]
    }
