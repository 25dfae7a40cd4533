"""Addresses of the person's own account; the sign-in page stands in the project's own map."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from accounts.views import own_password

urlpatterns = [
    path("logout/", LogoutView.as_view(), name="logout"),
    path("password/", own_password, name="password_change"),
]
