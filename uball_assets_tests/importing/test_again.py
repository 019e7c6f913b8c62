"""Importing a game again with another table: which play each row is about, and what happens to the others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from uball_assets.adapters.plays.opening import open_plays_db
from uball_assets.cli import main
from uball_assets_tests.videos import SyntheticVideo, make_video

HEADER = "side,start,end,label,note"
FIRST = [
    "LEFT,1,2.5,STEAL,Taken.",
    "LEFT,3,4.5,BLOCK,Blocked.",
    "RIGHT,2,4,STEAL,Taken too.",
    "LEFT,4.6,5.8,BLOCK,Again.",
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("UBALL_HOME", str(tmp_path / "home"))
    folder = tmp_path / "game"
    folder.mkdir()
    make_video(folder / "FAR_LEFT.mp4", SyntheticVideo(duration_s=6))
    make_video(folder / "FAR_RIGHT.mp4", SyntheticVideo(duration_s=6))
    return folder


def imported(folder: Path, lines: list[str], *options: str, header: str = HEADER) -> Result:
    (folder / "plays.csv").write_text("\n".join([header, *lines]) + "\n")
    asked = ["import", str(folder), "--game-id", "g1", "--plays", str(folder / "plays.csv"), *options]
    return CliRunner().invoke(main, asked)


def rows(folder: Path) -> dict[str, dict[str, Any]]:
    """By note."""
    database = open_plays_db(f"sqlite:///{folder.parent / 'home' / 'plays.db'}")
    return {str(row["note"]): row for row in database.plays("g1")}


def test_a_corrected_start_changes_the_play_and_does_not_double_it(folder: Path) -> None:
    assert imported(folder, FIRST).exit_code == 0
    before = rows(folder)
    corrected = ["LEFT,1.4,2.5,STEAL,Taken.", *FIRST[1:]]
    shown = imported(folder, corrected, "--dry-run").stdout
    assert "Of the plays in the database: 3 the same, 1 changed, 0 added, 0 not in plays.csv" in shown
    assert "start_timestamp 1.0" in shown
    assert rows(folder) == before
    assert imported(folder, corrected).stdout.startswith(shown.partition("\nNothing")[0])
    after = rows(folder)
    assert {note: row["id"] for note, row in after.items()} == {n: row["id"] for n, row in before.items()}
    assert after["Taken."]["start_timestamp"] == 1.4
    again = imported(folder, corrected)
    assert "4 the same, 0 changed, 0 added" in again.stdout
    assert rows(folder) == after


def test_a_play_at_the_old_place_of_a_corrected_one_is_a_play_of_its_own(folder: Path) -> None:
    imported(folder, FIRST[:1])
    old = rows(folder)["Taken."]["id"]
    imported(folder, ["LEFT,1.4,2.5,STEAL,Taken."])
    imported(folder, ["LEFT,1.4,2.5,STEAL,Taken.", "LEFT,1,2.5,TURNOVER,Lost."])
    after = rows(folder)
    assert after["Taken."]["id"] == old
    assert after["Lost."]["id"] != old


def test_rows_with_ids_are_about_the_play_of_that_id_wherever_it_was(folder: Path) -> None:
    imported(folder, ["p1,LEFT,1,2.5,STEAL,Taken."], header=f"id,{HEADER}")
    imported(folder, ["p1,RIGHT,3,5,BLOCK,Blocked."], header=f"id,{HEADER}")
    assert [(row["id"], row["angle"]) for row in rows(folder).values()] == [("p1", "RIGHT")]


def test_a_play_that_left_the_table_stays_and_is_listed_until_sync_deletes_it(folder: Path) -> None:
    imported(folder, FIRST)
    shown = imported(folder, FIRST[:3]).stdout
    assert "1 not in plays.csv (they stay; --sync deletes them)" in shown
    assert len(rows(folder)) == 4
    dry = imported(folder, FIRST[:3], "--sync", "--dry-run").stdout
    assert "1 not in plays.csv (deleted)" in dry
    assert len(rows(folder)) == 4
    assert imported(folder, FIRST[:3], "--sync").exit_code == 0
    assert list(rows(folder)) == ["Taken.", "Taken too.", "Blocked."]


def test_sync_deletes_no_play_whose_line_cannot_be_read(folder: Path) -> None:
    imported(folder, FIRST)
    refused = imported(folder, [*FIRST[:3], "LEFT,4.6,5.8,BLOCK,Again, and more"], "--sync")
    assert refused.exit_code == 1
    assert "--sync would delete the play that it is about" in refused.stderr
    assert len(rows(folder)) == 4


def test_sync_needs_a_table(folder: Path) -> None:
    asked = CliRunner().invoke(main, ["import", str(folder), "--game-id", "g1", "--sync"])
    assert (asked.exit_code, "--sync needs --plays" in asked.stderr) == (2, True)


def test_all_changes_are_listed_in_json(folder: Path) -> None:
    imported(folder, FIRST)
    changed = imported(folder, ["LEFT,1,2.5,FOUL,Taken.", *FIRST[2:], "RIGHT,4.5,5.5,FOUL,New."], "--json")
    told = json.loads(changed.stdout)["revision"]
    assert (told["same"], len(told["added"]), len(told["gone"])) == (2, 1, 1)
    assert [change["columns"] for change in told["changed"]] == [{"classification": ["STEAL", "FOUL"]}]


def test_near_duplicates_are_told_whatever_their_source(folder: Path) -> None:
    imported(folder, FIRST)
    database = open_plays_db(f"sqlite:///{folder.parent / 'home' / 'plays.db'}")
    twin = {**rows(folder)["Taken."], "id": "by-hand", "start_timestamp": 1.2}
    database.add_game({"id": "g1"}, [twin], [])
    assert (
        "these may be one play, written down twice: LEFT STEAL 1.0 to 2.5 s" in imported(folder, FIRST).stdout
    )


def test_a_twin_that_is_lost_as_one_is_not_told_once_more(folder: Path) -> None:
    """Left out as the play that it is, its line is named: no person has anything more to decide."""
    told = imported(folder, [*FIRST[:1], "LEFT,1.02,2.5,STEAL,Taken once more."]).stdout
    assert "they are one play" in " ".join(told.split())
    assert "written down twice" not in told


def test_labels_and_sides_are_stored_as_the_league_spells_them(folder: Path) -> None:
    """The league's app reads the same table, and knows no other spelling."""
    imported(folder, ["Left,1,2.5,3pt make,Made.", "far_right,3,4.5,tov,Lost."])
    stored = {note: (row["angle"], row["classification"]) for note, row in rows(folder).items()}
    assert stored == {"Made.": ("LEFT", "3PT_MAKE"), "Lost.": ("FAR_RIGHT", "TOV")}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ([], "note: no two teams are entered"),
        (["--team-a", "Gray", "--team-b", "Gray"], "note: no two teams are entered"),
        (["--team-a", "Red", "--team-b", "White"], "note: most players are of neither Red nor White"),
        (["--team-a", "Gray", "--team-b", "Blue"], None),
    ],
    ids=["none", "the same twice", "others", "those that play"],
)
def test_it_is_told_where_no_prompt_can_name_who_plays(
    options: list[str], told: str | None, folder: Path
) -> None:
    lines = ["LEFT,1,2.5,STEAL,Player #7 (Gray)", "RIGHT,3,4.5,BLOCK,Player #4 (Blue)"]
    shown = imported(folder, lines, *options, header="side,start,end,label,player_a").stdout
    assert ("the model is not told who plays" in shown) is bool(told)
    assert (told or "") in shown
