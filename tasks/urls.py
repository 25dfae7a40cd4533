"""Pages of the four lists."""

from django.urls import path

from tasks.views import evidence

app_name = "tasks"

urlpatterns = [
    path("evidence/<int:pk>/", evidence.download, name="evidence"),
]
