"""Mail addresses as they are kept."""

import re

from deliberation.errors.people import EmailInvalid

LONGEST_ADDRESS, LONGEST_LOCAL_PART = 254, 64
_LOCAL = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


def checked(typed: str) -> str:
    """The address in lower case, its domain as machines write it. Raises EmailInvalid."""
    local, _, domain = typed.strip().lower().rpartition("@")
    try:
        domain = domain.encode("idna").decode()
    except UnicodeError as error:
        raise EmailInvalid() from error
    address = f"{local}@{domain}"
    fits = len(address) <= LONGEST_ADDRESS and len(local) <= LONGEST_LOCAL_PART
    if not (fits and _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(domain)):
        raise EmailInvalid()
    return address
