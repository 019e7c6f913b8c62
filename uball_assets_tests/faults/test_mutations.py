"""Mutated films in their hundreds: no crash, no hang, no memory without bound, no clip that is not exact.

And no refusal of what is sound. Each film has limits of its own (`trials`); a complaint names the seed, and

    python -m uball_assets_tests.faults.trials SEED

puts that film on trial again. The same command with a range, `0-9999`, is the long soak.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from uball_assets.domain.clipping.clips import Recipe
from uball_assets.media.bytes.ranges import FileRanges
from uball_assets.media.cutting.cut import cut_clip
from uball_assets.media.cutting.plan import Tools
from uball_assets.media.films.film import open_film
from uball_assets_tests.faults.index_mutations import INDEX
from uball_assets_tests.faults.mutations import DATA, LEGAL, Mutated
from uball_assets_tests.faults.trial import Complaint, Trial, read_good
from uball_assets_tests.faults.trials import make_good_films, mutated_film, try_films

FILMS_A_TEST = 40
SEEDS = [range(begin, begin + FILMS_A_TEST) for begin in range(0, 320, FILMS_A_TEST)]


@pytest.fixture(scope="module")
def good_films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("good")
    make_good_films(folder)
    return folder


@pytest.mark.parametrize("seeds", SEEDS, ids=lambda seeds: f"{seeds.start}-{seeds.stop - 1}")
def test_a_mutated_film_is_refused_with_a_reason_or_cut_exactly_within_its_limits(
    seeds: range, good_films: Path
) -> None:
    findings = try_films(seeds, good_films)
    assert not findings.complaints, "\n".join(findings.complaints)
    assert findings.films == len(seeds)
    assert all(findings.outcomes[outcome] >= 5 for outcome in ("refused", "no film", "smart", "edit"))


def test_the_seeds_make_every_change_there_is(good_films: Path) -> None:
    made = {name for seeds in SEEDS for seed in seeds for name in mutated_film(seed, good_films).changes}
    assert made == {*DATA, *LEGAL, *INDEX}


def test_the_same_seed_makes_the_same_film(good_films: Path) -> None:
    assert [mutated_film(seed, good_films) for seed in range(40)] == [
        mutated_film(seed, good_films) for seed in range(40)
    ]


@pytest.mark.parametrize(
    ("shown_s", "says"),
    [((1.1, 2.1), "shows"), ((1.0, 2.5), "frames told"), ((1.0, 2.0), None)],
    ids=["other-frames", "more-frames", "the-right-ones"],
)
def test_a_clip_that_is_not_of_its_window_is_complained_of(
    shown_s: tuple[float, float], says: str | None, good_films: Path, tmp_path: Path
) -> None:
    good = read_good(good_films / "b-frames.mp4")
    trial = Trial(1, good, tmp_path)
    trial.mutated = Mutated(good.data, (), good.data)
    with FileRanges(good_films / "b-frames.mp4") as source, open_film(source, tmp_path) as film:
        clip = cut_clip(film, *shown_s, Recipe(mode="edit"), Tools(tmp_path))
        if says is None:
            trial.look_into(film, (1.0, 2.0), clip, is_decoded_again=True)
        else:
            with pytest.raises(Complaint, match=says):
                trial.look_into(film, (1.0, 2.0), clip, is_decoded_again=True)
