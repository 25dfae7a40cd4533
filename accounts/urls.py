"""Addresses of the own account and of keeping accounts; sign-in is in the project's own map."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from accounts.views import own_password, people, tickets

urlpatterns = [
    path("logout/", LogoutView.as_view(), name="logout"),
    path("password/", own_password, name="password_change"),
    path("password/set/<str:secret>/", tickets.set_password, name="password_ticket"),
    path("accounts/people/", people.people, name="people"),
    path("accounts/people/new/", people.add, name="person_new"),
    path("accounts/people/<int:pk>/", people.person, name="person"),
    path("accounts/people/<int:pk>/edit/", people.edit, name="person_edit"),
    path("accounts/people/<int:pk>/move/", people.move, name="person_move"),
    path("accounts/people/<int:pk>/disable/", people.disable, name="person_disable"),
    path("accounts/people/<int:pk>/enable/", people.enable, name="person_enable"),
    path("accounts/people/<int:pk>/unlock/", people.unlock, name="person_unlock"),
    path("accounts/people/<int:pk>/ticket/", people.send_ticket, name="person_ticket"),
]
