"""The child process: a workbook's bytes in on stdin, its cells out as JSON lines on stdout.

The first argument is the file's name, the second the limits as JSON. The last line is
`{"end": true}`, or `{"refused": code, "detail": …}`; without one, the child died.
"""

import json
import resource
import sys
from collections.abc import Iterator

from tasks.ledger.opening.excel import read_xls, read_xlsx
from tasks.ledger.opening.limits import Limits, RefusedError
from tasks.ledger.opening.ods import read_ods
from tasks.ledger.opening.parts import ODS, XLS, kind_of, open_parts
from tasks.ledger.opening.raw import Table, lines_of


def main() -> None:
    """Read one workbook within the limits."""
    name, limits = sys.argv[1], Limits(**json.loads(sys.argv[2]))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    out = sys.stdout
    out.reconfigure(encoding="utf-8", errors="surrogatepass")  # type: ignore[union-attr]
    for line in answer(sys.stdin.buffer.read(), name, limits):
        out.write(line + "\n")
    out.flush()


def answer(content: bytes, name: str, limits: Limits) -> Iterator[str]:
    """Yield the lines the child says, the last one included."""
    last: dict[str, object] = {"end": True}
    try:
        for table in read_tables(content, name, limits):
            yield from lines_of(table)
    except RefusedError as refused:
        last = {"refused": refused.code, "detail": refused.detail}
    except MemoryError:
        last = {"refused": "memory", "detail": ""}
    except GeneratorExit:
        raise
    except BaseException:  # noqa: BLE001 - the parser's panics are no Exception
        last = {"refused": "damaged", "detail": ""}
    yield json.dumps(last)


def read_tables(content: bytes, name: str, limits: Limits) -> Iterator[Table]:
    """Return the sheets of a workbook of any of the kinds."""
    if kind_of(content, name) == XLS:
        return read_xls(content, limits)
    kind, archive = open_parts(content, limits)
    if kind == ODS:
        return read_ods(archive, limits)
    return read_xlsx(content, archive, limits)
