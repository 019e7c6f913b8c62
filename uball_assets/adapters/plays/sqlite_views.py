"""The plays database's views in SQLite: runs and models in numbers, as supabase/migrations makes them there.

Belongs here: their SQL. Not here: the tables (`plays_tables`).
"""

from __future__ import annotations

_JOB_STATISTICS = """
CREATE VIEW IF NOT EXISTS job_statistics AS
WITH placed AS (
  SELECT *, substr(ended_at, 1, 10) AS day,
    row_number() OVER (PARTITION BY job, substr(ended_at, 1, 10) ORDER BY duration_s) AS place,
    count(*) OVER (PARTITION BY job, substr(ended_at, 1, 10)) AS of_all
  FROM job_runs
)
SELECT job, day,
  count(*) AS runs,
  count(*) FILTER (WHERE outcome = 'succeeded') AS succeeded,
  count(*) FILTER (WHERE outcome = 'refused') AS refused,
  count(*) FILTER (WHERE outcome IN ('failed', 'killed')) AS failed,
  min(duration_s) FILTER (WHERE place * 100 >= of_all * 50) AS p50_s,
  min(duration_s) FILTER (WHERE place * 100 >= of_all * 95) AS p95_s,
  min(duration_s) FILTER (WHERE place * 100 >= of_all * 99) AS p99_s,
  max(peak_memory_mb) AS peak_memory_mb
FROM placed GROUP BY job, day
"""

_MODEL_STATISTICS = """
CREATE VIEW IF NOT EXISTS model_statistics AS
SELECT m.name, m.label, m.version, m.status, m.deployed_at, m.retired_at, m.play_accuracy,
  m.three_four_accuracy, m.cost_usd,
  count(DISTINCT a.game_id) AS games_annotated,
  count(a.play_key) AS plays_annotated,
  avg(a.confidence) AS mean_confidence,
  avg(CASE WHEN a.needs_review THEN 1.0 WHEN NOT a.needs_review THEN 0.0 END) AS review_share
FROM model_versions m LEFT JOIN annotations a ON a.model = m.name
GROUP BY m.name
"""

VIEWS = (_JOB_STATISTICS, _MODEL_STATISTICS)
