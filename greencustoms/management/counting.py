"""What a loading command did, in plain words."""

from django.db.models import Model


class Counting:
    """Counts rows before and after: 24 organisations (24 new)."""

    def __init__(self, models: dict[str, type[Model]]):
        self._models = models
        self._before = self._count()

    def lines(self) -> list[str]:
        lines = []
        for words, after in self._count().items():
            new = after - self._before[words]
            if after:
                lines.append(f"{after:5} {words}" + (f" ({new} new)" if new else " (as before)"))
        return lines

    def _count(self) -> dict[str, int]:
        return {words: model._base_manager.count() for words, model in self._models.items()}
