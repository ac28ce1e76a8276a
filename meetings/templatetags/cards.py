"""Cards of actions in templates."""

from django import template

from meetings.pages import card_html

register = template.Library()
register.simple_tag(card_html.article, name="action_article")
register.simple_tag(card_html.stage_facts, name="stage_facts")
register.simple_tag(card_html.shares_table, name="shares_table")
register.simple_tag(card_html.points, name="points")
