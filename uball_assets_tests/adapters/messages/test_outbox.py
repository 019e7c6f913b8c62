"""Messages reach real servers, once; a channel that is down keeps its own and delays no other."""

from __future__ import annotations

import email
import email.policy
import logging
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from uball_assets.adapters.messages.channels import (
    ChannelDown,
    Email,
    LogChannel,
    Slack,
    Webhook,
    slack_form,
)
from uball_assets.adapters.messages.outbox import MOST_WAITING, Outbox
from uball_assets.domain.operating.messages import Message
from uball_assets_tests.adapters.messages.servers import Taken, http_server, smtp_server

ONE = Message(
    "m1", "uball: 1 new: a game is late", "a game is late: gå\n", "<p>late</p>", [{"key": "late:g1"}]
)
TWO = Message("m2", "two", "two\n")


@pytest.fixture
def hook() -> Iterator[Taken]:
    with http_server() as taken:
        yield taken


@pytest.fixture
def mail() -> Iterator[Taken]:
    with smtp_server() as taken:
        yield taken


def letters(mail: Taken, timeout_s: float = 2.0) -> Email:
    return Email("127.0.0.1", mail.port, "none", "", "", "uball@league", ["a@x", "b@x"], timeout_s)


def test_a_webhook_gets_json_and_slack_its_own_format(hook: Taken) -> None:
    Webhook(hook.url, 2.0).send(ONE)
    Slack(hook.url, 2.0).send(ONE)
    plain, slack = hook.got
    assert plain == {"id": "m1", "subject": ONE.subject, "text": ONE.text, "findings": ONE.findings}
    assert slack == slack_form(ONE)
    assert slack["blocks"][1]["text"]["text"] == "```a game is late: gå```"


def test_a_long_text_is_cut_where_slack_would_refuse_it() -> None:
    form = slack_form(Message("m", "s" * 500, "x" * 10_000))
    assert len(form["blocks"][0]["text"]["text"]) <= 150
    assert len(form["blocks"][1]["text"]["text"]) <= 3000


def test_a_letter_has_both_forms_and_one_id(mail: Taken) -> None:
    letters(mail).send(ONE)
    letter = email.message_from_bytes(mail.got[0].encode(), policy=email.policy.default)
    assert (letter["To"], letter["Subject"], letter["Message-ID"]) == ("a@x, b@x", ONE.subject, "<m1@uball>")
    body = letter.get_body(("plain",))
    assert body is not None
    assert body.get_content().strip() == "a game is late: gå"
    page = letter.get_body(("html",))
    assert page is not None
    assert "<p>late</p>" in page.get_content()


@pytest.mark.parametrize("answers", [301, 404, 500])
def test_a_refusal_is_a_channel_that_is_down_and_its_address_is_never_told(hook: Taken, answers: int) -> None:
    hook.answers = answers
    with pytest.raises(ChannelDown, match=f"answered {answers}") as error:
        Webhook(hook.url, 2.0).send(ONE)
    assert "secret-key" not in str(error.value)


def test_a_server_that_is_away_slow_or_refuses_is_down(hook: Taken, mail: Taken) -> None:
    hook.slow_s, mail.answers = 5.0, 451
    for channel in (
        Webhook(hook.url, 0.2),
        Webhook("http://127.0.0.1:1/secret-key", 1.0),
        Webhook("no address", 1.0),
        letters(mail),
        Email("127.0.0.1", 1, "none", "", "", "u@x", ["a@x"], 1.0),
        Email("127.0.0.1", mail.port, "starttls", "", "", "u@x", ["a@x"], 1.0),
    ):
        with pytest.raises(ChannelDown) as error:
            channel.send(ONE)
        assert "secret-key" not in str(error.value)


def test_the_log_is_a_channel(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        LogChannel().send(ONE)
    assert "a game is late: gå" in caplog.text


def test_each_message_is_sent_once_in_order_also_by_a_process_that_starts_anew(
    tmp_path: Path, hook: Taken
) -> None:
    for message in (ONE, ONE, TWO):
        Outbox(tmp_path, {"webhook": Webhook(hook.url, 2.0)}).put(message)
    for _ in range(2):
        box = Outbox(tmp_path, {"webhook": Webhook(hook.url, 2.0)})
        box.deliver(5.0)
        box.put(ONE)
    assert [got["id"] for got in hook.got] == ["m1", "m2"]


def test_a_channel_that_is_down_delays_no_other_and_is_tried_again_later_each_time(
    tmp_path: Path, hook: Taken, mail: Taken
) -> None:
    hook.slow_s, now_s = 30.0, 1000.0
    box = Outbox(tmp_path, {"webhook": Webhook(hook.url, 0.3), "email": letters(mail)})
    box.put(ONE)
    box.put(TWO)
    began_s = time.monotonic()
    box.deliver(5.0, now_s)
    assert time.monotonic() - began_s < 2.0  # one try of the webhook, not one for each message
    assert len(mail.got) == 2
    down = box.down()["webhook"]
    assert (down.failures, down.since_s, down.next_s, down.waiting) == (1, now_s, now_s + 60.0, 2)
    box.deliver(5.0, now_s + 59)
    assert box.down()["webhook"].failures == 1
    box.deliver(5.0, now_s + 61)
    assert (box.down()["webhook"].failures, box.down()["webhook"].next_s) == (2, now_s + 61 + 120.0)
    hook.slow_s = 0.0
    box.deliver(5.0, now_s + 3600)
    assert box.down() == {}
    assert [got["id"] for got in hook.got] == ["m1", "m2"]
    assert len(mail.got) == 2


def test_what_waits_is_bounded_and_a_damaged_file_stops_nothing(tmp_path: Path, hook: Taken) -> None:
    box = Outbox(tmp_path, {"webhook": Webhook(hook.url, 2.0)})
    for number in range(MOST_WAITING + 5):
        box.put(Message(f"m{number}", "s", "t"))
    waiting = sorted((tmp_path / "webhook").glob("*-*.json"))
    assert len(waiting) == MOST_WAITING
    waiting[0].write_text("{")
    for path in waiting[2:]:
        path.unlink()
    box.deliver(5.0)
    assert [got["id"] for got in hook.got] == ["m6"]
