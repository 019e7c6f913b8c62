"""The loss after each epoch, from the metrics file that a tuning job names.

The file's form is not documented, so it is read as leniently as can be: JSON or JSON lines, rows with a loss
and an epoch or a step. What cannot be read is no loss, never an error: a model does not depend on it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any

from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.domain.errors import UballError
from uball_assets.domain.fields import number_in

_LOSSES = ("loss", "train_loss", "train_total_loss", "/train_total_loss", "total_loss")
_EPOCHS = ("epoch", "epoch_number", "epochNumber")
_STEPS = ("step", "global_step", "globalStep")
_MOST_FILES = 20


def read_losses(store: ObjectStore, uri: str | None, epoch_count: int, step_count: int) -> dict[str, float]:
    """`loss_after_epoch_{n}` for each epoch that the file, or the folder, tells of; 0 is before the first."""
    try:
        name = store.name_of(uri.rstrip("/")) if uri else ""
        files = [info.name for info in store.list(name)[:_MOST_FILES]] if name else []
        texts = [store.read(file).decode() for file in files if file.endswith((".json", ".jsonl"))]
    except (UballError, UnicodeDecodeError):
        return {}
    rows = [row for text in texts for row in _rows(text)]
    return losses_by_epoch(rows, epoch_count, step_count)


def losses_by_epoch(rows: Iterable[Mapping[str, Any]], epoch_count: int, step_count: int) -> dict[str, float]:
    """The last loss told for each epoch; a row with a step only belongs to the epoch it is a step of."""
    found: dict[int, float] = {}
    for row in rows:
        loss, epoch, step = _first(row, _LOSSES), _first(row, _EPOCHS), _first(row, _STEPS)
        if epoch is None and step is not None and step_count > 0:
            epoch = math.ceil(step * epoch_count / step_count)
        if loss is not None and epoch is not None and 0 <= epoch <= epoch_count:
            found[math.ceil(epoch)] = loss
    return {f"loss_after_epoch_{epoch}": loss for epoch, loss in sorted(found.items())}


def _rows(text: str) -> list[Mapping[str, Any]]:
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return [row for line in text.splitlines() for row in _row(line)]
    return [row for row in (parsed if isinstance(parsed, list) else [parsed]) if isinstance(row, Mapping)]


def _row(line: str) -> list[Mapping[str, Any]]:
    try:
        parsed = json.loads(line)
    except (ValueError, RecursionError):
        return []
    return [parsed] if isinstance(parsed, Mapping) else []


def _first(row: Mapping[str, Any], names: Iterable[str]) -> float | None:
    return next((number for name in names if (number := number_in(row.get(name))) is not None), None)
