from django.urls import path

from .views import accounts, people, public, texts, working_days

urlpatterns = [
    path("partners/", public.partner_list, name="partner_list"),
    path("partners/<slug:slug>/", public.partner_detail, name="partner_detail"),
    path("about/", public.about_page, name="about_page"),
    path("about/cen/", public.about_cen, name="about_cen"),
    path("about/terms-of-reference/", public.about_terms_of_reference, name="about_terms_of_reference"),
    path("about/<slug:slug>/", public.about_elsewhere, name="about_elsewhere"),
    path("privacy/", public.about_privacy, name="about_privacy"),
    path("accessibility/", public.about_accessibility, name="about_accessibility"),
    path("copyright/", public.about_copyright, name="about_copyright"),
    path("accounts/invitation/<str:token>/", accounts.invitation_accept, name="invitation_accept"),
    path("accounts/request/", accounts.account_request, name="account_request"),
    path("accounts/request/sent/", accounts.account_request_sent, name="account_request_sent"),
    path("accounts/request/<str:token>/", accounts.account_request_confirm, name="account_request_confirm"),
    path("my/profile/", accounts.my_profile, name="my_profile"),
    path("desk/people/", people.desk_people, name="desk_people"),
    path("desk/people/invite/", people.desk_invite, name="desk_invite"),
    path(
        "desk/people/invitations/<int:pk>/withdraw/", people.desk_invitation_withdraw, name="desk_invitation_withdraw"
    ),
    path("desk/people/members/<int:pk>/remove/", people.desk_member_remove, name="desk_member_remove"),
    path("desk/requests/", people.desk_request_list, name="desk_request_list"),
    path("desk/requests/<int:pk>/", people.desk_request_answer, name="desk_request_answer"),
    path("desk/working-days/", working_days.desk_working_days, name="desk_working_days"),
    path("desk/working-days/<slug:slug>/", working_days.desk_working_days_edit, name="desk_working_days_edit"),
    path("desk/partners/", texts.desk_partner_list, name="desk_partner_list"),
    path("desk/partners/add/", texts.desk_partner_add, name="desk_partner_add"),
    path("desk/partners/<slug:slug>/", texts.desk_partner_edit, name="desk_partner_edit"),
    path("desk/agreements/", texts.desk_agreement_list, name="desk_agreement_list"),
    path("desk/agreements/<slug:slug>/", texts.desk_agreement_edit, name="desk_agreement_edit"),
    path("desk/events/", texts.desk_event_list, name="desk_event_list"),
    path("desk/events/add/", texts.desk_event_add, name="desk_event_add"),
    path("desk/events/<slug:slug>/", texts.desk_event_edit, name="desk_event_edit"),
    path("desk/events/<slug:slug>/delete/", texts.desk_event_delete, name="desk_event_delete"),
    path("desk/about/", texts.desk_about_list, name="desk_about_list"),
    path("desk/about/<slug:slug>/", texts.desk_about_edit, name="desk_about_edit"),
]
