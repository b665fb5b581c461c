"""Peer: DuckDB SQL over the same files. duckdb_sql.py EXPORT QUESTION.json THREADS > answers.ndjson

Columns are named with their types, which is several times faster than letting it guess. Times apart go to
stderr as one JSON line; reading and deciding are one step to DuckDB.
"""

import time

started = time.perf_counter()

import json  # noqa: E402 - the time of every import counts
import sys  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import duckdb  # type: ignore[import-not-found] # noqa: E402 - in a venv of the benchmark's own

_CODING = "coding STRUCT(system VARCHAR, code VARCHAR)[]"
_SUBJECT = "'subject': 'STRUCT(reference VARCHAR)'"
_COLUMNS = {
    "Patient": "{'id': 'VARCHAR'}",
    "Condition": f"{{{_SUBJECT}, 'code': 'STRUCT({_CODING})', 'verificationStatus': 'STRUCT({_CODING})'}}",
    "MedicationRequest": f"{{{_SUBJECT}, 'status': 'VARCHAR', 'intent': 'VARCHAR', "
    f"'doNotPerform': 'BOOLEAN', 'authoredOn': 'VARCHAR', 'medicationCodeableConcept': 'STRUCT({_CODING})'}}",
    "Encounter": f"{{{_SUBJECT}, 'status': 'VARCHAR'}}",
}

_QUERY = (Path(__file__).parent / "cohort.sql").read_text()


def main(folder: str, asked: str, threads: str) -> None:
    question = json.loads(Path(asked).read_text())
    start = time.perf_counter() - started
    mark = time.perf_counter()
    database = duckdb.connect(config={"threads": int(threads)})
    database.execute("CREATE TABLE codes (name VARCHAR, system VARCHAR, code VARCHAR)")
    database.executemany("INSERT INTO codes VALUES (?, ?, ?)", list(_codes(question)))
    rxnorm = next(iter(question["orders"]))
    query = _QUERY.format(
        icd="http://hl7.org/fhir/sid/icd-10-cm",
        rxnorm=rxnorm,
        drugs=_words(question["orders"][rxnorm]),
        **{f"{name}_statuses": _words(question[f"{name}_statuses"]) for name in ("order", "encounter")},
        order_intents=_words(question["order_intents"]),
        **{kind: _file(folder, kind) for kind in _COLUMNS},
    )
    keys = ("id", "in", "first_order", "orders", "encounters")
    for row in database.execute(query).fetchall():
        sys.stdout.write(json.dumps(dict(zip(keys, row, strict=True)), separators=(",", ":")) + "\n")
    sys.stdout.flush()
    times = {"start": start, "load": 0.0, "execute": time.perf_counter() - mark}
    sys.stderr.write(json.dumps(times) + "\n")


def _codes(question: dict[str, Any]) -> list[tuple[str, str, str]]:
    names = ("breast_cancer", "metastasis")
    return [
        (name, system, code) for name in names for system, codes in question[name].items() for code in codes
    ]


def _words(words: list[str]) -> str:
    return "(" + ", ".join(f"'{word}'" for word in words) + ")"


def _file(folder: str, kind: str) -> str:
    return f"read_json('{folder}/{kind}.ndjson', format = 'newline_delimited', columns = {_COLUMNS[kind]})"


main(*sys.argv[1:])
