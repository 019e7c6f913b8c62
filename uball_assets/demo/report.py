"""What the demo shows at its end: each model version, what was quarantined and why, the game nobody
annotated, pictures, and the forecast of the next fixture.

Belongs here: reading the record into a table. The truth of the unannotated game, which no database ever saw,
is used here and nowhere else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent
from typing import Any

from tabulate import tabulate

from uball_assets.adapters.record.routes import cause_of, routing_of
from uball_assets.adapters.stores import documents
from uball_assets.assets.record.queries import champion, game_clips, game_plays, game_states, step_of
from uball_assets.assets.scoring import percent
from uball_assets.demo.league import DemoGame
from uball_assets.demo.seasons.next_fixture import NextFixture
from uball_assets.domain.answers.game_measure import GameMeasure, measure_game
from uball_assets.domain.answers.measure_words import label_rows, measure_lines
from uball_assets.domain.answers.metrics import GameScores, Interval, Scores
from uball_assets.domain.errors import Quarantined
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.games import game_title
from uball_assets.domain.plays.plays import check_rows
from uball_assets.domain.plays.quarantine_summary import grouped
from uball_assets.domain.record import ROUTES
from uball_assets.domain.serving.promotion import Step
from uball_assets.media.pictures.charts import accuracy_by_version, confusion_picture, timeline_picture
from uball_assets.media.pictures.contact_sheet import contact_sheet
from uball_assets.resources import Resources
from uball_assets.services.asking.annotations import Annotations
from uball_assets.settings import DEMO_HOME, Settings

SHEET_CLIPS = 24
_BECAME = {
    Step.PROMOTE: "champion",
    Step.SHADOW: "shadow",
    Step.REFUSE: "refused",
    Step.STAY: "nothing",
}
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class DemoReport:
    versions: list[dict[str, Any]]
    quarantine: list[dict[str, Any]]
    unseen_game_id: str
    unseen_model: str
    unseen: GameMeasure
    pictures: list[Path]
    work_done: bool
    seconds: float
    home: str
    """As UBALL_HOME names it; empty for the demo's own."""
    verdicts: list[str]
    """The gate's sentence on each version, and on the model that was made worse on purpose."""
    history: list[dict[str, Any]]
    """Who served since when, and why."""
    wrong_label: str
    """In how many looks the label audit leads to the label that is wrong on purpose."""
    fixture: NextFixture | None = None
    """The next one, with its forecast."""

    def to_dict(self) -> dict[str, Any]:
        return {
            "versions": self.versions,
            "quarantine": self.quarantine,
            "verdicts": self.verdicts,
            "wrong_label": self.wrong_label,
            "history": self.history,
            "unannotated_game": {
                "game_id": self.unseen_game_id,
                "model": self.unseen_model,
                **self.unseen.found.to_dict(),
                "measure": {name: value for name, value in self.unseen.to_dict().items() if name != "found"},
            },
            "next_fixture": self.fixture.to_dict() if self.fixture else None,
            "pictures": [str(picture) for picture in self.pictures],
            "work_done": self.work_done,
            "seconds": round(self.seconds, 1),
        }

    def text(self) -> str:
        found, game = self.unseen.found, self.unseen_game_id[:8]
        sections = [
            "Models, all scored on the same plays, which none of them was trained on:",
            tabulate(self.versions, headers="keys", tablefmt="simple"),
            "What the gate said of each, the last one made worse on purpose:\n"
            + "\n".join(f"  {verdict}" for verdict in self.verdicts),
            "Who served, one row a change (uball routes, uball history):\n"
            + tabulate(self.history, headers="keys", tablefmt="simple", maxcolwidths=[None, None, None, 60]),
            "Left out, and why (the rest of each game went on):",
            tabulate(self.quarantine, headers="keys", tablefmt="simple", maxcolwidths=[None, None, None, 84]),
            *(
                [f"The label that is wrong on purpose (uball audit): {self.wrong_label}\n"]
                if self.wrong_label
                else []
            ),
            f"Game {game}, which nobody annotated, by {self.unseen_model}, against the truth it never saw:",
            f"  {found.true_count} plays happened, {found.predicted_count} were annotated",
            _found(found),
            f"  of those found, the right label: {percent(found.label_accuracy)}",
            f"  points by team in truth: {_points(found.points_true)}",
            f"  points by team annotated: {_points(found.points_predicted)}",
            *(f"  {what}: {value}" for what, value in measure_lines(self.unseen).items()),
            indent(tabulate(label_rows(self.unseen), headers="keys", tablefmt="simple"), "  "),
            "Pictures:",
            *(f"  {picture}" for picture in self.pictures),
            *([f"\n{self.fixture.text()}"] if self.fixture else []),
            _closing(self.work_done, self.seconds, self.home),
        ]
        return "\n\n".join(sections[:6]) + "\n\n" + "\n".join(sections[6:])


def build_report(
    settings: Settings,
    resources: Resources,
    unseen: DemoGame,
    work_done: bool,
    seconds: float,
    refusal: str = "",
    wrong_label: str = "",
    fixture: NextFixture | None = None,
) -> DemoReport:
    serving = champion(resources.registry)
    if serving is None:
        message = "the demo ended without a model that serves; see the runs in `make demo-ui`"
        raise RuntimeError(message)
    truth, _ = check_rows(unseen.truth, {})
    answers = documents.load(
        resources.training, object_names.annotated(unseen.game_id, serving["name"]), Annotations
    )
    return DemoReport(
        versions=_versions(resources),
        quarantine=_quarantine(resources),
        unseen_game_id=unseen.game_id,
        unseen_model=serving["label"],
        unseen=measure_game(truth, answers.plays, settings.match_tolerance_s),
        pictures=_pictures(settings.home / "pictures", resources, unseen, answers, serving["label"]),
        work_done=work_done,
        seconds=seconds,
        verdicts=[entry["reason"] for entry in resources.registry.entries("promotions")]
        + ([refusal] if refusal else []),
        history=_history(resources),
        wrong_label=wrong_label,
        fixture=fixture,
        home="" if settings.home == settings.checkout / DEMO_HOME else str(settings.home),
    )


def _scored(resources: Resources) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Every model with its evaluation on the newest evaluation set, oldest first."""
    newest = resources.registry.latest("evaluations")
    models = {model["name"]: model for model in resources.registry.entries("models")}
    return [
        (models[entry["model"]], entry)
        for entry in resources.registry.entries("evaluations")
        if newest and entry["yardstick_hash"] == newest["yardstick_hash"]
    ]


def _versions(resources: Resources) -> list[dict[str, Any]]:
    became = {
        entry["challenger"]: _BECAME[step_of(entry)] for entry in resources.registry.entries("promotions")
    }
    return [
        {
            "model": model["label"],
            "games": model["game_count"],
            "examples": model["train_count"],
            "plays right": percent(Interval(**entry["play_accuracy"])),
            "3PT or 4PT": percent(Interval(**entry["three_four"])),
            "commonest label": f"{entry['majority'] or 0:.1%}",
            "became": became.get(model["name"], "nothing"),
        }
        for model, entry in _scored(resources)
    ]


def _history(resources: Resources) -> list[dict[str, Any]]:
    rows = []
    for entry in resources.registry.entries(ROUTES):
        cause = cause_of(entry)
        serves = str(routing_of(entry)).replace("basketball-model-", "")
        rows.append({"what": str(cause.what), "by": cause.who, "serves": serves, "why": cause.why})
    return rows


def _quarantine(resources: Resources) -> list[dict[str, Any]]:
    """Per game, what was lost for one reason in one line."""
    rows: list[dict[str, Any]] = []
    for game_id, state in game_states(resources.registry).items():
        if state.get("removed"):
            continue
        quarantined = documents.load(
            resources.training, object_names.quarantine(game_id), list[dict[str, str]]
        )
        for group in grouped(Quarantined(**entry) for entry in quarantined):
            row = {
                "game": game_id[:8],
                "grade": state["grade"],
                "what": _UUID.sub(lambda found: found[0][:8], group.what),
                "why": group.why,
            }
            rows.append(row)
    return rows


def _pictures(
    folder: Path, resources: Resources, unseen: DemoGame, answers: Annotations, label: str
) -> list[Path]:
    truth, _ = check_rows(unseen.truth, {})
    title = game_title(unseen.row)
    folder.mkdir(parents=True, exist_ok=True)
    scored = _scored(resources)
    chart = [
        (
            model["label"],
            Interval(**entry["play_accuracy"]),
            Interval(**entry["three_four"]),
            entry["majority"],
        )
        for model, entry in scored
    ]
    newest = documents.load(resources.training, scored[-1][1]["scores_name"], Scores)
    drawn = {
        "accuracy_by_version": accuracy_by_version(chart),
        "confusion": confusion_picture(newest),
        "contact_sheet": _sheet(resources, scored[-1][0]["game_ids"][0]),
        "timeline": timeline_picture(
            truth, answers.plays, f"{title}: a game nobody annotated, by {label}", "truth"
        ),
    }
    paths = []
    for name, png in drawn.items():
        path = folder / f"{name}.png"
        path.write_bytes(png)
        paths.append(path)
    return paths


def _sheet(resources: Resources, game_id: str) -> bytes:
    training = resources.training
    labels = {play.play_id: play.classification for play in game_plays(training, game_id)}
    clips = [clip for camera in game_clips(training, game_id) for clip in camera.clips]
    clips = sorted(clips, key=lambda clip: (clip.start_file_s - clip.sync_offset_s, clip.angle))[:SHEET_CLIPS]
    shown = [
        (f"{labels[clip.play_id]}, {clip.angle}, {clip.start_file_s:.1f} s", training.read(clip.name))
        for clip in clips
    ]
    return contact_sheet(shown, title=game_title(resources.plays_db.game(game_id)))


def _found(scores: GameScores) -> str:
    right, missed, invented = len(scores.matched), len(scores.missed), len(scores.invented)
    return f"  {right} at the right time and side, {missed} missed, {invented} invented"


def _points(points: dict[str, int]) -> str:
    return ", ".join(f"{team} {count}" for team, count in sorted(points.items())) or "none"


def _closing(work_done: bool, seconds: float, home: str) -> str:
    done = (
        f"Done in {seconds:.0f} s." if work_done else "Everything was there already: nothing was done twice."
    )
    ui = f"UBALL_HOME={home} make dev" if home else "make demo-ui"
    pages = f"UBALL_HOME={home} make serve" if home else "make app"
    return (
        f"\n{done} See every run, table and picture in the Dagster UI: {ui}\n"
        f"Its games, models and plays to review as pages: {pages}\n"
        f"Commands look at your own league; at this one: UBALL_HOME={home or DEMO_HOME} uball status"
    )
