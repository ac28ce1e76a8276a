import re

import pytest

pytestmark = pytest.mark.django_db


def test_sitemap_lists_each_public_address_once_and_nothing_else(world, client):
    response = client.get("/sitemap.xml")

    paths = re.findall(r"<loc>http://testserver(.*?)</loc>", response.content.decode())
    assert len(paths) == len(set(paths))
    assert {"/", "/hs/", "/courses/", "/hs/0507.10/", "/courses/ivory-course/", "/agreements/cites/"} <= set(paths)
    assert not [path for path in paths if path.startswith(("/my/", "/desk/", "/enforcement/", "/accounts/", "/admin/"))]
    assert not [path for path in paths if "gci-2027-02" in path or "gci-2027-03" in path]


def test_every_address_of_the_sitemap_answers(world, client):
    paths = re.findall(r"<loc>http://testserver(.*?)</loc>", client.get("/sitemap.xml").content.decode())

    assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)


def test_robots_keep_out_of_what_is_not_public(client):
    lines = client.get("/robots.txt").content.decode().splitlines()

    assert "Disallow: /enforcement/" in lines
    assert "Sitemap: http://testserver/sitemap.xml" in lines
