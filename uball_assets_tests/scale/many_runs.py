"""Dagster's tables in PostgreSQL as they are after years: games and runs by the thousand.

One real run is repeated within the database, with ids, games and times of its own: of its events those that
pages and rules read. Belongs here: making the rows. Not here: what is asked of them (`test_many_runs`).
"""

from __future__ import annotations

from uball_assets.automation.instance import open_instance
from uball_assets.settings import Settings
from uball_assets_tests.automation.storing.worked_home import add_ticks, run, told_of_games

_GAME, _KEY = "the-game-that-all-others-repeat", "the-key-that-all-others-repeat"
_EVENTS = """('ASSET_MATERIALIZATION_PLANNED', 'ASSET_MATERIALIZATION', 'ASSET_CHECK_EVALUATION_PLANNED',
    'ASSET_CHECK_EVALUATION', 'ASSET_OBSERVATION', 'PIPELINE_START', 'PIPELINE_SUCCESS')"""
_FILL = """
CREATE TEMP TABLE many AS
    SELECT n, md5('run ' || n)::uuid::text AS run_id, 'game-' || lpad((n % {games})::text, 5, '0') AS game,
        'game:' || n AS run_key, now() - ({runs} - n) * interval '5 minutes' AS at
    FROM generate_series(1, {runs}) AS n;
INSERT INTO dynamic_partitions (partitions_def_name, partition)
    SELECT 'games', 'game-' || lpad(n::text, 5, '0') FROM generate_series(0, {games} - 1) AS n;
INSERT INTO runs (run_id, snapshot_id, pipeline_name, status, run_body, partition, partition_set,
        create_timestamp, update_timestamp, start_time, end_time)
    SELECT many.run_id, snapshot_id, pipeline_name, CASE WHEN n % 50 = 0 THEN 'FAILURE' ELSE 'SUCCESS' END,
        replace(replace(replace(run_body, '{run}', many.run_id), '{game}', game), '{key}', run_key), game,
        partition_set,
        at, at, extract(epoch FROM at), extract(epoch FROM at) + 60
    FROM many, runs WHERE runs.run_id = '{run}' ORDER BY n;
INSERT INTO run_tags (run_id, key, value)
    SELECT many.run_id, key, replace(replace(value, '{game}', game), '{key}', run_key)
    FROM many, run_tags WHERE run_tags.run_id = '{run}' ORDER BY n, run_tags.id;
INSERT INTO event_logs (run_id, event, dagster_event_type, timestamp, step_key, asset_key, partition)
    SELECT many.run_id, replace(replace(event, '{run}', many.run_id), '{game}', game), dagster_event_type, at,
        step_key, asset_key, CASE WHEN event_logs.partition IS NULL THEN NULL ELSE game END
    FROM many, event_logs WHERE event_logs.run_id = '{run}' AND dagster_event_type IN {events}
    ORDER BY n, event_logs.id;
INSERT INTO asset_check_executions (asset_key, check_name, partition, run_id, execution_status,
        evaluation_event, evaluation_event_timestamp)
    SELECT asset_key, check_name, game, many.run_id, execution_status,
        replace(replace(evaluation_event, '{run}', many.run_id), '{game}', game), at
    FROM many, asset_check_executions AS one WHERE one.run_id = '{run}' ORDER BY n;
INSERT INTO job_ticks (job_origin_id, selector_id, status, type, timestamp, tick_body)
    SELECT job_origin_id, selector_id, status, type, now() - n * interval '30 seconds', tick_body
    FROM job_ticks, generate_series(1, {ticks}) AS n;
UPDATE asset_keys SET cached_status_data = NULL;
"""


def fill(settings: Settings, games: int, runs: int, ticks: int) -> None:
    import psycopg

    with open_instance(settings) as instance:
        instance.add_dynamic_partitions("games", [_GAME])
        first = run(instance, _GAME, tags={"dagster/run_key": _KEY})
        add_ticks(instance, 1)
        told_of_games(instance)
    assert settings.instance_url
    size = {"games": games, "runs": runs, "ticks": ticks}
    told = {**size, "run": first, "game": _GAME, "key": _KEY, "events": _EVENTS}
    with psycopg.connect(settings.instance_url.get_secret_value(), autocommit=True) as connection:
        connection.execute(_FILL.format(**told).encode())
        connection.execute("ANALYZE")
