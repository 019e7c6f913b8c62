-- What the platform's runs took and how they ended, a model's life, and both in numbers for the league's charts.
-- People who are logged in read; only the service key writes.

create table if not exists public.job_runs (
  run_id text primary key,
  job text not null,
  game_id text,
  outcome text not null check (outcome in ('succeeded', 'refused', 'failed', 'killed', 'canceled')),
  started_by text,
  attempt integer,
  started_at timestamptz,
  ended_at timestamptz not null,
  duration_s double precision,
  peak_memory_mb double precision,
  failed_steps jsonb
);
comment on table public.job_runs is 'Every run of the platform, written as it ends; refused: for good, by what the data are.';
create index if not exists job_runs_by_end on public.job_runs (ended_at);

alter table public.model_versions add column if not exists status text;
alter table public.model_versions add column if not exists deployed_at timestamptz;
alter table public.model_versions add column if not exists retired_at timestamptz;
alter table public.model_versions add column if not exists reason text;
comment on column public.model_versions.status is
  'trained: not decided on yet; refused: it did not earn a route; serving; retired: others took its place';
comment on column public.model_versions.deployed_at is 'When it first got a share of the games.';
comment on column public.model_versions.retired_at is 'When it lost its last share; null while it serves.';
comment on column public.model_versions.reason is 'Of its status, in a sentence.';

create or replace view public.job_statistics with (security_invoker = true) as
select
  job,
  (ended_at at time zone 'UTC')::date as day,
  count(*) as runs,
  count(*) filter (where outcome = 'succeeded') as succeeded,
  count(*) filter (where outcome = 'refused') as refused,
  count(*) filter (where outcome in ('failed', 'killed')) as failed,
  percentile_disc(0.50) within group (order by duration_s) as p50_s,
  percentile_disc(0.95) within group (order by duration_s) as p95_s,
  percentile_disc(0.99) within group (order by duration_s) as p99_s,
  max(peak_memory_mb) as peak_memory_mb
from public.job_runs
group by 1, 2;
comment on view public.job_statistics is 'By job and day (UTC): how many runs, how they ended, how long they took.';

create or replace view public.model_statistics with (security_invoker = true) as
select
  m.name, m.label, m.version, m.status, m.deployed_at, m.retired_at, m.play_accuracy, m.three_four_accuracy, m.cost_usd,
  count(distinct a.game_id) as games_annotated,
  count(a.play_key) as plays_annotated,
  avg(a.confidence) as mean_confidence,
  avg(case when a.needs_review then 1.0 when not a.needs_review then 0.0 end) as review_share
from public.model_versions m
left join public.annotations a on a.model = m.name
group by m.name;
comment on view public.model_statistics is 'By model: how it scored, what it cost, how much it annotated, how sure it was.';

alter table public.job_runs enable row level security;
revoke all on public.job_runs, public.job_statistics, public.model_statistics from anon, authenticated;
grant select on public.job_runs, public.job_statistics, public.model_statistics to authenticated;
grant select, insert, update, delete on public.job_runs to service_role;
grant select on public.job_statistics, public.model_statistics to service_role;
drop policy if exists uball_read on public.job_runs;
create policy uball_read on public.job_runs for select to authenticated using (true);

-- Runs, by id. Returns the count of rows given.
create or replace function public.write_job_runs(rows jsonb) returns integer
language sql security invoker set search_path = '' as $$
  insert into public.job_runs
    (run_id, job, game_id, outcome, started_by, attempt, started_at, ended_at, duration_s, peak_memory_mb, failed_steps)
  select given.run_id, given.job, given.game_id, given.outcome, given.started_by, given.attempt, given.started_at,
    given.ended_at, given.duration_s, given.peak_memory_mb, given.failed_steps
  from jsonb_populate_recordset(null::public.job_runs, rows) given
  on conflict (run_id) do nothing;
  select jsonb_array_length(rows);
$$;

-- As before, with a model's life.
create or replace function public.write_model_versions(rows jsonb) returns integer
language sql security invoker set search_path = '' as $$
  insert into public.model_versions
    (name, label, version, game_count, parent, base, base_retires_on, trained_at, train_count, play_accuracy,
     three_four_accuracy, serves, weight_percent, endpoint, cost_usd, status, deployed_at, retired_at, reason)
  select given.name, given.label, given.version, given.game_count, given.parent, given.base, given.base_retires_on,
    given.trained_at, given.train_count, given.play_accuracy, given.three_four_accuracy, given.serves,
    given.weight_percent, given.endpoint, given.cost_usd, given.status, given.deployed_at, given.retired_at,
    given.reason
  from jsonb_array_elements(rows) item
  left join public.model_versions m on m.name = item ->> 'name'
  cross join lateral jsonb_populate_record(m, item) given
  on conflict (name) do update set
    (label, version, game_count, parent, base, base_retires_on, trained_at, train_count, play_accuracy,
     three_four_accuracy, serves, weight_percent, endpoint, cost_usd, status, deployed_at, retired_at, reason)
    = (excluded.label, excluded.version, excluded.game_count, excluded.parent, excluded.base,
       excluded.base_retires_on, excluded.trained_at, excluded.train_count, excluded.play_accuracy,
       excluded.three_four_accuracy, excluded.serves, excluded.weight_percent, excluded.endpoint, excluded.cost_usd,
       excluded.status, excluded.deployed_at, excluded.retired_at, excluded.reason);
  select jsonb_array_length(rows);
$$;

revoke all on function public.write_job_runs(jsonb) from public, anon, authenticated;
grant execute on function public.write_job_runs(jsonb) to service_role;
notify pgrst, 'reload schema';
