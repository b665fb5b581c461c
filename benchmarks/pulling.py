"""One contender of the pull: asks a clinic for patients and writes "Type/id" of what came, sorted.

`python -m benchmarks.pulling CONTENDER URL PATIENTS`; the last line on stderr says how long it started and
pulled. Each imports only what it needs, so that nobody pays for another's start.
"""

import time

STARTED = time.perf_counter()

import json  # noqa: E402 - the clock goes first
import sys  # noqa: E402
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence  # noqa: E402
from concurrent.futures import ThreadPoolExecutor  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

__all__ = ["PULLERS", "TYPES"]

TYPES = ("Patient", "Condition", "MedicationRequest", "Observation")
THREADS = 16
_SEARCHED = TYPES[1:]
_PAGE = "200"
Pull = Callable[[str, Sequence[str]], Iterable[str]]


def by_abstractor(dialect: str) -> Pull:
    """As `abstractor pull` and `abstractor run` do: by lists, or alone as from a clinic that takes none."""
    from abstractor.fhir.endpoint import Endpoint, Pulled, connect
    from abstractor.fhir.held import Wanted

    def pull(url: str, patients: Sequence[str]) -> Iterator[str]:
        with connect(Endpoint(url, at_once=THREADS), dialect=dialect) as clinic:
            for pulled in clinic.pull_each((Wanted(f"Patient/{one}") for one in patients), TYPES):
                if not isinstance(pulled, Pulled) or any(not one.state.whole for one in pulled.answers):
                    raise SystemExit("a chart is not whole")
                yield from (one.origin.removeprefix(f"{url}/") for one in pulled.received)

    return pull


def fhirclient_session() -> Pull:
    """fhirclient as it comes: its own session, its models, one request after the other."""
    from fhirclient.models.condition import Condition
    from fhirclient.models.medicationrequest import MedicationRequest
    from fhirclient.models.observation import Observation
    from fhirclient.models.patient import Patient
    from fhirclient.server import FHIRServer

    def pull(url: str, patients: Sequence[str]) -> Iterator[str]:
        server = FHIRServer(None, base_uri=url)
        for one in patients:
            yield f"Patient/{Patient.read(one, server).id}"
            for model in (Condition, MedicationRequest, Observation):
                search = model.where({"patient": one, "_count": _PAGE})
                for found in search.perform_resources_iter(server):
                    yield f"{found.resource_type}/{found.id}"

    return pull


def by_httpx(threads: int) -> Pull:
    """What one writes first: one client, and no tries, no checks, no pace."""
    import httpx

    def pull(url: str, patients: Sequence[str]) -> Iterator[str]:
        with (
            httpx.Client(timeout=60, limits=httpx.Limits(max_connections=threads)) as client,
            ThreadPoolExecutor(threads) as pool,
        ):

            def asked(address: str, **parameters: str) -> dict[str, Any]:
                got = client.get(address, params=parameters or None).raise_for_status()
                read: dict[str, Any] = got.json()
                return read

            for names in pool.map(lambda one: _chart(asked, url, one), patients):
                yield from names

    return pull


def _chart(asked: Callable[..., dict[str, Any]], url: str, patient: str) -> list[str]:
    found = [asked(f"{url}/Patient/{patient}")]
    for kind in _SEARCHED:
        page = asked(f"{url}/{kind}", patient=patient, _count=_PAGE)
        while True:
            found += [entry["resource"] for entry in page.get("entry", ())]
            following = next((link["url"] for link in page["link"] if link["relation"] == "next"), None)
            if following is None:
                break
            page = asked(following)
    return [f"{one['resourceType']}/{one['id']}" for one in found]


PULLERS: Mapping[str, Callable[[], Pull]] = {
    "by-lists": lambda: by_abstractor("plain"),
    "one-by-one": lambda: by_abstractor("oracle"),
    "fhirclient": fhirclient_session,
    "httpx": lambda: by_httpx(1),
    "httpx-threads": lambda: by_httpx(THREADS),
}


def main() -> None:
    name, url, file = sys.argv[1:]
    patients = Path(file).read_text(encoding="utf-8").split()
    pull = PULLERS[name]()
    began = time.perf_counter()
    found = sorted(pull(url, patients))
    done = time.perf_counter()
    sys.stdout.write("".join(f"{one}\n" for one in found))
    told = {"start": began - STARTED, "load": 0.0, "execute": done - began}
    sys.stderr.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
