"""Asking a tuned model on Vertex AI: one clip at a time, or a whole game as a batch.

Belongs here: the calls, how many at once, and what is done when the service is too busy. Not here: what is
sent and read (`question_form`), repeats of one request (`clients`), or the life of a batch (`batch`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from uball_assets.adapters.models.endpoint import Cancelled, Holding, Question, Reply, ServedModel
from uball_assets.adapters.models.vertex import retiring
from uball_assets.adapters.models.vertex.batch import VertexBatches
from uball_assets.adapters.models.vertex.clients import VertexClients, location_of
from uball_assets.adapters.models.vertex.question_form import request_of, said_in
from uball_assets.domain.errors import Permanent, Transient, UballError
from uball_assets.domain.operating.progress import Tell, untold

FEWEST_IN_BATCH = 20
"""Below that a batch is not worth its wait in the queue: half of a few cents is saved."""
WORKERS = 8
"""Requests at once: a clip is answered in seconds, and quota is shared with everybody else."""


class VertexEndpoint:
    """An `Endpoint`. A question goes to where its model's endpoint is, whatever location that is in."""

    has_schema = True

    def __init__(
        self,
        clients: VertexClients,
        *,
        media_resolution: str = "low",
        workers: int = WORKERS,
        batches: VertexBatches | None = None,
        fewest_in_batch: int = FEWEST_IN_BATCH,
    ) -> None:
        """`batches` answers what is asked in numbers, from `fewest_in_batch` on; None: everything is asked
        online. `media_resolution` is that of training."""
        self._clients = clients
        self._media_resolution = media_resolution
        self._workers = workers
        self._slots = threading.BoundedSemaphore(workers)
        self._batches = batches
        self._fewest_in_batch = fewest_in_batch

    def generate(self, model: ServedModel, question: Question, *, with_schema: bool = False) -> Reply:
        from google.genai import types

        clip = question.clip_uri.rpartition("/")[2]
        request = request_of(question, model.base, self._media_resolution, with_schema=with_schema)
        contents = [types.Content.model_validate(content) for content in request["contents"]]
        config = types.GenerateContentConfig.model_validate(request["generationConfig"])
        with self._slots:
            response = self._clients.ask(
                f"ask {model.name} about {clip}",
                location_of(model.endpoint_uri),
                lambda client: client.models.generate_content(
                    model=model.endpoint_uri, contents=contents, config=config
                ),
            )
        response_fields = response.model_dump(mode="json", by_alias=True, exclude_none=True)
        return said_in(response_fields, clip, "online")

    def generate_all(
        self, model: ServedModel, questions: Sequence[Question], tell: Tell = untold
    ) -> Sequence[Reply | UballError]:
        """Permanent where the model as a whole cannot answer: nothing is asked then."""
        if self._batches and self.outlives(len(questions)):
            return self._batches.generate_all(model, questions, tell)
        if questions:
            self._require_deployed(model)
        return self._asked_online(model, questions, tell)

    def outlives(self, question_count: int) -> bool:
        return self._batches is not None and question_count >= self._fewest_in_batch

    def cancel(self, model: ServedModel, questions: Sequence[Question]) -> Cancelled | None:
        """What is asked online ends with whoever asks."""
        if self._batches and self.outlives(len(questions)):
            return self._batches.cancel(model, questions)
        return None

    def is_alive(self, model: ServedModel) -> bool:
        try:
            self._require_deployed(model)
        except UballError:
            return False
        return True

    def holdings(self, model: ServedModel) -> list[Holding]:
        return retiring.holdings(self._clients, model)

    def retire(self, model: ServedModel) -> None:
        retiring.retire(self._clients, model)

    def _require_deployed(self, model: ServedModel) -> None:
        """Permanent for an endpoint that is gone, forbidden or empty; costs nothing to ask."""
        endpoint = self._clients.ask(
            f"find the endpoint of {model.name}",
            location_of(model.endpoint_uri),
            lambda client: client.models.get(model=model.endpoint_uri),
        )
        if not endpoint.endpoints:  # the library's word for the models deployed there
            raise Permanent(f"no model is deployed at the endpoint of {model.name}: route to another model")

    def _asked_online(
        self, model: ServedModel, questions: Sequence[Question], tell: Tell
    ) -> list[Reply | UballError]:
        """In rounds: what the service was too busy for waits for the next. A round without any answer is the
        last."""
        answers: dict[int, Reply | UballError] = {}
        while len(answers) < len(questions):
            waiting = [number for number in range(len(questions)) if number not in answers]
            patience = _Patience(self._workers)

            def ask(number: int, patience: _Patience = patience) -> Reply | UballError:
                return patience.ask(lambda: self.generate(model, questions[number]))

            replies, new = dict[int, Reply | UballError](), dict[int, Reply | UballError]()
            with ThreadPoolExecutor(self._workers) as pool:
                for number, reply in zip(waiting, pool.map(ask, waiting), strict=True):
                    replies[number] = reply
                    if isinstance(reply, Reply | Permanent):
                        new[number] = reply
                        tell(len(answers) + len(new), len(questions))
            if not new and not answers:
                raise next(each for each in replies.values() if isinstance(each, Transient))
            answers |= new or replies
        return [answers[number] for number in range(len(questions))]


class _Patience:
    """Ends a round early: after so many requests in a row that the service did not take, no more are sent."""

    def __init__(self, refusals_in_a_row: int) -> None:
        self._limit = refusals_in_a_row
        self._refusals: list[Transient] = []

    def ask(self, ask: Callable[[], Reply]) -> Reply | UballError:
        if len(self._refusals) >= self._limit:
            return self._refusals[-1]
        try:
            reply = ask()
        except Transient as error:
            self._refusals.append(error)
            return error
        except Permanent as error:
            return error
        self._refusals.clear()
        return reply
