"""Pages of the four lists."""

from django.urls import path

from tasks.views import (
    acts,
    deciding,
    detail,
    evidence,
    inbox,
    lists,
    pausing,
    publicity,
    reporting,
    units,
    verification,
)

app_name = "tasks"

urlpatterns = [
    path("tasks/", lists.task_list, name="list"),
    path("tasks/<int:pk>/", detail.detail, name="detail"),
    path("tasks/<int:pk>/assign/", acts.assign, name="assign"),
    path("tasks/<int:pk>/report/", reporting.report, name="report"),
    path("tasks/<int:pk>/unchanged/", reporting.unchanged, name="unchanged"),
    path("tasks/<int:pk>/extension/", acts.extension, name="extension"),
    path("tasks/<int:pk>/closure/", acts.closure, name="closure"),
    path("tasks/<int:pk>/slip/", acts.slip, name="slip"),
    path("tasks/<int:pk>/hand-over/", acts.hand_over, name="hand_over"),
    path("tasks/<int:pk>/suspend/", pausing.suspend, name="suspend"),
    path("tasks/<int:pk>/resume/", pausing.resume, name="resume"),
    path("tasks/<int:pk>/prolong/", pausing.prolong, name="prolong"),
    path("tasks/<int:pk>/budget/", pausing.budget, name="budget"),
    path("tasks/<int:pk>/reopen/", acts.reopen, name="reopen"),
    path("tasks/<int:pk>/terminate/", acts.terminate, name="terminate"),
    path("duties/<int:pk>/accept/", acts.accept, name="accept"),
    path("measures/<int:pk>/done/", acts.measure_done, name="measure_done"),
    path("progress/<int:pk>/verify/", deciding.verify, name="verify_report"),
    path("closures/<int:pk>/check/", deciding.check, name="check_closure"),
    path("extensions/<int:pk>/decide/", deciding.decide, name="decide_extension"),
    path("slips/<int:pk>/deliver/", acts.deliver_slip, name="deliver_slip"),
    path("slips/<int:pk>/answer/", acts.answer_slip, name="answer_slip"),
    path("evidence/<int:pk>/", evidence.download, name="evidence"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/<int:pk>/", inbox.follow, name="inbox_follow"),
    path("inbox/<int:pk>/read/", inbox.read, name="inbox_read"),
    path("inbox/<int:pk>/unread/", inbox.unread, name="inbox_unread"),
    path("inbox/read-all/", inbox.read_all, name="inbox_read_all"),
    path("inbox/undo/<int:seq>/", inbox.undo, name="inbox_undo"),
    path("reporting/", lists.reporting, name="reporting"),
    path("verification/", verification.verification, name="verification"),
    path("publicity/", publicity.publicity, name="publicity"),
    path("overdue/", lists.overdue, name="overdue"),
    path("units/", units.units, name="units"),
    path("units/<str:code>/", units.unit, name="unit"),
]
