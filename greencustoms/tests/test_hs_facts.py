"""The HS pages with all rows of the file."""

import csv
import io

import pytest
from django.db import transaction

from greencustoms.core import search
from guide import goods_search
from guide.goods_loading import load_goods
from partners.loading import load_partners
from partners.models import Agreement
from training.loading import load_courses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("_facts")]


@pytest.fixture(scope="module")
def _facts(django_db_setup, django_db_blocker):
    """All goods, agreements and courses, loaded once for these tests and rolled back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_partners()
        load_goods()
        load_courses()
        search.replace_kind("hs", goods_search.findables())
        yield
        transaction.set_rollback(True)


def codes(response):
    return [row["code"] for row in response.context["rows"]]


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("2903.77", "/hs/2903.77/"),
        ("290377", "/hs/2903.77/"),
        ("75-69-4", "/hs/2903.77/?cas=75-69-4"),
        ("2903.77.00.10", "/hs/2903.77/?typed=2903770010"),
        ("29", "/hs/29/"),
    ],
)
def test_code_or_cas_number_leads_to_the_answer(query, address, client):
    response = client.get("/hs/", {"q": query}, follow=True)

    assert response.redirect_chain == [(address, 302)]
    assert response.status_code == 200


def test_answer_to_2903_77_ties_goods_agreement_and_documents_together(client):
    response = client.get("/hs/2903.77/?cas=75-69-4")

    html = response.content.decode()
    (part,) = response.context["parts"]
    assert part.agreement.slug == "montreal-protocol"
    assert part.documents[:2] == ["import licence", "export licence"]
    assert "CAS 75-69-4 is CFC-11." in html
    assert "one of several goods in this code" in html
    assert "only part of this code" not in html
    assert "HS 2022" in html
    assert "/courses/wco-clikc-montreal-protocol/" in html
    assert "No match does not mean not controlled." in html
    assert "Indicative, not legal advice" in html
    assert "To be verified" in html


def test_ivory_lists_raw_ivory_first(client):
    response = client.get("/hs/", {"q": "ivory"})

    assert codes(response)[:2] == ["0507.10", "9601.10"]
    answer = client.get(response.context["rows"][0]["url"])
    assert answer.context["parts"][0].documents[0] == "export permit"
    assert "only part of this code" in answer.content.decode()


def test_who_to_contact_is_the_national_authority_first(client):
    html = client.get("/hs/0507.10/").content.decode()

    national = html.index("https://cites.org/eng/parties/country-profiles/national-authorities")
    assert national < html.index("mailto:")


@pytest.mark.parametrize(
    ("address", "canonical"),
    [
        ("/hs/290377/", "/hs/2903.77/"),
        ("/hs/29.03/", "/hs/2903/"),
        ("/hs/29037700/", "/hs/2903.77/?typed=29037700"),
        ("/hs/75-69-4/", "/hs/2903.77/?cas=75-69-4"),
    ],
)
def test_other_spelling_redirects_to_the_canonical_address(address, canonical, client):
    response = client.get(address)

    assert (response.status_code, response["Location"]) == (302, canonical)


def test_longer_code_is_answered_by_its_six_digits_and_says_so(client):
    html = client.get("/hs/2903.77/?typed=2903770010").content.decode()

    assert "You typed 2903770010." in html


@pytest.mark.parametrize("typed", ["2904770010", "<b>", "290377", "x" * 100])
def test_other_text_as_typed_code_is_not_repeated(typed, client):
    response = client.get("/hs/2903.77/", {"typed": typed})

    assert response.context["typed"] == ""


def test_code_with_two_agreements_has_a_chain_for_each(client):
    response = client.get("/hs/2903.82/")

    assert [part.agreement.slug for part in response.context["parts"]] == [
        "rotterdam-convention",
        "stockholm-convention",
    ]
    assert response.content.decode().count('<ol class="chain">') == 2


def test_code_of_an_older_edition_leads_to_its_successors(client):
    response = client.get("/hs/2903.39/")

    newer = [(each["code"], each["is_part"]) for each in response.context["newer_codes"]]
    assert response.context["edition"] == 2017
    assert newer[0] == ("2903.59", True)
    assert [code for code, is_part in newer[1:]] == [f"2903.4{n}" for n in range(1, 9)] + ["2903.61"]
    assert "This code is of an older HS edition" in response.content.decode()


def test_newer_code_names_its_predecessor(client):
    response = client.get("/hs/2903.61/")

    assert [(each["code"], each["is_part"]) for each in response.context["older_codes"]] == [("2903.39", True)]


def test_code_known_only_as_a_predecessor_shows_its_successors(client):
    response = client.get("/hs/3002.90/")

    assert response.status_code == 200
    assert {row["code"] for row in response.context["successors"]} == {"3002.49"}


@pytest.mark.parametrize(("address", "count"), [("/hs/29/", 121), ("/hs/2903/", 33), ("/hs/05/", 9)])
def test_chapter_and_heading_list_the_codes_below(address, count, client):
    response = client.get(address)

    below = response.context["below"]
    assert below["count"] == count
    assert len(below["rows"]) == min(count, 50)


@pytest.mark.parametrize(
    "address", ["/hs/9999.99/", "/hs/77/", "/hs/ivory/", "/hs/290/", "/hs/%00/", "/hs/" + "9" * 300 + "/"]
)
def test_unknown_code_is_not_found_and_says_what_that_means(address, client):
    response = client.get(address)

    assert response.status_code == 404
    assert "No match does not mean not controlled." in response.content.decode()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (
            "75-69-5",
            ["75-69-5 is no CAS number: its last digit, which checks the others, is wrong. Look at the label again."],
        ),
        ("50-00-0", []),
        (
            "507.10",
            [
                "HS codes have 2, 4 or 6 digits; you typed 5. A spreadsheet may have dropped a leading zero.",
                "Look at 0507.10",
            ],
        ),
        ("2903.78", ["Look at 2903", "Look at 29"]),
        ("perpetuum mobile", []),
        ("?!", []),
    ],
)
def test_nothing_found_says_what_may_help(words, told, client):
    response = client.get("/hs/", {"q": words})

    html = response.content.decode()
    assert response.status_code == 200
    assert [line["words"] for line in response.context["help"]] == told
    assert "No match does not mean not controlled." in html
    assert "Ask the national authority" in html


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 402),
        ("agreement=cites", 107),
        ("edition=2017", 26),
        ("agreement=cites&edition=2017", 4),
        ("q=ivory&edition=2017", 1),
        ("q=2903.77&agreement=cites", 0),
        ("q=2903&agreement=chemical-weapons-convention", 2),
        ("agreement=nonsense", 402),
        ("edition=1066&agreement=cites", 107),
        ("page=10%5E30", 402),
        ("page=99999999999999999999", 402),
        ("page=-3&edition=%00", 402),
        ("q=%00", 402),
    ],
)
def test_list_of_codes_filters(query, count, client):
    response = client.get(f"/hs/?{query}")

    assert (response.status_code, response.context["count"]) == (200, count)


def test_bad_filter_gives_a_form_error(client):
    response = client.get("/hs/?agreement=nonsense&edition=1066")

    assert sorted(response.context["filter"].form.errors) == ["agreement", "edition"]


def test_facets_count_codes_right_after_the_other_filter(client):
    response = client.get("/hs/?edition=2017")

    fields = response.context["filter"].form.fields
    assert [words for value, words in fields["agreement"].widget.choices if value] == [
        "Basel Convention (3)", "CWC (10)", "CITES (4)", "Montreal Protocol (9)", "Rotterdam Convention (2)",
    ]  # fmt: skip
    assert [words for value, words in fields["edition"].widget.choices if value] == ["2022 (376)", "2017 (26)"]
    assert response.context["chips"] == [("HS edition: 2017", "/hs/")]


def test_pages_of_codes_hold_each_code_once(client):
    found = []
    for number in range(1, 10):
        found += [(row["edition"], row["code"]) for row in client.get(f"/hs/?page={number}").context["rows"]]

    assert len(found) == len(set(found)) == 402
    assert found[0][0] == "2022"
    assert found[-1][0] == "2017"


def test_export_holds_the_filtered_rows(client):
    response = client.get("/hs/export.csv?agreement=cites&q=ivory")

    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert [(row["hs_code"], row["hs_edition"]) for row in rows] == [
        ("0507.10", "2022"), ("9201.10", "2022"), ("9202.90", "2022"), ("9601.10", "2022"),
        ("9706.10", "2022"), ("9706.90", "2022"), ("9706.00", "2017"),
    ]  # fmt: skip
    assert (rows[0]["agreement_slug"], rows[0]["ex"], rows[0]["substance"]) == ("cites", "yes", "Raw ivory")


@pytest.mark.parametrize(
    ("query", "count"), [("", 671), ("?edition=2017", 29), ("?agreement=nonsense&page=10%5E30", 671), ("?q=75-69-5", 0)]
)
def test_export_counts_rows(query, count, client):
    response = client.get(f"/hs/export.csv{query}")

    assert len(list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))) == count


@pytest.mark.parametrize(
    "address", ["/hs/", "/hs/?q=ivory", "/hs/29/", "/hs/2903.77/", "/hs/3827.68/", "/hs/2930.90/", "/hs/2903.39/"]
)
def test_public_page_is_light_opens_no_session_and_is_not_sent_twice(address, client):
    response = client.get(address)

    assert not response.cookies
    assert "csrfmiddlewaretoken" not in response.content.decode()
    assert len(response.content) < 60_000
    assert client.get(address, headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_agreement_of_the_answer_has_its_own_words_for_a_denial(client):
    for agreement in Agreement.objects.all():
        good = agreement.controlled_goods.first()

        html = client.get(f"/hs/{good.code}/").content.decode()

        assert "A signed statement that names the goods exactly" in html
