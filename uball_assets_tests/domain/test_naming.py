from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from uball_assets.domain.errors import Permanent
from uball_assets.domain.naming import model_name, parse_model_name, version_label


def test_a_model_is_named_by_its_version_and_its_games() -> None:
    assert version_label(3, 10) == "v3-10games"
    assert model_name(3, 10) == "basketball-model-v3-10games"
    assert model_name(1, 1) == "basketball-model-v1-1games"


@given(st.integers(1, 10_000), st.integers(1, 10_000))
def test_a_name_reads_back(version: int, game_count: int) -> None:
    assert parse_model_name(model_name(version, game_count)) == (version, game_count)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "v3-10games",
        "basketball-model-v3",
        "basketball-model-v0-1games",
        "basketball-model-v03-1games",
        "basketball-model-v3-10games-copy",
        "basketball-model-v3-10games\n",
    ],
    ids=repr,
)
def test_another_text_is_no_model_name(name: str) -> None:
    with pytest.raises(Permanent, match="is no model name"):
        parse_model_name(name)
