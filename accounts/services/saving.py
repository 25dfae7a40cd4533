"""Save a record only when it is whole, and say in sentences why it is not."""

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models

from accounts.errors import DomainError


def save_checked(record: models.Model, *, only: list[str] | None = None) -> None:
    """Validate a record with its constraints and save it (`only` these columns).

    Raises DomainError `invalid` whose message joins the sentences and whose fields hold them.
    """
    try:
        record.full_clean(exclude=_others(record, only))
    except ValidationError as error:
        raise as_refusal(error) from error
    record.save(update_fields=only)


def as_refusal(error: ValidationError) -> DomainError:
    """Return a ValidationError as the one kind of refusal services raise."""
    fields = {
        name: " ".join(sentences)
        for name, sentences in (
            error.message_dict
            if hasattr(error, "error_dict")
            else {NON_FIELD_ERRORS: error.messages}
        ).items()
    }
    message = " ".join(fields.values())
    fields.pop(NON_FIELD_ERRORS, None)
    return DomainError("invalid", message, fields=fields)


def _others(record: models.Model, only: list[str] | None) -> set[str] | None:
    """Return the columns that are not being written, which need no validation again."""
    if only is None:
        return None
    return {field.name for field in record._meta.fields} - set(only)  # noqa: SLF001
