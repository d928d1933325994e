import reflex as rx


@rx.page(route="/", title="Ticketapp")
def home() -> rx.Component:
    """Show what is on sale."""
    return rx.el.main(rx.el.h1("Ticketapp"))
