"""Sessions in the database, as Django keeps them, read with a kept statement: every page of somebody signed in asks."""

from django.contrib.sessions.backends import db
from django.utils import timezone

from .statements import KeptRows


class SessionStore(db.SessionStore):
    def load(self):
        rows = _running(key=self.session_key, now=timezone.now())
        if not rows:
            # As Django does: what has ended is begun anew, under another key.
            self._session_key = None
            return {}
        return self.decode(rows[0][0])


@KeptRows
def _running(*, key, now):
    sessions = SessionStore.get_model_class().objects.filter(session_key=key, expire_date__gt=now)
    return sessions.values_list("session_data")
