"""What a person says a column means is remembered for the next ledger of the same body."""

import datetime as dt

import pytest

from accounts.errors import DomainError, NotAllowedError
from accounts.models import AuditEntry
from tasks.ledger.reading import issuing_body
from tasks.models import LearnedHeader
from tasks.services.header_words import learn_headers, learned_headers
from tests.cast import Cast
from tests.tasks.ledger.making import cells, content, one, read_book, read_rows, workbook

DAY = dt.date(2023, 7, 10)
BODY = "山西省生态环境厅"
HEADER = ["序号", "任务名称", "掌舵的", "干到何时", "完成时限"]
ROW = [1, "扬尘治理", "大气环境科", "2023年9月底前", "2023年12月底前"]
MEANINGS = {"掌舵的": "lead", "干到何时": "start"}


def test_a_correction_is_used_for_the_next_ledger_of_the_body(cast: Cast) -> None:
    before = {column.header: column.field for column in read_rows(HEADER, ROW).columns}
    assert before["干到何时"] != "start"
    learned = learn_headers(BODY, MEANINGS, on=DAY, by=cast.supervisor)
    after = read_rows(HEADER, ROW, learned=learned)
    assert (after.errors, one(after).lead) == ((), ("大气环境科",))
    assert one(after).start == dt.date(2023, 9, 1)
    assert learned_headers(BODY) == learned
    assert learned_headers("别的机关") == {}
    how = {column.header: (column.field, column.how) for column in after.columns}
    assert how["掌舵的"] == ("lead", "learned")
    assert how["完成时限"] == ("deadline", "exact")


def test_a_learned_word_goes_before_a_listed_one_and_names_a_lower_header(cast: Cast) -> None:
    book = workbook(
        {
            "台账": [
                ["序号", "任务名称", "责任分工", None, "完成时限"],
                [None, None, "主责单位", "牵头单位", None],
                [1, "扬尘治理", "大气环境科", "执法队", "年底前"],
            ]
        },
        merged={"台账": ["A1:A2", "B1:B2", "C1:D1", "E1:E2"]},
    )
    learned = learn_headers(
        BODY,
        {"责任分工/主责单位": "lead", "责任分工/牵头单位": "cooperating"},
        on=DAY,
        by=cast.supervisor,
    )
    task = one(read_book(book, learned=learned))
    assert (task.lead, task.cooperating) == (("大气环境科",), ("市生态环境综合行政执法队",))


def test_a_header_of_learned_words_only_is_found() -> None:
    learned = {"事儿": "title", "掌舵的": "lead", "到时": "deadline"}
    read = read_rows(["事儿", "掌舵的", "到时"], ["扬尘治理", "大气科", "年底前"], learned=learned)
    assert (one(read).title, one(read).lead) == ("扬尘治理", ("大气环境科",))


def test_learning_is_audited_once_and_the_same_again_writes_nothing(cast: Cast) -> None:
    learn_headers(BODY, MEANINGS, on=DAY, by=cast.supervisor)
    entry = AuditEntry.objects.get(action="ledger.learn_headers")
    assert entry.data["after"] == MEANINGS
    learn_headers(BODY, MEANINGS, on=DAY, by=cast.supervisor)
    assert AuditEntry.objects.filter(action="ledger.learn_headers").count() == 1


def test_a_blank_meaning_forgets(cast: Cast) -> None:
    learn_headers(BODY, MEANINGS, on=DAY, by=cast.supervisor)
    assert learn_headers(BODY, {"掌舵的": ""}, on=DAY, by=cast.supervisor) == {"干到何时": "start"}
    entry = AuditEntry.objects.filter(action="ledger.learn_headers").order_by("-seq")[0]
    assert entry.data["before"] == {"掌舵的": "lead"}


@pytest.mark.parametrize("who", ["head", "hr", "clerk"])
def test_only_who_imports_ledgers_teaches(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowedError, match="只有督办人员"):
        learn_headers(BODY, MEANINGS, on=DAY, by=getattr(cast, who))
    assert not LearnedHeader.objects.exists()


@pytest.mark.parametrize(
    ("body", "meanings", "code"),
    [("  ", MEANINGS, "no_issuing_body"), (BODY, {"掌舵的": "boss"}, "unknown_meaning")],
)
def test_what_cannot_be_remembered_is_refused(
    cast: Cast, body: str, meanings: dict[str, str], code: str
) -> None:
    with pytest.raises(DomainError) as caught:
        learn_headers(body, meanings, on=DAY, by=cast.supervisor)
    assert caught.value.code == code
    assert not LearnedHeader.objects.exists()


@pytest.mark.parametrize(
    ("rows", "name", "expected"),
    [
        ([["山西省生态环境厅2023年度重点任务台账"], HEADER], "a.xlsx", "山西省生态环境厅"),
        ([["任务清单"], ["填报单位：局办公室  填报时间：2023年7月"], HEADER], "a.xlsx", "局办公室"),
        ([["太原市2023年污染防治攻坚任务清单"], HEADER], "a.xlsx", "太原市"),
        ([HEADER], "附件2：太原市水务局2023年任务.xlsx", "太原市水务局"),
        ([HEADER], "台账.xlsx", ""),
    ],
)
def test_the_issuing_body_stands_in_the_first_rows_or_the_file_name(
    rows: list[list[str]], name: str, expected: str
) -> None:
    assert issuing_body(cells(content(workbook({"台账": rows})), name)) == expected
