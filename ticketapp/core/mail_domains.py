"""Notice slips of the finger in e-mail addresses, for the domains that most people use."""

from difflib import get_close_matches

COMMON = (
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "hotmail.co.uk",
    "live.com",
    "yahoo.com",
    "yahoo.co.uk",
    "icloud.com",
    "me.com",
    "proton.me",
    "protonmail.com",
    "mail.com",
    "email.com",
    "ymail.com",
    "gmx.de",
    "gmx.net",
    "gmx.com",
    "gmx.at",
    "gmx.ch",
    "web.de",
    "t-online.de",
    "orange.fr",
    "free.fr",
    "aol.com",
)
ALIKE = 0.8


def better_address(email: str) -> str:
    """Give the address that was probably meant, "" when this one looks right."""
    name, _, domain = email.strip().lower().rpartition("@")
    if not name or not domain or domain in COMMON:
        return ""
    near = get_close_matches(domain, COMMON, n=1, cutoff=ALIKE)
    return f"{name}@{near[0]}" if near else ""
