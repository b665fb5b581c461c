"""The functions that jobs name. Each gets numbers of work rows and calls the workflow; the services are set
at start.
"""

from collections.abc import Sequence

from rq import get_current_job

from abstractor.errors import SetupError
from abstractor.workflow import Services, WorkKind, go_on_with, work_through
from abstractor.workflow.rounds import schedule

__all__ = ["abstract_charts", "begin_night", "pull_charts", "serve", "take_up_round"]

_serving: list[Services] = []


def serve(services: Services) -> None:
    """Say with what the jobs of this process, and of those forked from it, work."""
    _serving[:] = [services]


def pull_charts(work_ids: Sequence[int]) -> None:
    work_through(_services(), WorkKind.PULL, work_ids, job_id=_job_id())


def abstract_charts(work_ids: Sequence[int]) -> None:
    work_through(_services(), WorkKind.ABSTRACT, work_ids, job_id=_job_id())


def begin_night(clinic_id: int, due: int, attempt: int) -> None:
    """`due` in seconds since 1970: numbers are all that a job holds."""
    schedule.begin_night(_services(), clinic_id, due=due, attempt=attempt)


def take_up_round(run_ids: Sequence[int]) -> None:
    """The job's own id is the owner of the round's lease: so it is known to wait, or to be lost."""
    for run_id in run_ids:
        go_on_with(_services(), run_id, owner=_job_id() or _services().queue.new_id())


def _job_id() -> str | None:
    job = get_current_job()
    return None if job is None else job.id


def _services() -> Services:
    if not _serving:
        raise SetupError("this worker was not started by `abstractor worker` or `python -m worker`")
    return _serving[0]
