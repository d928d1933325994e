"""Lists: newest first, page by page, filtered; and the search by metadata."""

import pytest


@pytest.fixture
def intents(shop, client, fake):
    """Five PaymentIntents, a minute apart; the oldest first."""
    ada = client.v1.customers.create({"email": "ada@example.com"})
    made = []
    for number in range(5):
        made.append(
            shop.intent(metadata={"order": str(number)}, **({"customer": ada.id} if number % 2 else {}))
        )
        fake.stage("clock", advance_s=60)
    return made


def ids(page):
    return [row.id for row in page.data]


def test_pages_follow_each_other(client, intents):
    newest_first = [intent.id for intent in intents][::-1]
    listed = client.v1.payment_intents.list

    first = listed({"limit": 2})
    second = listed({"limit": 2, "starting_after": first.data[-1].id})
    back = listed({"limit": 1, "ending_before": second.data[0].id})

    assert (first.object, first.url, first.has_more) == ("list", "/v1/payment_intents", True)
    assert (ids(first), ids(second), ids(back)) == (newest_first[:2], newest_first[2:4], newest_first[1:2])
    assert [intent.id for intent in listed({"limit": 2}).auto_paging_iter()] == newest_first
    oldest = listed({"limit": 2, "ending_before": newest_first[0]})
    assert (ids(oldest), oldest.has_more) == ([], False)


def test_lists_are_narrowed_by_time_and_customer(client, intents):
    since = client.v1.payment_intents.list({"created": {"gte": intents[3].created}})
    between = client.v1.payment_intents.list(
        {"created": {"gt": intents[0].created, "lt": intents[3].created}}
    )
    of_ada = client.v1.payment_intents.list({"customer": intents[1].customer})

    assert ids(since) == [intents[4].id, intents[3].id]
    assert ids(between) == [intents[2].id, intents[1].id]
    assert ids(of_ada) == [intents[3].id, intents[1].id]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("metadata['order']:'3'", [3]),
        ("status:'requires_payment_method' AND metadata['order']:'0'", [0]),
        ("status:'succeeded'", []),
    ],
)
def test_intents_are_searched_by_metadata(client, intents, query, found):
    result = client.v1.payment_intents.search({"query": query})

    assert (result.object, ids(result)) == ("search_result", [intents[number].id for number in found])


def test_a_list_expands_its_objects(shop, client):
    shop.pay()

    page = client.v1.payment_intents.list({"expand": ["data.latest_charge"]})

    assert page.data[0].latest_charge.amount == 1200


def test_a_page_has_up_to_a_hundred_and_begins_with_something_known(shop, client):
    too_long = shop.refused(lambda: client.v1.payment_intents.list({"limit": 101}))
    unknown = shop.refused(lambda: client.v1.payment_intents.list({"starting_after": "pi_nothing"}))

    assert (too_long.param, unknown.param, unknown.code) == ("limit", "starting_after", "resource_missing")


def test_customers_are_found_by_their_address(client):
    client.v1.customers.create({"email": "bob@example.com"})
    ada = client.v1.customers.create({"email": "ada@example.com", "name": "Ada", "metadata": {"person": "1"}})

    changed = client.v1.customers.update(ada.id, {"name": "Ada L.", "metadata": {"person": ""}})

    assert ids(client.v1.customers.list({"email": "ada@example.com"})) == [ada.id]
    assert (changed.name, changed.email, changed.metadata.to_dict()) == ("Ada L.", "ada@example.com", {})
    assert client.v1.customers.retrieve(ada.id).name == "Ada L."


def test_no_more_than_twenty_types_of_events_are_named_at_once(shop, client):
    types = [f"charge.{number}" for number in range(21)]

    assert client.v1.events.list({"types": types[:20]}).data == []
    assert shop.refused(lambda: client.v1.events.list({"types": types})).param == "types"


def test_events_are_narrowed_and_end_after_thirty_days(shop, client, fake):
    paid = shop.pay()
    newest = client.v1.events.list({"types": ["charge.*", "payment_intent.succeeded"]})
    assert [event.type for event in newest.data] == ["payment_intent.succeeded", "charge.succeeded"]
    oldest = client.v1.events.list({"type": "payment_intent.created"}).data[0]
    newer = client.v1.events.list({"ending_before": oldest.id})
    assert ids(newer) == ids(newest)
    assert [event.data.object.id for event in client.v1.events.list({"created": {"gt": paid.created - 1}}).data] == [
        paid.id, paid.latest_charge, paid.id,
    ]  # fmt: skip

    fake.stage("clock", advance_s=30 * 24 * 3600)

    assert client.v1.events.list().data == []
