-- The league's own tables: games, plays, video_metadata, players. Made where they are missing, completed
-- where they are there; rows and columns of the league's own stay as they are. Safe to apply again.
--
-- Who may do what in a table that is made here: a person who is logged in reads; a reviewer
-- (app_metadata.uball_role = 'reviewer', which people cannot set for themselves) also corrects plays; the
-- platform's service key does everything; without a login: nothing. A table that the league had before keeps
-- the rights and policies that its app was built on: only the platform's service key is given what it needs.

create temporary table if not exists uball_made as
  select name from unnest(array['games', 'plays', 'video_metadata', 'players']) name
  where to_regclass('public.' || name) is null;

create table if not exists public.games (id uuid primary key default gen_random_uuid());
alter table public.games
  add column if not exists date date,
  add column if not exists team1_display_name text,
  add column if not exists team2_display_name text,
  add column if not exists team1_color text,
  add column if not exists team2_color text,
  add column if not exists roster_team1 jsonb,
  add column if not exists roster_team2 jsonb,
  add column if not exists team_a_id uuid,
  add column if not exists team_b_id uuid,
  add column if not exists scores jsonb,
  add column if not exists video_name text;

create table if not exists public.plays (
  id uuid primary key default gen_random_uuid(),
  game_id uuid not null references public.games (id)
);
alter table public.plays
  add column if not exists angle text,
  add column if not exists start_timestamp double precision,
  add column if not exists end_timestamp double precision,
  add column if not exists timestamp_seconds double precision,
  add column if not exists classification text,
  add column if not exists note text,
  add column if not exists player_a text,
  add column if not exists player_b text,
  add column if not exists player_a_id uuid,
  add column if not exists player_b_id uuid,
  add column if not exists events jsonb,
  add column if not exists created_at timestamptz default now(),
  add column if not exists updated_at timestamptz default now();

create table if not exists public.video_metadata (
  game_id uuid not null references public.games (id),
  angle text not null
);
alter table public.video_metadata
  add column if not exists filename text,
  add column if not exists s3_key text,
  add column if not exists s3_url text,
  add column if not exists duration double precision,
  add column if not exists file_size bigint,
  add column if not exists sync_offset_seconds double precision;

create table if not exists public.players (id uuid primary key default gen_random_uuid());
alter table public.players
  add column if not exists team_id uuid,
  add column if not exists name text,
  add column if not exists jersey_number integer,
  add column if not exists jersey_color text;

-- Pages of one game's plays; what changed since the platform last looked.
create index if not exists plays_by_game on public.plays (game_id, id);
create index if not exists plays_by_change on public.plays (updated_at, id);
-- Two rows for one camera are two offsets: nobody could tell which one cuts the right seconds. Where this
-- fails, it names the game and camera: keep one row.
create unique index if not exists video_metadata_by_camera on public.video_metadata (game_id, angle);

-- updated_at is the database's word for "this row changed now". The platform looks for rows behind its cursor
-- by it, so no writer may date a row back; an update that changes nothing leaves it alone. clock_timestamp,
-- not now(): a long transaction's rows are dated when they are written.
create or replace function public.uball_stamp() returns trigger language plpgsql set search_path = '' as $$
begin
  if tg_op = 'UPDATE' and to_jsonb(new) - 'updated_at' = to_jsonb(old) - 'updated_at' then
    new.updated_at := old.updated_at;
  else
    new.updated_at := clock_timestamp();
  end if;
  return new;
end $$;
create or replace trigger uball_stamp_plays before insert or update on public.plays
  for each row execute function public.uball_stamp();

do $$
declare
  made text;
begin
  for made in select name from uball_made loop
    execute format('alter table public.%I enable row level security', made);
    execute format('revoke all on public.%I from anon, authenticated', made);
    execute format('grant select on public.%I to authenticated', made);
    execute format('create policy uball_read on public.%I for select to authenticated using (true)', made);
  end loop;
  if exists (select from uball_made where name = 'plays') then
    grant insert, update, delete on public.plays to authenticated;
    create policy uball_review on public.plays for all to authenticated
      using ((select auth.jwt()) -> 'app_metadata' ->> 'uball_role' = 'reviewer')
      with check ((select auth.jwt()) -> 'app_metadata' ->> 'uball_role' = 'reviewer');
  end if;
end $$;
grant select, insert, update, delete
  on public.games, public.plays, public.video_metadata, public.players to service_role;

drop table uball_made;
