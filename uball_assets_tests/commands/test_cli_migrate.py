"""`uball migrate` as a person runs it, between two folders; buckets: `services`."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import quote

import click
import pytest
from click.testing import CliRunner, Result

from uball_assets import cli
from uball_assets.adapters.plays.opening import open_plays_db
from uball_assets.adapters.stores import opening
from uball_assets.adapters.stores.folder_store import FolderStore
from uball_assets.commands.copy_bar import rate_text
from uball_assets.commands.migrate import migrate
from uball_assets.domain.footage.angles import Angle

FOLDER = "Games/09-22-2025/game1/"


@click.group(cls=cli._Commands)
def main() -> None:
    """As `uball`, with this command alone."""


main.add_command(migrate)


@pytest.fixture
def arrivals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FolderStore:
    monkeypatch.setenv("UBALL_CHECKOUT", str(tmp_path))
    monkeypatch.setenv("UBALL_HOME", str(tmp_path / "home"))
    store = FolderStore(tmp_path / "arrivals")
    for angle in Angle:
        store.write(f"{FOLDER}{angle}.mp4", angle.encode() * 100)
    return store


@pytest.fixture
def videos(arrivals: FolderStore) -> FolderStore:
    return FolderStore(arrivals.root.parent / "home" / "videos")


def run(arrivals: FolderStore, *words: object) -> Result:
    return CliRunner().invoke(main, ["migrate", "--from", str(arrivals.root), *map(str, words)])


def one(arrivals: FolderStore, *words: object) -> Result:
    return run(arrivals, "--s3-path", FOLDER, "--game-id", "g1", *words)


def test_a_game_is_copied_and_told(arrivals: FolderStore, videos: FolderStore) -> None:
    done = one(arrivals)
    assert (done.exit_code, done.stderr) == (0, "")
    assert re.search("^videos +4 of 4 are there$", done.stdout, re.MULTILINE)
    assert [info.name for info in videos.list("")] == [f"Games/g1/{angle}.mp4" for angle in sorted(Angle)]


def test_what_else_is_in_the_folder_is_copied_and_named_so(
    arrivals: FolderStore, videos: FolderStore
) -> None:
    arrivals.write(f"{FOLDER}notes.txt", b"gray is home")
    arrivals.write(f"{FOLDER}empty", b"")
    dry = json.loads(one(arrivals, "--dry-run", "--json").stdout)
    assert [video["kind"] for video in dry["videos"]] == ["video"] * 4 + ["other"] * 2
    done = one(arrivals)
    assert (done.exit_code, done.stderr) == (0, "")
    assert re.search("^videos +4 of 4 are there$", done.stdout, re.MULTILINE)
    assert re.search("^other files +2 of 2 are there$", done.stdout, re.MULTILINE)
    assert videos.read("Games/g1/notes.txt") == b"gray is home"
    assert videos.read("Games/g1/empty") == b""


def test_another_place_than_the_settings_is_named_with_to(
    arrivals: FolderStore, videos: FolderStore, tmp_path: Path
) -> None:
    elsewhere = FolderStore(tmp_path / "elsewhere")
    assert one(arrivals, "--to", elsewhere.root).exit_code == 0
    assert [info.name for info in elsewhere.list("")] == [f"Games/g1/{angle}.mp4" for angle in sorted(Angle)]
    assert videos.list("") == []
    refused = one(arrivals, "--to", "azure://videos")
    assert (refused.exit_code, "azure:// is no store" in refused.stderr) == (1, True)


def test_json_has_the_first_systems_keys(arrivals: FolderStore) -> None:
    told = json.loads(one(arrivals, "--json").stdout)
    assert told["success"] is True
    assert (told["total_files"], told["migrated_files"], told["failed_files"]) == (4, 4, 0)
    assert told["migrated_list"][0].keys() >= {"source", "destination", "bytes", "checksum", "verified"}
    assert {"game_id", "source_path", "destination_path", "success_rate", "bytes", "seconds"} <= told.keys()


def test_a_dry_run_copies_nothing(arrivals: FolderStore, videos: FolderStore) -> None:
    done = one(arrivals, "--dry-run")
    assert done.exit_code == 0
    assert "Nothing was copied" in done.stdout
    assert videos.list("") == []


def test_a_dry_run_of_a_batch_tells_an_empty_folder_and_goes_on(
    arrivals: FolderStore, tmp_path: Path
) -> None:
    table = tmp_path / "games.csv"
    table.write_text(f"s3_path,game_id\nGames/none/,g0\n{FOLDER},g1\n")
    done = run(arrivals, "--batch", table, "--dry-run")
    assert done.exit_code == 0
    told = json.loads(run(arrivals, "--batch", table, "--dry-run", "--json").stdout)
    assert [entry["what"] for entry in told["losses"]] == ["game g0"]
    assert "Games/none/ holds nothing" in told["losses"][0]["why"]
    assert len(told["videos"]) == 4


@pytest.mark.parametrize("content", [b"\x1f\x8b\x08 gzip", b"\x28\xb5\x2f\xfd zstd"], ids=["gzip", "zstd"])
def test_a_video_that_is_kept_compressed_is_refused_and_the_others_are_copied(
    arrivals: FolderStore, videos: FolderStore, content: bytes
) -> None:
    arrivals.write(f"{FOLDER}FAR_LEFT.mp4", content)
    told = json.loads(one(arrivals, "--dry-run", "--json").stdout)
    assert [video["copyable"] for video in told["videos"]].count("no") == 1
    assert "is kept compressed" in told["losses"][0]["why"]
    done = one(arrivals)
    assert done.exit_code == 1
    assert "is kept compressed" in done.stderr
    assert len(videos.list("")) == 3


@pytest.mark.parametrize("spelling", ["address", "encoded", "plain"])
def test_a_folder_is_found_by_its_name_its_address_and_as_browsers_write_it(
    arrivals: FolderStore, videos: FolderStore, spelling: str
) -> None:
    folder = "Games/09-22-2025/game 1 (final)"
    for angle in Angle:
        arrivals.write(f"{folder}/{angle}.mp4", angle.encode())
    path = {"address": arrivals.uri(folder), "encoded": quote(folder), "plain": folder}[spelling]
    done = run(arrivals, "--s3-path", path, "--game-id", "g1")
    assert (done.exit_code, done.stderr) == (0, "")
    assert len(videos.list("Games/g1/")) == 4


def test_an_address_of_another_bucket_is_refused_with_both(arrivals: FolderStore) -> None:
    done = run(arrivals, "--s3-path", "s3://elsewhere/Games/game1/", "--game-id", "g1")
    assert done.exit_code == 1
    assert "s3://elsewhere/Games/game1 is not in this store: its addresses start with file:" in done.stderr


def test_what_cannot_be_copied_is_told_with_its_remedy_and_exit_code_1(arrivals: FolderStore) -> None:
    arrivals.write(f"{FOLDER}x_farleft.mp4", b"a second one")
    done = one(arrivals)
    assert done.exit_code == 1
    assert re.search("^videos +3 of 5 are there$", done.stdout, re.MULTILINE)
    assert "FAR_LEFT.mp4 and x_farleft.mp4" in done.stdout
    assert done.stderr.startswith("Error: 2 files were not copied: ")


def test_a_path_without_videos_is_exit_code_1_and_one_line(arrivals: FolderStore) -> None:
    done = run(arrivals, "--s3-path", "Games/none", "--game-id", "g1")
    assert done.exit_code == 1
    assert done.stderr.count("\n") == 1
    assert "Games/none/ holds nothing: correct the path" in done.stderr


@pytest.mark.parametrize(
    "words",
    [[], ["--s3-path", "a"], ["--game-id", "g1"], ["--all", "--batch", "x.csv"]],
    ids=["nothing", "no id", "no path", "two ways"],
)
def test_half_a_question_is_wrong_use(words: list[str], arrivals: FolderStore) -> None:
    assert run(arrivals, *words).exit_code == 2


def test_without_a_source_it_is_said_how_to_set_one(arrivals: FolderStore) -> None:
    done = CliRunner().invoke(main, ["migrate", "--s3-path", FOLDER, "--game-id", "g1"])
    assert done.exit_code == 1
    assert "set UBALL_SOURCE_URL=s3://bucket, or use --from" in done.stderr
    assert arrivals.list(FOLDER)


@pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
def test_a_batch_goes_on_after_bad_rows(
    suffix: str, arrivals: FolderStore, videos: FolderStore, tmp_path: Path
) -> None:
    rows = [(FOLDER, "g1"), ("", "g2"), ("Games/none/", "g3"), (FOLDER, "g4")]
    text = "s3_path,game_id\n" + "".join(f"{path},{game}\n" for path, game in rows)
    if suffix == ".jsonl":
        text = "".join(json.dumps({"s3_path": path, "game_id": game}) + "\n" for path, game in rows)
    (tmp_path / f"games{suffix}").write_text(text)
    done = run(arrivals, "--batch", tmp_path / f"games{suffix}", "--json")
    assert done.exit_code == 1
    told = json.loads(done.stdout)
    assert [game["game_id"] for game in told["games"]] == ["g1", "g4"]
    assert [entry["what"] for entry in told["losses"]] == ["game", "game g3"]
    assert (told["success"], told["migrated_files"]) == (False, 8)
    assert len(videos.list("")) == 8


def test_a_file_that_is_no_list_is_refused(arrivals: FolderStore, tmp_path: Path) -> None:
    (tmp_path / "games.csv").write_text("folder,id\na,b\n")
    done = run(arrivals, "--batch", tmp_path / "games.csv")
    assert done.exit_code == 1
    assert "s3_path and game_id" in done.stderr


def test_all_games_of_the_database_by_their_keys(arrivals: FolderStore, videos: FolderStore) -> None:
    database = open_plays_db(f"sqlite:///{videos.root.parent}/plays.db")
    cameras = [{"angle": "FAR_LEFT", "s3_key": f"{FOLDER}FAR_LEFT.mp4"}]
    database.add_game({"id": "g1"}, [], cameras)
    database.add_game({"id": "g2"}, [], [{"angle": "FAR_LEFT"}])
    done = run(arrivals, "--all", "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 1
    assert [game["migrated_files"] for game in told["games"]] == [4]
    assert "has no s3_key" in told["losses"][0]["why"]


def test_rate_and_time_left_are_told_as_a_person_reads_them() -> None:
    assert rate_text(0, 5.0, 100) == "-"
    assert rate_text(100_000_000, 2.0, 3_350_000_000) == "50.0 MB/s, 1:07 left"
    assert rate_text(1_000_000, 1.0, 7_384_000_000) == "1.0 MB/s, 2:03:04 left"


def test_help_opens_no_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(opening, "open_store")
    assert CliRunner().invoke(main, ["migrate", "--help"]).exit_code == 0


def test_a_copy_writes_a_line_for_programs_of_each_file_with_its_game_and_camera(
    arrivals: FolderStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log.jsonl"
    monkeypatch.setenv("UBALL_JSON_LOG", str(log))
    assert one(arrivals).exit_code == 0
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert {(line["component"], line["game"]) for line in lines} == {("uball migrate", "g1")}
    assert [line["camera"] for line in lines if line["camera"]] == sorted(Angle)
    [line] = [line for line in lines if line["camera"] == "FAR_LEFT"]
    assert line["message"].endswith("Games/g1/FAR_LEFT.mp4 is copied: 800 bytes")
