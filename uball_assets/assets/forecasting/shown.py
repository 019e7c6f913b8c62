"""What a person is shown of models of forecasts: numbers, tables, pictures.

Belongs here: cards and entries as metadata. Not here: making them (`services.forecasting`), drawing
(`media.pictures`).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

from uball_assets.adapters.record.registry import Entry, Registry
from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.assets.common import described
from uball_assets.assets.pictures import picture_metadata
from uball_assets.services.forecasting.models import folder, read_card

CANDIDATE_SCHEMA = described(
    {
        "who": ("string", "a candidate, or a baseline that needs no model"),
        "log loss": ("float", "nats a game on later games; less is better"),
        "95 %": ("string", "its interval"),
        "right": ("string", "games whose likelier winner won"),
    }
)
STAT_SCHEMA = described(
    {
        "of a line": ("string", "what is forecast"),
        "by": ("string", "the candidate that was kept"),
        "error": ("float", "mean absolute, on later games"),
        "within": ("string", "the interval that is to hold 80 %"),
    }
)
_MOST_VERSIONS = 12


def model_metadata(model: Entry) -> dict[str, Any]:
    return {
        "model": model["label"],
        "candidate": model["base"],
        "how": model["how"],
        "because": model["because"],
        "parent": model["parent"] or "none",
        "games": model["game_count"],
        "card": dg.MetadataValue.path(model["model_uri"]),
        **({"tracked_at": model["tracked_at"]} if model.get("tracked_at") else {}),
        **{
            f"later_games/{name}": round(value, 4)
            for name, value in model["metrics"].items()
            if "/" not in name  # a baseline's: they are in the table
        },
    }


def outcome_metadata(registry: Registry, training: ObjectStore) -> dict[str, Any]:
    """Of the newest version; nothing before the first. `registry`: the family's."""
    models = registry.entries("models")
    if not models:
        return {}
    from uball_assets.media.pictures import forecast_charts as charts

    newest, card = models[-1], read_card(training, models[-1]["name"])
    told, where = card["evaluation"], folder(models[-1]["name"])
    calibration = told.get("calibration", {"bins": [], "says": "no later game yet"})
    losses = charts.losses_picture(_versions(training, models), _baselines(told))
    pictures = {
        "calibration": charts.calibration_picture(calibration["bins"], calibration["says"]),
        "losses": losses,
        "importance": charts.importance_picture(card["importance"]),
    }
    shown = {
        name: entry
        for title, png in pictures.items()
        for name, entry in picture_metadata(training, f"{where}{title}.png", title, png).items()
    }
    table = dg.MetadataValue.table(_candidates(told), schema=CANDIDATE_SCHEMA)
    return {
        **model_metadata(newest),
        "kept_because": card["why"],
        "calibrated": calibration["says"],
        "candidates": table,
        **shown,
    }


def player_metadata(registry: Registry, training: ObjectStore) -> dict[str, Any]:
    """Likewise."""
    newest = registry.latest("models")
    if newest is None:
        return {}
    stats = read_card(training, newest["name"])["stats"]
    rows = [
        dg.TableRecord(
            {
                "of a line": name.replace("_", " "),
                "by": told["candidate"],
                "error": _error(told),
                "within": _covered(told["evaluation"]["coverage"]),
            }
        )
        for name, told in stats.items()
    ]
    return {**model_metadata(newest), "stats": dg.MetadataValue.table(rows, schema=STAT_SCHEMA)}


def _candidates(evaluation: Mapping[str, Any]) -> list[dg.TableRecord]:
    return [
        dg.TableRecord(
            {
                "who": f"{name} (baseline)" if told["is_baseline"] else name,
                "log loss": round(told["log_loss"]["value"], 3),
                "95 %": f"{told['log_loss']['low']:.2f} to {told['log_loss']['high']:.2f}",
                "right": f"{told['accuracy']['value']:.0%}",
            }
        )
        for name, told in sorted(
            evaluation.get("models", {}).items(), key=lambda one: (one[1]["is_baseline"], one[0])
        )
    ]


def _versions(
    training: ObjectStore, models: Sequence[Entry]
) -> list[tuple[str, float | None, float | None, float | None]]:
    found = []
    for model in models[-_MOST_VERSIONS:]:
        card = read_card(training, model["name"])
        told = card["evaluation"].get("models", {}).get(card["candidate"], {}).get("log_loss", {})
        found.append((model["label"], told.get("value"), told.get("low"), told.get("high")))
    return found


def _baselines(evaluation: Mapping[str, Any]) -> dict[str, float]:
    models = evaluation.get("models", {})
    return {name: told["log_loss"]["value"] for name, told in models.items() if told["is_baseline"]}


def _error(told: Mapping[str, Any]) -> float:
    models = told["evaluation"]["models"]
    return round(models[told["candidate"]]["error"]["value"], 2) if models else 0.0


def _covered(told: Mapping[str, Any]) -> str:
    return "too few lines" if told["value"] is None else f"{told['value']:.0%} of {told['lines']} lines"
