-- What reviewers decide about plays: a ledger, and the call that enters a decision together with the play that it
-- makes or changes. People who are logged in read; only the service key writes, and it changes no row.

create table if not exists public.review_decisions (
  decision_id uuid primary key,
  game_id uuid not null,
  play_id uuid,
  chain text not null,
  number bigint not null,
  kind text not null check (kind in ('decision', 'check', 'game')),
  action text not null,
  reviewer text not null,
  decided_at timestamptz not null,
  undoes uuid,
  shown jsonb,
  rows_before jsonb,
  rows_after jsonb,
  request text,
  game_review text check (game_review in ('open', 'closed')),
  settled_by text,
  agreed boolean,
  unique (chain, number)
);
comment on table public.review_decisions is
  'Who decided what about a play and when, an undo too: append-only. Written by decide_play.';
comment on column public.review_decisions.chain is
  'What it is about: decisions of one chain are numbered from 1, so of two at once one is first.';
create index if not exists decisions_by_game on public.review_decisions (game_id);
create index if not exists decisions_by_play on public.review_decisions (play_id);
create index if not exists decisions_of_reviews on public.review_decisions (game_id) where game_review is not null;
create index if not exists decisions_by_kind on public.review_decisions (kind) where kind <> 'decision';

alter table public.review_decisions enable row level security;
revoke all on public.review_decisions from anon, authenticated, service_role;
grant select on public.review_decisions to authenticated;
grant select, insert, delete on public.review_decisions to service_role;
drop policy if exists uball_read on public.review_decisions;
create policy uball_read on public.review_decisions for select to authenticated using (true);

-- A decision, and `becomes` in place of the plays `seen`. Returns 1 where it is entered, now or before; 0, and
-- nothing is written, where somebody was first.
create or replace function public.decide_play(decision jsonb, seen jsonb, becomes jsonb) returns integer
language plpgsql security invoker set search_path = '' as $$
declare
  this_game uuid := (decision ->> 'game_id')::uuid;
begin
  perform pg_advisory_xact_lock(hashtextextended('review ' || this_game::text, 0));
  if exists (
    select from public.review_decisions d where d.decision_id = (decision ->> 'decision_id')::uuid
  ) then
    return 1;
  end if;
  if (decision ->> 'number')::bigint <> 1 + (
    select coalesce(max(d.number), 0) from public.review_decisions d where d.chain = decision ->> 'chain'
  ) then
    return 0;
  end if;

  -- Held until the end, so that nobody's correction falls between what is read here and what is written.
  perform p.id from public.plays p
    where p.id in (select (item ->> 'id')::uuid from jsonb_array_elements(seen || becomes) item)
    order by p.id for update;
  if exists (
    select from jsonb_array_elements(seen) item
    left join public.plays p on p.id = (item ->> 'id')::uuid and p.game_id = this_game
    where p.id is null or p.updated_at is distinct from (item ->> 'updated_at')::timestamptz
  ) or exists (
    select from jsonb_array_elements(becomes) item
    join public.plays p on p.id = (item ->> 'id')::uuid
    where not exists (select from jsonb_array_elements(seen) s where (s ->> 'id')::uuid = p.id)
  ) then
    return 0;
  end if;

  delete from public.plays p
    where p.id in (select (item ->> 'id')::uuid from jsonb_array_elements(seen) item)
      and p.id not in (select (item ->> 'id')::uuid from jsonb_array_elements(becomes) item);
  insert into public.plays as held
    (id, game_id, angle, start_timestamp, end_timestamp, timestamp_seconds, classification, note, player_a, player_b,
     player_a_id, player_b_id, events, created_at)
  select given.id, this_game, given.angle, given.start_timestamp, given.end_timestamp, given.timestamp_seconds,
    given.classification, given.note, given.player_a, given.player_b, given.player_a_id, given.player_b_id,
    given.events, coalesce(given.created_at, now())
  from jsonb_populate_recordset(null::public.plays, becomes) given
  on conflict (id) do update set
    (angle, start_timestamp, end_timestamp, timestamp_seconds, classification, note, player_a, player_b, player_a_id,
     player_b_id, events)
    = (excluded.angle, excluded.start_timestamp, excluded.end_timestamp, excluded.timestamp_seconds,
       excluded.classification, excluded.note, excluded.player_a, excluded.player_b, excluded.player_a_id,
       excluded.player_b_id, excluded.events);

  insert into public.review_decisions
  select (jsonb_populate_record(null::public.review_decisions, decision || jsonb_build_object('game_review',
    case when decision ->> 'game_review' = 'open' and exists (
      select from public.review_decisions d where d.game_id = this_game and d.game_review is not null
    ) then null else decision ->> 'game_review' end))).*;
  return 1;
exception when unique_violation then  -- another writer's play of that id, just now
  return 0;
end $$;

create or replace view public.games_in_review with (security_invoker = true) as
select d.game_id from public.review_decisions d
where d.game_review is not null
group by d.game_id
having not bool_or(d.game_review = 'closed');
comment on view public.games_in_review is
  'Games that had no plays but those that reviewers decided, and whose review is not closed.';
revoke all on public.games_in_review from anon, authenticated;
grant select on public.games_in_review to authenticated, service_role;

-- As before, with what was decided of it.
create or replace function public.remove_game(game_id uuid) returns integer
language plpgsql security invoker set search_path = '' as $$
declare
  removed integer;
begin
  delete from public.review_decisions held where held.game_id = remove_game.game_id;
  delete from public.annotations held where held.game_id = remove_game.game_id;
  delete from public.plays held where held.game_id = remove_game.game_id;
  delete from public.video_metadata held where held.game_id = remove_game.game_id;
  delete from public.games held where held.id = remove_game.game_id;
  get diagnostics removed = row_count;
  return removed;
end $$;

revoke all on function public.decide_play(jsonb, jsonb, jsonb) from public, anon, authenticated;
grant execute on function public.decide_play(jsonb, jsonb, jsonb) to service_role;
notify pgrst, 'reload schema';
