"""Supabase when it does not do as it should: a retry, or one typed error with its remedy; never fewer rows.

The server is of this machine (`postgrest_server`), the client is the real one.
"""

from __future__ import annotations

import socket
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest

from uball_assets.adapters.plays import supabase_errors as errors
from uball_assets.adapters.plays.plays_db import PlaysSeen
from uball_assets.adapters.plays.supabase_plays_db import SupabasePlaysDb
from uball_assets.adapters.plays.supabase_tables import role_of
from uball_assets.domain.errors import Permanent, Transient
from uball_assets_tests.cloud.servers.fixtures_supabase import Project
from uball_assets_tests.cloud.servers.supabase_keys import (
    ANON_KEY,
    PERSON,
    PUBLISHABLE_KEY,
    SECRET_KEY,
    SERVICE_KEY,
)

pytestmark = pytest.mark.services
GAME = "6f1c0000-0000-0000-0000-0000000000a1"
FIRST, LAST = "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"
ONE_MORE = f"insert into plays (id, game_id) values ('{{}}', '{GAME}')"  # noqa: S608 - ours
ATTEMPTS = 3


def database(
    project: Project, key: str = SECRET_KEY, timeout_s: float = 5.0, url: str = ""
) -> SupabasePlaysDb:
    return SupabasePlaysDb(url or project.url, key, timeout_s, attempts=ATTEMPTS, first_wait_s=0.01)


def season(project: Project, count: int) -> SupabasePlaysDb:
    db = database(project)
    plays = [{"id": str(uuid.uuid5(uuid.NAMESPACE_OID, str(i))), "note": f"{i}"} for i in range(count)]
    db.add_game({"id": GAME}, plays, [{"angle": "FAR_LEFT", "sync_offset_seconds": 1.5}])
    return db


@pytest.mark.parametrize(
    "caps",
    [[], [100] * 40, [1000, 100, 1, 999, 7, 1000], [1]],
    ids=["Supabase's", "lower than a page", "changing", "one page cut short"],
)
def test_all_plays_arrive_whatever_the_server_s_cap(a_supabase_project: Project, caps: list[int]) -> None:
    db = season(a_supabase_project, 2500)
    a_supabase_project.befalls(*({"max_rows": cap} for cap in caps))
    rows = db.plays(GAME)
    assert sorted(row["note"] for row in rows) == sorted(str(i) for i in range(2500))
    a_supabase_project.befalls(*({"max_rows": cap} for cap in caps))
    assert db.play_versions()[GAME].startswith("2500-")


def test_every_camera_of_every_game_arrives_in_pages_that_end_within_a_game(
    a_supabase_project: Project,
) -> None:
    db = database(a_supabase_project)
    angles = ["FAR_LEFT", "FAR_RIGHT", "NEAR_LEFT", "NEAR_RIGHT"]
    games = [str(uuid.uuid5(uuid.NAMESPACE_OID, f"game {i}")) for i in range(12)]
    for game in games:
        db.add_game({"id": game}, [], [{"angle": angle} for angle in angles])
    a_supabase_project.befalls(*({"max_rows": 7} for _ in range(10)))
    found = db.videos_by_game()
    assert {game: [row["angle"] for row in rows] for game, rows in found.items()} == dict.fromkeys(
        games, angles
    )


FAULTS = [
    pytest.param({"status": 429}, errors.TooManyRequests, id="429"),
    pytest.param({"status": 500}, errors.UpstreamError, id="500"),
    pytest.param({"status": 502}, errors.UpstreamError, id="502"),
    pytest.param({"status": 503}, errors.UpstreamError, id="503"),
    pytest.param({"text": "<html>log in to this network</html>"}, errors.UpstreamError, id="a page with 200"),
    pytest.param({"cut": True}, errors.NetworkError, id="cut"),
    pytest.param({"wait_s": 0.6}, errors.NetworkError, id="slow"),
]


@pytest.mark.parametrize(("fault", "error"), FAULTS)
def test_a_passing_fault_costs_a_retry_and_a_lasting_one_is_named(
    a_supabase_project: Project, fault: dict[str, Any], error: type[errors.SupabaseError]
) -> None:
    season(a_supabase_project, 3)
    db = database(a_supabase_project, timeout_s=0.3)
    db.game_ids()  # the first request also loads the library
    a_supabase_project.befalls(*[fault] * (ATTEMPTS - 1))
    assert len(db.plays(GAME)) == 3
    asked = len(a_supabase_project.asked())
    a_supabase_project.befalls(*[fault] * ATTEMPTS)
    with pytest.raises(error, match=r"table plays of Supabase.*try later") as raised:
        db.plays(GAME)
    assert isinstance(raised.value, Transient)
    assert_clean(raised.value)
    assert len(a_supabase_project.asked()) == asked + ATTEMPTS


@pytest.mark.parametrize(("fault", "_error"), FAULTS)
def test_a_write_whose_answer_is_lost_is_written_once(
    a_supabase_project: Project, fault: dict[str, Any], _error: type[errors.SupabaseError]
) -> None:
    db = season(a_supabase_project, 1)
    patient = database(a_supabase_project, timeout_s=0.3)
    before = db.play_versions()
    annotations = [{"play_key": "k1", "note": "said"}]
    a_supabase_project.befalls(fault)
    patient.write_annotations(GAME, "m1", annotations)
    a_supabase_project.befalls(fault)
    patient.add_game({"id": GAME}, [{"id": FIRST}], [])
    assert [row["play_key"] for row in db.annotations(GAME, "m1")] == ["k1"]
    assert len(db.plays(GAME)) == 2
    assert db.play_versions() != before


@pytest.mark.parametrize(
    ("statement", "count"),
    [
        (ONE_MORE.format(LAST), 1501),
        ("delete from plays where id = (select max(id::text)::uuid from plays)", 1499),
    ],
    ids=["comes", "goes"],
)
def test_a_play_that_comes_or_goes_between_two_pages_makes_it_read_again(
    a_supabase_project: Project, statement: str, count: int
) -> None:
    db = season(a_supabase_project, 1500)
    a_supabase_project.befalls({"then_sql": statement})
    asked = len(a_supabase_project.asked())
    assert len(db.plays(GAME)) == count
    assert len(a_supabase_project.asked()) == asked + 4, "two pages, and two again"


def test_a_table_that_never_stands_still_is_said(a_supabase_project: Project) -> None:
    db = season(a_supabase_project, 1500)
    changes = [f"fffffff{i}-ffff-ffff-ffff-ffffffffffff" for i in range(8)]
    a_supabase_project.befalls(*({"then_sql": ONE_MORE.format(play_id)} for play_id in changes))
    with pytest.raises(errors.ChangedWhileReading, match=r"table plays.*came or went at every try"):
        db.plays(GAME)


def test_an_edit_during_the_export_is_seen_by_the_next_look(a_supabase_project: Project) -> None:
    db = season(a_supabase_project, 1500)
    before = db.play_versions()
    late = "update plays set note = 'corrected' where id = (select min(id::text)::uuid from plays)"
    a_supabase_project.befalls({"then_sql": late})
    assert "corrected" not in [row["note"] for row in db.plays(GAME)]
    assert db.play_versions() != before


def test_a_second_look_asks_for_what_is_new_and_the_count(a_supabase_project: Project) -> None:
    db = season(a_supabase_project, 1500)
    a_supabase_project.sql(
        "alter table plays disable trigger user; update plays set updated_at = '2026-03-18'"
    )
    a_supabase_project.sql("alter table plays enable trigger user")
    a_supabase_project.sql(
        "update plays set note = 'newest' where id = (select min(id::text)::uuid from plays)"
    )
    db.play_versions()
    asked = len(a_supabase_project.asked())
    db.play_versions()
    since, count = a_supabase_project.asked()[asked:]
    assert "updated_at=gte." in since
    assert "limit=1" in count


def test_more_rows_of_one_stamp_than_fit_a_page_are_all_seen(a_supabase_project: Project) -> None:
    db = season(a_supabase_project, 2300)
    before = db.play_versions()
    a_supabase_project.sql(
        "create or replace function uball_stamp() returns trigger language plpgsql as "
        "$$ begin new.updated_at := now(); return new; end $$"
    )
    a_supabase_project.sql("update plays set note = 'all at once'")
    assert len(a_supabase_project.sql("select distinct updated_at from plays")) == 1
    asked = len(a_supabase_project.asked())
    after = db.play_versions()
    assert len(a_supabase_project.asked()) == asked + 7, "three pages, those of the game, and the count"
    assert after == database(a_supabase_project).play_versions() != before


def many_games(project: Project, games: int, plays: int) -> list[str]:
    """Their ids, in order; stamped an hour ago, as of a league that nobody edits now."""
    project.sql(
        "insert into games (id) select ('00000000-0000-0000-0000-' || lpad(to_hex(n), 12, '0'))::uuid "
        "from generate_series(1, %s) n",
        games,
    )
    project.sql("alter table plays disable trigger user")
    project.sql(
        "insert into plays (game_id, updated_at) select id, now() - interval '1 hour' "
        "from games, generate_series(1, %s)",
        plays,
    )
    project.sql("alter table plays enable trigger user")
    return [str(row[0]) for row in project.sql("select id from games order by id")]


def within(requests: int) -> Callable[[], bool]:
    left = iter([False] * (requests - 1))
    return lambda: next(left, True)


def test_a_league_of_many_plays_is_read_over_several_looks_and_then_no_more(
    a_supabase_project: Project,
) -> None:
    games = many_games(a_supabase_project, 100, 120)
    db = database(a_supabase_project)
    looks: list[PlaysSeen] = []
    while not looks or looks[-1].unread_from is not None:
        asked = len(a_supabase_project.asked())
        looks.append(db.plays_seen(within(4)))
        assert len(a_supabase_project.asked()) - asked <= 4
        assert len(looks) < 10
    assert len(looks) == 4, "twelve pages of a thousand, and one that is empty"
    assert [games.index(look.unread_from or "") for look in looks[:-1]] == [33, 66, 99]
    assert [len(look.versions) for look in looks] == [33, 66, 99, 100]
    assert looks[-1].versions == database(a_supabase_project).play_versions()
    asked = len(a_supabase_project.asked())
    db.play_versions()
    since, count = a_supabase_project.asked()[asked:]
    assert ("updated_at=gte." in since, "limit=1" in count) == (True, True)


def test_a_look_reads_the_plays_of_the_game_that_changed_and_no_others(a_supabase_project: Project) -> None:
    games = many_games(a_supabase_project, 30, 100)
    db = database(a_supabase_project)
    before = db.play_versions()
    a_supabase_project.sql(
        "update plays set note = 'corrected' where id = (select id from plays where game_id = %s limit 1)",
        games[7],
    )
    asked = len(a_supabase_project.asked())
    after = db.play_versions()
    since, of_game, count = a_supabase_project.asked()[asked:]
    assert f"game_id=in.({games[7]})" in of_game.replace("%28", "(").replace("%29", ")").replace("%2C", ",")
    assert [game for game in games if after[game] != before[game]] == [games[7]]
    assert after == database(a_supabase_project).play_versions()
    del since, count


def test_a_play_that_goes_while_a_league_is_read_over_several_looks_is_seen(
    a_supabase_project: Project,
) -> None:
    games = many_games(a_supabase_project, 30, 100)
    db = database(a_supabase_project)
    assert db.plays_seen(within(2)).unread_from is not None
    a_supabase_project.sql(
        "delete from plays where id = (select id from plays where game_id = %s limit 1)", games[0]
    )
    for _ in range(6):
        seen = db.plays_seen(within(3))
    assert seen.versions == database(a_supabase_project).play_versions()


def test_threads_share_one_database(a_supabase_project: Project) -> None:
    season(a_supabase_project, 1200)
    db, seen = database(a_supabase_project), []
    threads = [
        threading.Thread(target=lambda: seen.append((len(db.plays(GAME)), len(db.play_versions()))))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [(1200, 1)] * 8


def _busy(project: Project) -> None:
    project.sql("drop function write_model_versions")
    project.sql(
        "create function write_model_versions(rows jsonb) returns integer language plpgsql as "
        "$$ begin raise exception using errcode = '57014'; end $$"
    )


OPEN_TO_ALL = "grant select on plays to anon"  # and no policy that lets anon see a row
CAUSES: list[Any] = [
    pytest.param("drop table plays", SERVICE_KEY, errors.MissingTable, "no such table", id="table"),
    pytest.param(
        "alter table plays drop note, drop updated_at",
        SERVICE_KEY,
        errors.MissingColumn,
        "column",
        id="column",
    ),
    pytest.param(
        "revoke all on plays from service_role", SERVICE_KEY, errors.NoPermission, "not permitted", id="grant"
    ),
    pytest.param("", ANON_KEY, errors.NoPermission, "not permitted.*SUPABASE_SERVICE_KEY", id="anon"),
    pytest.param(OPEN_TO_ALL, ANON_KEY, errors.HiddenByRls, "RLS.*anon.*service_role.*policy", id="RLS"),
    pytest.param(OPEN_TO_ALL, PUBLISHABLE_KEY, errors.HiddenByRls, "RLS", id="RLS, new key"),
    pytest.param("", "sb_secret_planted-other", errors.InvalidKey, "does not accept the key", id="key"),
]


@pytest.mark.parametrize(("statement", "key", "error", "message"), CAUSES)
@pytest.mark.parametrize(
    "read", [lambda db: db.plays(GAME), lambda db: db.play_versions()], ids=["plays", "versions"]
)
def test_each_cause_has_its_own_error(
    a_supabase_project: Project,
    statement: str,
    key: str,
    error: type[errors.SupabaseError],
    message: str,
    read: Callable[[SupabasePlaysDb], object],
) -> None:
    season(a_supabase_project, 3)
    if statement:
        a_supabase_project.sql(statement)
    with pytest.raises(error, match=message) as raised:
        read(database(a_supabase_project, key))
    assert isinstance(raised.value, Permanent)
    assert (raised.value.table, raised.value.remedy in str(raised.value)) == ("plays", True)
    assert_clean(raised.value)


def test_no_plays_at_all_is_an_answer_to_the_service_key(a_supabase_project: Project) -> None:
    for key in (SERVICE_KEY, SECRET_KEY):
        db = database(a_supabase_project, key)
        assert (db.plays(GAME), db.play_versions(), db.game_ids()) == ([], {}, [])


def test_a_missing_function_and_a_busy_database_are_told_apart(a_supabase_project: Project) -> None:
    db = season(a_supabase_project, 1)
    _busy(a_supabase_project)
    with pytest.raises(errors.DatabaseBusy, match=r"function write_model_versions .*too busy.*\(57014\)"):
        db.write_model_versions([{"name": "m1"}])
    a_supabase_project.sql("drop function write_model_versions")
    with pytest.raises(errors.MissingFunction, match="apply supabase/migrations"):
        db.write_model_versions([{"name": "m1"}])


def test_a_row_that_the_database_refuses_leaves_nothing(a_supabase_project: Project) -> None:
    db = season(a_supabase_project, 1)
    with pytest.raises(errors.RefusedRow, match=r"replace_annotations.*\(23514\)") as raised:
        db.write_annotations(GAME, "m1", [{"play_key": "k1", "confidence": 7.0, "note": "planted-note"}])
    assert "planted-note" not in str(raised.value)
    assert db.annotations(GAME, "m1") == []


def test_addresses_that_are_none_are_said(a_supabase_project: Project) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        closed = f"http://127.0.0.1:{listening.getsockname()[1]}"
    with pytest.raises(errors.NetworkError, match="ConnectError"):
        database(a_supabase_project, url=closed).game_ids()
    with pytest.raises(errors.WrongAddress, match="SUPABASE_URL"):
        database(a_supabase_project, url=f"{a_supabase_project.server}/a/page/of/others").game_ids()
    for url in ("ftp://x", "project.supabase.co"):
        with pytest.raises(Permanent, match="SUPABASE_URL is no address"):
            database(a_supabase_project, url=url).game_ids()
    with pytest.raises(Permanent, match="set both"):
        SupabasePlaysDb("", SERVICE_KEY)


@pytest.mark.parametrize(
    ("key", "role"),
    [
        (SERVICE_KEY, "service_role"),
        (SECRET_KEY, "service_role"),
        (ANON_KEY, "anon"),
        (PUBLISHABLE_KEY, "anon"),
        (PERSON, "authenticated"),
        ("a.b.c", "unknown"),
        ("", "unknown"),
        ("a.W10.c", "unknown"),
    ],
)
def test_a_key_says_whom_it_speaks_for(key: str, role: str) -> None:
    assert role_of(key) == role


def assert_clean(error: errors.SupabaseError) -> None:
    said = f"{error} {error!r} {error.args}"
    assert "planted" not in said
    assert not any(key in said for key in (SERVICE_KEY, ANON_KEY, "127.0.0.1", "<html>"))
    assert "\n" not in said
    assert error.__suppress_context__ or error.__context__ is None
