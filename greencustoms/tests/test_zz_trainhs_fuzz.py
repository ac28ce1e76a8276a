import random
from urllib.parse import quote
import pytest
from django.db import transaction
from greencustoms.tests.test_hs_facts import _facts  # noqa

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_facts")]
BITS = ["\x00", "\ud800", "'", '"', "%", "_", "--", ";", "(", "*", "\\", "2903", ".77", "75-69-4", "ivory", "é", "中", "٢٩", "²", "1" * 30, "-", "HS ", "ex", "&", "<b>", "\u202e", " ", "|", ":", "!", "R-410A", "0", "page", "𝟚"]
PARAMS = ["q", "agreement", "edition", "page", "cas", "typed", "language", "access", "provider", "audience", "certificate", "today"]
@pytest.mark.parametrize("seed", range(4))
def test_fuzz(seed, client):
    r = random.Random(seed)
    for _ in range(80):
        qs = "&".join(f"{r.choice(PARAMS)}=" + quote("".join(r.choices(BITS, k=r.randint(0, 5))).encode("utf-8", "surrogatepass")) for _ in range(r.randint(0, 4)))
        path = r.choice(["/hs/", "/hs/2903.77/", "/hs/29/", "/courses/", "/hs/export.csv", "/platforms/wco-clikc/", "/hs/" + quote("".join(r.choices(BITS, k=3)).encode("utf-8", "surrogatepass").replace(b"/", b"")) + "/"])
        response = client.get(f"{path}?{qs}")
        assert response.status_code in (200, 302, 404), (path, qs)
