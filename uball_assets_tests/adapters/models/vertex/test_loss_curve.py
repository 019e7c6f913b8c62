from __future__ import annotations

from pathlib import Path

import pytest

from uball_assets.adapters.models.vertex.loss_curve import read_losses
from uball_assets.adapters.stores.folder_store import FolderStore

CURVE = {"loss_after_epoch_0": 2.0, "loss_after_epoch_1": 1.0, "loss_after_epoch_2": 0.5}

STEPS = """{"step": 0, "train_loss": 2}
{"step": 3, "train_loss": 1.6}
{"step": 5, "train_loss": "1.0"}
{"step": 10, "train_loss": 0.5}
not JSON
7
"""


@pytest.mark.parametrize(
    "text",
    [
        '{"epoch": 0, "loss": 2}\n{"epoch": 1, "loss": 1.0}\n{"epoch": 2, "loss": 0.5}\n',
        '[{"epoch": 0, "loss": 2}, {"epoch": 1, "loss": 1.0}, {"epoch": 2, "loss": 0.5}]',
        STEPS,
    ],
    ids=["lines by epoch", "a list", "lines by step, with rubbish"],
)
def test_a_curve_is_read_in_whatever_form_it_comes(tmp_path: Path, text: str) -> None:
    store = FolderStore(tmp_path)
    store.write("tuning-1/metrics.jsonl", text.encode())
    for place in ("tuning-1/metrics.jsonl", "tuning-1"):
        assert read_losses(store, store.uri(place), epoch_count=2, step_count=10) == CURVE


@pytest.mark.parametrize("text", [b"", b"\xff\xfe", b'{"accuracy": 1}', b'{"epoch": 9, "loss": 1}'])
def test_what_is_no_curve_is_no_loss_and_no_error(tmp_path: Path, text: bytes) -> None:
    store = FolderStore(tmp_path)
    store.write("metrics.jsonl", text)
    assert read_losses(store, store.uri("metrics.jsonl"), epoch_count=2, step_count=10) == {}


@pytest.mark.parametrize("uri", [None, "", "gs://elsewhere/metrics.jsonl", "file:///nowhere"])
def test_a_curve_that_cannot_be_reached_is_no_loss(tmp_path: Path, uri: str | None) -> None:
    assert read_losses(FolderStore(tmp_path), uri, epoch_count=2, step_count=10) == {}
