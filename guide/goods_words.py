"""What to ask for when the trader says that an agreement does not cover the goods. General practice, our words."""

from django.utils.translation import gettext_lazy as _

STATEMENT = _("A signed statement that names the goods exactly and says why the agreement does not cover them.")
DATA_SHEET = _("The safety data sheet, with chemical names, CAS numbers and the share of each substance.")

BY_AGREEMENT = {
    "basel-convention": [
        _("What will be done with the goods: a contract for reuse, repair, recovery or disposal."),
        _("For used equipment: a test report that each piece works, and packing that protects it."),
        _("What the goods contain and how clean they are, with a laboratory report where that is in doubt."),
    ],
    "cartagena-protocol": [
        _("A test report, or a certificate of the supplier, that the goods hold no living modified organisms."),
        _("The name of the species and of the variety, in writing."),
    ],
    "chemical-weapons-convention": [
        DATA_SHEET,
        _("Who will use the chemical, where and for what."),
    ],
    "cites": [
        _("The scientific name of the species, in writing, and what it is based on."),
        _("Proof of age and origin where the trader speaks of antiques, old stocks or bred animals and plants."),
    ],
    "minamata-convention": [
        _("The manufacturer’s statement of how much mercury the product holds, or that none was added."),
        DATA_SHEET,
    ],
    "montreal-protocol": [
        DATA_SHEET,
        _("The refrigerant number on the container, and whether the gas is new, recovered or recycled."),
    ],
    "rotterdam-convention": [
        DATA_SHEET,
        _("The label, with the active ingredient and its concentration, and the use it is meant for."),
    ],
    "stockholm-convention": [
        DATA_SHEET,
        _("For equipment and articles: the maker’s statement or a laboratory report that they do not hold it."),
    ],
}


def if_not_controlled(agreement_slug: str) -> list:
    return [STATEMENT, *BY_AGREEMENT.get(agreement_slug, [])]
