"""Reviewing over HTTP: what is asked for, what a decision makes of a play, and who hears what of whom."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from uball_assets.adapters.stores import documents
from uball_assets.domain.answers.annotate import annotation_row
from uball_assets.domain.answers.merging import Asked, merged_plays
from uball_assets.domain.footage import object_names
from uball_assets.domain.footage.angles import Side
from uball_assets.domain.footage.timeline import Window
from uball_assets.domain.review.known_answers import is_shown
from uball_assets.domain.review.ledger import play_id_of, says_the_same
from uball_assets.services.asking.annotations import Annotations
from uball_assets_tests.app.conftest import context_of
from uball_assets_tests.app.review.conftest import MODEL, PLAYER, item_at

DOUBTFUL = item_at(40.0)
SURE = item_at(20.0)


def queue(client: TestClient, who: str = "Ann", **asked: Any) -> dict[str, Any]:
    answer = client.get("/api/review/queue", params=asked, headers={"X-Reviewer": who})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def item(client: TestClient, item_id: str, who: str = "Ann") -> dict[str, Any]:
    answer = client.get(f"/api/review/items/{item_id}", headers={"X-Reviewer": who})
    assert answer.status_code == 200, answer.text
    assert answer.headers["etag"] == f'"{answer.json()["version"]}"'
    found: dict[str, Any] = answer.json()
    return found


def decide(
    client: TestClient, item_id: str, body: dict[str, Any], who: str = "Ann", version: str = "", key: str = ""
) -> Response:
    seen = version or item(client, item_id, who)["version"]
    headers = {"If-Match": f'"{seen}"', "X-Reviewer": who} | ({"Idempotency-Key": key} if key else {})
    return client.put(f"/api/review/items/{item_id}/decision", json=body, headers=headers)


def rows(client: TestClient, game_id: str = "m1") -> list[dict[str, Any]]:
    return context_of(client).plays_db.plays(game_id)


def test_the_queue_begins_with_what_is_worth_most_and_says_why(unchanged: TestClient) -> None:
    found = queue(unchanged)
    assert [one["item_id"] for one in found["items"][:2]] == ["p1_0", DOUBTFUL]
    suspect, doubtful = found["items"][:2]
    assert [reason["sentence"] for reason in suspect["reasons"]] == ["the score lacks a point"]
    words = [reason["word"] for reason in doubtful["reasons"]]
    assert words == ["cameras_disagree", "uncertain", "three_or_four"]
    assert {one["item_id"] for one in found["items"]} >= {SURE, item_at(60, "RIGHT"), item_at(80, "RIGHT")}
    assert (found["left"], found["next"], found["unread_games"]) == (len(found["items"]), None, 0)
    worths = [one["worth"] for one in found["items"]]
    assert worths == sorted(worths, reverse=True)


def test_a_page_of_the_queue_goes_on_where_the_last_one_ended(unchanged: TestClient) -> None:
    whole = [one["item_id"] for one in queue(unchanged)["items"]]
    for game_id, wanted in ((None, whole), ("m1", [each for each in whole if each.startswith("m1")])):
        found, after = [], None
        while True:
            asked: dict[str, Any] = {"limit": 1, "after": after, "game_id": game_id}
            page = queue(unchanged, **{name: value for name, value in asked.items() if value})
            found += [one["item_id"] for one in page["items"]]
            after = page["next"]
            if after is None:
                break
        assert found == wanted


def test_an_item_has_all_that_a_person_needs_to_decide(unchanged: TestClient) -> None:
    one = item(unchanged, DOUBTFUL)
    assert (one["kind"], one["side"], one["game_title"]) == ("machine", "LEFT", "2026-03-18, Gray - Blue")
    assert one["play"] == {
        "label": "3PT_MISS",
        "moment_game_s": 40.0,
        "start_game_s": 37.0,
        "end_game_s": 42.0,
        "player_a": PLAYER,
        "player_b": None,
        "note": "",
    }
    far, near = one["cameras"]
    assert (far["camera"], far["says"]["label"], far["says"]["moment_game_s"]) == ("FAR_LEFT", "3PT_MISS", 40)
    assert (near["camera"], near["says"]["label"]) == ("NEAR_RIGHT", "4PT_MISS")
    assert [other["label"] for other in one["neighbours"]] == ["FG_MAKE", "REBOUND", "STEAL"]
    assert PLAYER in one["players"]
    assert one["decision"] is None


def test_a_second_play_of_one_window_is_an_item_with_that_windows_clips(reviewing: TestClient) -> None:
    context, where = context_of(reviewing), object_names.annotated("m1", MODEL)
    said = documents.load(context.training, where, Annotations)
    (key, first), (_, second) = said.per_camera[:2]
    assert first.answer is not None
    putback = replace(first.answer, classification="FG_MISS", timestamp_clip_s=0.2)
    answers = (replace(first, answer=putback, more=(first.answer,)), second)
    window = Window(17.0, 22.0)
    plays = merged_plays([Asked(key, "m1", Side.LEFT, window, answers)])
    assert [play.classification for play in plays] == ["FG_MISS", "FG_MAKE"]
    documents.save(context.training, where, Annotations(plays, tuple((key, one) for one in answers), ()))
    context.plays_db.write_annotations("m1", MODEL, [annotation_row(play, MODEL) for play in plays])
    far, near = item(reviewing, SURE)["cameras"]
    assert (far["says"]["label"], far["says"]["moment_game_s"]) == ("FG_MAKE", 20.0)
    assert near["says"]["label"] == "FG_MAKE"
    assert reviewing.get(far["video_url"]).status_code == 200
    missed, silent = item(reviewing, item_at(17.2))["cameras"]
    assert (missed["says"]["label"], silent["says"]["label"]) == ("FG_MISS", None)


def test_an_accepted_play_of_the_machine_becomes_one_of_the_league_s(reviewing: TestClient) -> None:
    saved = decide(reviewing, SURE, {"action": "accept"})
    assert saved.status_code == 200
    decision = saved.json()["decision"]
    assert (decision["who"], decision["label"], decision["can_undo"]) == ("Ann", "FG_MAKE", True)
    [row] = rows(reviewing)
    assert (row["angle"], row["timestamp_seconds"], row["classification"]) == ("LEFT", 20.0, "FG_MAKE")
    assert (row["player_a"], row["player_a_id"], row["game_id"]) == (PLAYER, "id of 7", "m1")
    assert row["updated_at"]
    assert SURE not in [one["item_id"] for one in queue(reviewing)["items"]]
    assert item(reviewing, SURE) == saved.json()


def test_a_correction_changes_what_it_names_and_its_event_with_it(reviewing: TestClient) -> None:
    body = {"action": "correct", "label": "4pt miss", "moment_game_s": 41.5, "player_b": "Player #9 (Blue)"}
    assert decide(reviewing, DOUBTFUL, body).status_code == 200
    [row] = rows(reviewing)
    assert (row["classification"], row["timestamp_seconds"], row["start_timestamp"]) == ("4PT_MISS", 41.5, 37)
    assert (row["player_a"], row["player_b"]) == (PLAYER, "Player #9 (Blue)")
    moved = decide(reviewing, DOUBTFUL, {"action": "correct", "moment_game_s": 50.0, "player_a": None})
    assert moved.status_code == 200
    [row] = rows(reviewing)
    assert (row["start_timestamp"], row["end_timestamp"], row["player_a"]) == (45.5, 50.5, None)


def test_a_rejected_play_is_none_and_is_not_asked_again(reviewing: TestClient) -> None:
    assert decide(reviewing, SURE, {"action": "reject"}).json()["decision"]["label"] is None
    assert rows(reviewing) == []
    assert SURE not in [one["item_id"] for one in queue(reviewing)["items"]]
    assert decide(reviewing, "p1_0", {"action": "reject"}).status_code == 200
    assert "p1_0" not in [row["id"] for row in rows(reviewing, "p1")]
    assert item(reviewing, "p1_0")["decision"]["action"] == "reject"


def test_a_play_that_is_two_is_split_between_its_moments(reviewing: TestClient) -> None:
    parts = [{"label": "4PT_MISS", "moment_game_s": 41.0}, {"label": "REBOUND", "moment_game_s": 38.0}]
    assert decide(reviewing, DOUBTFUL, {"action": "split", "parts": parts}).status_code == 200
    told = [(row["classification"], row["start_timestamp"], row["end_timestamp"]) for row in rows(reviewing)]
    assert told == [("REBOUND", 37.0, 39.5), ("4PT_MISS", 39.5, 42.0)]
    assert decide(reviewing, DOUBTFUL, {"action": "undo"}).status_code == 200
    assert rows(reviewing) == []


def test_a_missed_play_is_added_once_whoever_else_saw_it(reviewing: TestClient) -> None:
    play = {"label": "BLOCK", "side": "LEFT", "moment_game_s": 100.0, "player_a": PLAYER, "note": "late"}
    added = reviewing.post("/api/review/games/m1/plays", json=play, headers={"X-Reviewer": "Ann"})
    assert (added.status_code, added.json()["decision"]["action"]) == (201, "add")
    again = reviewing.post("/api/review/games/m1/plays", json={**play, "moment_game_s": 100.4})
    assert (again.status_code, again.json()["errors"][0]["field"]) == (422, "moment_game_s")
    assert [row["note"] for row in rows(reviewing)] == ["late"]
    assert decide(reviewing, added.json()["item_id"], {"action": "undo"}).status_code == 200
    assert rows(reviewing) == []


def test_the_last_word_is_taken_back_by_whoever_said_it_and_by_nobody_else(reviewing: TestClient) -> None:
    before = rows(reviewing, "p1")
    assert decide(reviewing, "p1_0", {"action": "correct", "label": "4PT_MAKE"}).status_code == 200
    assert decide(reviewing, "p1_0", {"action": "undo"}, who="Bob").json()["code"] == "not_yours"
    undone = decide(reviewing, "p1_0", {"action": "undo"})
    assert (undone.status_code, undone.json()["decision"]) == (200, None)
    assert says_the_same(rows(reviewing, "p1"), before)
    assert decide(reviewing, "p1_0", {"action": "undo"}).json()["code"] == "nothing_to_undo"
    assert queue(reviewing)["items"][0]["item_id"] == "p1_0"


def test_of_forty_who_saw_one_version_one_decides_and_the_others_hear_of_it(reviewing: TestClient) -> None:
    seen = item(reviewing, SURE)["version"]

    def one(number: int) -> Response:
        body = {"action": "correct", "note": f"by {number}"}
        return decide(reviewing, SURE, body, who=f"reviewer {number}", version=seen)

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(one, range(40)))
    assert sorted(answer.status_code for answer in answers) == [200, *[412] * 39]
    [winner] = [answer.json() for answer in answers if answer.status_code == 200]
    for answer in answers:
        if answer.status_code == 412:
            assert answer.json()["current"]["decision"]["note"] == winner["decision"]["note"]
    assert [row["note"] for row in rows(reviewing)] == [winner["decision"]["note"]]


def test_the_same_key_again_gives_the_same_answer_and_decides_once(reviewing: TestClient) -> None:
    version = item(reviewing, SURE)["version"]
    first, second = (
        decide(reviewing, SURE, {"action": "accept"}, version=version, key="k1") for _ in range(2)
    )
    assert (first.status_code, second.status_code, first.json()) == (200, 200, second.json())
    assert len(context_of(reviewing).plays_db.decisions(game_id="m1")) == 1
    other = decide(reviewing, SURE, {"action": "reject"}, version=version, key="k1")
    assert (other.status_code, other.json()["code"]) == (422, "key_used_before")
    add = {"label": "BLOCK", "side": "LEFT", "moment_game_s": 100.0}
    answers = [
        reviewing.post("/api/review/games/m1/plays", json=add, headers={"Idempotency-Key": "k2"})
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()


def test_a_decision_without_the_version_that_was_seen_is_refused(unchanged: TestClient) -> None:
    answer = unchanged.put(f"/api/review/items/{SURE}/decision", json={"action": "accept"})
    assert answer.status_code == 428
    assert decide(unchanged, SURE, {"action": "accept"}, version="another").status_code == 412
    assert rows(unchanged) == []


def test_a_row_that_the_league_s_app_changed_meanwhile_is_not_written_over(reviewing: TestClient) -> None:
    seen = item(reviewing, "p1_1")["version"]
    database = context_of(reviewing).plays_db
    changed = {**rows(reviewing, "p1")[1], "note": "by the app"}
    database.add_game({"id": "p1"}, [changed], [])
    late = decide(reviewing, "p1_1", {"action": "correct", "note": "mine"}, version=seen)
    assert (late.status_code, late.json()["current"]["play"]["note"]) == (412, "by the app")
    assert rows(reviewing, "p1")[1]["note"] == "by the app"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"action": "correct", "label": "DUNK"}, "label"),
        ({"action": "correct", "moment_game_s": -1}, "moment_game_s"),
        ({"action": "correct", "moment_game_s": 1e300}, "moment_game_s"),
        ({"action": "correct", "player_a": "x" * 300}, "player_a"),
        ({"action": "split", "parts": []}, "parts"),
        ({"action": "split", "parts": [{"moment_game_s": 38}, {"moment_game_s": 99}]}, "parts"),
        ({"action": "add"}, "action"),
        ({"action": "accept", "colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(
    unchanged: TestClient, body: dict[str, Any], field: str
) -> None:
    answer = decide(unchanged, DOUBTFUL, body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert rows(unchanged) == []


def test_a_body_that_is_no_json_is_refused_as_such(unchanged: TestClient) -> None:
    headers = {"If-Match": '"1"', "Content-Type": "application/json"}
    for path in (f"items/{SURE}/decision", "games/m1"):
        for body in (b"\xff\xfe", b"{", b"[" * 5000):
            answer = unchanged.put(f"/api/review/{path}", content=body, headers=headers)
            assert answer.status_code in (400, 422), answer.text


HOSTILE = '<script>alert(1)</script>\'; DROP TABLE plays; -- =HYPERLINK("x")‮'


def test_hostile_names_and_notes_are_kept_as_the_text_that_they_are(reviewing: TestClient) -> None:
    body = {"action": "correct", "note": HOSTILE, "player_a": HOSTILE}
    saved = decide(reviewing, SURE, body, who="Bob%0A<b>")
    assert saved.json()["decision"]["note"] == HOSTILE
    assert saved.headers["content-type"] == "application/json"
    [row] = rows(reviewing)
    assert (row["note"], row["player_a"]) == (HOSTILE, HOSTILE)


@pytest.mark.parametrize(
    "item_id",
    ["nobody", "m1.LEFT.x", "m1.UP.0020000", "..%2F..%2Fetc.LEFT.0020000", "g9.LEFT.0020000", "a b'"],
)
def test_what_names_no_item_is_not_found(unchanged: TestClient, item_id: str) -> None:
    for path in ("", "/FAR_LEFT.mp4", "/FAR_LEFT/frames"):
        place = "clips" if path else "items"
        assert unchanged.get(f"/api/review/{place}/{item_id}{path}").status_code == 404
    headers = {"If-Match": '"1"'}
    answer = unchanged.put(
        f"/api/review/items/{item_id}/decision", json={"action": "accept"}, headers=headers
    )
    assert answer.status_code in (404, 412)


def test_a_later_model_s_play_beside_a_decided_one_is_not_asked_again(reviewing: TestClient) -> None:
    assert decide(reviewing, SURE, {"action": "accept"}).status_code == 200
    assert decide(reviewing, DOUBTFUL, {"action": "reject"}).status_code == 200
    context = context_of(reviewing)
    said = context.plays_db.annotations("m1", "basketball-model-v1-1games")
    later = [{**row, "timestamp_seconds": row["timestamp_seconds"] + 0.3, "model": "v2"} for row in said]
    context.plays_db.write_annotations("m1", "v2", later)
    entry = {"game_id": "m1", "model": "v2", "source_hash": "s"}
    context.registry.append_change("annotations", entry, subject="game_id")
    open_now = [one["item_id"] for one in queue(reviewing, game_id="m1")["items"]]
    assert sorted(open_now) == [item_at(60.3, "RIGHT"), item_at(80.3, "RIGHT")]
    assert item(reviewing, SURE)["decision"]["action"] == "accept"
    assert item(reviewing, DOUBTFUL)["decision"]["action"] == "reject"


def test_a_game_s_review_is_open_until_somebody_says_that_all_its_plays_are_there(
    reviewing: TestClient,
) -> None:
    def state() -> tuple[str, int]:
        told = reviewing.get("/api/review/games/m1").json()
        return told["state"], told["left"]

    def close(**wish: Any) -> Response:
        return reviewing.put("/api/review/games/m1", json={"state": "closed", **wish})

    assert state() == ("machine", 4)
    assert close().json()["code"] == "not_in_review"
    assert decide(reviewing, SURE, {"action": "accept"}).status_code == 200
    assert (state(), context_of(reviewing).plays_db.games_in_review()) == (("open", 3), ["m1"])
    refused = close()
    assert (refused.status_code, refused.json()["code"], refused.json()["left"]) == (409, "undecided", 3)
    assert close(reject_rest=True).json()["state"] == "closed"
    assert (state()[0], context_of(reviewing).plays_db.games_in_review()) == ("closed", [])
    assert [one for one in queue(reviewing)["items"] if one["game_id"] == "m1"] == []
    assert reviewing.get("/api/review/games/p1").json()["state"] == "people"
    assert reviewing.get("/api/review/games/g9").status_code == 404


def test_two_plays_of_one_answer_are_two_however_close(reviewing: TestClient) -> None:
    context = context_of(reviewing)
    [said, *others] = context.plays_db.annotations("m1", MODEL)
    close = {**said, "play_key": "LEFT_0020600", "timestamp_seconds": 20.6, "classification": "REBOUND"}
    context.plays_db.write_annotations("m1", MODEL, [said, close, *others])
    assert decide(reviewing, SURE, {"action": "accept"}).status_code == 200
    assert item_at(20.6) in [one["item_id"] for one in queue(reviewing, game_id="m1")["items"]]
    assert decide(reviewing, item_at(20.6), {"action": "accept"}).status_code == 200
    assert [row["classification"] for row in rows(reviewing)] == ["FG_MAKE", "REBOUND"]


def test_a_settled_play_is_shown_to_another_as_if_nobody_had_and_their_answer_changes_nothing(
    reviewing: TestClient,
) -> None:
    assert decide(reviewing, DOUBTFUL, {"action": "correct", "label": "4PT_MISS"}, "Bob").status_code == 200
    stands, play_id = rows(reviewing), play_id_of(DOUBTFUL)
    who = next(f"r{n}" for n in count() if is_shown(play_id, f"r{n}", "Bob"))
    others = next(f"r{n}" for n in count() if not is_shown(play_id, f"r{n}", "Bob"))
    assert DOUBTFUL not in [one["item_id"] for one in queue(reviewing, others)["items"]]
    [shown] = [one for one in queue(reviewing, who)["items"] if one["item_id"] == DOUBTFUL]
    assert (shown["decision"], shown["play"]["label"]) == (None, "3PT_MISS")
    assert [reason["word"] for reason in shown["reasons"]] == ["random"]
    assert "4PT_MISS" not in [other["label"] for other in shown["neighbours"]]

    answered = decide(reviewing, DOUBTFUL, {"action": "accept"}, who, version=shown["version"])
    assert (answered.status_code, answered.json()["decision"]["who"]) == (200, who)
    assert rows(reviewing) == stands
    assert DOUBTFUL not in [one["item_id"] for one in queue(reviewing, who)["items"]]
    told = {"reviewer": who, "settled_by": "Bob", "met": 1, "agreed": 0}
    assert reviewing.get("/api/review/agreement").json()["pairs"] == [told]

    again = decide(reviewing, DOUBTFUL, {"action": "undo"}, who, version=answered.json()["version"])
    assert (again.status_code, again.json()["decision"]) == (200, None)
    same = {"action": "correct", "label": "4PT_MISS"}
    assert decide(reviewing, DOUBTFUL, same, who, version=again.json()["version"]).status_code == 200
    assert reviewing.get("/api/review/agreement").json()["reviewers"] == [
        {"reviewer": who, "met": 1, "agreed": 1}
    ]
    assert rows(reviewing) == stands
    # Who asks for the item by itself hears what stands, and may correct it.
    assert item(reviewing, DOUBTFUL, who)["decision"]["who"] == "Bob"
    assert decide(reviewing, DOUBTFUL, {"action": "reject"}, who).status_code == 200
    assert rows(reviewing) == []
