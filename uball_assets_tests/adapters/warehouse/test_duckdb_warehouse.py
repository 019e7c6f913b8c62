"""The warehouse in a folder: what is written whole, which files a write and a reading touch, damage."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from uball_assets.adapters.warehouse import opening
from uball_assets.adapters.warehouse.duckdb_warehouse import DuckDbWarehouse
from uball_assets.adapters.warehouse.opening import open_warehouse
from uball_assets.adapters.warehouse.warehouse import Written
from uball_assets.domain.errors import Permanent, Transient
from uball_assets_tests.contracts.test_warehouse import FEED, LINES, PLAYS, line, own
from uball_assets_tests.killing import killed_at

JANUARY, MARCH, MAY = date(2026, 1, 31), date(2026, 3, 1), date(2026, 5, 2)


@pytest.fixture
def warehouse(tmp_path: Path) -> DuckDbWarehouse:
    made = DuckDbWarehouse(tmp_path / "warehouse")
    rows = [line("g1", on=JANUARY), line("g2", on=MARCH), line("g3", on=MAY)]
    assert made.write(LINES, rows, PLAYS) == Written(3, 0, 0)
    return made


def files(warehouse: DuckDbWarehouse) -> dict[str, int]:
    """Of the table's months: each file's name and when it was last written."""
    return {path.name: path.stat().st_mtime_ns for path in (warehouse.folder / "lines").glob("*.parquet")}


def month(warehouse: DuckDbWarehouse, name: str) -> Path:
    (path,) = (warehouse.folder / "lines").glob(f"{name}.*.parquet")
    return path


def test_a_month_is_a_file_and_nothing_else_is_left(warehouse: DuckDbWarehouse) -> None:
    assert sorted(path.name for path in (warehouse.folder / "lines").iterdir()) == [
        "2026-01.1.parquet",
        "2026-03.1.parquet",
        "2026-05.1.parquet",
        "lock",
        "table.json",
    ]


def test_a_write_touches_only_the_months_that_it_changes(warehouse: DuckDbWarehouse) -> None:
    before = files(warehouse)
    warehouse.write(LINES, [line("g1", on=JANUARY), line("g4", on=MARCH)], FEED)
    after = files(warehouse)
    assert sorted(after) == ["2026-01.1.parquet", "2026-03.2.parquet", "2026-05.1.parquet"]
    assert {name for name in before if after.get(name) == before[name]} == {
        "2026-01.1.parquet",
        "2026-05.1.parquet",
    }


def test_a_month_that_everything_left_has_no_file(warehouse: DuckDbWarehouse) -> None:
    warehouse.write(LINES, [line("g1", on=MAY)], FEED)
    assert sorted(files(warehouse)) == ["2026-03.1.parquet", "2026-05.2.parquet"]


def test_rows_of_a_month_lie_by_team(warehouse: DuckDbWarehouse) -> None:
    import duckdb

    warehouse.write(LINES, [line("a", "t9", MARCH), line("b", "t0", MARCH), line("c", "t0", MARCH)], FEED)
    with duckdb.connect() as connection:
        query = "SELECT team_id, game_id FROM read_parquet(?)"
        found = connection.execute(query, [str(month(warehouse, "2026-03"))]).fetchall()
    assert found == [("t0", "b"), ("t0", "c"), ("t1", "g2"), ("t9", "a")]


def test_a_reading_opens_only_the_files_of_its_days(warehouse: DuckDbWarehouse) -> None:
    month(warehouse, "2026-01").write_bytes(b"no Parquet")
    month(warehouse, "2026-05").unlink()
    rows = warehouse.read(LINES, since=date(2026, 2, 1), until=date(2026, 5, 1))
    assert own(rows) == [line("g2", on=MARCH)]


def test_killed_at_any_moment_a_write_leaves_what_was_or_what_is_to_be(
    warehouse: DuckDbWarehouse, tmp_path: Path
) -> None:
    rows = [
        line("g1", on=MAY),
        line("g2", on=MARCH, points=1),
        line("g9", on=date(2027, 1, 1)),
        line(points="x"),
    ]
    old, new = warehouse.read(LINES), [rows[0], rows[1], line("g3", on=MAY), rows[2]]

    def work() -> object:
        return warehouse.write(LINES, rows, FEED)

    write, seen = 0, set()
    while killed_at(write := write + 1, tmp_path, work):
        now = warehouse.read(LINES)
        is_old = now == old
        seen.add(is_old)
        assert is_old or own(now) == new
        assert write < 50
    assert seen == {True, False}, f"killed at {write} writes"
    assert len(warehouse.write(LINES, rows, FEED).kept_aside) == 1
    assert own(warehouse.read(LINES)) == new
    warehouse.write(LINES, [line("g9", on=date(2027, 1, 2))], FEED)
    assert sorted(files(warehouse)) == ["2026-03.2.parquet", "2026-05.2.parquet", "2027-01.3.parquet"]


def test_what_a_killed_writer_left_is_in_nobodys_way(warehouse: DuckDbWarehouse) -> None:
    folder = warehouse.folder / "lines"
    for name in ("2026-03.2.parquet", "2026-04.2.parquet", "table.json.tmp", "incoming.ndjson"):
        (folder / name).write_bytes(b"half a fi")
    assert len(warehouse.read(LINES)) == 3
    assert warehouse.write(LINES, [line("g4", on=MARCH)], FEED) == Written(1, 0, 0)
    assert sorted(path.name for path in folder.iterdir()) == [
        "2026-01.1.parquet",
        "2026-03.2.parquet",
        "2026-05.1.parquet",
        "lock",
        "table.json",
    ]


@pytest.mark.parametrize("damage", ["no Parquet", "cut off", "gone", "bytes turned over"])
def test_a_damaged_file_is_named_with_the_remedy_which_works(warehouse: DuckDbWarehouse, damage: str) -> None:
    path = month(warehouse, "2026-03")
    content = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        turned = content[:4] + bytes(255 - byte for byte in content[4:-8]) + content[-8:]
        path.write_bytes({"no Parquet": b"no", "cut off": content[:-100]}.get(damage, turned))
    said = r"2026-03\.1\.parquet cannot be read \(.*uball warehouse give-up lines 2026-03`"
    with pytest.raises(Permanent, match=said):
        warehouse.read(LINES)
    with pytest.raises(Permanent, match=said):
        warehouse.write(LINES, [line("g9", on=MAY)], FEED)
    assert warehouse.give_up("lines", "2026-03") == 1
    assert [row["game_id"] for row in warehouse.read(LINES)] == ["g1", "g3"]
    assert warehouse.write(LINES, [line("g2", on=MARCH)], FEED) == Written(1, 0, 0)
    assert [row["game_id"] for row in warehouse.read(LINES)] == ["g1", "g2", "g3"]


def test_only_a_month_that_is_there_is_given_up(warehouse: DuckDbWarehouse) -> None:
    with pytest.raises(Permanent, match="lines has no month 2026-04"):
        warehouse.give_up("lines", "2026-04")
    with pytest.raises(Permanent, match="there is no table points"):
        warehouse.give_up("points", "2026-04")
    assert not (warehouse.folder / "points").exists()


def test_a_damaged_list_of_files_is_named_with_the_remedy(warehouse: DuckDbWarehouse) -> None:
    path = warehouse.folder / "lines" / "table.json"
    for damaged in (path.read_text()[:-9], "{}", "[]", ""):
        path.write_text(damaged)
        with pytest.raises(Permanent, match=r"table\.json is damaged; put it back from a copy, or move"):
            warehouse.read(LINES)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "warehouse").write_text("a file")
    with pytest.raises(Permanent, match=r"cannot write .*warehouse/lines: a part of the path is a file"):
        DuckDbWarehouse(tmp_path / "warehouse").write(LINES, [line()], PLAYS)


@pytest.mark.skipif(os.geteuid() == 0, reason="the owner of the machine may write everywhere")
def test_a_folder_of_somebody_else_is_said(warehouse: DuckDbWarehouse) -> None:
    (warehouse.folder / "lines").chmod(0o500)
    with pytest.raises((Permanent, Transient), match="permission denied"):
        warehouse.write(LINES, [line("g9")], PLAYS)


@pytest.mark.parametrize(
    "url", ["postgres://league", "bigquery://project", "bigquery://project/a/b", "bigquery:///x"]
)
def test_an_address_that_is_no_warehouse_is_refused(url: str) -> None:
    with pytest.raises(Permanent, match="is no warehouse; use a folder's path or bigquery://project/dataset"):
        open_warehouse(url)


def test_bigquery_without_its_extra_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "find_spec", lambda _: None)
    with pytest.raises(Permanent, match=r"needs the 'gcp' extra; pip install -c constraints\.txt -e"):
        open_warehouse("bigquery://project/dataset")
