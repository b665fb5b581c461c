"""The functions that jobs name. Each gets numbers of work rows and calls the workflow; the services are set
at start.
"""

from collections.abc import Sequence

from abstractor.errors import SetupError
from abstractor.workflow import Services, WorkKind, work_through

__all__ = ["abstract_charts", "pull_charts", "serve"]

_serving: list[Services] = []


def serve(services: Services) -> None:
    """Say with what the jobs of this process, and of those forked from it, work."""
    _serving[:] = [services]


def pull_charts(work_ids: Sequence[int]) -> None:
    work_through(_services(), WorkKind.PULL, work_ids)


def abstract_charts(work_ids: Sequence[int]) -> None:
    work_through(_services(), WorkKind.ABSTRACT, work_ids)


def _services() -> Services:
    if not _serving:
        raise SetupError("this worker was not started by `abstractor worker` or `python -m worker`")
    return _serving[0]
