"""The store lies in a bucket, backups in another place, and the league comes back in a third."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from uball_assets.adapters.stores.object_store import ObjectStore
from uball_assets.adapters.stores.opening import open_store
from uball_assets.automation.backups.restoring import prove_backup, restore_league
from uball_assets.automation.backups.taking import back_up
from uball_assets.domain.errors import Permanent
from uball_assets.resources import record, training_store
from uball_assets.settings import Settings
from uball_assets_tests.adapters.stores.test_sealing import key_pair

pytestmark = pytest.mark.services


def contents(store: ObjectStore) -> dict[str, Any]:
    return {info.name: (store.read(info.name), dict(info.metadata)) for info in store.list("")}


@pytest.mark.parametrize("bucket", ["an_s3_bucket", "a_gcs_bucket"])
def test_a_league_moves_to_another_region(
    tmp_path: Path, request: pytest.FixtureRequest, bucket: str
) -> None:
    address = str(request.getfixturevalue(bucket))
    public, key = key_pair(tmp_path / "key")

    def settings(home: str) -> Settings:
        return Settings(
            home=tmp_path / home,
            training_url=f"{address}/{home}",
            backup_url=f"{address}/backups",
            backup_recipients=(public,),
            backup_identity=key,
            backup_clips="all",
        )

    old, new = settings("old"), settings("new")
    store = training_store(old)
    for number in range(20):
        record(old).append("games", {"game_id": "g1", "step": number}, f"g1:{number}")
    store.write("games/g1/plays.json", b"{}\n")
    store.write("games/g1/clips/p_NEAR.mp4", b"clip" * 1000, {"key": "k1"})
    store.write("models/v1/model.safetensors", bytes(9_000_000))
    back_up(old)
    assert back_up(old).written_bytes == 0
    assert prove_backup(old).wrong == []
    restore_league(new)
    assert contents(training_store(new)) == contents(store)
    assert record(new).entries("games") == record(old).entries("games")
    with pytest.raises(Permanent, match="is there already"):
        restore_league(settings("third").model_copy(update={"training_url": new.training_url}))
    assert open_store(f"{address}/backups").list("lock.json") == []
