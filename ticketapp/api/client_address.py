"""Where a request comes from, for rate limits."""

import ipaddress

from fastapi import Request


def client_address(request: Request) -> str:
    """Give the caller's network address; an IPv6 caller has a whole /64 to choose from, so that is one address.

    `X-Forwarded-For` says what the caller likes, except for the entries that our own proxies added at its end.
    """
    hops = request.app.state.settings.trusted_proxy_hops
    forwarded = [
        part.strip() for part in request.headers.get("x-forwarded-for", "").split(",") if part.strip()
    ]
    address = request.client.host if request.client else ""
    if hops and len(forwarded) >= hops:
        address = forwarded[-hops]
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return str(parsed)
