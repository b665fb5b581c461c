"""`abstractor doctor`: what an endpoint can give, and what follows for each criterion and each rule."""

import sys
from typing import Annotated

import typer

from abstractor.cli.doctor_text import report_text
from abstractor.cli.opening import opened, say
from abstractor.errors import AbstractorError, OptionError
from abstractor.workflow.clinic.doctor import doctor_of_address, doctor_of_clinic
from abstractor.workflow.clinic.doctor_report import written

__all__ = ["doctor"]

_NOT_WHOLE = 3


NameArgument = Annotated[
    str | None,
    typer.Argument(metavar="NAME", help="The clinic, as `clinic list` shows it [default: the only one]."),
]
UrlOption = Annotated[
    str | None,
    typer.Option("--clinic-url", metavar="URL", help="An address that is not registered, without sign-in."),
]
GroupOption = Annotated[
    str | None, typer.Option("--group", metavar="ID", help="With --clinic-url: the cohort is this Group.")
]
PatientOption = Annotated[
    str | None,
    typer.Option("--patient", metavar="ID", help="Try the searches on this patient, not the cohort's first."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="The report as JSON (abstractor.doctor/1).")]
StrictOption = Annotated[
    bool, typer.Option("--strict", help="End with 3 where a criterion or a rule is blind.")
]


def doctor(
    name: NameArgument = None,
    clinic_url: UrlOption = None,
    group: GroupOption = None,
    patient: PatientOption = None,
    as_json: JsonOption = False,
    strict: StrictOption = False,
) -> None:
    """Ask an endpoint what it can do, before any patient's data is kept.

    \b
    abstractor doctor "North Hospital"
    abstractor doctor --clinic-url https://fhir.north.example/r4

    The way there, TLS, signing in, scopes, what the endpoint says of itself, each search tried on one patient
    (read and forgotten), and what follows: which criteria and rules can run, which are blind and why, how
    long a first pull takes, and the text of a ticket to whoever runs the endpoint. No value of a patient is
    shown. Ends with 1 where the endpoint cannot be reached or does not let us in.
    """
    if name is not None and clinic_url is not None:
        raise OptionError("name a clinic, or an address by --clinic-url, and not both")
    if group is not None and clinic_url is None:
        raise OptionError("--group goes with --clinic-url: a registered clinic has its own")
    with opened() as services:
        if clinic_url is not None:
            report = doctor_of_address(services, clinic_url, group=group, patient=patient, tell=say)
        else:
            report = doctor_of_clinic(services, name, patient=patient, tell=say)
    sys.stdout.write(written(report) + "\n" if as_json else report_text(report))
    sys.stdout.flush()
    if report.stopped:
        last = report.steps[-1]
        raise AbstractorError(f"{report.base_url}: {last.name}: {last.found}")
    if strict and report.blind:
        raise typer.Exit(_NOT_WHOLE)
