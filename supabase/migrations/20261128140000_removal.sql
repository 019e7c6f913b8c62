-- Taking out: plays that a table no longer has, and a whole game. One call, one transaction, with the caller's
-- own rights; the same call again changes nothing.

-- Plays of one game, by id; those of another game stay. Returns the count of ids given.
create or replace function public.remove_plays(game_id uuid, ids jsonb) returns integer
language sql security invoker set search_path = '' as $$
  delete from public.plays held
    where held.game_id = remove_plays.game_id
      and held.id in (select item::uuid from jsonb_array_elements_text(ids) item);
  select jsonb_array_length(ids);
$$;

-- A game with its plays, its cameras and all that models said of it. Its players stay: they are their teams'.
-- Returns 1 if there was such a game, else 0.
create or replace function public.remove_game(game_id uuid) returns integer
language plpgsql security invoker set search_path = '' as $$
declare
  removed integer;
begin
  delete from public.annotations held where held.game_id = remove_game.game_id;
  delete from public.plays held where held.game_id = remove_game.game_id;
  delete from public.video_metadata held where held.game_id = remove_game.game_id;
  delete from public.games held where held.id = remove_game.game_id;
  get diagnostics removed = row_count;
  return removed;
end $$;

revoke all on function public.remove_plays(uuid, jsonb) from public, anon, authenticated;
revoke all on function public.remove_game(uuid) from public, anon, authenticated;
grant execute on function public.remove_plays(uuid, jsonb) to service_role;
grant execute on function public.remove_game(uuid) to service_role;
notify pgrst, 'reload schema';
