"""A league backed up and put together again: what is in it, what is written twice, what is refused."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.adapters.stores.sealing import Spoilt
from uball_assets.automation.backups.loss import refuse_lost
from uball_assets.automation.backups.restoring import prove_backup, restore_league
from uball_assets.automation.backups.taking import back_up
from uball_assets.domain.errors import Permanent, Transient
from uball_assets.settings import Settings
from uball_assets_tests.adapters.stores.test_sealing import key_pair
from uball_assets_tests.automation.backups.small_league import (
    BEGAN,
    add_game,
    make_league,
    record_of,
    settings_of,
    state_of,
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = settings_of(tmp_path, backup_clips="all")
    make_league(made)
    return made


@pytest.fixture
def empty(tmp_path: Path) -> Settings:
    """Of a home where nothing is."""
    return settings_of(tmp_path, "restored", backup_clips="all")


def blobs(tmp_path: Path) -> list[Path]:
    return sorted(path for path in (tmp_path / "backups" / "objects").rglob("*") if path.is_file())


def test_a_restored_home_is_the_one_that_was_backed_up(settings: Settings, empty: Settings) -> None:
    back_up(settings)
    restore_league(empty)
    assert state_of(empty.home) == state_of(settings.home)
    assert not (empty.home / "cache").exists()
    assert not (empty.home / ".restoring").exists()
    assert (empty.home / "app.db").stat().st_mode & 0o077 == 0


def test_what_a_backup_does_without_is_not_in_it(settings: Settings, empty: Settings) -> None:
    back_up(settings)
    restore_league(empty)
    there = {path.relative_to(empty.home).as_posix() for path in empty.home.rglob("*")}
    assert not [name for name in there if name.startswith(("videos", "training/batches"))]
    assert "dagster/compute_logs" not in there


def test_clips_are_left_out_unless_their_game_s_videos_were_put_away(
    settings: Settings, empty: Settings
) -> None:
    record_of(settings).append("archives", {"game_id": "g1", "is_archived": True}, "g1")
    back_up(settings.model_copy(update={"backup_clips": "archived"}))
    restore_league(empty)
    clips = [
        info.name for info in FolderStore(empty.home / "training").list("") if info.name.endswith(".mp4")
    ]
    assert clips == ["games/g1/clips/p_NEAR_LEFT.mp4"]


def test_a_second_backup_writes_only_what_is_new(settings: Settings) -> None:
    first = back_up(settings)
    second = back_up(settings)
    assert second.kept_items == len(second.manifest.items)
    assert (second.read_bytes, second.written_bytes) == (0, 0)
    add_game(settings, "g9")
    third = back_up(settings)
    new = {item.name for item in third.manifest.items} - {item.name for item in first.manifest.items}
    assert new == {"games/g9/", "games/g9/clips/p_NEAR_LEFT.mp4"}
    assert 0 < third.written_bytes < first.written_bytes


def test_a_home_that_lost_its_notes_reads_all_and_writes_nothing_twice(settings: Settings) -> None:
    first = back_up(settings)
    (settings.home / "backup" / "last.json").unlink()
    second = back_up(settings)
    assert second.read_bytes >= first.manifest.size_bytes
    assert second.written_bytes == 0


def test_an_older_backup_gives_the_league_of_then(settings: Settings, empty: Settings) -> None:
    back_up(settings)
    then = state_of(settings.home)
    add_game(settings, "g9")
    shutil.rmtree(settings.home / "training" / "games" / "g0")
    back_up(settings)
    restore_league(empty, number=1)
    assert state_of(empty.home) == then


def test_a_full_home_is_never_written_to(tmp_path: Path, settings: Settings) -> None:
    back_up(settings)
    other = settings_of(tmp_path, "other")
    make_league(other, games=1)
    before = state_of(other.home)
    with pytest.raises(Permanent, match="is there already"):
        restore_league(other)
    assert state_of(other.home) == before


@pytest.mark.parametrize("name", ["plays.db", "training/record/games/000001.json", "notes.txt", "dagster/x"])
def test_one_file_is_enough_to_refuse(settings: Settings, empty: Settings, name: str) -> None:
    back_up(settings)
    (empty.home / name).parent.mkdir(parents=True)
    (empty.home / name).write_text("somebody's")
    with pytest.raises(Permanent, match="is there already"):
        restore_league(empty)
    assert (empty.home / name).read_text() == "somebody's"


def test_videos_that_are_back_already_do_not_stand_in_the_way(settings: Settings, empty: Settings) -> None:
    back_up(settings)
    shutil.copytree(settings.home / "videos", empty.home / "videos")
    restore_league(empty)
    assert (empty.home / "plays.db").is_file()


def test_a_part_alone_comes_back_beside_the_others(settings: Settings) -> None:
    back_up(settings)
    before = state_of(settings.home)
    shutil.rmtree(settings.home / "dagster")
    restore_league(settings, parts=["dagster"])
    assert state_of(settings.home) == before


def test_another_league_s_backups_are_not_gone_on_with(tmp_path: Path, settings: Settings) -> None:
    back_up(settings)
    other = settings_of(tmp_path, "other")
    make_league(other, games=1)
    with pytest.raises(Permanent, match="--adopt"):
        back_up(other)
    assert back_up(other, adopts=True).manifest.number == 2


def test_a_restored_home_goes_on_with_its_backups(settings: Settings, empty: Settings) -> None:
    back_up(settings)
    restore_league(empty)
    again = back_up(empty)
    assert again.manifest.number == 2
    assert again.written_bytes < again.manifest.size_bytes / 10


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "letter.txt").write_text("mine")
    with pytest.raises(Permanent, match="other things"):
        back_up(settings)
    assert [path.name for path in (tmp_path / "backups").iterdir()] == ["letter.txt"]


def test_a_place_in_the_home_is_refused(settings: Settings) -> None:
    inside = settings.model_copy(update={"backup_url": str(settings.home / "backups")})
    with pytest.raises(Permanent, match="lies in the home"):
        back_up(inside)


def test_old_backups_go_and_the_others_stay_whole(settings: Settings, empty: Settings) -> None:
    for number in range(4):
        add_game(settings, f"more{number}")
        back_up(settings, keep=2)
    then = state_of(settings.home)
    with pytest.raises(Permanent, match="no backup 2"):
        restore_league(empty, number=2)
    assert prove_backup(settings).wrong == []
    restore_league(empty)
    assert state_of(empty.home) == then


def test_what_a_backup_needs_not_being_told_nothing_is_taken_away_until_who_has_the_key_tells_it(
    tmp_path: Path, settings: Settings
) -> None:
    public, key = key_pair(tmp_path / "key")
    sealing = settings.model_copy(update={"backup_recipients": (public,)})
    back_up(sealing)
    needs = tmp_path / "backups" / "backups" / "000001" / "needs"
    told, before = needs.read_bytes(), blobs(tmp_path)
    needs.write_bytes(told[:200])
    with pytest.raises(Permanent, match=r"backup 2 is made and whole; .*UBALL_BACKUP_IDENTITY"):
        back_up(sealing)
    assert set(before) <= set(blobs(tmp_path))
    assert back_up(sealing.model_copy(update={"backup_identity": key})).manifest.number == 3
    assert needs.read_bytes() == told


def test_two_backups_at_once_do_not_meet(settings: Settings, tmp_path: Path) -> None:
    back_up(settings)
    (tmp_path / "backups" / "lock.json").write_text(
        '{"home": "another", "host": "elsewhere", "since": "then"}'
    )
    with pytest.raises(Transient, match="elsewhere has been writing"):
        back_up(settings)
    assert back_up(settings, takes_over=True).manifest.number == 2
    assert not (tmp_path / "backups" / "lock.json").exists()


def test_other_keys_need_all_to_be_sealed_again(tmp_path: Path, settings: Settings, empty: Settings) -> None:
    old, new = key_pair(tmp_path / "old"), key_pair(tmp_path / "new")
    back_up(settings.model_copy(update={"backup_recipients": (old[0],)}))
    rotated = settings.model_copy(update={"backup_recipients": (new[0],), "backup_identity": new[1]})
    with pytest.raises(Permanent, match="--anew"):
        back_up(rotated)
    back_up(rotated, anew=True)
    back_up(rotated)
    restore_league(empty.model_copy(update={"backup_identity": new[1]}))
    assert state_of(empty.home) == state_of(settings.home)


def test_a_backup_is_opened_by_the_keys_of_its_day_whatever_came_before_or_after(
    tmp_path: Path, settings: Settings
) -> None:
    """A content that was there, went, and comes back after the keys changed is sealed for the new one."""
    old, new = key_pair(tmp_path / "old"), key_pair(tmp_path / "new")
    feed = settings.home / "feed" / "fixtures.csv"
    first = settings.model_copy(update={"backup_recipients": (old[0],)})
    back_up(first)
    then, said = state_of(settings.home), feed.read_text()
    feed.write_text("nothing")
    rotated = settings.model_copy(update={"backup_recipients": (new[0],)})
    back_up(rotated, anew=True)
    feed.write_text(said)
    back_up(rotated)
    for number, key in ((1, old), (3, new)):
        with_key = {"backup_identity": key[1]}
        assert prove_backup(settings.model_copy(update=with_key), number).wrong == []
        home = settings_of(tmp_path, f"of-{number}", **with_key)
        restore_league(home, number=number)
        assert state_of(home.home) == then
    for number, key in ((1, new), (2, old), (3, old)):
        with pytest.raises(Permanent, match="UBALL_BACKUP_IDENTITY"):
            prove_backup(settings.model_copy(update={"backup_identity": key[1]}), number)


def test_the_wrong_key_says_so_before_anything_is_written(
    tmp_path: Path, settings: Settings, empty: Settings
) -> None:
    back_up(settings.model_copy(update={"backup_recipients": (key_pair(tmp_path / "key")[0],)}))
    for identity in (None, key_pair(tmp_path / "other")[1]):
        with pytest.raises(Permanent, match="UBALL_BACKUP_IDENTITY"):
            restore_league(empty.model_copy(update={"backup_identity": identity}))
    assert not empty.home.exists()


def test_the_record_comes_back_as_it_was_at_a_moment(settings: Settings, empty: Settings) -> None:
    back_up(settings)
    at = BEGAN + timedelta(hours=6, minutes=30)
    done = restore_league(empty, at=at)
    entries = record_of(empty).entries("games")
    assert len(entries) == 7
    assert entries == record_of(settings).entries("games")[:7]
    assert "dagster" not in done.plan.backups, "its runs would be of later than the record"
    record_of(empty).append("games", {"game_id": "g1"}, "goes on")


@pytest.mark.parametrize("with_key", [False, True])
def test_a_flipped_bit_a_missing_and_a_shortened_blob_are_found(
    tmp_path: Path, settings: Settings, with_key: bool
) -> None:
    public, file = key_pair(tmp_path / "key")
    if with_key:
        settings = settings.model_copy(update={"backup_recipients": (public,), "backup_identity": file})
    back_up(settings)
    assert prove_backup(settings).wrong == []
    flipped, missing, short = blobs(tmp_path)[:3]
    data = bytearray(flipped.read_bytes())
    data[len(data) // 2] ^= 1
    flipped.write_bytes(data)
    missing.unlink()
    short.write_bytes(short.read_bytes()[:-3])
    wrong = " ".join(prove_backup(settings).wrong)
    for path in (flipped, missing, short):
        assert path.parent.name + path.name in wrong
    back_up(settings, anew=True)
    assert prove_backup(settings).wrong == []


def test_a_blob_that_went_is_noticed_by_the_next_backup_and_written_again(
    tmp_path: Path, settings: Settings
) -> None:
    back_up(settings)
    blobs(tmp_path)[0].unlink()
    blobs(tmp_path)[0].write_bytes(b"short")
    back_up(settings)
    assert prove_backup(settings).wrong == []


def test_damage_stops_a_restore_and_nothing_stands_in_the_home(
    tmp_path: Path, settings: Settings, empty: Settings
) -> None:
    back_up(settings)
    data = bytearray(blobs(tmp_path)[5].read_bytes())
    data[-1] ^= 1
    blobs(tmp_path)[5].write_bytes(data)
    with pytest.raises(Spoilt, match="damaged"):
        restore_league(empty)
    assert [path.name for path in empty.home.iterdir()] == [".restoring"]


def test_a_proof_sees_that_the_league_lost_what_the_backup_has(settings: Settings) -> None:
    back_up(settings)
    path = settings.home / "training" / "record" / "games" / "000003.json"
    path.write_bytes(path.read_bytes().replace(b'"step": 2', b'"step": 9'))
    assert any("other bytes than the backup" in line for line in prove_backup(settings).wrong)


def test_an_emptied_record_is_a_loss_and_no_new_league_until_it_is_restored(settings: Settings) -> None:
    back_up(settings)
    refuse_lost(settings, record_of(settings))
    before = record_of(settings).count("games")
    shutil.rmtree(settings.home / "training" / "record")
    with pytest.raises(Permanent, match=f"games {before} of {before}, .*docs/disasters.md"):
        refuse_lost(settings, record_of(settings))
    shutil.rmtree(settings.home / "training")
    restore_league(settings, parts=["training"], at=BEGAN + timedelta(hours=6, minutes=30))
    refuse_lost(settings, record_of(settings))
    assert record_of(settings).count("games") < before, "as it was asked for"


def test_a_database_is_whole_while_a_transaction_is_open(settings: Settings, empty: Settings) -> None:
    path = settings.home / "dagster" / "history" / "runs.db"
    before = state_of(settings.home)
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("INSERT INTO runs (said) VALUES ('not yet')")
        back_up(settings)
        writer.rollback()
    restore_league(empty)
    assert state_of(empty.home) == before


def test_secrets_are_told_to_no_backup(tmp_path: Path, settings: Settings, empty: Settings) -> None:
    planted = "planted-3f9c"
    key = settings.home / "identity"
    public, _ = key_pair(key)
    key.write_text(key.read_text() + f"# {planted}\n")
    secret = settings_of(
        tmp_path,
        smtp_password=planted,
        results_token=planted,
        supabase_service_key=planted,
        alert_webhook_url=f"https://{planted}",
        app_url=f"https://user:{planted}@league.example.org",
        backup_identity=key,
    )
    (settings.home / ".env").write_text(planted)
    back_up(secret)
    restore_league(empty)
    told = [
        path for path in empty.home.rglob("*") if path.is_file() and planted.encode() in path.read_bytes()
    ]
    assert told == []
    assert "UBALL_APP_URL" in (empty.home / "backup" / "settings.json").read_text()
    assert public
