"""Our own small icon set: 24-unit strokes that take the colour of the text around them."""

import reflex as rx

PATHS: dict[str, str] = {
    "search": "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14Zm5 12 4.5 4.5",
    "cart": "M3 8.5h18v3a2 2 0 0 0 0 4v3H3v-3a2 2 0 0 0 0-4zM14.5 8.5v1.5M14.5 12.5v2M14.5 17v1.5M7 8.5 16 4l2 4.5",
    "person": "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM4.5 20.5c.8-3.6 3.8-5.5 7.5-5.5s6.7 1.9 7.5 5.5",
    "menu": "M4 7h16M4 12h16M4 17h10",
    "close": "M6 6l12 12M18 6 6 18",
    "plus": "M12 5v14M5 12h14",
    "minus": "M5 12h14",
    "check": "M4.5 12.5 10 18 19.5 6.5",
    "alert": "M12 8.5v5M12 16.6v.4M12 3.5 2.5 20.5h19z",
    "info": "M12 11v6M12 7v.4M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z",
    "stop": "M8.3 3h7.4L21 8.3v7.4L15.7 21H8.3L3 15.7V8.3zM9 9l6 6M15 9l-6 6",
    "question": "M9.2 9.3A2.9 2.9 0 1 1 12.6 12c-.5.3-.6.8-.6 1.5M12 16.8v.4M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z",
    "calendar": "M4 6h16v14H4zM4 10.5h16M8.5 3.5V8M15.5 3.5V8",
    "clock": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 7v5.2l3.4 2",
    "pin": "M12 21.5c4-4.6 6.5-8 6.5-11.3A6.4 6.4 0 0 0 12 3.5a6.4 6.4 0 0 0-6.5 6.7c0 3.3 2.5 6.7 6.5 11.3ZM12 8a2.4 2.4 0 1 0 0 4.8A2.4 2.4 0 0 0 12 8Z",
    "ticket": "M3 7h18v3.2a1.9 1.9 0 0 0 0 3.6V17H3v-3.2a1.9 1.9 0 0 0 0-3.6zM14.5 7v1.6M14.5 11.2v1.6M14.5 15.4V17",
    "seat": "M6.5 4h11v9h-11zM4 11v7h16v-7M7 18v2.5M17 18v2.5M6.5 13v2h11v-2",
    "card": "M3 6h18v12H3zM3 10h18M6.5 14.5h4",
    "mail": "M3.5 6h17v12.5h-17zM3.5 7l8.5 6.5L20.5 7",
    "download": "M12 4v11M7 10.5l5 5 5-5M4.5 20h15",
    "send": "M20.5 4 3.5 11l6.5 2.7L13 20.5zM10 13.7 20.5 4",
    "scan": "M4 8.5V4h4.5M15.5 4H20v4.5M20 15.5V20h-4.5M8.5 20H4v-4.5M4 12h16",
    "chart": "M4 20h16M6.5 20v-7M11.5 20V5M16.5 20v-10",
    "people": "M9 5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM2.5 19.5c.6-3 3.2-4.7 6.5-4.7s5.9 1.7 6.5 4.7M15.5 5.4a3.5 3.5 0 0 1 0 6.3M18.2 15.3c1.8.7 3 2.2 3.4 4.2",
    "settings": "M4 7h9M17 7h3M15 4.5v5M4 17h3M11 17h9M9 14.5v5",
    "tag": "M12.5 4H20v7.5L11.5 20 4 12.5zM16 7.6v.8",
    "heart": "M12 20c-5-3.6-8.2-6.7-8.2-10.3A4.4 4.4 0 0 1 12 7.4a4.4 4.4 0 0 1 8.2 2.3C20.2 13.3 17 16.4 12 20Z",
    "bell": "M6 17V10.5a6 6 0 0 1 12 0V17l1.5 1.5h-15zM10 20.5h4",
    "undo": "M8 5 4 9l4 4M4 9h10.5a5 5 0 0 1 0 10H9",
    "refresh": "M19.5 12a7.5 7.5 0 1 1-2.4-5.5M19.5 3.5v4h-4",
    "wifi-off": "M3 3l18 18M5 12.5a10 10 0 0 1 4-2.4M2 9a15 15 0 0 1 4-2.5M11 5.6A15 15 0 0 1 22 9M14.5 10.2A10 10 0 0 1 19 12.5M8.5 16a5 5 0 0 1 7 0M12 19.5v.3",
    "arrow-right": "M4.5 12h15M13.5 6l6 6-6 6",
    "arrow-left": "M19.5 12h-15M10.5 6l-6 6 6 6",
    "arrow-down": "M6 9.5l6 6 6-6",
    "arrow-up": "M6 14.5l6-6 6 6",
    "external": "M10 5H5v14h14v-5M14 4h6v6M20 4l-9 9",
    "sun": "M12 7.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9ZM12 2v2.5M12 19.5V22M2 12h2.5M19.5 12H22M5 5l1.7 1.7M17.3 17.3 19 19M19 5l-1.7 1.7M6.7 17.3 5 19",
    "moon": "M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z",
    "lock": "M5.5 11h13v9.5h-13zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11",
    "wheelchair": "M11 4.2v.3M11 8v6h5.5l2.5 5 2-1M11 11h4.5M8.5 12.2a4.8 4.8 0 1 0 6 6.3",
    "copy": "M8 8h12v12H8zM16 8V4H4v12h4",
    "filter": "M4 6h16l-6.2 7.2V19l-3.6-1.8v-4z",
    "print": "M7 9V3.5h10V9M7 17H4V9h16v8h-3M7 14h10v6.5H7z",
    "torch": "M8 3h8v4l-2 3v11h-4V10L8 7zM8 7h8M12 13v2",
    "list": "M8 6h12M8 12h12M8 18h12M4 6v.3M4 12v.3M4 18v.3",
    "edit": "M4 20l1-4.5L16 4.5l3.5 3.5L8.5 19zM13.5 7l3.5 3.5",
    "trash": "M4.5 7h15M9 7V4h6v3M6.5 7l1 13h9l1-13M10.5 11v5.5M13.5 11v5.5",
    "history": "M4 12a8 8 0 1 1 2.5 5.8M4 19v-4.5h4.5M12 7.5V12l3 2",
}


def icon(name: str, *, size: int = 20, label: str = "", class_name: str = "") -> rx.Component:
    """Draw one icon; with a label it is read aloud, without one it is decoration."""
    meaning = {"role": "img", "aria_label": label} if label else {"aria_hidden": "true"}
    return rx.el.svg(
        rx.el.path(d=PATHS[name]),
        view_box="0 0 24 24",
        width=str(size),
        height=str(size),
        fill="none",
        stroke="currentColor",
        stroke_width="1.8",
        stroke_linecap="round",
        stroke_linejoin="round",
        class_name=["flex-none", class_name],
        **meaning,
    )


def brand_mark(*, size: int = 30) -> rx.Component:
    """Draw the mark of the house: a torn stub with its row of holes."""
    return rx.el.svg(
        rx.el.path(
            d="M4 3h15l1.6 2.4L23 6.2l1 2.7 3 1.3v13.4a2.6 2.6 0 0 0 0 5.1V29H4v-4.3a2.6 2.6 0 0 0 0-5.1v-7.2a2.6 2.6 0 0 0 0-5.1z",
            fill="var(--accent)",
        ),
        rx.el.path(
            d="M10 10.5h11M15.5 10.5v11",
            stroke="var(--on-accent)",
            stroke_width="3.4",
            fill="none",
        ),
        rx.el.path(
            d="M7.5 25.6h16.5",
            stroke="var(--paper)",
            stroke_width="1.6",
            stroke_dasharray="1.6 2.1",
            fill="none",
        ),
        view_box="0 0 32 32",
        width=str(size),
        height=str(size),
        aria_hidden="true",
        class_name="flex-none",
    )
