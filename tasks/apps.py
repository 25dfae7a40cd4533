"""Registration of the tasks app."""

from django.apps import AppConfig


class TasksConfig(AppConfig):
    """The tasks app."""

    name = "tasks"

    def ready(self) -> None:
        """Have what was written in bulk verified along with the audit chain, and hold substitute
        verifiers (代核人) to what supervisors are held to."""
        from accounts.choices import Role
        from accounts.duties import name_holders
        from accounts.services.audit_verification import also_verify
        from tasks.reminders.seals import verify_plans
        from tasks.services.seals import verify_seals
        from tasks.services.substitutes import people_substituting

        also_verify(verify_seals)
        also_verify(verify_plans)
        name_holders("substitute verifiers", Role.SUPERVISOR, people_substituting)
