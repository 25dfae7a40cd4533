"""Addresses of the own account and of keeping accounts; sign-in is in the project's own map."""

from django.urls import path

from accounts.views import (
    SignOutView,
    account,
    audit,
    own_password,
    people,
    second_factor,
    second_step,
    tickets,
)

urlpatterns = [
    path("login/code/", second_step, name="second_step"),
    path("logout/", SignOutView.as_view(), name="logout"),
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
    path("reauth/", account.reauth, name="reauth"),
    path("account/", account.account, name="account"),
    path("account/sign-ins/end/", account.end_others, name="end_other_sign_ins"),
    path("account/sign-ins/<int:pk>/end/", account.end_one, name="end_sign_in"),
    path("account/code/", second_factor.enrolment, name="second_factor"),
    path("account/code/begin/", second_factor.begin_enrolment, name="begin_second_factor"),
    path("account/code/confirm/", second_factor.confirm_enrolment, name="confirm_second_factor"),
    path("account/code/recovery/", second_factor.renew_codes, name="renew_recovery_codes"),
    path("account/code/remove/", second_factor.remove, name="remove_second_factor"),
    path("second-factors/", second_factor.people, name="second_factors"),
    path("second-factors/<int:pk>/reset/", second_factor.reset, name="reset_second_factor"),
    path("audit/", audit.audit_log, name="audit"),
    path("audit/verify/", audit.audit_verify, name="audit_verify"),
    path("audit/export/", audit.audit_export, name="audit_export"),
    path("audit/<int:seq>/", audit.audit_entry, name="audit_entry"),
]
