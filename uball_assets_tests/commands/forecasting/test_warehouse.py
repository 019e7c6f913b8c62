"""`uball warehouse`: tables, their columns, rows that were kept aside, questions, and a damaged month."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from uball_assets.cli import main
from uball_assets.resources import warehouse as open_it
from uball_assets.settings import Settings
from uball_assets_tests.contracts.test_warehouse import LINES, PLAYS, line


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["warehouse", *arguments])


@pytest.fixture
def home(settings: Settings) -> Path:
    """With two lines of March, one of May, and one that was not taken."""
    rows = [line("g1"), line("g2", points=90), line("g3", on=date(2026, 5, 2)), line("g4", points="many")]
    open_it(settings).write(LINES, rows, PLAYS)
    return settings.home / "warehouse"


def test_an_empty_warehouse_says_so(settings: Settings) -> None:
    assert run().output.startswith("nothing was written yet")
    assert json.loads(run("--json").output) == []
    assert "there is no table lines: there are none yet" in run("show", "lines").output
    assert not (settings.home / "warehouse").exists()


@pytest.mark.usefixtures("home")
def test_tables_are_listed_with_rows_span_and_newest() -> None:
    lines, aside = json.loads(run("--json").output)
    assert (lines["table"], lines["rows"], lines["from"], lines["to"]) == (
        "lines",
        3,
        "2026-03-14",
        "2026-05-02",
    )
    assert (aside["table"], aside["rows"]) == ("lines_aside", 1)
    assert lines["newest"][:2] == "20"
    assert "lines_aside" in run().output


@pytest.mark.usefixtures("home")
def test_a_table_is_shown_with_what_stands_in_its_columns_and_rows_of_its_newest_day() -> None:
    said = run("show", "lines").output
    assert "What each did in a game." in said
    assert "share of the team's points" in said
    assert "2026-05-02" in said
    told = json.loads(run("show", "lines", "--json").output)
    assert [row["game_id"] for row in told["newest_rows"]] == ["g3"]
    assert told["columns"][0] == {
        "column": "game_id",
        "form": "text",
        "what stands there": "the game's id",
    }


@pytest.mark.usefixtures("home")
def test_rows_that_were_not_taken_are_shown_with_reason_and_remedy() -> None:
    said = run("show", "lines", "--aside").output
    assert "points is 'many': the column holds whole numbers" in said
    assert "give points such a value" in said
    (row,) = json.loads(run("show", "lines", "--aside", "--json").output)
    assert (row["game_id"], row["points"]) == ("g4", "many")


@pytest.mark.usefixtures("home")
def test_a_question_is_answered() -> None:
    question = "select sum(points) as points, max(played_on) as newest from lines"
    assert json.loads(run("sql", question, "--json").output) == [{"points": 266, "newest": "2026-05-02"}]
    assert run("sql", "select * from lines where false").output == "no row\n"


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("drop view lines", "one SELECT is asked for, and this is DROP"),
        ("select 1; select 2", "one SELECT is asked for, and this is SELECT and SELECT"),
        ("copy lines to 'lines.csv'", "one SELECT is asked for, and this is COPY"),
        ("set threads = 1", "one SELECT is asked for, and this is SET"),
        ("", "one SELECT is asked for, and this is nothing"),
        ("selekt", "this is not SQL"),
        ("select colour from lines", '"colour" not found'),
        ("select * from read_text('/etc/hostname')", "disabled by configuration"),
        ("select * from 'https://example.com/x.parquet'", "disabled by configuration"),
    ],
)
def test_a_question_reads_the_warehouse_and_nothing_else(home: Path, question: str, said: str) -> None:
    before = {path: path.stat().st_mtime_ns for path in home.rglob("*")}
    asked = run("sql", question)
    assert asked.exit_code == 1
    assert said in asked.output
    assert {path: path.stat().st_mtime_ns for path in home.rglob("*")} == before


def test_a_damaged_month_is_named_by_a_question_and_can_be_given_up(home: Path) -> None:
    next(home.glob("lines/2026-03.*")).write_bytes(b"no Parquet")
    asked = run("sql", "select count(*) from lines where points = 88")
    assert asked.exit_code == 1
    assert "uball warehouse give-up lines 2026-03" in asked.output
    assert run("give-up", "lines", "2026-03").output.startswith("lines is without 2026-03 now: 2 rows")
    assert json.loads(run("sql", "select count(*) as n from lines", "--json").output) == [{"n": 1}]
    assert "lines has no month 2026-03" in run("give-up", "lines", "2026-03").output


@pytest.mark.usefixtures("settings")
def test_a_question_to_bigquery_is_for_its_own_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UBALL_WAREHOUSE_URL", "bigquery://project/league")
    assert "bq query" in run("sql", "select 1").output
