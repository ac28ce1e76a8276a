"""How long a password must be (security section 3): 15 characters, or 12 with a second factor."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .sessions import has_second_factor

LENGTH_ALONE = 15
LENGTH_WITH_SECOND_FACTOR = 12


class LengthByFactorValidator:
    """No rules of composition: only length counts."""

    def validate(self, password, user=None):
        wanted = self._wanted(user)
        if len(password) < wanted:
            raise ValidationError(
                ngettext(
                    "Use at least %(count)d character. A few words in a row are easy to remember.",
                    "Use at least %(count)d characters. A few words in a row are easy to remember.",
                    wanted,
                )
                % {"count": wanted},
                code="password_too_short",
            )

    def get_help_text(self):
        return _(
            "At least 15 characters (12 once you have a second factor). A few words in a row are easy to remember."
        )

    @staticmethod
    def _wanted(user) -> int:
        has_factor = user is not None and user.pk is not None and has_second_factor(user)
        return LENGTH_WITH_SECOND_FACTOR if has_factor else LENGTH_ALONE
