"""The janitor: old versions' weights go, what anything leads to stays, a kill in between loses nothing."""

from __future__ import annotations

import json

import dagster as dg
import pytest
from click.testing import CliRunner

from uball_assets.adapters.record import retirements
from uball_assets.assets.versions.retiring import Plan, carry_out, plan
from uball_assets.cli import main
from uball_assets.domain.footage import object_names
from uball_assets.services.serving import served
from uball_assets_tests.league import Platform

V1, V2, V3 = "basketball-model-v1-1games", "basketball-model-v2-2games", "basketball-model-v3-2games"


@pytest.fixture
def three(undecided: Platform) -> Platform:
    """v1 serves, v2 and v3 do not: the last is v2 once more, under another name."""
    store, registry = undecided.resources.training, undecided.resources.registry
    second = undecided.entries("models")[1]
    folder = {name: object_names.model(name) for name in (V2, V3)}
    for info in store.list(folder[V2]):
        store.write(info.name.replace(folder[V2], folder[V3]), store.read(info.name))
    fields = {name: value for name, value in second.items() if name not in ("number", "key", "recorded_at")}
    uri = {name: second[name].replace(folder[V2], folder[V3]) for name in ("model_uri", "endpoint_uri")}
    registry.append("models", fields | uri | {"name": V3, "version": 3, "label": "v3-2games"}, key="third")
    return undecided


def found(platform: Platform, keep: int = 1) -> Plan:
    resources = platform.resources
    return plan(resources.registry, resources.model_endpoint, platform.instance, "", keep)


def retire(platform: Platform) -> list[str]:
    resources = platform.resources
    return carry_out(resources.registry, resources.model_endpoint, found(platform), lambda _: None)


def test_what_is_old_and_led_to_by_nothing_goes_and_says_what_it_frees(three: Platform) -> None:
    (three.training / object_names.model_card(V2)).write_text("its card")
    seen = found(three)
    assert {fate.model: "route" in fate.why for fate in seen.kept} == {V1: True, V3: False}
    [leaving] = seen.leaving
    weights = three.training / f"models/{V2}/model.safetensors"
    assert (leaving.fate.model, leaving.size_bytes) == (V2, weights.stat().st_size)
    assert weights.exists()
    assert retire(three) == [V2]
    assert not weights.exists()
    assert (three.training / object_names.model_card(V2)).read_text() == "its card"
    endpoint, models = three.resources.model_endpoint, three.entries("models")
    assert [endpoint.is_alive(served(model)) for model in models] == [True, False, True]
    why = retirements.why_retired(three.resources.registry, V2)
    assert why
    assert "its card and its scores are kept" in why
    assert [entry["state"] for entry in three.entries("retirements")] == ["begun", "done"]
    assert retire(three) == []


def test_what_a_rollback_would_fall_back_to_is_kept_while_the_last_champion_is_dead(three: Platform) -> None:
    registry, models = three.resources.registry, three.entries("models")
    for generation, model in ((2, V2), (3, V3), (4, "dead"), (5, V3)):
        routes = [{"model": model, "weight_percent": 100}]
        row = {"generation": generation, "routes": routes, "reason": "by hand"}
        registry.append("routes", row, key=f"generation:{generation}")
    more = {"name": "dead", "model_uri": "gone", "endpoint_uri": "gone", "version": 9, "label": "v9"}
    fields = {k: value for k, value in models[1].items() if k not in ("number", "key", "recorded_at")}
    registry.append("models", fields | more, key="dead")
    assert {fate.model for fate in found(three).kept} == {V2, V3, "dead"}
    assert [each.fate.model for each in found(three).leaving] == [V1]


def test_all_are_kept_while_there_are_no_more_than_are_kept(three: Platform) -> None:
    assert found(three, keep=3).leaving == ()


def test_a_retirement_that_was_killed_after_its_entry_is_ended_by_the_next(three: Platform) -> None:
    retirements.begin(three.resources.registry, V2, "old", [])
    assert retirements.why_retired(three.resources.registry, V2)
    assert retire(three) == [V2]
    assert [entry["state"] for entry in three.entries("retirements")] == ["begun", "done"]


def test_a_model_to_which_a_route_was_opened_meanwhile_is_kept_after_all(three: Platform) -> None:
    planned, resources = found(three), three.resources
    route = {"generation": 2, "routes": [{"model": V2, "weight_percent": 100}], "reason": "by hand"}
    resources.registry.append("routes", route, key="by-hand")
    assert carry_out(resources.registry, resources.model_endpoint, planned, lambda _: None) == []
    assert resources.model_endpoint.is_alive(served(three.entries("models")[1]))
    assert retirements.why_retired(resources.registry, V2) is None


def test_a_model_that_leads_somewhere_is_freed_of_a_retirement_that_was_killed(three: Platform) -> None:
    registry = three.resources.registry
    for model in (V1, V3):
        retirements.begin(registry, model, "old", [])
    (three.training / object_names.model(V3) / "model.safetensors").unlink()
    assert retire(three) == [V2]
    assert retirements.why_retired(registry, V1) is None
    assert retirements.why_retired(registry, V3), "its weights are gone"


def test_the_job_shows_what_it_would_do_and_then_does_it(three: Platform) -> None:
    changed = three.with_settings(keep_versions=1)
    for is_dry_run, expected in ((True, "would be retired"), (False, "retired")):
        ended = changed.defs.resolve_job_def("janitor_job").execute_in_process(
            instance=changed.instance,
            run_config={"ops": {"retire_versions": {"config": {"is_dry_run": is_dry_run}}}},
        )
        assert ended.success
        [seen, *_] = changed.instance.fetch_observations(dg.AssetKey("janitor"), limit=1).records
        assert seen.asset_observation
        rows = seen.asset_observation.metadata["versions"]
        assert isinstance(rows, dg.TableMetadataValue)
        assert {row.data["model"]: row.data["is"] for row in rows.records} == {
            V1: "kept",
            V3: "kept",
            V2: expected,
        }


def test_the_command_lists_first_and_retires_when_it_is_asked_to(three: Platform) -> None:
    home = {"UBALL_HOME": str(three.settings.home), "UBALL_KEEP_VERSIONS": "1"}
    listed = json.loads(CliRunner().invoke(main, ["janitor", "--json"], env=home).stdout)
    assert {row["model"]: row["is"] for row in listed["versions"]} == {
        V1: "kept",
        V2: "to retire",
        V3: "kept",
    }
    assert three.entries("retirements") == []
    done = CliRunner().invoke(main, ["janitor", "--retire"], env=home)
    assert done.exit_code == 0, done.output
    assert f"{V2} is retired" in done.stderr
