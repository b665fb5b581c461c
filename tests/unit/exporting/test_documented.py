"""docs/exports.md: its dictionary is the tables' own."""

import re
from pathlib import Path

from abstractor.export.dictionary import dictionary_page
from abstractor.export.table_set import TABLES

PAGE = Path(__file__).parents[3] / "docs" / "exports.md"


def test_the_page_has_the_dictionary_of_today() -> None:
    found = re.search(r"<!-- dictionary -->\n(.*)<!-- /dictionary -->", PAGE.read_text("utf-8"), re.DOTALL)
    assert found is not None
    assert found[1] == f"\n{dictionary_page(TABLES)}"


def test_every_column_says_what_it_means_and_where_it_comes_from() -> None:
    for table in TABLES:
        names = [field.name for field in table.fields]
        assert len(set(names)) == len(names)
        assert set(table.key) <= set(names)
        for field in table.fields:
            assert field.meaning.endswith(".") and field.source, field.name
            assert "|" not in field.meaning + field.source
