"""Save a record only when it is whole, and say in sentences why it is not."""

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models

from accounts.errors import DomainError


def save_checked(record: models.Model, *, only: list[str] | None = None) -> None:
    """Validate a record with its constraints and save it (`only` these columns).

    Raises DomainError `invalid` whose message joins the sentences, each with the column's name,
    and whose fields hold them.
    """
    try:
        record.full_clean(exclude=_others(record, only))
    except ValidationError as error:
        raise _as_refusal(error, record) from error
    record.save(update_fields=only)


def _as_refusal(error: ValidationError, record: models.Model) -> DomainError:
    labels = {
        field.name: str(field.verbose_name)
        for field in record._meta.fields  # noqa: SLF001
    }
    fields: dict[str, str] = {}
    sentences: list[str] = []
    for name, messages in error.message_dict.items():
        text = " ".join(messages)
        if name == NON_FIELD_ERRORS:
            sentences.append(text)
        else:
            fields[name] = text
            sentences.append(f"{labels.get(name, name)}：{text}")
    return DomainError("invalid", " ".join(sentences), fields=fields)


def _others(record: models.Model, only: list[str] | None) -> set[str] | None:
    """Return the columns that are not being written, which need no validation again."""
    if only is None:
        return None
    return {field.name for field in record._meta.fields} - set(only)  # noqa: SLF001
