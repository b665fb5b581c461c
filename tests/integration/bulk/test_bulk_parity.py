"""A bulk pull and a search pull of the same patients give byte-identical abstracts."""

import json
from collections.abc import Mapping
from typing import Any

from fixtures.clinic.bulk.setup import Bulk
from fixtures.clinic.running import open_clinic
from fixtures.stories import all_stories
from tests.integration.bulk.conftest import MakeServices
from tests.integration.bulk.rounds import abstracts_of, carried_out, open_at

STORIES = list(all_stories())


def both(make_services: MakeServices, personality: str, stories: list[Any]) -> tuple[Mapping[str, str], ...]:
    """The abstracts of the same clinic by search and by bulk, each from a database of its own."""
    found = []
    with open_clinic(stories, personality=personality, bulk=Bulk(polls=0, file_records=500)) as door:
        for way in ("search", "bulk"):
            services = make_services()
            run = carried_out(services, open_at(services, door, way=way), cycle=True)
            found.append(abstracts_of(services, run))
    return tuple(found)


def test_all_stories_give_the_same_abstracts_byte_by_byte(make_services: MakeServices) -> None:
    searched, exported = both(make_services, "plain", STORIES)
    assert len(searched) >= len(STORIES)
    assert set(searched) == set(exported)
    different = sorted(one for one in searched if searched[one] != exported[one])
    assert different == []


def rows(abstract: str) -> dict[str, tuple[str, int, str | None]]:
    told = json.loads(abstract)["completeness"]
    return {one["type"]: (one["state"], one["count"], one["detail"]) for one in told}


def test_what_a_vendor_leaves_out_of_bulk_is_searched_so_the_abstracts_are_the_same(
    make_services: MakeServices,
) -> None:
    searched, exported = both(make_services, "oracle", STORIES[::4])
    assert any(rows(one)["MedicationAdministration"][1] for one in exported.values())
    assert searched == exported


def test_where_bulk_sees_more_than_a_vendors_search_nothing_else_differs(make_services: MakeServices) -> None:
    """Epic is searched by category, and says that it withholds something; its export does not."""
    searched, exported = both(make_services, "epic", STORIES[::4])
    assert set(searched) == set(exported)
    for patient, abstract in searched.items():
        by_search, by_bulk = rows(abstract), rows(exported[patient])
        different = {kind for kind in by_search if by_search[kind] != by_bulk[kind]}
        assert different <= {"CarePlan", "CareTeam", "DiagnosticReport", "Immunization", "Observation"}
        for kind in different:
            (state, count, detail), (other, other_count, other_detail) = by_search[kind], by_bulk[kind]
            assert state == "partial"
            assert other_count >= count
            assert other in ("complete", "empty") or set(str(other_detail).split("; ")) < set(
                str(detail).split("; ")
            )
