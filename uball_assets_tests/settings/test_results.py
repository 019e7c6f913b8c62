"""The settings of results: sources with their names, the calendar, and what is refused."""

from __future__ import annotations

import pytest

from uball_assets.domain.errors import Permanent
from uball_assets.settings import load_settings


def test_sources_have_names_and_folders_are_absolute(monkeypatch: pytest.MonkeyPatch) -> None:
    told = "plays,https://stats.example/v1/{kind}?season=3,mine=https://x.example/a=b,feeds/league"
    monkeypatch.setenv("UBALL_RESULTS_SOURCES", told)
    settings = load_settings()
    assert settings.named_sources == (
        ("plays", "plays"),
        ("stats.example", "https://stats.example/v1/{kind}?season=3"),
        ("mine", "https://x.example/a=b"),
        ("league", str(settings.checkout / "feeds/league")),
    )


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("UBALL_RESULTS_SOURCES", "ftp://x.example", "no store"),
        ("UBALL_RESULTS_SOURCES", "a=https://x.example,a=https://y.example", "two sources are called a"),
        ("UBALL_RESULTS_SOURCES", "https://me:secret@x.example", "set UBALL_RESULTS_TOKEN"),
        ("UBALL_RESULTS_TIP_OFF", "evening", "write it as 18:00"),
        ("UBALL_SEASONS", "2025-26 summer 2025-07-01..2025-08-01", "write 2025-26 season"),
    ],
)
def test_what_cannot_be_is_refused(monkeypatch: pytest.MonkeyPatch, name: str, value: str, why: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Permanent, match=why):
        load_settings()
