"""Exports in a real Chromium: without scripts, on a narrow screen, by keyboard; downloads that are whole."""

import json
import zipfile

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.walking import press_until, violations

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
NARROW = {"width": 400, "height": 800}


def test_the_attrition_is_had_by_keyboard_without_scripts_on_a_narrow_screen(opened: Open) -> None:
    page = opened(viewport=NARROW, java_script_enabled=False)
    page.goto("/exports")
    press_until(page, "[name=form][value=csv]")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("The attrition alone")).to_be_checked()
    press_until(page, "#least")
    with page.expect_download() as begun:
        page.keyboard.press("Enter")
    assert begun.value.suggested_filename == "abstractor-attrition-cycle-1.zip"
    with zipfile.ZipFile(begun.value.path()) as archive:
        assert archive.testzip() is None
        manifest = json.loads(archive.read("abstractor-attrition-cycle-1/export.json"))
    assert [each["name"] for each in manifest["files"]] == ["attrition.csv", "dictionary.csv"]
    expect(page.get_by_role("heading", name="Exports")).to_be_visible()


def test_who_the_patients_are_asks_for_a_reason(opened: Open) -> None:
    page = opened(viewport=NARROW)
    page.goto("/exports")
    expect(page.get_by_label("Why they must be named")).to_be_hidden()
    page.get_by_label("is told", exact=False).last.check()
    expect(page.get_by_label("Why they must be named")).to_be_visible()
    expect(page.get_by_label("Leave out counts below")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    page.get_by_role("button", name="Download").click()
    expect(page.get_by_role("alert")).to_contain_text("Say why the patients are to be named")
    assert violations(page) == []
    page.get_by_label("Why they must be named").fill("The registry asks")
    with page.expect_download() as begun:
        page.get_by_role("button", name="Download").click()
    assert begun.value.suggested_filename == "abstractor-csv-cycle-1-identified.zip"
