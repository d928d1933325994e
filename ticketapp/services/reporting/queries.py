"""Read the sales of an organizer. Everything is bounded, set-based and authorised."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col

from ticketapp.core.errors import NotFound
from ticketapp.core.times import clock_text, epoch_ms
from ticketapp.models import DoorStock, Event, EventStatus, Organizer, Scan, ScanResult, Tier
from ticketapp.services.accounts.rules import may_manage
from ticketapp.services.accounts.views import Actor
from ticketapp.services.inventory.queries import availability
from ticketapp.services.reporting import drawing, sales
from ticketapp.services.reporting.alarms import list_alarms
from ticketapp.services.reporting.concerns import BY_ORDER, SHOWN_MAX, list_concerns
from ticketapp.services.reporting.sales import EventFacts, Sums, TierTotals
from ticketapp.services.reporting.views import Alarms, BoardChoice, Dashboard, DoorCounts, GateCount, Team

EVENTS_MAX = 100
GATES_MAX = 50
TEAMS_MAX = 100


def choose_board(session: Session, *, actor: Actor | None, team: str, event: str) -> BoardChoice:
    """Find out which sales an address asks for: `team` is an organizer's id or "", `event` a slug or "".

    Raises:
        NotFound: there is no such organizer or event, or the person may not see it.
    """
    teams = _teams(session, actor)
    chosen = next((known for known in teams if team in ("", known.id)), None)
    if chosen is None:
        if team:
            raise NotFound
        return BoardChoice()
    if not event:
        return BoardChoice(teams=teams, team=chosen)
    found = session.execute(
        sa.select(col(Event.id), col(Event.name), col(Event.organizer_id)).where(
            col(Event.slug) == event, col(Event.organizer_id).in_([UUID(known.id) for known in teams])
        )
    ).one_or_none()
    if found is None or (team and str(found.organizer_id) != team):
        raise NotFound
    owner = next(known for known in teams if known.id == str(found.organizer_id))
    return BoardChoice(teams=teams, team=owner, event_id=str(found.id), event_name=found.name)


def read_sums(session: Session, *, organizer_id: UUID, event_id: UUID | None, now: datetime) -> Sums:
    """Add up what an organizer's events, or one of them, brought: the dear part of a dashboard.

    Raises:
        NotFound: the organizer has no such event.
    """
    events = _events(session, organizer_id, event_id)
    event_ids = [event.id for event in events]
    totals = sales.tier_totals(session, event_ids)
    points, points_text = drawing.points(
        lambda span_s, offset_s: sales.sold_by_span(session, event_ids, span_s=span_s, offset_s=offset_s),
        first_at=min((total.first_paid_at for total in totals), default=None),
        timezone=_timezone(events),
        now=now,
    )
    return Sums(
        totals=totals,
        payments=drawing.payments(sales.payments_by_status(session, event_ids)),
        orders=drawing.latest_orders(sales.latest_orders(session, event_ids), events),
        points=points,
        points_text=points_text,
        concerns=list_concerns(session, event_ids),
    )


def read_dashboard(
    session: Session, *, organizer_id: UUID, event_id: UUID | None, sums: Sums, now: datetime
) -> Dashboard:
    """Read the places of an organizer's events, or of one, and put what they brought beside them.

    Computed once for all who watch; `live.follow` asks who may.

    Raises:
        NotFound: the organizer has no such event.
    """
    events = _events(session, organizer_id, event_id)
    facts = _facts(session, events, sums.totals)
    money = drawing.money_sums(sums.totals)
    return Dashboard(
        organizer_id=str(organizer_id),
        event_id=str(event_id or ""),
        read_at_ms=epoch_ms(now),
        read_at_text=clock_text(now, _timezone(events)),
        capacity=sum(drawing.places(fact.stock) for fact in facts),
        held=sum(fact.stock.held for fact in facts),
        sold=sum(fact.stock.sold for fact in facts),
        available=sum(drawing.available(fact, now) for fact in facts),
        admitted=sum(fact.admitted for fact in facts),
        gross_text=drawing.joined(money, "gross_text"),
        fees_text=drawing.joined(money, "fees_text"),
        refunds_text=drawing.joined(money, "refunds_text"),
        net_text=drawing.joined(money, "net_text"),
        money=money,
        payments=sums.payments,
        events=[drawing.event_sales(fact, now) for fact in facts],
        tiers=drawing.tier_sales(facts[0]) if event_id is not None else [],
        orders=sums.orders,
        points=sums.points,
        points_text=sums.points_text,
        concerns=sums.concerns,
    )


def read_alarms(session: Session, *, now: datetime) -> Alarms:
    """Read what needs a person in the whole shop. Computed once for all who watch: `live.follow` asks who may."""
    concerns = list_concerns(session, None)
    told = [] if len(concerns) >= SHOWN_MAX else BY_ORDER
    return Alarms([alarm for alarm in list_alarms(session, now=now) if alarm.kind not in told], concerns)


def get_organizer_id(session: Session, *, event_id: UUID) -> UUID:
    """Tell whose event it is.

    Raises:
        NotFound: there is no such event.
    """
    organizer_id = session.scalar(sa.select(col(Event.organizer_id)).where(col(Event.id) == event_id))
    if organizer_id is None:
        raise NotFound
    return organizer_id


def count_admitted(session: Session, *, event_id: UUID) -> DoorCounts:
    """Count who is in, per gate and in total. Computed once for all who watch: `live.follow` asks who may."""
    admitted = session.scalar(sa.select(col(DoorStock.admitted)).where(col(DoorStock.event_id) == event_id))
    by_gate = (
        sa.select(col(Scan.gate), sa.func.count())
        .where(
            col(Scan.event_id) == event_id,
            col(Scan.result) == ScanResult.ADMITTED,
            col(Scan.undone_at).is_(None),
        )
        .group_by(col(Scan.gate))
        .order_by(col(Scan.gate))
        .limit(GATES_MAX)
    )
    stock = availability(session, [event_id]).get(event_id)
    return DoorCounts(
        event_id=str(event_id),
        admitted=admitted or 0,
        expected=stock.sold if stock else 0,
        gates=[GateCount(gate, count) for gate, count in session.execute(by_gate)],
    )


def _teams(session: Session, actor: Actor | None) -> list[Team]:
    """List the organizers whose sales a person may see, by name."""
    if actor is None:
        return []
    query = sa.select(Organizer).order_by(col(Organizer.name), col(Organizer.id)).limit(TEAMS_MAX)
    if not actor.is_admin:
        query = query.where(col(Organizer.id).in_(list(actor.organizers)))
    return [
        Team(str(organizer.id), organizer.name)
        for organizer in session.scalars(query)
        if may_manage(actor, organizer.id)
    ]


def _events(session: Session, organizer_id: UUID, event_id: UUID | None) -> list[Event]:
    """Read the events that sales are shown of: the latest to start, soonest first, or only one."""
    newest = (
        sa.select(Event)
        .where(col(Event.organizer_id) == organizer_id, col(Event.status) != EventStatus.DRAFT)
        .order_by(col(Event.starts_at).desc(), col(Event.id))
        .limit(EVENTS_MAX)
    )
    if event_id is not None:
        newest = newest.where(col(Event.id) == event_id)
    events = list(reversed(session.scalars(newest).all()))
    if event_id is not None and not events:
        raise NotFound
    return events


def _timezone(events: list[Event]) -> str:
    return events[0].timezone if events else "UTC"


def _facts(session: Session, events: list[Event], totals: Iterable[TierTotals]) -> list[EventFacts]:
    event_ids = [event.id for event in events]
    stocks = availability(session, event_ids)
    counted = sa.select(col(DoorStock.event_id), col(DoorStock.admitted)).where(
        col(DoorStock.event_id).in_(event_ids)
    )
    admitted = dict(map(tuple, session.execute(counted)))
    tiers: dict[UUID, list[Tier]] = {}
    ordered = sa.select(Tier).where(col(Tier.event_id).in_(event_ids)).order_by(col(Tier.position))
    for tier in session.scalars(ordered):
        tiers.setdefault(tier.event_id, []).append(tier)
    totals_of: dict[UUID, list[TierTotals]] = {}
    for total in totals:
        totals_of.setdefault(total.event_id, []).append(total)
    return [
        EventFacts(
            event=event,
            stock=stocks[event.id],
            admitted=admitted.get(event.id, 0),
            tiers=tiers.get(event.id, []),
            totals=totals_of.get(event.id, []),
        )
        for event in events
        if event.id in stocks
    ]
