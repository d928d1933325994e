"""Checks of places: counters, seats, holds and tickets."""

_TAKEN = "status IN ('live', 'confirmed')"

STOCK_CHECKS = {
    "tier counters are the sums of its holds": """
        SELECT tier_stock.tier_id AS tier, tier_stock.held, tier_stock.sold,
            coalesce(h.live, 0) AS live_places, coalesce(h.confirmed, 0) AS confirmed_places
        FROM tier_stock LEFT JOIN (
            SELECT tier_id,
                sum(CASE WHEN status = 'live' THEN quantity ELSE 0 END) AS live,
                sum(CASE WHEN status = 'confirmed' THEN quantity ELSE 0 END) AS confirmed
            FROM holds GROUP BY tier_id) h ON h.tier_id = tier_stock.tier_id
        WHERE tier_stock.held <> coalesce(h.live, 0) OR tier_stock.sold <> coalesce(h.confirmed, 0)""",
    "event counters are the sums of its tiers": """
        SELECT event_stock.event_id AS event, event_stock.held, event_stock.sold,
            coalesce(t.held, 0) AS tiers_held, coalesce(t.sold, 0) AS tiers_sold
        FROM event_stock LEFT JOIN (
            SELECT event_id, sum(held) AS held, sum(sold) AS sold FROM tier_stock GROUP BY event_id) t
            ON t.event_id = event_stock.event_id
        WHERE event_stock.held <> coalesce(t.held, 0) OR event_stock.sold <> coalesce(t.sold, 0)""",
    "no tier is oversold": """
        SELECT tier_id AS tier, held, sold, capacity FROM tier_stock
        WHERE held < 0 OR sold < 0 OR held + sold > capacity""",
    "no event is over its limit": """
        SELECT event_id AS event, held, sold, max_attendees FROM event_stock WHERE held + sold > max_attendees""",
    "a seat has one owner": f"""
        SELECT seat_id AS seat, count(*) AS owners FROM holds
        WHERE seat_id IS NOT NULL AND {_TAKEN} GROUP BY seat_id HAVING count(*) > 1""",
    "a seat's status is that of its hold": f"""
        SELECT event_seats.id AS seat, event_seats.status, h.status AS hold_status
        FROM event_seats LEFT JOIN (SELECT seat_id, status FROM holds WHERE {_TAKEN}) h
            ON h.seat_id = event_seats.id
        WHERE event_seats.status <> CASE WHEN h.status = 'live' THEN 'held' WHEN h.status = 'confirmed' THEN 'sold'
            WHEN event_seats.status = 'blocked' THEN 'blocked' ELSE 'free' END""",
    "a seated tier's capacity is its seats": """
        SELECT tier_stock.tier_id AS tier, tier_stock.capacity, coalesce(s.seats, 0) AS seats
        FROM tier_stock JOIN tiers ON tiers.id = tier_stock.tier_id LEFT JOIN (
            SELECT tier_id, count(*) AS seats FROM event_seats GROUP BY tier_id) s ON s.tier_id = tiers.id
        WHERE tiers.is_seated AND tier_stock.capacity > coalesce(s.seats, 0)""",
    "sold places are valid tickets": """
        SELECT holds.id AS hold, holds.order_id AS orders_id, holds.quantity, count(tickets.id) AS valid_tickets
        FROM holds
        LEFT JOIN order_lines ON order_lines.hold_id = holds.id AND order_lines.order_id = holds.order_id
        LEFT JOIN tickets ON tickets.order_line_id = order_lines.id AND tickets.status = 'valid'
        WHERE holds.status = 'confirmed'
        GROUP BY holds.id, holds.order_id, holds.quantity HAVING count(tickets.id) <> holds.quantity""",
    "a valid ticket is a sold place": """
        SELECT tickets.id AS ticket, holds.status AS hold_status, holds.order_id AS hold_order, tickets.order_id AS orders_id
        FROM tickets JOIN order_lines ON order_lines.id = tickets.order_line_id
        JOIN holds ON holds.id = order_lines.hold_id
        WHERE tickets.status = 'valid' AND (holds.status <> 'confirmed' OR holds.order_id <> tickets.order_id)""",
    "a ticket is of its line's tier and event": """
        SELECT tickets.id AS ticket, tickets.tier_id, order_lines.tier_id AS line_tier
        FROM tickets JOIN order_lines ON order_lines.id = tickets.order_line_id
        WHERE tickets.tier_id <> order_lines.tier_id OR tickets.event_id <> order_lines.event_id
            OR tickets.order_id <> order_lines.order_id""",
    "an order awaiting payment holds all its places": """
        SELECT orders.reference, holds.id AS hold, holds.status, holds.order_id AS hold_order
        FROM orders JOIN order_lines ON order_lines.order_id = orders.id JOIN holds ON holds.id = order_lines.hold_id
        WHERE orders.status IN ('awaiting_payment', 'expiring')
            AND (holds.status <> 'live' OR holds.order_id IS NULL OR holds.order_id <> orders.id)""",
    "an order that ended unpaid holds nothing": f"""
        SELECT orders.reference, orders.status, holds.id AS hold, holds.status AS hold_status
        FROM orders JOIN (SELECT id, order_id, status FROM holds WHERE {_TAKEN}) holds ON holds.order_id = orders.id
        WHERE orders.status IN ('cancelled', 'expired', 'refunded')""",
    "a person is let in once": """
        SELECT ticket_id AS ticket, count(*) AS admissions FROM scans
        WHERE result = 'admitted' AND undone_at IS NULL GROUP BY ticket_id HAVING count(*) > 1""",
}
