"""Models of forecasts in the store: `forecasting/{name}/`, weights first, the card last: then it is one.

Belongs here: keeping and loading, and what makes a card ours. Not here: training (`training`), which model
serves (the record's routes).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.errors import Permanent
from uball_assets.domain.forecasting.outcome import OutcomeModel, Platt, Spread
from uball_assets.domain.forecasting.players import STATS, CountSpread, PlayerModel, StatModel
from uball_assets.domain.hashing import bytes_hash
from uball_assets.services.forecasting.candidates.known import candidate_of
from uball_assets.services.forecasting.linear_fit import LinearFit
from uball_assets.services.forecasting.players.numbers import number_of
from uball_assets.services.forecasting.players.training import text_of
from uball_assets.services.forecasting.trained import FORMAT, WEIGHTS, Trained, from_safetensors, part

CARD = "card.json"
_Model = TypeVar("_Model")


def folder(name: str) -> str:
    return f"forecasting/{name}/"


def save(store: ObjectStore, name: str, trained: Trained) -> dict[str, Any]:
    """The card as it is kept: with the model's name and its files' hashes. Again: the same objects."""
    files = {file: bytes_hash(data) for file, data in sorted(trained.files.items())}
    card = {**trained.card, "name": name, "files": files}
    for file, data in sorted(trained.files.items()):
        store.write(f"{folder(name)}{file}", data)
    store.write(f"{folder(name)}{CARD}", json.dumps(card, indent=1, sort_keys=True).encode())
    return card


def read_card(store: ObjectStore, name: str) -> dict[str, Any]:
    """Raises Permanent where there is none, or what stands there is no card."""
    where = f"{folder(name)}{CARD}"
    try:
        card = json.loads(store.read(where))
    except ValueError as error:
        raise Permanent(f"{where} is no card ({error}): train the model again") from error
    if not isinstance(card, dict) or card.get("format") != FORMAT:
        raise Permanent(f"{where} is not a card of {FORMAT}: train the model again")
    return card


def load_outcome(store: ObjectStore, name: str) -> OutcomeModel:
    """Raises Permanent for a damaged model, or one of another family or format."""
    return _loaded(store, name, "outcome", _outcome)


def load_player(store: ObjectStore, name: str) -> PlayerModel:
    """Raises Permanent for a damaged model, or one of another family or format."""
    return _loaded(store, name, "player", _player)


def _loaded(
    store: ObjectStore,
    name: str,
    family: str,
    make: Callable[[str, dict[str, Any], Mapping[str, bytes]], _Model],
) -> _Model:
    card = read_card(store, name)
    if card.get("family") != family:
        raise Permanent(f"{name} forecasts {card.get('family')!r}, not {family!r}: load it as that")
    try:
        files = {file: store.read(f"{folder(name)}{file}") for file in card["files"]}
        for file, data in files.items():
            if bytes_hash(data) != card["files"][file]:
                raise ValueError(f"{file} is not the one that the card was written with")
        return make(name, card, files)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise Permanent(f"{name} is damaged ({error!r}): train it again, or roll back to another") from error


def _outcome(name: str, card: dict[str, Any], files: Mapping[str, bytes]) -> OutcomeModel:
    tensors, features = from_safetensors(files[WEIGHTS]), tuple(card["features"])
    texts = {file: data.decode() for file, data in files.items() if file != WEIGHTS}
    winner = candidate_of(card["candidate"]).load(len(features), part("winner", tensors), texts)
    return OutcomeModel(
        name=name,
        features=features,
        winner=winner,
        calibration=Platt(**card["calibration"]),
        points_a_log_odds=float(card["score"]["points_a_log_odds"]),
        total=LinearFit.from_tensors(len(features), part("total", tensors)),
        home_spread=Spread(**card["score"]["home_spread"]),
        away_spread=Spread(**card["score"]["away_spread"]),
        card=card,
    )


def _player(name: str, card: dict[str, Any], files: Mapping[str, bytes]) -> PlayerModel:
    tensors, features = from_safetensors(files[WEIGHTS]), tuple(card["features"])
    texts = {file: data.decode() for file, data in files.items() if file != WEIGHTS}
    stats = {
        stat: StatModel(
            number_of(card["stats"][stat]["candidate"]).load(
                len(features), part(stat, tensors), texts.get(text_of(stat))
            ),
            CountSpread(**card["stats"][stat]["spread"]),
        )
        for stat in STATS
    }
    return PlayerModel(name, features, stats, card)
