"""`uball alerts`: what was alerted and stands; `uball alerts ack`: somebody knows of one.

Belongs here: words in, words out. Not here: when something is told (`domain.operating.alerting`).
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from getpass import getuser
from typing import TYPE_CHECKING, Any

import click

from uball_assets.commands.answers import as_json, print_json, table

if TYPE_CHECKING:
    from uball_assets.domain.operating.alerting import Alert


@click.group(invoke_without_command=True)
@click.option("--all", "show_all", is_flag=True, help="Those that are over too.")
@click.option("--test", "is_test", is_flag=True, help="Send a message through every channel now.")
@as_json
@click.pass_context
def alerts(context: click.Context, *, show_all: bool, is_test: bool, as_json: bool) -> None:
    """What people were alerted of and stands, who knows of it, and which channels are down."""
    if context.invoked_subcommand:
        return
    from uball_assets.automation.operating.telling import alerts_on_record
    from uball_assets.resources import outbox, record
    from uball_assets.settings import load_settings

    settings = load_settings()
    if is_test:
        _send_test(settings)
    told = [alert for alert in alerts_on_record(record(settings)).values() if show_all or alert.stands]
    down = outbox(settings).down()
    if as_json:
        print_json(
            {
                "alerts": [{**alert.to_entry(), "id": alert.finding.id} for alert in told],
                "channels_down": {name: vars(state) for name, state in down.items()},
            }
        )
        return
    click.echo(table([_row(alert) for alert in told]) if told else "No alert stands.")
    for name, state in down.items():
        again = datetime.fromtimestamp(state.next_s, UTC)
        click.echo(
            f"\nchannel {name} is down since {_moment(state.since_s)}: {state.why}; {state.waiting} messages "
            f"wait, tried again at {again:%H:%M} UTC"
        )


@alerts.command()
@click.argument("alert_id", metavar="ID")
@click.option("--because", required=True, help="Why it may stand, or who is at it; kept on the record.")
@click.option("--by", help="Who says so; without it, this machine's user.")
@as_json
def ack(*, alert_id: str, because: str, by: str | None, as_json: bool) -> None:
    """Acknowledge an alert: no reminder comes until it gets worse, or is over and begins anew."""
    from uball_assets.automation.operating.telling import acknowledge
    from uball_assets.resources import record
    from uball_assets.settings import load_settings
    from uball_assets.status import read_now

    settings = load_settings()
    found = read_now(settings).findings
    alert = acknowledge(record(settings), found, alert_id, by or getuser(), because, datetime.now(UTC))
    if as_json:
        print_json({**alert.to_entry(), "id": alert.finding.id})
        return
    click.echo(
        f"on the record: {alert.by} knows of {alert.finding.what} ({alert.finding.where}): {alert.because}"
    )


def _send_test(settings: Any) -> None:
    """Raises Transient where a channel does not take it."""
    from uball_assets.domain.errors import Transient
    from uball_assets.domain.operating.messages import Message
    from uball_assets.resources import outbox

    box = outbox(settings)
    now = datetime.now(UTC)
    text = "A test: whoever reads this is told of what is broken.\n"
    box.put(Message(f"test-{uuid.uuid4().hex}", f"{settings.league}: a test of the alerts", text))
    box.deliver(3 * settings.alert_timeout_s, now_s=now.timestamp() + 1e7)
    if down := box.down():
        raise Transient("; ".join(f"channel {name}: {state.why}" for name, state in down.items()))
    click.echo("sent through every channel that is set up", err=True)


def _row(alert: Alert) -> dict[str, str]:
    known = f"{alert.by}: {alert.because}" if alert.by else "-"
    return {
        "id": alert.finding.id,
        "level": "over" if not alert.stands else str(alert.finding.level),
        "what": f"{alert.finding.what}: {alert.finding.where}",
        "since": _moment(alert.begun_s),
        "last told": _moment(alert.told_s),
        "known to": known,
    }


def _moment(at_s: float) -> str:
    return f"{datetime.fromtimestamp(at_s, UTC):%Y-%m-%d %H:%M}"
