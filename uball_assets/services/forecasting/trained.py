"""What comes out of a training: the card, and the weights as files; bytes that tell both apart from others.

Belongs here: the value, and what the cards of both families share. Not here: training (`training`,
`players.training`), the store (`models`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from uball_assets.domain.errors import Permanent
from uball_assets.domain.forecasting.linear import Floats
from uball_assets.domain.forecasting.rows import PlayerTrainingRow, TrainingRow
from uball_assets.domain.hashing import content_hash

FORMAT = "uball-forecast-1"
WEIGHTS = "weights.safetensors"


@dataclass(frozen=True)
class Trained:
    card: dict[str, Any]
    """JSON-able."""
    files: dict[str, bytes]
    """Name -> weights: safetensors, LightGBM's own text."""


def features_of(rows: Sequence[TrainingRow] | Sequence[PlayerTrainingRow]) -> tuple[str, ...]:
    """In the order of the first row. Raises Permanent where there is none."""
    if not rows:
        raise Permanent("no game to learn forecasts from: collect results first")
    return tuple(rows[0].features)


def learned(
    rows: Sequence[TrainingRow] | Sequence[PlayerTrainingRow], before: Iterable[str] = ()
) -> dict[str, Any]:
    """Which games, for the card: names, days, and a hash of what was learned of them. `before`: games that
    the weights gone on from have learned; the model is never asked about those as if they were new to it."""
    games = list(dict.fromkeys(row.game_id for row in rows))
    return {
        "games": len(games),
        "first": rows[0].tip_off.isoformat(),
        "last": rows[-1].tip_off.isoformat(),
        "seasons": list(dict.fromkeys(row.season for row in rows)),
        "hash": rows_hash(rows),
        "game_ids": list(dict.fromkeys([*before, *games])),
    }


def rows_hash(rows: Sequence[TrainingRow] | Sequence[PlayerTrainingRow]) -> str:
    """Of everything in them."""
    return content_hash([{**vars(row), "features": dict(row.features)} for row in rows])


def to_safetensors(tensors: Mapping[str, Floats]) -> bytes:
    """The same bytes for the same weights."""
    from safetensors.numpy import save

    return save({name: np.ascontiguousarray(tensors[name]) for name in sorted(tensors)}, {"format": FORMAT})


def from_safetensors(data: bytes) -> dict[str, Any]:
    """Raises ValueError for a damaged file."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        return dict(load(data))
    except SafetensorError as error:
        raise ValueError(str(error)) from error


def prefixed(prefix: str, tensors: Mapping[str, Floats]) -> dict[str, Floats]:
    return {f"{prefix}/{name}": tensor for name, tensor in tensors.items()}


def part(prefix: str, tensors: Mapping[str, Any]) -> dict[str, Any]:
    """Those of a prefix, without it."""
    start = f"{prefix}/"
    return {name.removeprefix(start): each for name, each in tensors.items() if name.startswith(start)}


def plain(value: Any) -> Any:
    """As JSON has it, to be the same on either side of a file."""
    return json.loads(json.dumps(value))
