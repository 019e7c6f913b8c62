"""Routes of the review: queue, items, decisions, missed plays, agreement, labels, a game's review.

Who decides is the key's name; without keys the one that the page sent. Belongs here: HTTP. Not here: what is
decided (`services.review`), clips (`clips`), forms (`shapes`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Response

from uball_assets.adapters.access.keys import Key
from uball_assets.adapters.access.review_index import Place
from uball_assets.app.context import AppContext, app_context
from uball_assets.app.guard.scopes import needs
from uball_assets.app.problems import Problem, answers, not_found
from uball_assets.app.review.shapes import (
    AgreementOut,
    AgreementsOut,
    CloseIn,
    DecisionIn,
    GameReviewOut,
    ItemOut,
    LabelOut,
    LabelsOut,
    MissedPlayIn,
    QueueOut,
    ReviewerOut,
    item_out,
)
from uball_assets.domain.errors import Permanent
from uball_assets.domain.plays.labels import points
from uball_assets.domain.review.decisions import CannotDecide, Wish
from uball_assets.domain.review.label_keys import LABEL_KEYS
from uball_assets.domain.review.ledger import Action
from uball_assets.domain.review.undoing import CannotUndo
from uball_assets.services.review.deciding import Asked, KeyUsedBefore, SomebodyWasFirst, StillUndecided
from uball_assets.services.review.game import ReviewedGame
from uball_assets.services.review.review import Found, Review

router = APIRouter(prefix="/api/review", tags=["review"])

Reading = Annotated[Key, Depends(needs("read"))]
Reviewing = Annotated[Key, Depends(needs("review"))]
RequestKey = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200)]


def review_of(context: Annotated[AppContext, Depends(app_context)]) -> Review:
    return context.review


Reviewed = Annotated[Review, Depends(review_of)]


@router.get("/queue", responses=answers(404))
def queue(
    key: Reading,
    review: Reviewed,
    game_id: Annotated[str | None, Query(max_length=100)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
    after: Annotated[str | None, Query(max_length=300)] = None,
) -> QueueOut:
    """What is worth a decision most, of all games or of one. `after`: the answer's `next`."""
    behind = _place(after)
    if game_id is None:
        page = review.queue.page(key.name, limit, behind)
    else:
        _known_game(review, game_id)
        page = review.queue.game_page(key.name, game_id, limit, behind)
    return QueueOut(
        items=[_out(review, found, key) for found in page.items],
        left=page.left,
        next=f"{page.next.minus_worth!r}:{page.next.item_id}" if page.next else None,
        unread_games=page.unread_games,
    )


@router.get("/items/{item_id}", responses=answers(404))
def item(item_id: str, key: Reading, review: Reviewed, response: Response) -> ItemOut:
    """One play, decided or not."""
    found = review.find(item_id)
    if found is None:
        raise not_found("such item")
    return _tagged(_out(review, found, key), response)


@router.put("/items/{item_id}/decision", responses=answers(400, 404, 409, 412, 428))
def decide(
    item_id: str,
    wish: DecisionIn,
    key: Reviewing,
    review: Reviewed,
    response: Response,
    if_match: Annotated[str | None, Header(max_length=200)] = None,
    request_key: RequestKey = None,
) -> ItemOut:
    """What the play is. The item's version as it was seen stands in `If-Match`."""
    if not if_match:
        raise Problem(428, "version_needed", "If-Match says which version of the item was seen")
    asked = Asked(key.name, request_key)
    wanted = Wish(Action(wish.action), wish.given(), [part.given() for part in wish.parts])

    def act() -> Found | None:
        return review.decide(item_id, if_match.strip().removeprefix("W/").strip('"'), wanted, asked)

    found = _refused_in_words(act)
    if found == "first":
        raise _somebody_was_first(review, item_id, key)
    if found is None or isinstance(found, str):
        raise not_found("such item")
    return _tagged(_out(review, found, key), response)


@router.post("/games/{game_id}/plays", status_code=201, responses=answers(400, 404, 409))
def add_play(
    game_id: str,
    play: MissedPlayIn,
    key: Reviewing,
    review: Reviewed,
    response: Response,
    request_key: RequestKey = None,
) -> ItemOut:
    """A play that nobody had written down."""
    _known_game(review, game_id)
    asked = Asked(key.name, request_key)
    found = _refused_in_words(lambda: review.add(game_id, play.side, play.given(), asked))
    if found == "first":
        raise Problem(409, "already_there", "somebody added a play at that moment just now")
    if found is None or isinstance(found, str):
        raise not_found("such game")
    return _tagged(_out(review, found, key), response)


@router.get("/games/{game_id}", responses=answers(404))
def game_review(game_id: str, _: Reading, review: Reviewed) -> GameReviewOut:
    """How far a game's review is."""
    return _state(_known_game(review, game_id))


@router.put("/games/{game_id}", responses=answers(400, 404, 409))
def close_review(
    game_id: str, wish: CloseIn, key: Reviewing, review: Reviewed, request_key: RequestKey = None
) -> GameReviewOut:
    """Closes the review of a game that nobody had annotated: from then on it is trained on, and what is no
    play of it counts as empty."""
    _known_game(review, game_id)
    try:
        is_closed = review.close(game_id, Asked(key.name, request_key), reject_rest=wish.reject_rest)
    except StillUndecided as error:
        told = f"{error}: decide them, or send reject_rest"
        raise Problem(409, "undecided", told, left=error.count) from None
    except SomebodyWasFirst:
        raise Problem(409, "changed_since", "the game's review went on meanwhile; try again") from None
    if not is_closed:
        raise Problem(409, "not_in_review", "no play of it was decided, or people annotated it")
    return _state(_known_game(review, game_id))


@router.get("/agreement")
def agreement(_: Reading, review: Reviewed) -> AgreementsOut:
    """How reviewers answered what others had settled."""
    pairs = review.agreement()
    names = dict.fromkeys(pair.reviewer for pair in pairs)
    reviewers = [
        ReviewerOut(
            reviewer=name,
            met=sum(pair.met for pair in pairs if pair.reviewer == name),
            agreed=sum(pair.agreed for pair in pairs if pair.reviewer == name),
        )
        for name in names
    ]
    return AgreementsOut(
        reviewers=reviewers,
        pairs=[
            AgreementOut(reviewer=pair.reviewer, settled_by=pair.settled_by, met=pair.met, agreed=pair.agreed)
            for pair in pairs
        ],
    )


@router.get("/labels")
def labels(_: Reading) -> LabelsOut:
    """The league's vocabulary, as the page shows it."""
    return LabelsOut(
        labels=[LabelOut(label=label, points=points(label), key=key) for label, key in LABEL_KEYS.items()]
    )


def _refused_in_words(act: Callable[[], Found | None]) -> Found | str | None:
    """What is refused for good is raised; `first` where somebody else was."""
    try:
        return act()
    except CannotDecide as error:
        faults = [{"field": error.field, "message": str(error)}]
        raise Problem(422, "invalid", f"{error.field}: {error}", errors=faults) from None
    except CannotUndo as error:
        raise Problem(409, error.code, str(error)) from None
    except KeyUsedBefore:
        told = "this Idempotency-Key came with another wish before"
        raise Problem(422, "key_used_before", told) from None
    except SomebodyWasFirst:
        return "first"


def _somebody_was_first(review: Review, item_id: str, key: Key) -> Problem:
    current = review.find(item_id)
    told = "the item is not what you saw any more: your decision was NOT saved"
    now = _out(review, current, key).model_dump(mode="json") if current else None
    return Problem(412, "changed_since", told, current=now)


def _known_game(review: Review, game_id: str) -> ReviewedGame:
    try:
        game = review.game(game_id)
    except Permanent:
        game = None
    if game is None:
        raise not_found("such game")
    return game


def _state(game: ReviewedGame) -> GameReviewOut:
    untouched = "people" if game.is_people_s or game.rows else "machine"
    state = "open" if game.is_in_review else "closed" if game.is_closed else untouched
    return GameReviewOut(
        game_id=game.game_id,
        state=state,  # type: ignore[arg-type]
        plays=len(game.plays),
        left=len(game.open_items),
    )


def _out(review: Review, found: Found, key: Key) -> ItemOut:
    game, one = found
    can_undo = one.is_known or review.decider.can_undo(game, one, key.name)
    return item_out(game, one, can_undo=can_undo)


def _tagged(out: ItemOut, response: Response) -> ItemOut:
    response.headers["ETag"] = f'"{out.version}"'
    return out


def _place(after: str | None) -> Place | None:
    worth, colon, item_id = (after or "").partition(":")
    try:
        return Place(float(worth), item_id) if colon else None
    except ValueError:
        return None
