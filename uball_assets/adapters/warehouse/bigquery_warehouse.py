"""The warehouse in a dataset of BigQuery, which somebody made: who pays and where it lies is not ours to say.

A write loads its rows into a table of their own, which the service deletes after an hour if nobody does, and
merges them into the months that they concern. Nothing is asked before the first call.

Belongs here: a warehouse of tables, and the service's errors. Not here: statements (`bigquery_sql`), schemas
(`bigquery_tables`), what a column takes (`domain.table_rows`).
"""

from __future__ import annotations

import io
import json
import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from uball_assets.adapters.machine.circuits import ALWAYS_ASKED, Breaker
from uball_assets.adapters.warehouse import bigquery_sql as sql
from uball_assets.adapters.warehouse.bigquery_tables import new_table, schema, table_of
from uball_assets.adapters.warehouse.warehouse import Lineage, Standing, Written
from uball_assets.domain.errors import Permanent, ServiceDown, Transient
from uball_assets.domain.table_rows import Sifted, aside_of, aside_rows, sift, written_value
from uball_assets.domain.tables import LINEAGE, Column, Form, Row, Table

if TYPE_CHECKING:
    from google.cloud.bigquery import Client

LOGIN = (
    "run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS to a key file's path"
)
_INCOMING = "incoming_"
_INCOMING_LIVES = timedelta(hours=1)
_LONGEST_S = 300.0
"""How long a statement or a load may take."""
PATIENCE_S = 60.0
"""How long 429, 5xx and cut connections are tried again, with growing waits, before it is an error."""


@dataclass(frozen=True)
class Dataset:
    project: str
    name: str

    def place(self, table: str) -> str:
        return f"{self.project}.{self.name}.{table}"

    def __str__(self) -> str:
        return f"bigquery://{self.project}/{self.name}"


class BigQueryWarehouse:
    """Safe to use from many threads."""

    def __init__(
        self,
        dataset: Dataset,
        service_url: str = "",
        circuit: Breaker = ALWAYS_ASKED,
        patience_s: float = PATIENCE_S,
    ) -> None:
        """`service_url`: another address than Google's, asked without a login."""
        self.dataset, self._service_url, self._circuit = dataset, service_url, circuit
        self._patience_s = patience_s
        self._opening = threading.Lock()
        self._client_opened: Client | None = None

    def __repr__(self) -> str:
        return f"BigQueryWarehouse({str(self.dataset)!r})"

    def write(self, table: Table, rows: Iterable[Row], lineage: Lineage) -> Written:
        with self._asking(f"write {table.name}") as client:
            stored = self._stored(client, table.name)
            sifted = sift(table, stored.columns if stored else {}, rows)
            added, changed = 0, 0
            if sifted.rows:
                added, changed = self._put(client, table, stored, sifted, lineage)
        if sifted.refused:
            self.write(aside_of(table), aside_rows(table, sifted.refused), lineage)
        return Written.of(sifted, added, changed)

    def read(
        self,
        table: Table,
        *,
        since: date | None = None,
        until: date | None = None,
        equal: Mapping[str, Sequence[Any]] = {},
    ) -> list[dict[str, Any]]:
        with self._asking(f"read {table.name}") as client:
            stored = self._stored(client, table.name)
            if stored is None:
                return []
            columns = {**table.columns, **stored.columns, **LINEAGE}
            wanted = {name: _wanted(name, columns, values) for name, values in equal.items()}
            if any(name not in {**stored.columns, **LINEAGE} for name in wanted):
                return []  # declared, and never written
            there = [name for name in columns if name in stored.columns or name in LINEAGE]
            statement = sql.rows(
                self.dataset.place(table.name),
                table,
                there,
                is_since=since is not None,
                is_until=until is not None,
                equal={name: None in values for name, values in wanted.items()},
            )
            found = self._ask(client, statement, _parameters(since, until, columns, wanted))
            return [_as_given(columns, row) for row in found]

    def stamp(self, tables: Iterable[Table]) -> str:
        """A request and a statement for each table."""
        with self._asking("look at the tables") as client:
            states = {table.name: self._state(client, table.name) for table in tables}
        return " ".join(f"{name}:{state}" for name, state in states.items() if state)

    def tables(self) -> list[Standing]:
        with self._asking("list the tables") as client:
            self._be_there(client)
            place = f"{self.dataset.project}.{self.dataset.name}"
            names = sorted(each.table_id for each in client.list_tables(place, **self._how()))
            found = [self._stored(client, name) for name in names if not name.startswith(_INCOMING)]
            return [self._standing(client, table) for table in found if table]

    def aside(self, table: Table) -> list[dict[str, Any]]:
        return [{**row.pop("row"), **row} for row in self.read(aside_of(table))]

    def _put(
        self, client: Client, table: Table, stored: Table | None, sifted: Sifted, lineage: Lineage
    ) -> tuple[int, int]:
        """How many rows were added, how many changed."""
        of_rows = replace(table, columns=sifted.columns)
        place = self.dataset.place(table.name)
        if stored is None:
            client.create_table(new_table(place, of_rows), exists_ok=True, **self._how())
        elif added := {name: sifted.columns[name] for name in sifted.new_columns}:
            self._add_columns(client, place, added)
        incoming = self._load(client, of_rows, sifted.rows)
        try:
            concerned = self._ask(client, sql.months_concerned(place, incoming, of_rows))
            months = [date.fromisoformat(row["month"]) for row in concerned]
            (count,) = self._ask(client, sql.counts(place, incoming, of_rows, months))
            if count["added"] or count["changed"]:
                said = [_text("source", lineage.source), _text("run", lineage.run)]
                self._ask(client, sql.put(place, incoming, of_rows, months), said)
        finally:
            client.delete_table(incoming, not_found_ok=True, **self._how())
        return count["added"], count["changed"]

    def _add_columns(self, client: Client, place: str, added: Mapping[str, Column]) -> None:
        """First the columns, which two writers may do at once, then what stands in them."""
        self._ask(client, sql.add_columns(place, {name: column.form for name, column in added.items()}))
        found = client.get_table(place, **self._how())
        others = [each for each in found.schema if each.name not in added]
        found.schema = [*others, *schema(added)]
        client.update_table(found, ["schema"], **self._how())

    def _load(self, client: Client, table: Table, rows: Iterable[Mapping[str, Any]]) -> str:
        """The place of a table of these rows alone."""
        from google.cloud import bigquery

        place = self.dataset.place(f"{_INCOMING}{table.name}_{uuid.uuid4().hex}")
        made = bigquery.Table(place, schema=schema(table.columns))
        made.expires = datetime.now(UTC) + _INCOMING_LIVES
        client.create_table(made, **self._how())
        lines = "".join(f"{json.dumps(row)}\n" for row in rows)
        options = bigquery.LoadJobConfig(
            schema=schema(table.columns),
            source_format="NEWLINE_DELIMITED_JSON",
            write_disposition="WRITE_TRUNCATE",
        )
        job = client.load_table_from_file(io.BytesIO(lines.encode()), place, job_config=options)
        job.result(timeout=_LONGEST_S)
        return place

    def _stored(self, client: Client, name: str) -> Table | None:
        """The table as it lies there; None before its first write. Asking is free."""
        from google.api_core.exceptions import NotFound

        try:
            return table_of(client.get_table(self.dataset.place(name), **self._how()))
        except NotFound:
            self._be_there(client)
            return None

    def _be_there(self, client: Client) -> None:
        """Raises Permanent where there is no such dataset."""
        from google.api_core.exceptions import NotFound

        try:
            client.get_dataset(f"{self.dataset.project}.{self.dataset.name}", **self._how())
        except NotFound as error:
            command = f"bq --location=EU mk --dataset {self.dataset.project}:{self.dataset.name}"
            raise Permanent(
                f"there is no dataset {self.dataset}; make it where it is to lie, for example `{command}`, "
                "or correct UBALL_WAREHOUSE_URL"
            ) from error

    def _state(self, client: Client, name: str) -> str:
        if self._stored(client, name) is None:
            return ""
        (said,) = self._ask(client, sql.state(self.dataset.place(name)))
        return f"{said['row_count']}-{said['newest'].isoformat()}" if said["row_count"] else ""

    def _standing(self, client: Client, table: Table) -> Standing:
        place = self.dataset.place(table.name)
        (said,) = self._ask(client, sql.standing(place, table.partitioned_by))
        return Standing(table, said["row_count"], said["since"], said["until"], said["newest"])

    def _ask(self, client: Client, statement: str, parameters: Sequence[Any] = ()) -> list[dict[str, Any]]:
        from google.cloud import bigquery

        options = bigquery.QueryJobConfig(query_parameters=list(parameters))
        job = client.query(statement, job_config=options, **self._how())
        found = job.result(timeout=_LONGEST_S)
        return [dict(row) for row in found]

    def _how(self) -> dict[str, Any]:
        """How patiently one request is made."""
        from google.cloud.bigquery.retry import DEFAULT_RETRY

        return {"retry": DEFAULT_RETRY.with_timeout(self._patience_s), "timeout": self._patience_s}

    @contextmanager
    def _asking(self, doing: str) -> Iterator[Client]:
        from google.api_core import exceptions
        from google.auth.exceptions import GoogleAuthError
        from requests.exceptions import RequestException

        doing = f"{doing} in {self.dataset}"
        with self._circuit.asking():
            try:
                yield self._client()
            except GoogleAuthError as error:
                raise Permanent(f"cannot {doing}: there are no usable credentials; {LOGIN}") from error
            except (exceptions.GoogleAPIError, RequestException, TimeoutError, ConnectionError) as error:
                raise _in_words(doing, error) from error

    def _client(self) -> Client:
        with self._opening:
            if self._client_opened is None:
                self._client_opened = _open(self.dataset.project, self._service_url)
            return self._client_opened


def _open(project: str, service_url: str) -> Client:
    from google.api_core.client_options import ClientOptions
    from google.auth.credentials import AnonymousCredentials
    from google.cloud import bigquery

    if not service_url:
        return bigquery.Client(project=project)
    options = ClientOptions(api_endpoint=service_url)
    return bigquery.Client(project=project, credentials=AnonymousCredentials(), client_options=options)


def _in_words(doing: str, error: Any) -> Permanent | Transient:
    error = getattr(error, "cause", None) or error  # the last of several tries
    if getattr(error, "code", None) is None:
        why = f"no whole answer came ({type(error).__name__})"
        return ServiceDown(f"cannot {doing}: {why}, tried several times; try later")
    status, said = int(error.code or 0), str(error.message).strip().partition("\n")[0]
    if status >= 500:
        return ServiceDown(f"cannot {doing}: the service answers {status}: {said}; try later")
    if status in (408, 409, 429) or "concurrent update" in said or "rateLimitExceeded" in said:
        return Transient(f"cannot {doing}: {said}; try later")
    if status in (401, 403):
        return Permanent(
            f"cannot {doing}: {said}; give the account BigQuery Data Editor and Job User, or {LOGIN}"
        )
    return Permanent(f"cannot {doing}: {said}")


def _wanted(name: str, columns: Mapping[str, Column], values: Sequence[Any]) -> list[Any]:
    """As the service is told them. Raises Permanent for a column or value that cannot be."""
    if name not in columns:
        raise Permanent(f"no column is called {name}: there are {', '.join(columns)}")
    try:
        return [written_value(columns[name].form, value) for value in values]
    except ValueError as error:
        raise Permanent(f"{name} cannot be one of {values!r}: {error}") from error


def _parameters(
    since: date | None, until: date | None, columns: Mapping[str, Column], wanted: Mapping[str, Sequence[Any]]
) -> list[Any]:
    from google.cloud import bigquery

    days = {"since": since, "until": until}
    found: list[Any] = [
        bigquery.ScalarQueryParameter(name, "DATE", day) for name, day in days.items() if day is not None
    ]
    for number, (name, values) in enumerate(wanted.items()):
        there = [value for value in values if value is not None]
        kind = sql.TYPES[columns[name].form]
        found.append(bigquery.ArrayQueryParameter(f"equal_{number}", kind, there))
    return found


def _text(name: str, value: str) -> Any:
    from google.cloud import bigquery

    return bigquery.ScalarQueryParameter(name, "STRING", value)


def _as_given(columns: Mapping[str, Column], row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with the values that were written; None in a column that is not there yet."""
    given: dict[str, Any] = {name: row.get(name) for name in columns}
    for name, column in columns.items():
        if given[name] is not None and column.form is Form.JSON:
            given[name] = json.loads(given[name])
        elif given[name] is not None and column.form is Form.MOMENT:
            given[name] = given[name].astimezone(UTC)
    return given
