"""The secretariat's pages about mail: front-door pages, since they join mails and reminders."""

from django.urls import path

from greencustoms.views import mail_acts, mail_desk, mail_people

urlpatterns = [
    path("desk/mail/", mail_people.desk_mail, name="desk_mail"),
    path("desk/mail/waiting/", mail_desk.desk_mail_waiting, name="desk_mail_waiting"),
    path("desk/mail/sent/", mail_desk.desk_mail_sent, name="desk_mail_sent"),
    path("desk/mail/<int:pk>/", mail_desk.desk_mail_one, name="desk_mail_one"),
    path("desk/mail/<int:pk>/hold/", mail_acts.desk_mail_hold, name="desk_mail_hold"),
    path("desk/mail/<int:pk>/let-go/", mail_acts.desk_mail_let_go, name="desk_mail_let_go"),
    path("desk/mail/<int:pk>/send-again/", mail_acts.desk_mail_send_again, name="desk_mail_send_again"),
    path("desk/mail/addresses/<int:pk>/", mail_acts.desk_mail_address, name="desk_mail_address"),
    path("desk/mail/people/<int:pk>/", mail_people.desk_mail_person, name="desk_mail_person"),
    path("desk/mail/people/<int:pk>/hold/", mail_people.desk_mail_person_hold, name="desk_mail_person_hold"),
    path("desk/mail/people/<int:pk>/let-go/", mail_people.desk_mail_person_let_go, name="desk_mail_person_let_go"),
    path("desk/mail/people/<int:pk>/send/", mail_people.desk_mail_person_send, name="desk_mail_person_send"),
    path("desk/mail/people/<int:pk>/sample/", mail_people.desk_mail_person_sample, name="desk_mail_person_sample"),
]
