"""Draw an invoice as PDF, with letters of every script that a name may be written in."""

from pathlib import Path
from typing import Any

from ticketapp.services.invoicing.views import InvoiceView

FONTS = Path(__file__).parent / "fonts"
_TEXT, _WIDE = "DejaVu", "WenQuanYi"
# Latin, Greek, Cyrillic, Hebrew, Arabic and what lies between; beyond it the other font is asked, which is slow to load.
_BEYOND = "\u2e80"
_INK, _SOFT, _LINE, _ACCENT = (34, 32, 46), (104, 102, 116), (214, 210, 204), (226, 86, 66)
_MARGIN, _LEFT_WIDTH = 20, 95
_COLUMNS = (96, 18, 28, 28)
_ALL_IN = "Prices include the service fee and the tax."
_FOOT_HEIGHT, _SUM_HEIGHT = 14, 6


def invoice_pdf(shown: InvoiceView) -> bytes:
    """Draw one paper on A4; a long one goes on over the page."""
    paper = _new_paper(f"{shown.number_text} \u00b7 {shown.seller_name}")
    paper.set_creator("Ticketapp")
    paper.set_title(f"{shown.title} {shown.number_text}")
    paper.set_auto_page_break(auto=True, margin=_MARGIN)
    paper.set_margins(_MARGIN, _MARGIN, _MARGIN)
    paper.add_font(_TEXT, "", FONTS / "DejaVuSans.ttf")
    paper.add_font(_TEXT, "B", FONTS / "DejaVuSans-Bold.ttf")
    if any(letter >= _BEYOND for letter in _letters(shown)):
        paper.add_font(_WIDE, "", FONTS / "WenQuanYiMicroHei.ttf")
        paper.set_fallback_fonts([_WIDE], exact_match=False)
    paper.set_text_shaping(use_shaping_engine=False)
    paper.add_page()
    _head(paper, shown)
    _parties(paper, shown)
    _lines(paper, shown)
    _sums(paper, shown)
    return bytes(paper.output())


def _new_paper(foot: str) -> Any:
    """Make a paper whose every page says whose it is and which of how many."""
    from fpdf import FPDF  # noqa: PLC0415 - slow to load, and rarely wanted.

    class Paper(FPDF):
        def footer(self) -> None:
            self.set_y(-_FOOT_HEIGHT)
            self.set_font(_TEXT, size=8)
            self.set_text_color(*_SOFT)
            self.cell(self.epw - 30, 5, foot)
            self.cell(30, 5, f"Page {self.page_no()} of {{nb}}", align="R")

    return Paper(format="A4")


def _letters(shown: InvoiceView) -> str:
    lines = "".join(line.what + line.detail for line in shown.lines)
    return shown.seller_name + shown.buyer_name + "".join(shown.buyer_lines) + shown.note + lines


def _head(paper: Any, shown: InvoiceView) -> None:
    paper.set_fill_color(*_ACCENT)
    paper.rect(0, 0, paper.w, 3, style="F")
    _say(paper, shown.title, size=24, is_bold=True, height=12)
    _say(paper, shown.number_text, size=12, colour=_SOFT, height=7)
    paper.ln(6)


def _parties(paper: Any, shown: InvoiceView) -> None:
    top = paper.y
    _block(paper, "From", [shown.seller_name, shown.seller_email])
    _block(paper, "To", [shown.buyer_name, *shown.buyer_lines, shown.buyer_email])
    bottom = paper.y
    paper.set_xy(_MARGIN + _LEFT_WIDTH, top)
    facts = [("Issued", shown.issued_text), ("Event", shown.supplied_text), ("Order", shown.reference)]
    if shown.corrects_text:
        facts += [("Corrects", shown.corrects_text), ("Reason", shown.note)]
    for name, value in facts:
        if value:
            _block(paper, name, [value], left=_MARGIN + _LEFT_WIDTH)
    paper.set_xy(_MARGIN, max(bottom, paper.y) + 4)


def _block(paper: Any, name: str, lines: list[str], *, left: float = _MARGIN) -> None:
    for number, line in enumerate([name, *lines]):
        paper.set_x(left)
        _say(
            paper,
            line,
            size=8 if number == 0 else 10,
            colour=_SOFT if number == 0 else _INK,
            is_bold=number == 1,
            height=4.5 if number == 0 else 5.5,
            width=_LEFT_WIDTH - 10 if left == _MARGIN else paper.w - _MARGIN - left,
        )
    paper.ln(2)


def _lines(paper: Any, shown: InvoiceView) -> None:
    from fpdf.fonts import FontFace  # noqa: PLC0415

    paper.set_font(_TEXT, size=9)
    paper.set_text_color(*_INK)
    paper.set_draw_color(*_LINE)
    paper.set_fill_color(255)
    heading = FontFace(emphasis="BOLD", color=_SOFT, size_pt=8, fill_color=(255, 255, 255))
    with paper.table(
        borders_layout="HORIZONTAL_LINES",
        col_widths=_COLUMNS,
        text_align=("LEFT", "RIGHT", "RIGHT", "RIGHT"),
        headings_style=heading,
        line_height=5.5,
        padding=(1.5, 1),
        v_align="TOP",
    ) as table:
        table.row(["Tickets", "Number", "Price", "Amount"])
        for line in shown.lines:
            table.row([f"{line.what}\n{line.detail}", str(line.quantity), line.unit_text, line.total_text])
    paper.ln(4)


def _sums(paper: Any, shown: InvoiceView) -> None:
    rows = [("Tickets without fee and tax", shown.net_text), ("Service fee", shown.fee_text)]
    rows += [(f"Tax {tax.rate_text} on {tax.base_text}", tax.tax_text) for tax in shown.taxes]
    if paper.will_page_break(_SUM_HEIGHT * (len(rows) + 3)):
        # The sum and what it consists of stay together.
        paper.add_page()
    for name, amount in rows:
        _sum(paper, name, amount, is_total=False)
    _sum(paper, "Credited" if shown.is_credit else "Total, paid", shown.total_text, is_total=True)
    paper.ln(4)
    _say(paper, _ALL_IN, size=8, colour=_SOFT, height=4.5)


def _sum(paper: Any, name: str, amount: str, *, is_total: bool) -> None:
    size, height = (13, 9) if is_total else (9, _SUM_HEIGHT)
    paper.set_font(_TEXT, style="B" if is_total else "", size=size)
    paper.set_text_color(*(_INK if is_total else _SOFT))
    paper.set_x(_MARGIN)
    width = paper.epw
    paper.cell(width - 40, height, name, align="R")
    paper.set_text_color(*_INK)
    paper.cell(40, height, amount, align="R", new_x="LMARGIN", new_y="NEXT")


def _say(
    paper: Any,
    text: str,
    *,
    size: float,
    height: float,
    colour: tuple[int, int, int] = _INK,
    is_bold: bool = False,
    width: float = 0,
) -> None:
    paper.set_font(_TEXT, style="B" if is_bold else "", size=size)
    # After letters of the other font the library believes that this one is still set.
    paper.current_font_is_set_on_page = False
    paper.set_text_color(*colour)
    paper.multi_cell(width, height, text, align="L", new_x="LEFT", new_y="NEXT")
