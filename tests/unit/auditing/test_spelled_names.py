"""Names of the place and its people however a text spells them, and words of the field that are names too."""

import json
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest

from abstractor.workflow.auditing.masked_source import masked
from abstractor.workflow.auditing.masking import HIDDEN, Mask, mask_of
from abstractor.workflow.auditing.place_names import names_of_chart
from abstractor.workflow.auditing.spelling import folded

H = HIDDEN
ZONE = ZoneInfo("America/New_York")
TITLED = (
    *("Okaforde, Ngozi, MD", "Okaforde MD PhD FACP", "Ngozi Okaforde, MD, PhD, FACP", "Okaforde, MD"),
    *("MD Okaforde", "Dr Ngozi Okaforde MD PhD", "Okaforde, N., MD", "N. Okaforde", "Okaforde Ngozi"),
    *("Ngozi Okaforde/Ann Quill", "Ann Quill & Ngozi Okaforde", "Okaforde^Ngozi^A^^Dr", "Okaforde_Ngozi"),
    *("ngozi.okaforde", "Dr.Ngozi Okaforde", "Ann Quill and Ngozi Okaforde, MD", "Okaforde|Ngozi"),
    *("Okaforde Ngozi, MD", "Ngozi Adaeze Okaforde", "Ngozi Okaforde Adaeze, RN", "Okaforde, MD, Ngozi"),
)


def mask(*displays: str, kind: str = "Practitioner") -> Mask:
    held = [{"reference": f"{kind}/{at}", "display": display} for at, display in enumerate(displays)]
    found = names_of_chart([json.dumps({"resourceType": "Observation", "performer": held}).encode()])
    return mask_of(site=True, wave=False, zone=ZONE, names=found.places, people=found.people)


@pytest.mark.parametrize("display", TITLED)
@pytest.mark.parametrize(
    "text",
    [
        "N. Okaforde",
        "N Okaforde",
        "seen by okaforde",
        "Okaforde's patient",
        "Okaforde\u2019s patient",
        "OKAFORDE,MD",
        "d/w okaforde md",
        "_Okaforde_",
        "Dr.Okaforde",
        "(Okaforde)",
        "Okaf\u00adorde",
        "Oka<b>forde</b>",
        "\uff2fkaforde",
    ],
)  # fmt: skip
def test_no_part_of_a_surname_is_left(display: str, text: str) -> None:
    assert "forde" not in mask(display).text(text).lower()


@pytest.mark.parametrize(
    ("display", "text", "seen"),
    [
        ("Ngozi Okaforde-Lind", "Dr. Lind, okaforde, Okaforde Lind", f"Dr. {H}, {H}, {H}"),
        ("Ngozi Okaforde\u2013Lind", "Okaforde-Lind; Lind", f"{H}; {H}"),
        ("Ngozi Okaforde-Lind", "Okaforde\u2010Lind", H),
        ("Okaforde Lind, Ngozi", "seen by okaforde", f"seen by {H}"),
        ("Maria de la Okaforde", "M. de la Okaforde; de la Okaforde, Maria; okaforde", f"{H}; {H}; {H}"),
        ("de la Okaforde, Maria", "Dr. de la Okaforde, the vein of la", f"Dr. {H}, the vein of la"),
        ("Sean O'Kaforde", "O\u2019Kaforde, OKaforde", f"{H}, {H}"),
        ("Jörg Müller", "Mueller, Muller, MÜLLER", f"{H}, {H}, {H}"),
        ("Joerg Mueller", "Müller", H),
        ("José Peña", "Jose Pena; pena", f"{H}; {H}"),
        ("Ngozi Okaforde", "Ngozi will call", f"{H} will call"),
        ("Grace Okaforde", "Grace period", "Grace period"),
        ("Ann Wu", "Signed by Wu; Wu, MD; N. Wu; A Wu; wu", f"Signed by {H}; {H}, MD; N. {H}; {H}; wu"),
        ("White", "white cells, seen by White", f"white cells, seen by {H}"),
        ("Anna May", "May 2020, 3 May 2020, May, 3; 3-May-20", "May 2020, 3 May 2020, May, 3; 3-May-20"),
        (
            "Anna May",
            "since May; 2nd May; early May; it may; MAY 5",
            "since May; 2nd May; early May; it may; MAY 5",
        ),
        ("Anna May", "May saw her; told May; Dr. May; A May", f"{H} saw her; told {H}; Dr. {H}; {H}"),
        ("Anna May", "Signed by May 2020-05-03; May, MD", f"Signed by {H} 2020-05-03; {H}, MD"),
        ("Ann June", "June 2020; June will call", f"June 2020; {H} will call"),
        ("Ngozi Okaforde", "okafordengozi, NGOZIOKAFORDE", f"{H}, {H}"),
        ("Emily Chang", "No change; Change in dose", "No change; Change in dose"),
        ("Frank Evers", "fevers", "fevers"),
        (
            "Anna May",
            "signed 05/03/2020 10:32 May; Cosigned May 05/03/2020",
            f"signed 05/03/2020 10:32 {H}; Cosigned {H} 05/03/2020",
        ),
        (
            "Anna May",
            "2020-05-03 10:32 May; Attending May 10:32; per May 5/3/20 note",
            f"2020-05-03 10:32 {H}; Attending {H} 10:32; per {H} 5/3/20 note",
        ),
        (
            "Anna May",
            "Provider: May 1234567890; in May's clinic; seen 5/3 May",
            f"Provider: {H} 1234567890; in {H}'s clinic; seen 5/3 {H}",
        ),
        ("Anna May", "12 May; 2nd of May; May 3rd; (3 May)", "12 May; 2nd of May; May 3rd; (3 May)"),
        ("Charles Mayo", "seen by mayo; mayo called; noteMayo.pdf", f"seen by {H}; {H} called; note{H}.pdf"),
        ("Ben Rain", "the brain", "the brain"),
    ],
)
def test_a_name_of_several_parts(display: str, text: str, seen: str) -> None:
    assert mask(display).text(text) == seen


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Saint Marrow", "St. Marrow"),
        ("St. Marrow", "Saint  Marrow"),
        ("St. Marrow", "ST MARROW"),
        ("Saint Marrow", "St.Marrow"),
        ("St.Marrow", "saint marrow"),
        ("St. Marrow's", "Saint Marrow\u2019s"),
        ("St Marrow Hospital", "Saint Marrow Hosp."),
        ("St Marrow Hospital", "Saint Marrow"),
        ("Mount Quill Centre", "Mt. Quill Center"),
        ("Quill and Heron", "Quill & Heron"),
        ("Zellwood Infirmary", "Zellwood"),
        ("Clinic Zellwood", "ZELLWOOD"),
        ("Zellwood Cancer Center at St. Mary", "Saint Mary"),
        ("Zellwood Cancer Center at St. Mary", "Zellwood"),
        ("Zellwood Regional Medical Center, North", "Zellwood"),
        ("Oncology - Zellwood (Main)", "Zellwood"),
        ("Zellwood 4B", "Zellwood"),
        ("Dana Quill/Heron Cancer Care", "Dana Quill"),
        ("ZQH Cancer Center", "ZQH"),
        ("St. Marrow's Müller-Klinik & Sons", "St. Marrow's"),
        ("St. Marrow's Müller-Klinik & Sons", "St Marrow\u2019s"),
        ("St. Marrow's Müller-Klinik & Sons", "Mueller-Klinik"),
        ("St. Marrow's Müller-Klinik & Sons", "St_Marrows_Muller\u2011Klinik_and_Sons"),
        ("Quill Zellwood Clinic", "Zellwood"),
        ("Zellwood Regional Hospital", "Zellwood_Regional_Hospital"),
        ("ZQH", "Z.Q.H"),
        ("Sample Oncology, North", "Sample Oncology North"),
        ("Sample Oncology, North", "Sample Oncology - North"),
        ("Sample Oncology (North)", "sample oncology, north"),
        ("Sample Oncology - North", "Sample Oncology/North"),
        ("St. Jude's Cancer Center", "St. Jude Cancer Center"),
        ("St. Jude's Cancer Center", "st judes cancer center"),
        ("O'Clinic Quillfeather", "O Clinic Quillfeather"),
        ("University Hospital East - Oncology", "University Hospital East"),
        ("Memorial Hospital, West", "Memorial Hospital West"),
        ("Memorial Hospital, West", "Memorial Hospital,\n\t\t\t\t\t\tWest"),
        ("University Hospital - East Wing", "University Hospital  -  East Wing"),
        ("University Hospital (Main) / (East)", "University Hospital (Main) / (East"),
    ],
)
def test_a_place_in_another_spelling(name: str, text: str) -> None:
    seen = mask(name, kind="Organization").text(f"Seen at {text}, again")
    assert seen.replace(".,", ",") == f"Seen at {H}, again"


@pytest.mark.parametrize("kind", ["Organization", "Practitioner", "Location"])
@pytest.mark.parametrize("name", ["Oncology", "Stage", "Grade", "Medical", "RADIOLOGY", "Breast"])
def test_a_clinical_word_alone_is_no_name_in_a_text(name: str, kind: str) -> None:
    text = (
        "Medical Oncology visit; Stage IV breast cancer, grade 3 pneumonitis, N stage 2; Radiology. By stage."
    )
    assert mask(name, kind=kind).text(text) == text
    record = {"encounter": {"reference": "Encounter/7", "display": f" {name.upper()}"}, "status": text}
    left = masked(json.dumps(record).encode(), mask(name, kind=kind))
    assert json.loads(left) == {
        "encounter": {"reference": f"Encounter/{H}", "display": H},
        "status": text,
    }


@pytest.mark.parametrize("display", ["Dr. Stage", "Ngozi Stage, MD", "STAGE, NGOZI", "Stage"])
def test_a_person_of_such_a_name_is_hidden_where_it_is_one(display: str) -> None:
    text = "Stage IV. Seen by Stage; Dr. stage; Stage, MD; N. Stage; stage 2, Grade 3"
    seen = f"Stage IV. Seen by {H}; Dr. {H}; {H}, MD; N. {H}; stage 2, Grade 3"
    bare = (each.replace(f"N. {H}", H).replace(f"Dr. {H}", H) for each in (mask(display).text(text), seen))
    assert next(bare) == next(bare)


@pytest.mark.parametrize(
    ("display", "text", "seen"),
    [
        (
            "Wu, Nancy MD",
            "Wu agrees; per Wu 2022-03-14, 12:00 Wu, Wu/Chen, Wu's, Attending Wu",
            f"{H} agrees; per {H} 2022-03-14, 12:00 {H}, {H}/Chen, {H}'s, Attending {H}",
        ),
        ("NG, ANH", "Ng saw; NG tube; ng/mL", f"{H} saw; NG tube; ng/mL"),
        (
            "Lu, Wei MD",
            "Lu-177 dotatate, Lu 177 PSMA; Lu 2022-03-14, Lu 12:30, Lu's",
            f"Lu-177 dotatate, Lu 177 PSMA; {H} 2022-03-14, {H} 12:30, {H}'s",
        ),
        ("Ming Li", "Li-Fraumeni syndrome. Li agrees", f"Li-Fraumeni syndrome. {H} agrees"),
        ("Bo Fu", "5-Fu, 5 Fu; Fu in 3 weeks; Dr. Fu", f"5-Fu, 5 Fu; Fu in 3 weeks; Dr. {H}"),
        ("WU, NANCY", "WU reviewed; by WU; wu", f"{H} reviewed; by {H}; wu"),
        ("Pat O'Day", "O Day; O-Day; O' Day; H2O day before", f"{H}; {H}; {H}; H2O day before"),
        ("Anh Do, MD", "Do not give; do; seen by Do", f"Do not give; do; seen by {H}"),
        ("Mona He, RN", "He has; HE stain; H&E; nurse He", f"He has; HE stain; H&E; nurse {H}"),
        ("Sean O'Brien", "O Brien, OBrien and o'brien; OB visit", f"{H}, {H} and {H}; OB visit"),
    ],
)
def test_a_surname_of_two_letters_is_looked_for_as_it_is_written(display: str, text: str, seen: str) -> None:
    assert mask(display).text(text) == seen


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Woman's Hospital", "Woman with a mass"),
        ("Imaging, Breast", "Imaging: breast MRI"),
        ("Oncology, Breast", "Oncology: breast cancer stage IV"),
        ("Echo/EKG", "Echo, EKG normal"),
        ("OR - 2", "1 or 2 tablets daily"),
        ("Breast Center, The", "in the breast center the next day"),
        ("Advanced Heart Failure, Main Campus", "Advanced heart failure, LVEF 25%"),
        ("First Line Therapy (Infusion)", "First line therapy: trastuzumab"),
        ("University Hospital", "At a university or a hospital"),
        ("Spring Health", "Last spring"),
        ("Women's Cancer Center", "women's cancer"),
        ("North Clinic", "north"),
        ("Sample Oncology, North", "Sample adequate"),
        ("Ward Four", "on the ward, four times"),
        ("High Risk Clinic", "High risk"),
        ("PET Center", "PET scan"),
        ("Eye and Skin Clinic", "Eye and skin"),
        ("Bone Marrow Transplant Unit", "Bone marrow biopsy"),
        ("Zellwood Clinic", "zellwood"),
    ],
)
def test_what_tells_no_place_stays(name: str, text: str) -> None:
    assert mask(name, kind="Organization").text(text) == text


@pytest.mark.parametrize(
    ("place", "text", "seen"),
    [
        ("Mercy General Hospital", "At Mercy, Mercy's lab, Mercy ER.", f"At {H}, {H}'s lab, {H} ER."),
        ("Mercy General Hospital", "MERCY GENERAL; MGH; MGH-PACS", f"{H}; {H}; {H}-PACS"),
        ("Mercy General Hospital", "General: well; at the mercy of", "General: well; at the mercy of"),
        ("Grace Hope Cancer Center", "Grace Hope, Grace, Hope Center, GHCC", f"{H}, {H}, {H} Center, {H}"),
        ("Grace Hope Cancer Center", "We hope; cancer center; Cancer", "We hope; cancer center; Cancer"),
        ("Mass General Brigham", "Mass General; Breast Mass 3 cm", f"{H}; Breast Mass 3 cm"),
        ("Memorial Regional Institute", "MRI of the brain", "MRI of the brain"),
        ("Highland Eye Research", "HER2 3+, HER; Eye exam", "HER2 3+, HER; Eye exam"),
        ("Medical Oncology Unit", "MOU", "MOU"),
        ("Quillfeather Regional Hospital", "QRH. Q.R.H. note", f"{H}. {H}. note"),
        ("Quillfeather Regional Hospital", "Seen at Quill-\n  feather, well", H),
        ("Quillfeather Regional Hospital", "Fol-\nlow up at the quill", "Fol-\nlow up at the quill"),
        ("St. Mary's Müller-Klinik", "Müller, MUELLER, seen at Muller's", f"{H}, {H}, seen at {H}'s"),
        ("After-Hours Care", "After surgery", "After surgery"),
        ("Second-Opinion Clinic", "Second line", "Second line"),
        ("Tele-Health", "Tele", "Tele"),
        ("Non-Invasive Imaging", "Invasive ductal carcinoma", "Invasive ductal carcinoma"),
        ("Pain and Hope Clinic", "Pain: 3 of 10; Hope", f"Pain: 3 of 10; {H}"),
    ],
)  # fmt: skip
def test_a_place_is_told_by_everyday_words_and_by_its_initials(place: str, text: str, seen: str) -> None:
    assert mask(place, kind="Organization").text(text) == seen


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Quillfeather_note_Okaforde.txt", f"{H}_note_{H}.txt"),
        ("echo_Okaforde_2020.pdf", f"echo_{H}_2020.pdf"),
        ("Okaforde1, 2okaforde", f"{H}1, 2{H}"),
        ("NOkaforde, noteOkaforde.pdf, OkafordeNote", f"N{H}, note{H}.pdf, {H}Note"),
        ("Signed Okaforde_N., Wei-Ng, Wei_Ng", f"Signed {H}_N., {H}, {H}"),
        ("W. Ng; Signed Ng; Ng, W.", f"{H}; Signed {H}; {H}"),
        ("Ng_note.txt; note_Ng.txt", f"{H}_note.txt; note_{H}.txt"),
        ("ZQH-PACS, ZQH2021-0044, MRN_zqh_7", f"{H}-PACS, {H}2021-0044, MRN_{H}_7"),
        ("HER2 3+, ng/mL, NG tube, kaforde", "HER2 3+, ng/mL, NG tube, kaforde"),
    ],
)  # fmt: skip
def test_a_name_in_the_name_of_a_file_or_beside_a_figure(text: str, seen: str) -> None:
    place = {"resourceType": "Organization", "name": "Quillfeather Regional Hospital", "alias": ["ZQH"]}
    people = [{"display": "Ngozi Okaforde, MD"}, {"display": "Wei Ng, MD"}]
    visit = {"resourceType": "Observation", "performer": people}
    found = names_of_chart(json.dumps(each).encode() for each in (place, visit))
    hides = mask_of(site=True, wave=False, zone=ZONE, names=found.places, people=found.people)
    assert hides.text(text) == seen


@pytest.mark.parametrize(
    ("display", "kind", "text"),
    [
        ("Ann Her", "Practitioner", "HER2 and Her2"),
        ("Ann Pet", "Practitioner", "PET1"),
        ("Ward 4", "Location", "ward 42"),
        ("Stem Cell Clinic and Blood Bank", "Organization", "Blood count; Stem cell; Bank"),
        ("Interventional Radiology", "Organization", "Interventional"),
    ],
)
def test_what_only_begins_as_a_name_stays(display: str, kind: str, text: str) -> None:
    assert mask(display, kind=kind).text(text) == text


def test_a_text_keeps_its_length_while_it_is_looked_through() -> None:
    letters = "".join(map(chr, range(0x20, 0x3000)))
    assert len(folded(letters)) == len(letters)
    assert mask("Li Müßler").text("é Müßler — Muessler ’") == f"é {H} — {H} ’"  # noqa: RUF001


def test_a_long_text_is_looked_through_in_no_time() -> None:
    hides = mask(*(f"Ngozi{at} Okaforde{at}-Lind{at}, MD" for at in range(60)))
    text = "Stage IV breast cancer, St. Mary; N. stage, A. Lindt seen by ward 3; Dr. Who. " * 400
    began = perf_counter()
    assert hides.text(text) == text
    assert perf_counter() - began < 5
