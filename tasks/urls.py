"""Pages of the four lists."""

from django.urls import path

from tasks.views import evidence, inbox

app_name = "tasks"

urlpatterns = [
    path("evidence/<int:pk>/", evidence.download, name="evidence"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/<int:pk>/", inbox.follow, name="inbox_follow"),
    path("inbox/<int:pk>/read/", inbox.read, name="inbox_read"),
    path("inbox/<int:pk>/unread/", inbox.unread, name="inbox_unread"),
    path("inbox/read-all/", inbox.read_all, name="inbox_read_all"),
    path("inbox/undo/<int:seq>/", inbox.undo, name="inbox_undo"),
]
