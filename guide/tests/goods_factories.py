"""Dull test data of controlled goods."""

import factory

from guide.models import ControlledGood
from partners.tests.factories import AgreementFactory


class ControlledGoodFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ControlledGood

    class Params:
        part = factory.Trait(is_part_of_code=True)
        old = factory.Trait(hs_edition=2017)

    hs_code = "290377"
    hs_edition = 2022
    description = "CFCs"
    agreement = factory.SubFactory(AgreementFactory)
    substance = factory.Sequence(lambda n: f"Substance {n}")
