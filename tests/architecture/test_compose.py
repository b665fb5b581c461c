"""docker-compose.yml and Dockerfile say what the code says: commands, options, settings, ports, health."""

import importlib.util
import re

import pytest
import typer
import yaml

from abstractor import __version__
from abstractor.cli.app import app
from abstractor.settings import Settings
from fixtures.clinic.__main__ import _options
from tests.architecture.compose import OURS, services
from tests.architecture.sources import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
FIELDS = Settings.model_fields


def words_of_a_container() -> list[tuple[str, ...]]:
    """Every command line that a container of ours starts with: the services' and the image's own."""
    image = re.search(r"^CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
    assert image
    return [*(services()[name].command for name in OURS), tuple(yaml.safe_load(image[1]))]


@pytest.mark.parametrize("words", words_of_a_container(), ids=" ".join)
def test_every_command_is_one_that_the_program_has(words: tuple[str, ...]) -> None:
    if words[:2] == ("python", "-m"):
        found = importlib.util.find_spec(words[2])
        assert found
        assert found.submodule_search_locations is None or importlib.util.find_spec(f"{words[2]}.__main__")
        return
    assert words[0] == "abstractor"
    program = typer.main.get_command(app)
    command = program.get_command(typer.Context(program), words[1])
    assert command is not None, words[1]
    command.make_context(words[1], list(words[2:]))


def test_every_setting_is_one_that_the_program_reads() -> None:
    ours = {name for service in OURS for name in services()[service].environment}
    unknown = {name for name in ours if name.removeprefix("ABSTRACTOR_").lower() not in FIELDS}
    assert unknown == set()
    assert all(name.startswith("ABSTRACTOR_") for name in ours)


def test_the_pages_are_published_on_loopback_at_the_port_they_listen_on() -> None:
    port = FIELDS["port"].default
    assert services()["api"].ports == (f"127.0.0.1:{port}:{port}",)
    assert f"127.0.0.1:{port}/healthz" in services()["api"].check[-1]
    assert re.findall(r"^EXPOSE (.*)$", DOCKERFILE, re.MULTILINE) == [str(port)]
    assert [name for name, service in services().items() if service.ports] == ["api"]


def test_the_clinic_is_asked_where_it_listens() -> None:
    port = _options().get_default("port")
    command = services()["clinic"].command
    assert command[command.index("--port") + 1] == str(port)
    assert f"127.0.0.1:{port}/metadata" in services()["clinic"].check[-1]


def test_every_service_that_stays_has_a_health_check() -> None:
    assert {name for name, service in services().items() if not service.check} == {"upgrade"}


def test_what_a_service_waits_for_and_keeps_is_there() -> None:
    held = yaml.safe_load(COMPOSE)
    assert {need for service in services().values() for need in service.needs} <= set(held["services"])
    assert {volume for service in services().values() for volume in service.volumes} == set(held["volumes"])


def test_hosts_in_the_settings_are_services() -> None:
    settings = services()["worker"].environment
    urls = f"{settings['ABSTRACTOR_DATABASE_URL']} {settings['ABSTRACTOR_REDIS_URL']}"
    assert re.findall(r"@(\w+)/|//(\w+):\d", urls) == [("database", ""), ("", "queue")]
    assert {"database", "queue"} <= set(services())


def test_the_image_carries_this_version() -> None:
    assert f"image: abstractor:{__version__}\n" in COMPOSE


def test_no_password_of_weight_stands_in_the_file() -> None:
    passwords = re.findall(r"PASSWORD: (.*)$|://\w+:(.*?)@", COMPOSE, re.MULTILINE)
    assert {one or other for one, other in passwords} == {
        "${POSTGRES_PASSWORD:-local-only}",
        "${ABSTRACTOR_ADMIN_PASSWORD:-}",
        "${ABSTRACTOR_SMTP_PASSWORD:-}",
    }


def test_every_file_that_the_image_copies_is_there_and_not_ignored() -> None:
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    names = [name for line in copied for name in line.split()]
    assert names
    assert [name for name in names if not (ROOT / name).exists()] == []
    assert [name for name in names if f"!{name.partition('/')[0]}" not in ignored] == []
