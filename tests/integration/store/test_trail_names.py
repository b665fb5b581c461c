"""The trail says whose number an account's is: who renames accounts past the program, or takes one away,
makes nobody's entries another's.
"""

import pytest

from abstractor.store import accounts, sign_ins, trail
from abstractor.store.database import Store
from abstractor.store.values import Action, Role
from abstractor.store.verifying import Fault, Wrong
from abstractor.workflow.account_trail import tell_of_account
from abstractor.workflow.acting import at_the_machine
from abstractor.workflow.trail import wrong_in_words
from tests.integration.keeping import NOW, after
from tests.integration.store.tampering import faults, tamper

RENAMED = "UPDATE account SET name = :name WHERE id = :number"


@pytest.fixture
def peopled(store: Store) -> Store:
    """Ann M and bea are added, then ann m signs in twice; cat is from before names stood in the trail."""
    with store.writing() as session:
        for name in ("Ann M", "bea", "cat"):
            account = accounts.create(session, name, None, roles=[Role.VIEWER], sites=None, now=NOW)
            if name != "cat":
                tell_of_account(session, Action.ACCOUNT_ADDED, account, by=at_the_machine(), now=NOW)
    for minutes in (1, 2):
        with store.writing() as session:
            sign_ins.begin_session(session, 1, now=after(minutes))
    return store


def test_accounts_are_named_where_they_are_added_and_sign_in(peopled: Store) -> None:
    with peopled.reading() as session:
        told = [entry.detail for entry in reversed(trail.newest(session))]
    assert [(words or "").split()[-1] for words in told] == [
        "named=ann%20m",
        "named=bea",
        *["named=ann%20m"] * 2,
    ]
    whole, found = faults(peopled)
    assert (found, whole.is_whole) == ([], True)


def test_names_that_changed_places_are_found(peopled: Store) -> None:
    for name, number in (("else", 1), ("ann m", 2), ("bea", 1)):
        tamper(peopled, RENAMED, name=name, number=number)
    whole, found = faults(peopled)
    assert found == [Wrong(Fault.NAMED, 1, 1), Wrong(Fault.NAMED, 2, 2)]
    assert (whole.is_whole, whole.wrong, whole.first) == (False, 2, found[0])
    assert wrong_in_words(found[0]) == (
        "entry 1: the account that it names has another name by now, or is gone"
    )


def test_an_account_that_is_gone_is_found(peopled: Store) -> None:
    tamper(peopled, "DELETE FROM account_role WHERE account_id = 2")
    tamper(peopled, "DELETE FROM account WHERE id = 2")
    assert faults(peopled)[1] == [Wrong(Fault.NAMED, 2, 2)]


def test_who_signed_in_under_a_borrowed_name_is_found_when_it_was_given_back(peopled: Store) -> None:
    tamper(peopled, RENAMED, name="dan", number=1)
    with peopled.writing() as session:
        sign_ins.begin_session(session, 1, now=after(3))
    tamper(peopled, RENAMED, name="ann m", number=1)
    assert faults(peopled)[1] == [Wrong(Fault.NAMED, 5, 5)]


def test_an_account_from_before_is_named_by_its_next_sign_in(peopled: Store) -> None:
    tamper(peopled, RENAMED, name="eve", number=3)
    assert faults(peopled)[1] == []
    with peopled.writing() as session:
        sign_ins.begin_session(session, 3, now=after(3))
    tamper(peopled, RENAMED, name="cat", number=3)
    assert faults(peopled)[1] == [Wrong(Fault.NAMED, 5, 5)]
