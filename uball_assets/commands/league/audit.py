"""`uball audit`: plays whose label may be wrong, those first where a look is worth the most.

Belongs here: words out. Not here: what speaks against a label (`domain.review`), reading it
(`services.label_audit`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from heapq import nsmallest
from typing import TYPE_CHECKING, Any

import click

from uball_assets.commands.answers import as_json, print_json, table
from uball_assets.commands.league.loading import load

if TYPE_CHECKING:
    from uball_assets.adapters.stores.object_store import ObjectStore
    from uball_assets.domain.review.suspects import Suspect
    from uball_assets.services.label_audit import LabelAuditor


@click.command()
@click.argument("game_id", required=False)
@click.option(
    "--most", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many plays are shown."
)
@click.option("--anew", is_flag=True, help="Audit every game again: newer models may know more.")
@as_json
def audit(*, game_id: str | None, most: int, anew: bool, as_json: bool) -> None:
    """Plays of GAME_ID whose label may be wrong; without one, of all games as each was audited last.

    Against a label speaks the answer of a model that had not learned the play, another row of the same
    moment, or the official score. No label is changed: look at the clips, first line first, and correct the
    row where people were wrong.
    """
    from uball_assets.resources import plays_database, record, training_store
    from uball_assets.services.label_audit import LabelAuditor

    settings = load()
    training, registry = training_store(settings), record(settings)
    auditor = LabelAuditor(training, registry, plays_database(settings))
    totals = _Totals()
    found = _audited(auditor, game_id, most, totals) if game_id or anew else _kept(auditor, most, totals)
    if as_json:
        print_json({**vars(totals), "suspects": [_told(one, training) for one in found]})
    else:
        _show(found, totals, training)


class _Totals:
    """Of all games that are told of."""

    def __init__(self) -> None:
        self.games = self.plays = self.answered = self.to_look_at = 0
        self.score: dict[str, str] = {}
        self.not_audited: list[str] = []

    def add(self, line: Mapping[str, Any]) -> None:
        self.games += 1
        self.plays += line["play_count"]
        self.answered += line["answered_count"]
        self.to_look_at += line["suspect_count"]
        if line["score_gap"]:
            self.score[line["game_id"]] = line["score_gap"]


def _audited(auditor: LabelAuditor, game_id: str | None, most: int, totals: _Totals) -> list[Suspect]:
    """Now, one game after another."""
    from uball_assets.domain.review.suspects import rank
    from uball_assets.services.label_audit import annotated_games, in_short, known_game

    def suspects() -> Iterator[Suspect]:
        wanted = [known_game(auditor.plays_db, game_id)] if game_id else annotated_games(auditor.registry)
        for each in wanted:
            audited = auditor.audit_and_keep(each)
            totals.add(in_short(audited))
            yield from audited.suspects

    return nsmallest(most, suspects(), key=rank)


def _kept(auditor: LabelAuditor, most: int, totals: _Totals) -> list[Suspect]:
    from uball_assets.services.label_audit import best_kept, kept_audits

    kept = kept_audits(auditor.registry)
    for line in kept.lines.values():
        totals.add(line)
    totals.not_audited = kept.missing
    return best_kept(auditor.training, kept, most)


def _told(suspect: Suspect, training: ObjectStore) -> dict[str, Any]:
    clips = {str(clip.angle): training.uri(clip.name) for clip in suspect.clips}
    return {**asdict(suspect), "clips": clips}


def _show(found: list[Suspect], totals: _Totals, training: ObjectStore) -> None:
    from uball_assets.domain.footage.games import short_id

    rows = [
        {
            "look": look,
            "game": short_id(one.game_id),
            "play": one.play_id,
            "at": f"{one.moment_game_s:.1f} s, {one.side}",
            "written": one.written,
            "rather": one.suggested,
            "sure": f"{one.chance:.0%}",
            "against it": "\n".join(evidence.says for evidence in one.evidence),
        }
        for look, one in enumerate(found, start=1)
    ]
    if rows:
        click.echo(table(rows) + "\n")
    for look, one in enumerate(found, start=1):
        for clip in one.clips:
            click.echo(f"{look:>4}  {clip.angle:<10}  {training.uri(clip.name)}")
    for game_id, says in totals.score.items():
        click.echo(f"score of {short_id(game_id)}: {says}")
    click.echo(
        f"{totals.to_look_at} of {totals.plays} plays in {totals.games} games are worth a look; "
        f"{totals.answered} have an answer by a model that had not learned them. Nothing was changed."
    )
    if totals.not_audited:
        games = f"{len(totals.not_audited)} more were not audited yet"
        click.echo(f"{games}: their next run does it, or `uball audit --anew`")
