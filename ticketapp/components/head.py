"""What stands in the head of every page: fonts before text, icons, manifest. Reflex sets the theme before paint."""

import reflex as rx

_PAPER, _NIGHT = "oklch(0.985 0.005 90)", "oklch(0.17 0.02 280)"
_EARLY_FONTS = ("bricolage-grotesque", "instrument-sans")


def head_components() -> list[rx.Component]:
    """List the head elements of every page, for `rx.App(head_components=…)`."""
    return [
        *[
            rx.el.link(
                rel="preload",
                href=f"/fonts/{name}.woff2",
                custom_attrs={"as": "font"},
                type="font/woff2",
                cross_origin="anonymous",
            )
            for name in _EARLY_FONTS
        ],
        rx.el.link(rel="icon", href="/icon.svg", type="image/svg+xml"),
        rx.el.link(rel="manifest", href="/manifest.webmanifest"),
        rx.el.meta(name="color-scheme", content="light dark"),
        rx.el.meta(name="theme-color", content=_PAPER, media="(prefers-color-scheme: light)"),
        rx.el.meta(name="theme-color", content=_NIGHT, media="(prefers-color-scheme: dark)"),
    ]


def toaster() -> rx.Component:
    """Draw the place where short messages rise, for `rx.App(toaster=…)`."""
    return rx.toast.provider(
        position="bottom-center",
        theme="system",
        close_button=True,
    )
