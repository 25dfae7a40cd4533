"""Enter for units outside the bureau that never sign in (代录), naming the letter it came from."""

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from accounts.models import Unit
from accounts.scopes import Standing
from tasks.models import Task
from tasks.parties import reporting_unit


def sign_for(standing: Standing, task: Task, letter: str) -> tuple[Unit, str]:
    """Return the lead unit a submission is for, and the letter it came from (empty: its own).

    Call it after authorising. Raises `letter_missing` for an entry on behalf of a unit without its
    letter, and `letter_without_proxy` for a letter where the unit speaks for itself.
    """
    unit, proxy = reporting_unit(standing, task)
    if unit is None:
        raise LookupError("sign_for needs somebody who may report")
    letter = letter.strip()
    if proxy and not letter:
        sentence = _("为%(unit)s代录须写明来函文号，以便核对来源。") % {"unit": unit.name}
        raise DomainError("letter_missing", sentence, fields={"letter": sentence})
    if letter and not proxy:
        sentence = _("%(unit)s由本单位填报，不需要来函文号；代录才填写。") % {"unit": unit.name}
        raise DomainError("letter_without_proxy", sentence, fields={"letter": sentence})
    return unit, letter
