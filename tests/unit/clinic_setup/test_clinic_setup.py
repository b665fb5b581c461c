"""A clinic's setup: what a file of a few lines says, and how each mistake in it is told."""

from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from abstractor.errors import InputError, OptionError
from abstractor.fhir.clinic_setup import CHOICES, ClinicSetup, UnfitSetup
from abstractor.fhir.setup_reading import document_of, read_setup, setup_from, setup_of_document

LEAST = 'name = "St Elsewhere"\nbase_url = "https://fhir.example/r4"\n'
MOST = """\
# Oncology, production
name = "st-elsewhere"
base_url = "https://fhir.example/r4"
dialect = "epic"
auth = "backend-services"
client_id = "0d1f"
algorithm = "ES384"
group = "eIscQb2.aPx"
requests_per_second = 8
at_once = 4
nightly = "30 2 * * 1-5"
tell = "mailto:it@hospital.example"
"""
SIGNS_IN = LEAST + 'auth = "backend-services"\nclient_id = "c"\n'


def test_two_lines_are_enough(tmp_path: Path) -> None:
    file = tmp_path / "clinic.toml"
    file.write_text(LEAST)
    assert read_setup(file) == ClinicSetup("St Elsewhere", "https://fhir.example/r4")


def test_twelve_lines_say_all_that_a_clinic_needs(tmp_path: Path) -> None:
    assert len(MOST.splitlines()) == 12
    setup = setup_from(MOST, name="clinic.toml", folder=tmp_path)
    assert setup == ClinicSetup(
        name="st-elsewhere",
        base_url="https://fhir.example/r4",
        dialect="epic",
        auth="backend-services",
        client_id="0d1f",
        algorithm="ES384",
        group="eIscQb2.aPx",
        requests_per_second=8,
        at_once=4,
        nightly="30 2 * * 1-5",
        tell="mailto:it@hospital.example",
    )
    endpoint = setup.endpoint()
    assert (endpoint.base_url, endpoint.requests_per_second, endpoint.at_once) == (setup.base_url, 8, 4)


def test_the_defaults() -> None:
    defaults = {one.name: one.default for one in fields(ClinicSetup) if one.default is not MISSING}
    assert defaults == {
        "dialect": "auto",
        "auth": "none",
        "client_id": None,
        "algorithm": "RS384",
        "token_url": None,
        "scopes": None,
        "group": None,
        "patients_file": None,
        "identifiers_in_address": False,
        "by_diagnosis": False,
        "way": "search",
        "categorised": None,
        "requests_per_second": None,
        "at_once": 16,
        "nightly": None,
        "tell": None,
    }


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('scope = "x"', ":3: scope is no setting: did you mean scopes?"),
        ('client_secret = "canary"', ":3: client_secret is no setting"),
        ('private_key = "canary"', ":3: private_key is no setting, and no secret belongs"),
        ('[clinic]\nname = "x"', ":3: clinic is no setting"),
        ('"group" = 7', ":3: group must be a text in quotes"),
        ('categorised = "Observation Report"', ":3: categorised 'Report' is no type that is read"),
        ('group = ["a"]', ":3: group must be a text in quotes"),
        ('group.id = "a"', ":3: group must be a text in quotes"),
        ('at_once = "4"', ":3: at_once must be a whole number, without quotes"),
        ("at_once = 4.5", ":3: at_once must be a whole number"),
        ("at_once = true", ":3: at_once must be a whole number"),
        ('by_diagnosis = "yes"', ":3: by_diagnosis must be true or false, without quotes"),
        ("by_diagnosis = 1", ":3: by_diagnosis must be true or false"),
        ('requests_per_second = "fast"', ":3: requests_per_second must be a number, without quotes"),
        ("requests_per_second = false", ":3: requests_per_second must be a number"),
        ("requests_per_second = 0", ":3: requests_per_second must be 0.01 or more"),
        ("requests_per_second = nan", ":3: requests_per_second must be 0.01 or more"),
        ("requests_per_second = inf", ":3: requests_per_second must be 0.01 or more"),
        ("at_once = 0", ":3: at_once .*from 1 to 32"),
        ("at_once = 33", ":3: at_once .*from 1 to 32"),
        ('dialect = "cerner"', ":3: dialect must be one of auto, plain, epic, oracle, athena"),
        ('auth = "basic"', ":3: auth must be one of none, backend-services"),
        ('algorithm = "RS256"', ":3: algorithm must be one of RS384, ES384"),
        ('way = "export"', ":3: way must be one of search, bulk"),
        ('client_id = "c"', ":3: client_id is for signing in: set auth"),
        ('token_url = "https://a.example/t"', ":3: token_url is for signing in"),
        ('scopes = "system/*.rs"', ":3: scopes is for signing in"),
        ('group = "a/b"', ":3: group must be the FHIR id"),
        ('group = " "', ":3: group is empty"),
        ('nightly = "at night"', ":3: nightly must be the five fields of cron"),
        ('nightly = "30 2 * *"', ":3: nightly must be the five fields"),
        ('tell = "it@hospital.example"', ":3: tell must be an https address"),
        ('tell = "http://hooks.example/x"', ":3: tell must be an https address"),
        ('tell = "mailto:it"', ":3: tell must be an https address"),
        ("x = ", "no TOML: .*line 3.*write one setting a line"),
        ("name = 'twice'", "no TOML: .*line 3"),
    ],
)
def test_each_mistake_is_told_with_its_line_and_its_mend(line: str, told: str, tmp_path: Path) -> None:
    file = tmp_path / "clinic.toml"
    file.write_text(LEAST + line + "\n")
    with pytest.raises(OptionError, match=told) as refused:
        read_setup(file)
    assert str(refused.value).startswith(str(file))
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "c.toml:1: name is missing"),
        ('name = "a"', "c.toml:1: base_url is missing: add a line base_url"),
        ('base_url = "https://fhir.example/r4"', "c.toml:1: name is missing"),
        ('\nname = ""\nbase_url = "https://fhir.example/r4"', "c.toml:2: name must be"),
        ('name = "a\\nb"\nbase_url = "https://fhir.example/r4"', "c.toml:1: name must be"),
        ('name = "a"\nbase_url = "fhir.example"', "c.toml:2: base_url .*must look like https"),
        ('name = "a"\nbase_url = "https://me:canary@fhir.example/r4"', "c.toml:2: base_url .*user name"),
        (LEAST + 'auth = "backend-services"', "c.toml:1: client_id is missing: it is the id"),
        (SIGNS_IN + 'token_url = "http://a.example/t"', "c.toml:5: token_url must be an https address"),
        (SIGNS_IN.replace("https", "http"), "c.toml:2: base_url must be https where one signs in"),
    ],
)
def test_what_is_missing_or_unsafe(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=told) as refused:
        setup_from(text, name="c.toml", folder=tmp_path)
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ('group = "g"\npatients_file = "p.txt"', "c.toml:4: patients_file .*chosen by group already"),
        ('group = "g"\nby_diagnosis = true', "c.toml:4: by_diagnosis .*chosen by group already"),
        ('by_diagnosis = true\npatients_file = "p.txt"', "c.toml:3: by_diagnosis .*by patients_file already"),
        ("identifiers_in_address = true", "c.toml:3: identifiers_in_address is for record numbers"),
        ('way = "bulk"\nby_diagnosis = true', "c.toml:4: by_diagnosis a bulk export is of a group"),
        ('way = "bulk"\npatients_file = "p.txt"', "c.toml:4: patients_file a bulk export is of a group"),
    ],
)
def test_a_cohort_is_chosen_in_one_way(lines: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=told):
        setup_from(LEAST + lines, name="c.toml", folder=tmp_path)


@pytest.mark.parametrize(
    "lines",
    [
        'group = "Group/g-1"',
        "by_diagnosis = true",
        'by_diagnosis = false\ngroup = "g"',
        'way = "bulk"',
        'way = "bulk"\ngroup = "g"',
        'tell = "https://hooks.example/abstractor"',
        'tell = "http://127.0.0.1:8080/hook"',
        'nightly = "0 3 * * MON-FRI"',
        "requests_per_second = 0.5",
        "at_once = 32",
    ],
)
def test_what_can_be_meant_is_taken(lines: str, tmp_path: Path) -> None:
    assert setup_from(LEAST + lines, name="c.toml", folder=tmp_path).name == "St Elsewhere"


def test_a_file_of_patients_is_meant_from_the_folder_of_the_setup(tmp_path: Path) -> None:
    told = setup_from(LEAST + 'patients_file = "lists/her2.txt"', name="c.toml", folder=tmp_path)
    assert told.patients_file == str(tmp_path / "lists" / "her2.txt")
    told = setup_from(LEAST + 'patients_file = "/srv/her2.txt"', name="c.toml", folder=tmp_path)
    assert told.patients_file == "/srv/her2.txt"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file"):
        read_setup(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes('name = "Zürich"'.encode("latin-1"))
    with pytest.raises(InputError, match="save it as UTF-8"):
        read_setup(tmp_path / "latin.toml")
    (tmp_path / "marked.toml").write_text("\ufeff" + LEAST, encoding="utf-8")
    assert read_setup(tmp_path / "marked.toml").name == "St Elsewhere"


def test_a_setup_made_in_code_is_checked_by_the_same_rules() -> None:
    with pytest.raises(UnfitSetup, match="dialect: must be one of") as unfit:
        ClinicSetup("a", "https://fhir.example/r4", dialect="meditech")
    assert unfit.value.key == "dialect"
    assert set(CHOICES) <= {one.name for one in fields(ClinicSetup)}


def test_a_name_that_is_given_goes_before_the_one_in_the_file(tmp_path: Path) -> None:
    file = tmp_path / "clinic.toml"
    file.write_text('base_url = "https://fhir.example/r4"\n')
    assert read_setup(file, named="Test system").name == "Test system"
    file.write_text(LEAST)
    assert read_setup(file, named="Test system").name == "Test system"


def test_a_file_of_patients_is_found_from_wherever_a_worker_was_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "clinic.toml").write_text(LEAST + 'patients_file = "patients.txt"\n')
    assert read_setup(Path("clinic.toml")).patients_file == str(tmp_path / "patients.txt")


_MIXED = (
    "system/Patient.read system/Condition.rs",
    "system/*.rs system/Patient.*  system/Patient.write",
    "openid system/Patient.r system/Observation.read",
    "system/Observation.rs?category=laboratory system/Patient.read",
)
_ALIKE = (
    "system/Patient.read system/Condition.read",
    "system/*.rs system/Patient.cruds openid",
    "system/*.* system/Patient.read",
    "system/*.* system/Patient.rs",
    "https://clinic.example/scope system/Patient.rs",
)


@pytest.mark.parametrize("scopes", [*_MIXED, *_ALIKE])
def test_scopes_are_written_in_one_way(scopes: str, tmp_path: Path) -> None:
    file = tmp_path / "clinic.toml"
    signs = 'auth = "backend-services"\nclient_id = "c"\n'
    file.write_text(LEAST + signs + f'scopes = "{scopes}"\n')
    if scopes in _ALIKE:
        assert read_setup(file).scopes == scopes
        return
    with pytest.raises(OptionError, match=r":5: scopes mixes .*all as system/Patient\.rs"):
        read_setup(file)


@pytest.mark.parametrize("key", ["client_secret", "password", "private_key", "jwk", "access_token"])
def test_a_secret_is_told_where_it_does_not_belong_and_not_told_back(tmp_path: Path, key: str) -> None:
    text = f'{LEAST}{key} = "canary-90210"\n'
    with pytest.raises(OptionError) as refused:
        setup_from(text, name="clinic.toml", folder=tmp_path)
    assert str(refused.value).startswith(f"clinic.toml:3: {key} is no setting, and no secret belongs")
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ('tell = "mailto:it@north.example\\u0000"', "c.toml:3: tell has a character in it"),
        ('group = "g\\u202e"', "c.toml:3: group has a character in it"),
        ('auth = "backend-services"\nclient_id = "a\\nb"', "c.toml:4: client_id has a character in it"),
        ('auth = "backend-services"\nclient_id = "ä"', "c.toml:4: client_id must be of plain letters"),
        ("requests_per_second = 1e-6", "c.toml:3: requests_per_second must be 0.01 or more"),
        (f"at_once = {'9' * 5000}", "c.toml: nests too deep, or has a number too long"),
        (f"x = {'[' * 20000}", "c.toml: nests too deep"),
    ],
)
def test_what_nobody_means_is_refused(lines: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=told):
        setup_from(LEAST + lines, name="c.toml", folder=tmp_path)


def test_a_secret_in_the_address_of_the_token_is_refused_and_not_told_back(tmp_path: Path) -> None:
    signs = f'{LEAST}auth = "backend-services"\nclient_id = "c"\ntoken_url = "https://login.example/token?'
    with pytest.raises(OptionError, match="token_url has a secret in it") as refused:
        setup_from(signs + 'client_secret=canary-90210"', name="c.toml", folder=tmp_path)
    assert "canary" not in str(refused.value)
    assert setup_from(signs + 'p=policy"', name="c.toml", folder=tmp_path).token_url is not None


@pytest.mark.parametrize("text", [LEAST, MOST])
def test_what_the_store_keeps_is_read_back(tmp_path: Path, text: str) -> None:
    setup = setup_from(text, name="clinic.toml", folder=tmp_path)
    assert setup_of_document(document_of(setup)) == setup


@pytest.mark.parametrize("document", ["", "{}", "[]", '{"name": "x", "base_url": "nonsense"}', '{"name": 1}'])
def test_a_document_that_is_no_setup_is_refused(document: str) -> None:
    with pytest.raises(OptionError):
        setup_of_document(document)
