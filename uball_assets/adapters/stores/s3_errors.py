"""What S3 answers when it refuses, and what boto3 raises, as the platform's two kinds of error.

Belongs here: S3's words and boto3's exceptions. Not here: what a status means for every bucket (`buckets`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from uball_assets.adapters.stores.buckets import NOT_PERMITTED, no_bucket, no_login, refusal, unreachable
from uball_assets.domain.errors import Permanent, UballError

LOGIN = "log in with `aws sso login`, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
_PAYER = (
    "if the bucket's owner has readers pay (requester pays; S3 says no more than this), set "
    "UBALL_SOURCE_REQUESTER_PAYS=true"
)
_CODES = {
    "NoCredentials": "there are no credentials; {login}",
    "ExpiredToken": "the credentials have expired; {login}",
    "RequestTimeTooSkewed": "this machine's clock is wrong; set it",
    "PermanentRedirect": "the bucket is in another region; set UBALL_AWS_REGION",
    "IllegalLocationConstraintException": "the bucket is in another region; set UBALL_AWS_REGION",
    "AuthorizationHeaderMalformed": "the bucket is in another region; set UBALL_AWS_REGION",
    "MetadataTooLarge": "S3 keeps at most 2 KB of metadata with an object; shorten it",
    "EntityTooLarge": "it is larger than S3 takes at once; upload it from a file",
    "InvalidObjectState": "it is archived; restore it first",
}
_TRY_AGAIN = frozenset({"RequestTimeout", "SlowDown", "Throttling", "ThrottlingException", "BadDigest"})
_WORD = re.compile(r"[A-Za-z0-9.]{1,60}")


def status_of(error: Any) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


def broken_off() -> tuple[type[Exception], ...]:
    from botocore import exceptions

    return (
        exceptions.HTTPClientError,
        exceptions.ConnectionError,
        exceptions.IncompleteReadError,
        exceptions.FlexibleChecksumError,
    )


@contextmanager
def translated(doing: str, bucket: str) -> Iterator[None]:
    """Turns what boto3 raises into Permanent or Transient; `doing` is a verb and an address."""
    from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

    try:
        yield
    except ClientError as error:
        raise _answer(error, doing, bucket) from None
    except ParamValidationError:
        raise Permanent(
            f"cannot {doing}: the name or its metadata is none that S3 takes; use another"
        ) from None
    except BotoCoreError as error:
        if isinstance(error, broken_off()):
            raise unreachable(doing, error) from None
        if re.search("Credential|Token|SSO|Profile", type(error).__name__):
            raise no_login(doing, error, LOGIN) from None
        why = f"boto3 cannot start ({type(error).__name__}); check the AWS configuration and UBALL_AWS_REGION"
        raise Permanent(f"cannot {doing}: {why}") from None


def _answer(error: Any, doing: str, bucket: str) -> UballError:
    status, code = status_of(error), str(error.response.get("Error", {}).get("Code", ""))
    if code == "NoSuchBucket":
        return no_bucket(doing, bucket)
    if code in _CODES:
        return Permanent(f"cannot {doing}: {_CODES[code].format(login=LOGIN)}")
    if status == 403 and code in ("", "AccessDenied", "403", "Forbidden"):
        return Permanent(f"cannot {doing}: {NOT_PERMITTED.format(login=LOGIN)}; {_PAYER}")
    word = code if _WORD.fullmatch(code) else ""
    return refusal(doing, 503 if code in _TRY_AGAIN else status, word, LOGIN)
