"""The secretariat's pages about mail. Nobody else meets any of them."""

from .kinds import FORM, SECRETARIAT, Address, only

MAIL = "/desk/mail/{world.mail.pk}/"
PERSON = "/desk/mail/people/{world.membership.user_id}/"
ADDRESS = "/desk/mail/addresses/{world.refusing_address.pk}/"

READS = only(*SECRETARIAT)
ACTS = only(*SECRETARIAT, status=302)

ADDRESSES = [
    Address("desk/mail/", "/desk/mail/", READS),
    Address("desk/mail/waiting/", "/desk/mail/waiting/", READS),
    Address("desk/mail/sent/", "/desk/mail/sent/", READS),
    Address("desk/mail/<int:pk>/", MAIL, READS),
    Address("desk/mail/<int:pk>/hold/", f"{MAIL}hold/", ACTS, on_post=ACTS),
    Address("desk/mail/<int:pk>/let-go/", f"{MAIL}let-go/", ACTS, on_post=ACTS),
    Address("desk/mail/<int:pk>/send-again/", f"{MAIL}send-again/", READS, on_post=ACTS),
    Address("desk/mail/addresses/<int:pk>/", ADDRESS, READS, on_post=ACTS),
    Address("desk/mail/people/<int:pk>/", PERSON, READS),
    Address("desk/mail/people/<int:pk>/hold/", f"{PERSON}hold/", READS, on_post=FORM),
    Address("desk/mail/people/<int:pk>/let-go/", f"{PERSON}let-go/", ACTS, on_post=ACTS),
    Address("desk/mail/people/<int:pk>/send/", f"{PERSON}send/", READS, on_post=ACTS),
    Address("desk/mail/people/<int:pk>/sample/", f"{PERSON}sample/", ACTS, on_post=ACTS),
]
