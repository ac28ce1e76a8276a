"""Every address of the portal and what each kind of person gets there on GET, and on POST with nothing in it.

A new address must be added to the file of its room, or test_addresses.py fails.
"""

from . import accounts, courses_codes_guide, enforcement, front_door, mail, meetings, meetings_desk, partners
from .kinds import FORM, Address, only
from .rows import ROWS as ROWS

ADDRESSES: list[Address] = [
    address
    for room in (front_door, mail, partners, meetings, meetings_desk, courses_codes_guide, enforcement, accounts)
    for address in room.ADDRESSES
]

# Django's own administration, declared as a whole: its first page and one list.
ADMIN = Address("admin/", "/admin/", only("technical_administrator", "superuser", others=302), on_post=FORM)
