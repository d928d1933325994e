import pytest

from ticketapp.core.mail_domains import better_address


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ada@gmial.com", "ada@gmail.com"),
        ("ada@gmail.con", "ada@gmail.com"),
        ("Ada@HOTMIAL.com ", "ada@hotmail.com"),
        ("ada@yahooo.com", "ada@yahoo.com"),
        ("ada@gmail.com", ""),
        ("ada@mail.com", ""),
        ("ada@example.com", ""),
        ("ada@", ""),
        ("@gmial.com", ""),
        ("gmial.com", ""),
        ("", ""),
    ],
)
def test_a_slip_in_a_common_domain_is_noticed(typed, meant):
    assert better_address(typed) == meant
