"""What Vertex AI answers when it refuses, and what its library raises, as the platform's two kinds of error.

Belongs here: the service's words and google-genai's exceptions. Not here: which calls may be made again
(`clients`).

No message repeats a library's own text, and what is raised hides what caused it: both may hold a token. Of
the service's own sentence about a bad request (400, 404) only plain words are shown: see `plain_words`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from uball_assets.domain.errors import Permanent, ServiceDown, Transient, UballError

LOGIN = (
    "run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS to a key file's path"
)


class NotAccepted(Transient):
    """Refused for now: certainly nothing was begun, so the same may be sent again."""


class NotReached(NotAccepted, ServiceDown):
    """Nobody was there to begin it."""


LASTING_CODES = frozenset({3, 5, 7, 9, 12, 16})
"""google.rpc.Code of a job's failure that comes again: bad input, not found, no permission, precondition,
not implemented, no login."""
_TRY_AGAIN = frozenset({408, 409, 425, 429})
_REASONS = {
    401: "the credentials are not accepted; {login}",
    403: "this account is not permitted to; enable aiplatform.googleapis.com in the project and grant the "
    "account roles/aiplatform.user there, or {login}",
    404: "there is no such thing{words}; check the project, the location and the name",
}
_OTHER = "the service refuses it{words}; correct what was sent"
_STATUS = re.compile(r"[A-Z][A-Z_]{2,39}")

_LONGEST = 200
_PLAIN_WORD = re.compile(
    r"""["'(\[]* (
        [A-Za-z]{1,20} (['’_.][A-Za-z]{1,20}){0,6}  # a word, or the name of a field
        | \d{1,12} ([.,]\d{1,6})*                   # a number
        | gemini-[0-9a-z.-]{1,30}                   # a model
        | (us|europe|asia)-[a-z]{4,12}\d{1,2}       # a location
    ) ["')\].,:;%?!]*""",
    re.VERBOSE,
)


def plain_words(sentence: str | None) -> str:
    """The sentence with everything hidden that is no plain word, field name, number, model or location.

    Addresses, tokens, e-mails and ids become `…`; at most 200 letters.
    """
    words = ["…" if not _PLAIN_WORD.fullmatch(word) else word for word in (sentence or "")[:2000].split()]
    shown = re.sub(r"…( …)+", "…", " ".join(words))
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1].rstrip() + "…"


def refusal(doing: str, status: int, word: str, sentence: str | None = None) -> UballError:
    """What an answer of the service means. `doing` is a verb and a thing: `ask for tuning job 12`; `word` is
    the service's own for it, such as RESOURCE_EXHAUSTED."""
    answer = f"{status} {word if _STATUS.fullmatch(word) else ''}".strip()
    if status == 429:
        return NotAccepted(f"cannot {doing}: too much is asked for at present ({answer}); try later")
    if status in _TRY_AGAIN or status >= 500 or status < 400:
        kind = ServiceDown if status >= 500 else Transient
        return kind(f"cannot {doing}: the service answers {answer}; try later")
    words = f": {shown}" if status in (400, 404) and (shown := plain_words(sentence)) else ""
    why = _REASONS.get(status, _OTHER).format(login=LOGIN, words=words)
    return Permanent(f"cannot {doing} ({answer}): {why}")


def cut_off() -> tuple[type[Exception], ...]:
    """What a connection raises that broke off once it stood: the request may have been acted on."""
    return tuple(
        error
        for library in _http_libraries()
        for error in (library.ReadError, library.WriteError, library.CloseError, library.RemoteProtocolError)
    )


@contextmanager
def translated(doing: str) -> Iterator[None]:
    """Turns what google-genai raises into Permanent or Transient; `doing` is a verb and a thing."""
    from google.auth.exceptions import GoogleAuthError, TransportError
    from google.genai.errors import APIError, UnknownApiResponseError

    try:
        yield
    except APIError as error:
        raise refusal(doing, _number(error.code), str(error.status or ""), error.message) from None
    except GoogleAuthError as error:
        if isinstance(error, TransportError) or error.retryable:
            raise NotReached(
                f"cannot {doing}: the login service does not answer ({type(error).__name__}); try later"
            ) from None
        raise Permanent(
            f"cannot {doing}: there are no usable credentials ({type(error).__name__}); {LOGIN}"
        ) from None
    except UnknownApiResponseError:
        raise ServiceDown(f"cannot {doing}: the service's answer is not whole; try later") from None
    except _never_connected() as error:
        raise NotReached(f"cannot {doing}: no connection ({type(error).__name__}); try later") from None
    except _no_answer() as error:
        raise ServiceDown(
            f"cannot {doing}: no whole answer came ({type(error).__name__}); try later"
        ) from None
    except (ValueError, TypeError) as error:  # pydantic's and json's: an answer of another form
        raise Transient(
            f"cannot {doing}: the service's answer has another form ({type(error).__name__}); try later"
        ) from None


def _http_libraries() -> list[Any]:
    """google-genai talks through httpx2, or through httpx where that is there and GOOGLE_GENAI_HTTP_CLIENT
    says so."""
    return [import_module(name) for name in ("httpx2", "httpx") if find_spec(name)]


def _never_connected() -> tuple[type[Exception], ...]:
    return tuple(
        error
        for library in _http_libraries()
        for error in (library.ConnectError, library.ConnectTimeout, library.PoolTimeout, library.ProxyError)
    )


def _no_answer() -> tuple[type[Exception], ...]:
    return (ConnectionError, TimeoutError, *(library.HTTPError for library in _http_libraries()))


def _number(code: object) -> int:
    return code if isinstance(code, int) else 500
