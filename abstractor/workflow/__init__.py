"""What the service does, one function a use case; services come in as one frozen `Services`.

`clinic/` sets up and examines an endpoint, `rounds/` pulls from it, `abstracting/` makes abstracts of records
and counts them, `watching/` tells how it all stands. Here: `services` puts the parts together, `cycles` opens
a measurement, `charts` is what jobs do. A name is imported when it is asked for: files need no database.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from abstractor.store.connection_values import PublicKey
    from abstractor.store.values import (
        Account,
        Action,
        ChartView,
        Clinic,
        Cycle,
        LineClinician,
        Progress,
        Quarantine,
        QueuePage,
        QueueRow,
        Role,
        SourceView,
        Stage,
        Summary,
        WorkKind,
        WorkState,
    )
    from abstractor.workflow.abstracting.deciding import Question, question_over
    from abstractor.workflow.charts import abstract_work, work_through
    from abstractor.workflow.clinic.clinics import (
        Registered,
        add_clinic,
        clinic_endpoint,
        clinic_from_file,
        clinic_if_there,
        clinic_named,
        cohort_of,
        connection_to,
        endpoint_of,
        registered_of,
        remove_clinic,
        signing_in,
    )
    from abstractor.workflow.clinic.keys import (
        has_key,
        known_from,
        make_keys,
        public_keys,
        published,
        rotate_keys,
    )
    from abstractor.workflow.clinic.trying import Step, try_clinic
    from abstractor.workflow.clinic.views import ClinicRow, clinic_rows, clinic_shown
    from abstractor.workflow.cycles import (
        cycle_by_id,
        cycle_progress,
        cycle_summary,
        latest_cycle,
        open_cycle,
        register_clinic,
        write_cycle,
    )
    from abstractor.workflow.options import Options
    from abstractor.workflow.pages import audit_queue, chart_view, queue_view, stored_source
    from abstractor.workflow.rounds.carrying import Reconciled, dispatch, reconcile
    from abstractor.workflow.rounds.ends import finish_rounds
    from abstractor.workflow.rounds.rounds import (
        Begun,
        Cohort,
        RoundProgress,
        begin_round,
        go_on_with,
        round_progress,
        rounds_of,
    )
    from abstractor.workflow.services import Services, embedded_queue, missing, open_services
    from abstractor.workflow.signin import (
        FirstAccount,
        account_of_token,
        create_account,
        first_account,
        session_of,
        sign_in,
        sign_in_wait,
        sign_out,
    )

__all__ = [
    "Account",
    "Action",
    "Begun",
    "ChartView",
    "Clinic",
    "ClinicRow",
    "Cohort",
    "Cycle",
    "FirstAccount",
    "LineClinician",
    "Options",
    "Progress",
    "PublicKey",
    "Quarantine",
    "Question",
    "QueuePage",
    "QueueRow",
    "Reconciled",
    "Registered",
    "Role",
    "RoundProgress",
    "Services",
    "SourceView",
    "Stage",
    "Step",
    "Summary",
    "WorkKind",
    "WorkState",
    "abstract_work",
    "account_of_token",
    "add_clinic",
    "audit_queue",
    "begin_round",
    "chart_view",
    "clinic_endpoint",
    "clinic_from_file",
    "clinic_if_there",
    "clinic_named",
    "clinic_rows",
    "clinic_shown",
    "cohort_of",
    "connection_to",
    "create_account",
    "cycle_by_id",
    "cycle_progress",
    "cycle_summary",
    "dispatch",
    "embedded_queue",
    "endpoint_of",
    "finish_rounds",
    "first_account",
    "go_on_with",
    "has_key",
    "known_from",
    "latest_cycle",
    "make_keys",
    "missing",
    "open_cycle",
    "open_services",
    "public_keys",
    "published",
    "question_over",
    "queue_view",
    "reconcile",
    "register_clinic",
    "registered_of",
    "remove_clinic",
    "rotate_keys",
    "round_progress",
    "rounds_of",
    "session_of",
    "sign_in",
    "sign_in_wait",
    "sign_out",
    "signing_in",
    "stored_source",
    "try_clinic",
    "work_through",
    "write_cycle",
]

_MODULES = (
    "abstractor.store.connection_values",
    "abstractor.store.values",
    "abstractor.workflow.abstracting.deciding",
    "abstractor.workflow.charts",
    "abstractor.workflow.clinic.clinics",
    "abstractor.workflow.clinic.keys",
    "abstractor.workflow.clinic.trying",
    "abstractor.workflow.clinic.views",
    "abstractor.workflow.cycles",
    "abstractor.workflow.options",
    "abstractor.workflow.pages",
    "abstractor.workflow.rounds.carrying",
    "abstractor.workflow.rounds.ends",
    "abstractor.workflow.rounds.rounds",
    "abstractor.workflow.services",
    "abstractor.workflow.signin",
)


def __getattr__(name: str) -> object:
    """The public names, each from the module above that has it."""
    if name in __all__:
        for module in map(import_module, _MODULES):
            if name in module.__all__:
                globals()[name] = getattr(module, name)
                return globals()[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
