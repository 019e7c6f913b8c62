"""`uball report --daily` and `--weekly`: what came in, trainings, money and what to look at, as people get
it.

Belongs here: words out. Not here: what is told (`domain.operating.period_report`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from uball_assets.commands.answers import print_json


def show_period(name: str, page: Path | None, *, is_sent: bool, as_json: bool) -> None:
    """Of the last 24 hours or 7 days; what is sent is of the newest whole period, as its schedule's."""
    from uball_assets.automation.operating.reporting import read_period, send_report
    from uball_assets.domain.operating.period_report import Period
    from uball_assets.domain.operating.report_page import as_html, as_text
    from uball_assets.resources import outbox, record
    from uball_assets.settings import load_settings
    from uball_assets.status import game_rows

    settings = load_settings()
    now = datetime.now(UTC)
    found = read_period(
        settings, record(settings), game_rows(settings), Period(name), now, until_now=not is_sent
    )
    if page:
        page.write_text(as_html(found))
    if is_sent:
        send_report(outbox(settings), found, 3 * settings.alert_timeout_s)
    if as_json:
        print_json(found.to_dict())
    else:
        click.echo(as_text(found), nl=False)
