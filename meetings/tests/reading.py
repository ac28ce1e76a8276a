"""What a page says, and an action as pages have to show it."""

import re

from meetings.models import SubItem, unlocked
from meetings.tests.factories import ActionShareFactory, AgreedActionFactory, DeadlineFactory


def text_of(response):
    """The page's words without markup."""
    html = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def row_of(response, number):
    """The words of one agreed action of a meeting page."""
    html = response.content.decode()
    [article] = re.findall(rf'<article class="action" id="action-{number}">(.*?)</article>', html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", article).split())


def references(response):
    return re.findall(r'<span class="nowrap">([A-Z0-9-]+/\d{2,})</span>', response.content.decode())


@unlocked()
def make_action(**facts):
    """An action with a session, sub-item, two stages and two shares, as pages have to show it."""
    action = AgreedActionFactory(**facts)
    SubItem.objects.create(action=action, number=1, text="A point.")
    for _ in range(2):
        stage = DeadlineFactory(action=action)
        ActionShareFactory.create_batch(2, deadline=stage)
    return action
