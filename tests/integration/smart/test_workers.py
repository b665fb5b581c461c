"""Workers are processes: they share a token over a shelf that all of them can reach."""

import json
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path

from abstractor.fhir.endpoint import Endpoint, connect
from abstractor.fhir.smart.keys import SigningKey
from abstractor.fhir.smart.tokens import Token, backend_services
from tests.integration.smart.guarded import CLIENT, Guarded, guarded_clinic
from tests.unit.fhir_smart.scripted import es384


class FileShelf:
    """In the clear, as no store of ours would keep it."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def read(self) -> Token | None:
        return Token(**json.loads(self._file.read_text())) if self._file.exists() else None

    def keep(self, token: Token) -> None:
        written = self._file.with_suffix(".new")
        written.write_text(json.dumps(asdict(token)))
        written.replace(self._file)


def work(url: str, key: SigningKey, shelf: Path) -> int:
    """One job of a worker; how many patients came."""
    endpoint = Endpoint(url, tries=2)
    auth = backend_services(endpoint, client_id=CLIENT, key=key, shelf=FileShelf(shelf))
    with connect(endpoint, auth=auth) as clinic:
        return sum(clinic.pull(f"Patient/{number}", ["Patient"]).answers[0].count for number in range(5))


def test_three_processes_use_one_token_and_the_next_after_it_was_taken_back(tmp_path: Path) -> None:
    there, shelf = Guarded([es384()]), tmp_path / "shelf.json"
    with guarded_clinic(there) as url, get_context("spawn").Pool(3) as workers:
        assert workers.apply(work, (url, es384(), shelf)) == 5
        jobs = [(url, es384(), shelf)] * 3
        assert workers.starmap(work, jobs) == [5, 5, 5]
        assert (len(there.tokens), there.refused) == (1, 0)
        there.tokens.clear()
        assert workers.apply(work, (url, es384(), shelf)) == 5
        assert workers.starmap(work, jobs) == [5, 5, 5]
    assert (len(there.tokens), there.refused) == (1, 1)
