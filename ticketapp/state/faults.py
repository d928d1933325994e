"""What a person sees when an event failed outside of any service: mostly when Redis, which keeps the screens, is down.

Whatever a service did before stays done, so the words promise nothing about the step itself.
"""

import logging
import secrets

import reflex as rx
from reflex.event import EventSpec

log = logging.getLogger(__name__)

# A screen that could not be loaded or kept is made anew from the database, as soon as the server says that it can be.
_COME_BACK = """(async () => {
  const isWell = async () => (await fetch("/_health").catch(() => null))?.ok ?? false;
  if (window.isComingBack || await isWell()) return;
  window.isComingBack = true;
  while (!await isWell()) await new Promise((next) => setTimeout(next, 1000 + 2000 * Math.random()));
  location.reload();
})()"""


def tell_of_fault(exception: Exception) -> list[EventSpec]:
    """Say that something failed, note what, and let a page that was cut off from its state come back by itself."""
    reference = secrets.token_hex(4)
    log.error("unexpected failure %s", reference, exc_info=exception)
    text = (
        "Something went wrong on our side, and this page may be out of date."
        f" Your cart and orders are safe. Reference {reference}."
    )
    return [rx.toast.error(text, id="fault"), rx.call_script(_COME_BACK)]
