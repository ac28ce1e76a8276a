"""The list of shares on the home page of partner staff."""

from django import template

from meetings.pages import my_work

register = template.Library()


@register.simple_tag
def work_list(rows, words, strong=False):
    return my_work.html_of(rows, words, is_strong=bool(strong))
