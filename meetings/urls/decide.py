"""Addresses at which the secretariat decides on actions, and on what a meeting takes up again."""

from django.urls import path

from meetings.views import agenda, decide

urlpatterns = [
    path("desk/meetings/partner-changes/", decide.partner_changes, name="desk_partner_changes"),
    path("desk/meetings/<slug:code>/actions/<int:number>/decide/", decide.action_decide, name="action_decide"),
    path("desk/meetings/<slug:code>/matters-arising/", agenda.matters_arising, name="desk_matters_arising"),
]
