"""Where Dagster's tables and logs are: what is taken, and that no password is repeated."""

from __future__ import annotations

from pathlib import Path

import pytest

from uball_assets.domain.errors import Permanent
from uball_assets.settings import load_settings
from uball_assets.settings.names import described

SECRET = "a-password"  # noqa: S105 - of nobody


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "workspace.yaml").write_text("module_name: uball_assets.definitions\n")
    monkeypatch.chdir(tmp_path)


def test_without_a_word_they_are_in_the_home() -> None:
    settings = load_settings()
    assert (settings.instance_url, settings.logs_url) == (None, "")


def test_an_address_is_kept_whole_and_shown_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"postgresql://uball:{SECRET}@db.league.example:6432/dagster?sslmode=require"
    monkeypatch.setenv("UBALL_INSTANCE_URL", url)
    settings = load_settings()
    assert settings.instance_url
    assert settings.instance_url.get_secret_value() == url
    assert SECRET not in f"{settings!r} {described(settings)}"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("UBALL_INSTANCE_URL", f"mysql://u:{SECRET}@h/d", "write it as postgresql://"),
        ("UBALL_INSTANCE_URL", f"postgresql://u:{SECRET}@h", "write it as postgresql://"),
        ("UBALL_INSTANCE_URL", f"postgresql://u:{SECRET}@h:port/d", "write it as postgresql://"),
        ("UBALL_DAGSTER_URL", f"postgresql://u:{SECRET}@h/d", "its database is UBALL_INSTANCE_URL"),
        ("UBALL_LOGS_URL", "/var/log", "a bucket"),
        ("UBALL_LOGS_URL", "ftp://host/logs", "no store"),
        ("UBALL_KEEP_RUNS_DAYS", "0", "greater than 0"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(
    name: str, value: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(Permanent, match=told) as refused:
        load_settings()
    assert name in str(refused.value)
    assert SECRET not in str(refused.value)
