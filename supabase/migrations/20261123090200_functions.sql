-- Writes that happen whole or not at all: one call, one transaction. They run with the caller's own rights.
-- In all of them a column that a row does not name keeps what it holds (annotations are replaced whole), and
-- writing the same again changes nothing.

-- A game, its plays (by id) and its cameras (by game and angle). Returns the count of rows given.
-- Refuses, with UB001, a play that another game has: taking it over would rob that game of it.
create or replace function public.import_game(game jsonb, plays jsonb, videos jsonb) returns integer
language plpgsql security invoker set search_path = '' as $$
declare
  this_game uuid := (game ->> 'id')::uuid;
  stranger uuid;
  written integer;
begin
  insert into public.games as held
    (id, date, team1_display_name, team2_display_name, team1_color, team2_color, roster_team1, roster_team2,
     team_a_id, team_b_id, scores, video_name)
  select given.id, given.date, given.team1_display_name, given.team2_display_name, given.team1_color,
    given.team2_color, given.roster_team1, given.roster_team2, given.team_a_id, given.team_b_id, given.scores,
    given.video_name
  from jsonb_populate_record((select g from public.games g where g.id = this_game for update), game) given
  on conflict (id) do update set
    (date, team1_display_name, team2_display_name, team1_color, team2_color, roster_team1, roster_team2, team_a_id,
     team_b_id, scores, video_name)
    = (excluded.date, excluded.team1_display_name, excluded.team2_display_name, excluded.team1_color,
       excluded.team2_color, excluded.roster_team1, excluded.roster_team2, excluded.team_a_id, excluded.team_b_id,
       excluded.scores, excluded.video_name);

  -- Held until the end, so that nobody's correction falls between what is read here and what is written.
  perform p.id from public.plays p
    where p.id in (select (item ->> 'id')::uuid from jsonb_array_elements(plays) item) order by p.id for update;
  perform v.angle from public.video_metadata v where v.game_id = this_game order by v.angle for update;
  select p.id into stranger from public.plays p
    where p.id in (select (item ->> 'id')::uuid from jsonb_array_elements(plays) item) and p.game_id <> this_game
    order by p.id limit 1;
  if stranger is not null then
    raise exception using errcode = 'UB001',
      message = format('play %s belongs to another game than %s: give it an id of its own', stranger, this_game);
  end if;

  insert into public.plays as held
    (id, game_id, angle, start_timestamp, end_timestamp, timestamp_seconds, classification, note, player_a, player_b,
     player_a_id, player_b_id, events, created_at)
  select given.id, this_game, given.angle, given.start_timestamp, given.end_timestamp, given.timestamp_seconds,
    given.classification, given.note, given.player_a, given.player_b, given.player_a_id, given.player_b_id,
    given.events, case when item ? 'created_at' or p.id is not null then given.created_at else now() end
  from jsonb_array_elements(plays) item
  left join public.plays p on p.id = (item ->> 'id')::uuid
  cross join lateral jsonb_populate_record(p, item) given
  on conflict (id) do update set
    (angle, start_timestamp, end_timestamp, timestamp_seconds, classification, note, player_a, player_b, player_a_id,
     player_b_id, events, created_at)
    = (excluded.angle, excluded.start_timestamp, excluded.end_timestamp, excluded.timestamp_seconds,
       excluded.classification, excluded.note, excluded.player_a, excluded.player_b, excluded.player_a_id,
       excluded.player_b_id, excluded.events, excluded.created_at)
    where held.game_id = this_game;
  get diagnostics written = row_count;
  if written <> jsonb_array_length(plays) then  -- another game's import took an id just now: the next try names it
    raise exception using errcode = 'serialization_failure', message = 'a play was taken meanwhile';
  end if;

  insert into public.video_metadata as held
    (game_id, angle, filename, s3_key, s3_url, duration, file_size, sync_offset_seconds)
  select this_game, given.angle, given.filename, given.s3_key, given.s3_url, given.duration, given.file_size,
    given.sync_offset_seconds
  from jsonb_array_elements(videos) item
  left join public.video_metadata v on v.game_id = this_game and v.angle = item ->> 'angle'
  cross join lateral jsonb_populate_record(v, item) given
  on conflict (game_id, angle) do update set
    (filename, s3_key, s3_url, duration, file_size, sync_offset_seconds)
    = (excluded.filename, excluded.s3_key, excluded.s3_url, excluded.duration, excluded.file_size,
       excluded.sync_offset_seconds);

  return 1 + jsonb_array_length(plays) + jsonb_array_length(videos);
end $$;

-- All that a model says of a game, in place of what it said before. Returns the count of rows given.
create or replace function public.replace_annotations(game_id uuid, model text, rows jsonb) returns integer
language plpgsql security invoker set search_path = '' as $$
begin
  -- Two runs of one game and model: the second waits, and its rows are the ones that stay.
  perform pg_advisory_xact_lock(hashtextextended(game_id::text || ' ' || model, 0));
  delete from public.annotations held
    where held.game_id = replace_annotations.game_id and held.model = replace_annotations.model;
  insert into public.annotations
    (game_id, model, play_key, angle, start_timestamp, end_timestamp, timestamp_seconds, classification, note,
     player_a, player_b, events, confidence, agreed, needs_review)
  select replace_annotations.game_id, replace_annotations.model, given.play_key, given.angle, given.start_timestamp,
    given.end_timestamp, given.timestamp_seconds, given.classification, given.note, given.player_a, given.player_b,
    given.events, given.confidence, given.agreed, given.needs_review
  from jsonb_populate_recordset(null::public.annotations, rows) given;
  return jsonb_array_length(rows);
end $$;

-- Model versions, by name. Returns the count of rows given.
create or replace function public.write_model_versions(rows jsonb) returns integer
language sql security invoker set search_path = '' as $$
  insert into public.model_versions
    (name, label, version, game_count, parent, base, base_retires_on, trained_at, train_count, play_accuracy,
     three_four_accuracy, serves, weight_percent, endpoint, cost_usd)
  select given.name, given.label, given.version, given.game_count, given.parent, given.base, given.base_retires_on,
    given.trained_at, given.train_count, given.play_accuracy, given.three_four_accuracy, given.serves,
    given.weight_percent, given.endpoint, given.cost_usd
  from jsonb_array_elements(rows) item
  left join public.model_versions m on m.name = item ->> 'name'
  cross join lateral jsonb_populate_record(m, item) given
  on conflict (name) do update set
    (label, version, game_count, parent, base, base_retires_on, trained_at, train_count, play_accuracy,
     three_four_accuracy, serves, weight_percent, endpoint, cost_usd)
    = (excluded.label, excluded.version, excluded.game_count, excluded.parent, excluded.base,
       excluded.base_retires_on, excluded.trained_at, excluded.train_count, excluded.play_accuracy,
       excluded.three_four_accuracy, excluded.serves, excluded.weight_percent, excluded.endpoint, excluded.cost_usd);
  select jsonb_array_length(rows);
$$;

revoke all on function public.import_game(jsonb, jsonb, jsonb) from public, anon, authenticated;
revoke all on function public.replace_annotations(uuid, text, jsonb) from public, anon, authenticated;
revoke all on function public.write_model_versions(jsonb) from public, anon, authenticated;
grant execute on function public.import_game(jsonb, jsonb, jsonb) to service_role;
grant execute on function public.replace_annotations(uuid, text, jsonb) to service_role;
grant execute on function public.write_model_versions(jsonb) to service_role;
-- The tables are new to PostgREST's cache.
notify pgrst, 'reload schema';
