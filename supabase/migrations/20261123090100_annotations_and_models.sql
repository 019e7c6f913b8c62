-- What the platform writes: each model's annotations of a game, and the model versions that the league's app
-- lists. People who are logged in read; only the service key writes.

create table if not exists public.annotations (
  game_id uuid not null,
  model text not null,
  play_key text not null,
  angle text,
  start_timestamp double precision,
  end_timestamp double precision,
  timestamp_seconds double precision,
  classification text,
  note text,
  player_a text,
  player_b text,
  events jsonb,
  confidence double precision check (confidence between 0 and 1),
  agreed boolean,
  needs_review boolean,
  primary key (game_id, model, play_key)
);
comment on table public.annotations is
  'What a model says of a game, times in game time, seconds. Written whole, by game and model: replace_annotations.';

create table if not exists public.model_versions (
  name text primary key,
  label text,
  version integer,
  game_count integer,
  parent text,
  base text,
  base_retires_on date,
  trained_at timestamptz,
  train_count integer,
  play_accuracy double precision check (play_accuracy between 0 and 1),
  three_four_accuracy double precision check (three_four_accuracy between 0 and 1),
  serves boolean,
  weight_percent double precision check (weight_percent between 0 and 100),
  endpoint text,
  cost_usd double precision
);
comment on table public.model_versions is 'Every model that was trained, what it scored, and what share of games it serves.';

alter table public.annotations enable row level security;
alter table public.model_versions enable row level security;

revoke all on public.annotations, public.model_versions from anon, authenticated;
grant select on public.annotations, public.model_versions to authenticated;
grant select, insert, update, delete on public.annotations, public.model_versions to service_role;

drop policy if exists uball_read on public.annotations;
create policy uball_read on public.annotations for select to authenticated using (true);
drop policy if exists uball_read on public.model_versions;
create policy uball_read on public.model_versions for select to authenticated using (true);
