"""Reading "by when": the words of a report as days, or the reason why they are none. Pure: no database, no request."""

from .problems import Code, Problem
from .reading import ByWhen, names_only_a_last_day
from .sentences import reading_words

__all__ = ["ByWhen", "Code", "Problem", "names_only_a_last_day", "reading_words"]
