"""Figures for Prometheus: what the database knows, and how long this process takes to answer.

Counts come from the database, so they are the same whichever process is asked and survive restarts; they are read at
most every few seconds. Durations are summed up over the processes of one server, from files that `serve` names to them.
"""

from collections.abc import Awaitable, Iterator
from time import perf_counter

import structlog
from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ticketapp.runtime import Runtime
from ticketapp.services.reporting.figures import SystemFigures, system_figures

READ_EVERY_S = 5
SLOW_S = 2.0
BOOKING_ROUTE = "/api/bookings/confirm"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)

log = structlog.get_logger(__name__)


class Metrics:
    """All figures of one process."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._registry = CollectorRegistry()
        self._figures: SystemFigures | None = None
        self._read_at = 0.0
        self.request_seconds = Histogram(
            "ticketapp_request_seconds",
            "Time to answer an API request",
            ["route", "method", "status"],
            buckets=BUCKETS,
            registry=self._registry,
        )
        self.booking_seconds = Histogram(
            "ticketapp_booking_seconds", "Time to confirm a booking", buckets=BUCKETS, registry=self._registry
        )
        self._registry.register(self)  # pyright: ignore[reportArgumentType]

    def text(self) -> bytes:
        """Write everything down. It may ask the database, so call it in a thread."""
        return generate_latest(self._everybodys() or self._registry)

    def _everybodys(self) -> CollectorRegistry | None:
        """Give the figures of all processes of this server; None when this one is alone."""
        registry = CollectorRegistry()
        try:
            MultiProcessCollector(registry)
        except ValueError:
            # Nobody named a folder that several processes share.
            return None
        registry.register(self)  # pyright: ignore[reportArgumentType]
        return registry

    def collect(self) -> Iterator[Metric]:
        """Give what the database knows; called by the registry."""
        now = perf_counter()
        if self._figures is None or now - self._read_at > READ_EVERY_S:
            self._figures = self._runtime.read(lambda session, moment: system_figures(session, now=moment))
            self._read_at = now
        return _families(self._figures)


def _families(figures: SystemFigures) -> Iterator[Metric]:
    for name, text, label, counts in (
        ("ticketapp_orders", "What happened to orders", "kind", figures.orders),
        (
            "ticketapp_payments",
            "Payment attempts that came to an end, by outcome",
            "status",
            figures.payments,
        ),
        ("ticketapp_holds", "What happened to holds", "kind", figures.holds),
        (
            "ticketapp_refunds",
            "Orders that were given back, in part or whole, by reason",
            "reason",
            figures.refunds,
        ),
        (
            "ticketapp_compensations",
            "Steps that were undone: places released after a refused payment, money returned that found no place",
            "kind",
            figures.compensations,
        ),
    ):
        family = CounterMetricFamily(name, text, labels=[label])
        for value, count in sorted(counts.items()):
            family.add_metric([value], count)
        yield family
    for name, text, count in (
        ("ticketapp_orders_created", "Orders created", figures.orders.get("placed", 0)),
        ("ticketapp_expiries", "Holds that ran out", figures.holds.get("expired", 0)),
    ):
        yield CounterMetricFamily(name, text, value=count)
    for name, text, value in (
        (
            "ticketapp_payment_success_ratio",
            "Part of the payments of the last five minutes that succeeded; 1 when there were none",
            figures.recent_successes / figures.recent_payments if figures.recent_payments else 1,
        ),
        (
            "ticketapp_capacity_used_ratio",
            "Part of all places that is held or sold",
            (figures.held + figures.sold) / figures.capacity if figures.capacity else 0,
        ),
        ("ticketapp_orders_open", "Orders that await payment", figures.orders_open),
        ("ticketapp_places_held", "Places held now", figures.held),
        ("ticketapp_places_sold", "Places sold", figures.sold),
        ("ticketapp_jobs_waiting", "Jobs that are due", figures.jobs_waiting),
        ("ticketapp_jobs_parked", "Jobs that were given up and wait for a person", figures.jobs_parked),
        (
            "ticketapp_oldest_job_seconds",
            "How long the oldest due job has waited",
            figures.oldest_job_seconds,
        ),
    ):
        yield GaugeMetricFamily(name, text, value=value)
    alarms = GaugeMetricFamily("ticketapp_alarms", "What needs a person, by kind", labels=["kind"])
    for kind, count in figures.alarms.items():
        alarms.add_metric([kind], count)
    yield alarms


class Timed:
    """Measure how long each API route takes; the route is its template, so ids make no new series."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self.app = app
        self._metrics = metrics

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        is_measured = scope["type"] == "http" and scope["path"].startswith("/api/")
        return (self._measure if is_measured else self.app)(scope, receive, send)

    async def _measure(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = perf_counter()
        status = 500

        def note_status(message: Message) -> Awaitable[None]:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            return send(message)

        try:
            await self.app(scope, receive, note_status)
        finally:
            route = scope.get("shortcut") or getattr(scope.get("route"), "path", "none")
            took = perf_counter() - began
            self._metrics.request_seconds.labels(route, scope["method"], status).observe(took)
            if route == BOOKING_ROUTE:
                self._metrics.booking_seconds.observe(took)
            if status >= 500 or took > SLOW_S:
                log.warning(
                    "failed or slow",
                    route=route,
                    method=scope["method"],
                    status=status,
                    ms=round(took * 1000),
                    person=str(scope.get("person", "")),
                )
