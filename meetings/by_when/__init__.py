"""Reading "by when": the words of a report as days, or the reason why they are none. Pure: no database, no request."""

from .hanging import days_beside
from .problems import Code, Problem
from .reading import ByWhen, names_only_a_last_day
from .sentences import reading_words

__all__ = ["ByWhen", "Code", "Problem", "days_beside", "names_only_a_last_day", "reading_words"]
