"""`/metrics`: the numbers of `abstractor.workflow.watching.measures` in the form that Prometheus reads."""

from collections.abc import Iterable

from fastapi import APIRouter, Request
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from starlette.responses import Response

from abstractor.web.access import needs
from abstractor.web.parts import services_of
from abstractor.web.security import METRICS_PATH
from abstractor.workflow.access import Permission
from abstractor.workflow.watching.measures import METRICS, Measure, measures

__all__ = ["router"]

router = APIRouter()


class _Measured(Collector):
    """What was measured just now, as families."""

    def __init__(self, found: Iterable[Measure]) -> None:
        self.found = tuple(found)

    def collect(self) -> Iterable[Metric]:
        for metric in METRICS:
            kind = CounterMetricFamily if metric.counter else GaugeMetricFamily
            family = kind(metric.name, metric.meaning, labels=metric.labels)
            for measure in self.found:
                if measure.metric == metric.name:
                    family.add_metric(measure.labels, measure.value)
            yield family


@router.get(METRICS_PATH, tags=["health"])
@needs(Permission.SEE_METRICS)
def metrics(request: Request) -> Response:
    """For a monitoring system, with the token of ABSTRACTOR_METRICS_TOKEN, or for who is signed in."""
    encode, media_type = choose_encoder(request.headers.get("accept", ""))
    body = encode(_Measured(measures(services_of(request))))
    return Response(body, headers={"Content-Type": media_type})
