"""Asking a model about a clip: one Protocol, the local endpoint, and the cloud's.

Belongs here: one question, one answer as text. Not here: which model answers (`domain.serving.routing`) or
what the text means (`domain.answers.examples`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from uball_assets.domain.errors import UballError
from uball_assets.domain.operating.progress import Tell, untold


@dataclass(frozen=True)
class ServedModel:
    """A model as the record knows it, and where it answers."""

    name: str
    model_uri: str
    """Its weights in the training store, or the service's name of it: what a batch and a continued training
    ask for."""
    endpoint_uri: str
    """Where single questions go; the local model's is its weights'."""
    base: str
    prompt_hash: str = ""
    """Of what it was trained to answer (`domain.answers.examples.PROMPT_HASH`)."""


@dataclass(frozen=True)
class Question:
    clip_uri: str
    prompt: str


@dataclass(frozen=True)
class Reply:
    """An answer exactly as the model gave it, in clip time, not validated; and what it cost to ask."""

    text: str
    input_tokens: int = 0
    output_tokens: int = 0
    price: Literal["", "online", "batch"] = ""
    """Which price applies to the tokens; '' where nothing is charged."""
    failure: str = ""
    """Why there is no answer, though the service asked the model and charges it: blocked, or all thoughts."""


@dataclass(frozen=True)
class Cancelled:
    """A paid job that was ended before its end."""

    replies: Sequence[Reply | UballError]
    """For each question, in their order; those that were answered by then are charged."""
    is_over: bool
    """Whether it has stopped; else the service may answer a few more, which nobody reads."""


@dataclass(frozen=True)
class Holding:
    """What stands somewhere for one model alone, so that it can answer."""

    what: str
    size_bytes: int | None
    """None where the service does not tell."""


class Answering(Protocol):
    """What whoever serves models has to know of one, of whichever family."""

    def is_alive(self, model: ServedModel) -> bool:
        """Whether this model would answer now; never raises."""
        ...

    def holdings(self, model: ServedModel) -> Sequence[Holding]:
        """What is freed when the model is retired; nothing where that is done."""
        ...

    def retire(self, model: ServedModel) -> None:
        """Frees its holdings: from then on it does not answer. Doing it again is fine, also after a kill."""
        ...


class Endpoint(Answering, Protocol):
    """Raises `Permanent` (no such model, an unreadable clip, a refused question) or `Transient`."""

    has_schema: bool
    """Whether asking again with a schema may give another answer."""

    def generate(self, model: ServedModel, question: Question, *, with_schema: bool = False) -> Reply:
        """One answer: JSON text. `with_schema` holds the model to the answer's form, where that can be."""
        ...

    def generate_all(
        self, model: ServedModel, questions: Sequence[Question], tell: Tell = untold
    ) -> Sequence[Reply | UballError]:
        """An answer or the reason why there is none, for each question, in their order; `tell` hears, in this
        thread, how many are answered.

        A Transient is raised where nothing was answered, and stands among the answers where some were.
        """
        ...

    def outlives(self, question_count: int) -> bool:
        """Whether so many questions are a paid job, which goes on when whoever waits for it ends."""
        ...

    def cancel(self, model: ServedModel, questions: Sequence[Question]) -> Cancelled | None:
        """Ends the paid job that answers just these, as they were given to `generate_all`; None where none is
        under way. Raises as asking does: then it goes on."""
        ...
