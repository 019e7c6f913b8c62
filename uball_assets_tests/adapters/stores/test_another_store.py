"""Another object store is an entry in the table of schemes and its module: every address is then known."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from uball_assets.adapters.stores import opening
from uball_assets.adapters.stores.buckets import BucketAddress, BucketOptions
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.adapters.videos.video_address import open_address
from uball_assets.commands import doctor
from uball_assets.domain import store_addresses
from uball_assets.domain.errors import Permanent
from uball_assets.settings import load_settings


@pytest.fixture
def az(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FolderStore:
    """`az://bucket`, whose bytes stand in a folder."""
    store = FolderStore(tmp_path / "az")

    def open_bucket(address: BucketAddress, options: BucketOptions) -> FolderStore:
        assert (str(address), options.aws_region) == ("az://league/", None)
        return store

    module = ModuleType("az_store")
    vars(module).update(open_bucket=open_bucket, service_address=lambda _: "https://az.test")
    monkeypatch.setitem(sys.modules, "uball_assets.adapters.stores.az_store", module)
    scheme = store_addresses.Scheme("az", module="az_store", extra="azure", library="click")
    monkeypatch.setitem(store_addresses.SCHEMES, "az", scheme)
    return store


def test_it_is_opened_as_a_store_and_for_one_video(az: FolderStore) -> None:
    az.write("game1/FAR_LEFT.mp4", b"video")
    assert opening.open_store("az://league") is az
    with open_address("az://league/game1/FAR_LEFT.mp4") as video:
        assert video.read_range(0, 5) == b"video"


@pytest.mark.usefixtures("az")
def test_settings_take_it_and_the_doctor_asks_for_its_libraries_and_its_clock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("UBALL_VIDEOS_URL", "UBALL_SOURCE_URL"):
        monkeypatch.setenv(name, "az://league")
    settings = load_settings()
    assert (settings.videos_url, settings.source_url) == ("az://league", "az://league")
    assert doctor._extras(settings) == ["azure"]
    (scheme,) = doctor._schemes(settings)
    assert opening.service_address(scheme) == "https://az.test"


@pytest.mark.usefixtures("az")
def test_a_refusal_lists_it_with_the_others() -> None:
    with pytest.raises(
        Permanent, match=r"^ftp:// is no store: .* gs://bucket or s3://bucket or az://bucket$"
    ):
        opening.open_store("ftp://league")


@pytest.mark.parametrize("setting", ["UBALL_VIDEOS_URL", "UBALL_TRAINING_URL", "UBALL_SOURCE_URL"])
def test_an_unknown_scheme_is_named_whichever_setting_has_it(
    setting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(setting, "azure://league")
    with pytest.raises(Permanent, match=f"{setting} is 'azure://league': azure:// is no store"):
        load_settings()
