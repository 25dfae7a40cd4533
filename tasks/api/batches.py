"""Many reports in one request: each as one alone would be answered, or all or none."""

from typing import Any

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.errors import DomainError
from tasks.api import reading, writing
from tasks.api.acting import Resource
from tasks.models import Task
from tasks.services.batches import Line, submit_reports


def report_many(view: Resource, request: Request, *, refusal_of: Any) -> Response:
    """Report what the body names, and answer 200 with what became of each, in its order.

    A refused one does not hold up the others. With `all_or_nothing` a single refusal refuses the
    request (422 `batch_refused`, a sentence for each) and nothing is written. `refusal_of` turns an
    exception into the answer that a request for one report would get.
    """
    on, values, _version = view.read(request, writing.ReportBatch)
    results: list[dict[str, Any]] = []
    lines: dict[int, Line] = {}
    for index, item in enumerate(values["reports"]):
        result = {"index": index, "task": None, "status": 201, "report": None, "error": None}
        results.append(result)
        try:
            lines[index] = _line(view, item)
        except (ValidationError, DomainError, Http404) as error:
            _refuse(result, refusal_of(error, {}))
        else:
            result["task"] = lines[index].task.pk
    with transaction.atomic():
        outcomes = submit_reports(lines.values(), on=on, by=view.user)
        for index, outcome in zip(lines, outcomes, strict=True):
            if outcome.refusal is not None:
                _refuse(results[index], refusal_of(outcome.refusal, {}))
            else:
                results[index]["report"] = outcome.report
        refused = {f"reports[{one['index']}]": one["error"] for one in results if one["error"]}
        if refused and values["all_or_nothing"]:
            raise DomainError(
                "batch_refused",
                _("%(all)s 项填报中有 %(count)s 项不能受理，按要求全部没有提交；请改正后重新提交。")
                % {"all": len(results), "count": len(refused)},
                fields={name: error["detail"] for name, error in refused.items()},
            )
    answer = {"made": len(results) - len(refused), "refused": len(refused), "results": results}
    return Response(reading.BatchAnswer(answer, context=view.get_serializer_context()).data)


def _line(view: Resource, item: dict[str, Any]) -> Line:
    """Return one report as a line of the batch; refuse what is wrong with its shape."""
    form = writing.NewReport(data=item, context=view.get_serializer_context())
    form.is_valid(raise_exception=True)
    values = dict(form.validated_data)
    task: Task = view.task_meant(values)
    on, version = values.pop("on", None), values.pop("version", None)
    values.setdefault("cause", "")
    return Line(task=task, values=values, version=version, on=on, content={})


def _refuse(result: dict[str, Any], answer: Response) -> None:
    result["status"], result["error"] = answer.status_code, answer.data
