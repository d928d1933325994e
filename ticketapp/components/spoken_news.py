"""Numbers that change by themselves, for those who cannot see them."""

import reflex as rx

_SCRIPT = rx.asset("islands/spoken_news.jsx")


class SpokenNews(rx.Component):
    """A React island: it watches every part with `data_news`, whose value is the name to say."""

    library = _SCRIPT.importable_path
    tag = "SpokenNews"


def spoken_news(*, key: rx.Var[str] | str = "news") -> rx.Component:
    """Read changes aloud, all of ten seconds in one message; another `key` begins anew and says nothing of the change."""
    return SpokenNews.create(key=key)
