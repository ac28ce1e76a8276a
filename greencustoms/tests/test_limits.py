"""What may be asked for only so often (security section 6), and which parameters the public pages read."""

import pytest
from django.http import QueryDict
from django.urls import resolve

from greencustoms.core import public_pages, rate

from .addresses import ADDRESSES

pytestmark = pytest.mark.django_db


@pytest.fixture
def empty_buckets(monkeypatch):
    monkeypatch.setattr(rate, "allow", lambda *args, **kwargs: False)


@pytest.mark.parametrize(
    "path",
    ["/search/?q=ivory", "/hs/?q=ivory", "/hs/export.csv", "/actions/export.csv", "/calendar.ics", "/sitemap.xml",
     "/guide/{world.edition.slug}/guide.pdf"],
)  # fmt: skip
def test_search_exports_and_the_guide_are_limited(path, empty_buckets, world, client):
    assert client.get(path.format(world=world)).status_code == 429


@pytest.mark.parametrize("path", ["/search/", "/hs/", "/actions/", "/courses/", "/guide/"])
def test_reading_is_not_limited(path, empty_buckets, world, client):
    assert client.get(path).status_code == 200


class Read(QueryDict):
    """A query that notes what it is asked for."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.names = set()

    def __getitem__(self, name):
        self.names.add(name)
        return super().__getitem__(name)

    def getlist(self, name, default=None):
        self.names.add(name)
        return super().getlist(name, default)


def test_public_pages_declare_the_parameters_they_read(world, client, monkeypatch):
    undeclared = {}
    for address in ADDRESSES:
        if address.is_public_page:
            path = address.for_world(world)
            query = Read(mutable=True)
            monkeypatch.setattr(
                public_pages, "leave_out_undeclared", lambda request, query=query: setattr(request, "GET", query)
            )
            assert client.get(path).status_code == 200
            undeclared[path] = query.names - set(resolve(path).func.public_params)

    assert {path: names for path, names in undeclared.items() if names} == {}
