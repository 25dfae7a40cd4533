"""The copy of an uploaded ledger with its errors as comments."""

from django.utils.translation import gettext as _

from accounts.errors import DomainError
from tasks.ledger.annotating import annotated_copy
from tasks.models import LedgerImport
from tasks.services.imports.reading import read_import

# A larger workbook takes longer to write than anybody waits for a page.
MOST_CELLS = 400_000


def annotate(row: LedgerImport) -> bytes:
    """Return the workbook of an import with each error and warning as a comment at its cell.

    Raises DomainError `too_large_to_annotate`, `file_removed`, and those of the reading.
    """
    if not row.file:
        message = _("“%(name)s”的文件已经删除，请重新上传。") % {"name": row.name}
        raise DomainError("file_removed", message)
    reading = read_import(row)
    cells = sum(len(sheet.rows) * sheet.width for sheet in reading.book.sheets)
    if cells > MOST_CELLS:
        message = _("“%(name)s”太大，不生成批注副本；问题及其单元格都列在预览里。")
        raise DomainError("too_large_to_annotate", message % {"name": row.name})
    landed = reading.land(by=row.by, dry_run=True, source=row)
    issues = [(_("错误"), issue) for issue in (*reading.read.errors, *landed.errors)]
    issues += [(_("提示"), issue) for issue in reading.read.warnings]
    with row.file.open() as stream:
        content = stream.read()
    return annotated_copy(content, reading.book, issues)
