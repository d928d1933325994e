"""Files that are made from events: posters, and what search engines read."""

import gzip
from functools import lru_cache
from typing import Literal
from xml.sax.saxutils import escape

from fastapi import APIRouter, Request, Response

from ticketapp.api.identity import Visitor
from ticketapp.core.poster import poster_svg
from ticketapp.core.times import day_text
from ticketapp.services.catalog import queries

router = APIRouter(include_in_schema=False)

POSTERS_KEPT = 1_000
Shape = Literal["wide", "tall"]
FOR_AN_HOUR = "public, max-age=3600"
# Pages of one person, and pages that only act, are no use to a search engine.
ROBOTS = """User-agent: *
Disallow: /account
Disallow: /admin
Disallow: /api/
Disallow: /auth/
Disallow: /cart
Disallow: /checkout
Disallow: /door
Disallow: /order/
Disallow: /orders
Disallow: /organizer
Disallow: /payments
Disallow: /tickets

Sitemap: {public_url}/sitemap.xml
"""


@router.get("/posters/{slug}.svg")
def get_poster(request: Request, slug: str, visitor: Visitor, shape: Shape = "wide") -> Response:
    """Draw an event's poster."""
    event, venue, _ = request.app.state.runtime.read(
        lambda session, _now: queries.find_event(session, slug, viewer=visitor)
    )
    when = day_text(event.starts_at, event.timezone)
    place = f"{venue.name}, {venue.city}"
    content = _drawn(event.slug, event.name, event.artist, event.category, place, when, shape)
    headers = {"Cache-Control": FOR_AN_HOUR, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
    else:
        content = gzip.decompress(content)
    return Response(content, headers=headers, media_type="image/svg+xml")


@router.get("/sitemap.xml")
def get_sitemap(request: Request) -> Response:
    """List the front page and every event that is still to come."""
    public_url = request.app.state.settings.public_url
    slugs = request.app.state.runtime.read(lambda session, now: queries.list_slugs(session, now=now))
    addresses = [f"{public_url}/", *(f"{public_url}/event/{slug}" for slug in slugs)]
    rows = "".join(f"<url><loc>{escape(address)}</loc></url>\n" for address in addresses)
    content = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</urlset>\n'
    )
    return Response(content, headers={"Cache-Control": FOR_AN_HOUR}, media_type="application/xml")


@router.get("/robots.txt")
def get_robots(request: Request) -> Response:
    """Say what search engines may read."""
    content = ROBOTS.format(public_url=request.app.state.settings.public_url)
    return Response(content, headers={"Cache-Control": FOR_AN_HOUR}, media_type="text/plain")


@lru_cache(POSTERS_KEPT)
def _drawn(slug: str, title: str, artist: str, category: str, place: str, when: str, shape: Shape) -> bytes:
    svg = poster_svg(
        slug,
        title=title,
        artist=artist,
        category=category,
        place=place,
        when=when,
        is_tall=shape == "tall",
    )
    return gzip.compress(svg.encode(), 6, mtime=0)
