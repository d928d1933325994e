"""What stands in the head of every page: theme before paint, fonts before text, icons, manifest."""

import reflex as rx

_THEME_BEFORE_PAINT = """
try {
  const kept = localStorage.getItem("theme") || "system";
  const dark = kept === "dark" || (kept === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.classList.add(dark ? "dark" : "light");
  document.documentElement.style.colorScheme = dark ? "dark" : "light";
} catch (refused) {
  document.documentElement.classList.add("light");
}
"""

_EARLY_FONTS = ("bricolage-grotesque", "instrument-sans")


def head_components() -> list[rx.Component]:
    """List the head elements of every page, for `rx.App(head_components=…)`."""
    return [
        rx.el.script(_THEME_BEFORE_PAINT),
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
    ]


def toaster() -> rx.Component:
    """Draw the place where short messages rise, for `rx.App(toaster=…)`."""
    return rx.toast.provider(
        position="bottom-center",
        theme="system",
        close_button=True,
        toast_options=rx.toast.options(
            style={
                "background": "var(--ink)",
                "color": "var(--paper)",
                "border": "none",
                "borderRadius": "8px",
                "fontFamily": "var(--font-sans)",
                "fontSize": "0.9375rem",
            }
        ),
    )
