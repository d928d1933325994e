"""A guest's orders come along at sign-in."""

from tests.factories import make_event, make_order, make_person, make_ticket, make_tier
from ticketapp.models import OpenOrder, Order, OrderStatus, Ticket
from ticketapp.services.ordering.taking_over import take_over_orders


def test_orders_and_tickets_of_a_guest_become_the_accounts(any_runtime):
    def bought(session, now):
        guest, ada = make_person(session, email=""), make_person(session)
        tier = make_tier(session, event_id=make_event(session).id)
        order = make_order(session, person_id=guest.id)
        ticket = make_ticket(session, tier=tier, order=order)
        return guest.id, ada.id, order.id, ticket.id

    guest_id, ada_id, order_id, ticket_id = any_runtime.write(bought)

    any_runtime.write(
        lambda session, now: take_over_orders(session, from_person=guest_id, to_person=ada_id, now=now)
    )

    owners = any_runtime.read(
        lambda session, now: (
            session.get(Order, order_id).person_id,
            session.get(Ticket, ticket_id).person_id,
        )
    )
    assert owners == (ada_id, ada_id)


def test_an_unpaid_order_stays_where_the_account_has_one_for_the_event(any_runtime):
    def both_are_buying(session, now):
        guest, ada = make_person(session, email=""), make_person(session)
        contested, free = make_event(session), make_event(session)
        orders = {}
        for name, person, event in (
            ("hers", ada, contested),
            ("stays", guest, contested),
            ("moves", guest, free),
        ):
            order = make_order(session, person_id=person.id, status=OrderStatus.AWAITING_PAYMENT)
            session.add(OpenOrder(person_id=person.id, event_id=event.id, order_id=order.id))
            orders[name] = order.id
        return guest.id, ada.id, orders

    guest_id, ada_id, orders = any_runtime.write(both_are_buying)

    any_runtime.write(
        lambda session, now: take_over_orders(session, from_person=guest_id, to_person=ada_id, now=now)
    )

    owners = any_runtime.read(
        lambda session, now: {
            name: session.get(Order, order_id).person_id for name, order_id in orders.items()
        }
    )
    assert owners == {"hers": ada_id, "stays": guest_id, "moves": ada_id}
