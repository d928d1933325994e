"""Why an order was refused."""

from ticketapp.core.errors import Conflict, NotAllowed
from ticketapp.core.money import Money, least_chargeable, money_text, most_chargeable


class CartEmpty(Conflict):
    code = "cart_empty"

    def __init__(self) -> None:
        super().__init__("Nothing in your cart is held. Nothing was charged. Choose tickets first.")


class ReservationExpired(Conflict):
    code = "reservation_expired"

    def __init__(self) -> None:
        super().__init__("Your hold ended before the order was made. Nothing was charged. Choose again.")


class ReservationNotActive(Conflict):
    code = "not_active"

    def __init__(self) -> None:
        super().__init__("These places were given back or belong to another order. Nothing was charged.")


class MixedCurrencies(Conflict):
    code = "mixed_currencies"

    def __init__(self) -> None:
        super().__init__("One order has one currency. Check out one currency at a time.")


class OrderAlreadyOpen(Conflict):
    """Another order of this person for the same event still awaits payment."""

    code = "order_open"

    def __init__(self, reference: str) -> None:
        super().__init__(
            f"Order {reference} for this event still awaits payment. Pay or cancel it first.",
            reference=reference,
        )


class PaymentUnderWay(Conflict):
    code = "payment_under_way"

    def __init__(self, reference: str) -> None:
        super().__init__(
            f"A payment for order {reference} is under way. Wait for the bank's answer.", reference=reference
        )


class OrderNotPayable(Conflict):
    code = "order_not_payable"


class OrderAlreadyPaid(OrderNotPayable):
    """It was paid in another tab, or by a payment whose answer never reached the buyer."""

    def __init__(self, reference: str) -> None:
        super().__init__(
            f"Order {reference} is already paid. Nothing was charged a second time.", reference=reference
        )


class NotCancellable(Conflict):
    code = "not_cancellable"


class EventCalledOff(Conflict):
    code = "not_on_sale"

    def __init__(self, event_name: str) -> None:
        super().__init__(f"{event_name} was cancelled. Nothing was charged.")


class AmountTooSmall(Conflict):
    """No card can be charged so little."""

    code = "amount_too_small"

    def __init__(self, total: Money) -> None:
        least = least_chargeable(total.currency)
        super().__init__(
            f"{money_text(total)} is too little to be paid by card: an order costs {money_text(least)} at least. "
            "Nothing was charged.",
            least=least.minor,
            currency=least.currency,
        )


class AmountTooLarge(Conflict):
    """No card can be charged so much at once."""

    code = "amount_too_large"

    def __init__(self, total: Money) -> None:
        most = most_chargeable(total.currency)
        super().__init__(
            f"{money_text(total)} is too much for one payment: an order costs {money_text(most)} at most. "
            "Nothing was charged. Take some tickets out.",
            most=most.minor,
            currency=most.currency,
        )


class TooManyInOrder(Conflict):
    code = "limit_per_person"

    def __init__(self, tier_name: str, limit: int, per: str) -> None:
        super().__init__(f"{tier_name}: at most {limit} per {per}. Take some out.", limit=limit, per=per)


class TooFewInOrder(Conflict):
    code = "min_per_order"

    def __init__(self, tier_name: str, least: int) -> None:
        super().__init__(f"{tier_name}: at least {least} per order. Add some.", least=least)


class MembersOnly(NotAllowed):
    code = "membership_required"

    def __init__(self, club: str) -> None:
        super().__init__(f"These tickets are for members of {club}.", club=club)


class AccountNeeded(NotAllowed):
    code = "account_needed"

    def __init__(self, event_name: str) -> None:
        super().__init__(f"Sign in to order tickets for {event_name}.")
