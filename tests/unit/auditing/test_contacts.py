"""Where a place is reached goes from its texts; what was measured, given and dated stays."""

from time import perf_counter
from zoneinfo import ZoneInfo

import pytest

from abstractor.workflow.auditing.masking import HIDDEN, mask_of

H = HIDDEN
ZONE = ZoneInfo("America/New_York")
SITE = mask_of(site=True, wave=False, zone=ZONE)


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("mail oncology@quillfeather.org.", f"mail {H}."),
        ("<a.b+c@mail.quill-feather.co.uk>", f"<{H}>"),
        ("see https://portal.quillfeather.org/r/7?x=1 today", f"see {H} today"),
        ('<a href="http://10.0.0.7:8080/x">here</a>', f'<a href="{H}">here</a>'),
        ("at www.quillfeather.clinic", f"at {H}"),
        ("portal.quillfeather.org/r/7", H),
        ("Quillfeather.com, again", f"{H}, again"),
        ("mailto:oncology", H),
        ("a nurse&#64;quillfeather.org", f"a nurse&#64;{H}"),
        ("a nurse@quill<i>feather</i>.org", H),
        ("call +1 555 014 7788", f"call {H}"),
        ("call +1 (555) 014-7788 again", f"call {H} again"),
        ("(555) 014-7788; (555)014-7788", f"{H}; {H}"),
        ("1-555-014-7788, 555.014.7788", f"{H}, {H}"),
        ("555\u2011014\u20117788", H),
        ("Tel: 555 014 7788", f"Tel: {H}"),
        ("fax no. 014-7788", f"fax no. {H}"),
        ("TEL:+15550147788", f"TEL:{H}"),
        ("Pager 7788, ext. 4411", f"Pager {H}, ext. {H}"),
        ("call us back at 014-7788", f"call us back at {H}"),
        ("+49 (0)89 1234-567", H),
        ("0049 89 1234567 or (030) 1234567 or 089/1234567", f"{H} or {H} or {H}"),
    ],
)
def test_where_somebody_is_reached_is_hidden(text: str, seen: str) -> None:
    assert SITE.text(text) == seen


@pytest.mark.parametrize(
    "text",
    [
        "2022-01-01 to 2022-12-31, 03/04/2021, 3.4.2021, 20210304, 2021-03-04T14:05:00",
        "by phone 2021-03-04 14:05; called 3/4/2021; call on 2021-03-04; Phone: 20210304",
        "ER +90 %, PR + 2021-03-04, HER2 3+ 2021-03-04, IHC +1 2 3, change +120",
        "T cell 1200, platelets 150 200 3000, WBC 4.5 x 10^9/L, 120-150 g/L, 100-200-300",
        "trastuzumab 440 mg, 6 mg/kg q3w, 1-0-1, 10mg@bedtime, 3 x 1000",
        "LOINC 22637-3, NDC 0078-0620-15, 00078062015, 12345-678-90, ICD C50.911, RxNorm 224905",
        "SNOMED 372137005, urn:oid:2.16.840.1.113883.6.88, 1.2.840.10008.5.1.4.1.1.2",
        "page 1 of 3, line 2, grade 3. Edema.no pain.Care plan, i.e. none, echo_2020.pdf",
    ],
)
def test_days_doses_values_and_codes_stay(text: str) -> None:
    assert SITE.text(text) == text


def test_a_place_that_is_shown_keeps_them() -> None:
    text = "mail oncology@quillfeather.org or call +1 555 014 7788"
    assert mask_of(site=False, wave=True, zone=ZONE).text(text) == text


@pytest.mark.parametrize("part", ["a.", "0", "555-", "+1(2)", "a.b-", "call 1", "(030) ", "%", "tel no "])
def test_a_long_text_is_looked_through_in_no_time(part: str) -> None:
    began = perf_counter()
    SITE.text(part * 20_000)
    assert perf_counter() - began < 2
