"""Dull test data of the kernel."""

import factory
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator

from greencustoms.core.models import User

PASSWORD = "correct horse battery staple"
# What the first request of a visitor to a limited page asks the database besides; every later one asks 2.
NEW_BUCKET = 4
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def own_totp(user) -> Authenticator:
    """Let a person own a second factor whose codes are made from TOTP_SECRET."""
    secret = get_adapter().encrypt(TOTP_SECRET)
    return Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": secret})


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@office.example")
    name = factory.Sequence(lambda n: f"Office {n}")
    password = factory.django.Password(PASSWORD)

    @factory.post_generation
    def verified(self, create, extracted, **kwargs):
        """A verified address, as every invited person has."""
        if create and extracted is not False:
            EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)

    @factory.post_generation
    def totp(self, create, extracted, **kwargs):
        """`totp=True` gives a sign-in code made from TOTP_SECRET."""
        if create and extracted:
            own_totp(self)

    @factory.post_generation
    def roles(self, create, extracted, **kwargs):
        """`roles=[roles.SECRETARIAT]` puts the person into those groups."""
        from greencustoms import roles

        for role in extracted or []:
            roles.give(self, role)
