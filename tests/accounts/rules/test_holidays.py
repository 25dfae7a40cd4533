"""Reading the yearly holiday notice, against an independent table of the same years."""

import datetime as dt

import chinese_calendar
import pytest

from accounts.rules.holidays import NoticeError, read_notice

NOTICES = {
    2023: """一、元旦：2022年12月31日至2023年1月2日放假调休，共3天。
二、春节：1月21日至27日放假调休，共7天。1月28日（星期六）、1月29日（星期日）上班。
三、清明节：4月5日放假，共1天。
四、劳动节：4月29日至5月3日放假调休，共5天。4月23日（星期日）、5月6日（星期六）上班。
五、端午节：6月22日至24日放假调休，共3天。6月25日（星期日）上班。
六、中秋节、国庆节：9月29日至10月6日放假调休，共8天。10月7日（星期六）、10月8日（星期日）上班。""",
    2024: """一、元旦：1月1日放假，与周末连休。
二、春节：2月10日至17日放假调休，共8天。2月4日（星期日）、2月18日（星期日）上班。
鼓励各单位结合带薪年休假等制度落实，安排职工在除夕（2月9日）休息。
三、清明节：4月4日至6日放假调休，共3天。4月7日（星期日）上班。
四、劳动节：5月1日至5日放假调休，共5天。4月28日（星期日）、5月11日（星期六）上班。
五、端午节：6月10日放假，与周末连休。
六、中秋节：9月15日至17日放假调休，共3天。9月14日（星期六）上班。
七、国庆节：10月1日至7日放假调休，共7天。9月29日（星期日）、10月12日（星期六）上班。""",
    2025: """一、元旦：1月1日（周三）放假1天，不调休。
二、春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。
1月26日（周日）、2月8日（周六）上班。
三、清明节：4月4日（周五）至6日（周日）放假，共3天。
四、劳动节：5月1日（周四）至5日（周一）放假调休，共5天。4月27日（周日）上班。
五、端午节：5月31日（周六）至6月2日（周一）放假，共3天。
六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。
9月28日（周日）、10月11日（周六）上班。""",
    2026: """一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（周日）至23日（周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。""",
}


@pytest.mark.parametrize("year", NOTICES)
def test_the_notices_of_four_years_give_the_working_days_of_the_published_table(year: int) -> None:
    notice = read_notice(NOTICES[year], year=year)
    day, wrong = dt.date(year, 1, 1), []
    while day.year == year:
        special = notice.days.get(day)
        works = special.works if special else day.weekday() < 5
        if works is not chinese_calendar.is_workday(day):
            wrong.append(day)
        day += dt.timedelta(days=1)
    assert wrong == []


def test_the_heading_names_the_year_and_a_notice_may_reach_into_the_year_before() -> None:
    text = f"国务院办公厅关于2023年部分节假日安排的通知\n{NOTICES[2023]}"
    notice = read_notice(text)
    assert notice.year == 2023
    assert min(notice.days) == dt.date(2022, 12, 31)
    assert notice.days[dt.date(2023, 10, 7)].works
    assert notice.days[dt.date(2023, 10, 1)].name == "中秋节、国庆节"


def test_full_width_digits_and_one_run_of_text_are_read_alike() -> None:
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    run = NOTICES[2024].replace("\n", "").translate(wide)
    assert read_notice(run, year=2024) == read_notice(NOTICES[2024], year=2024)


@pytest.mark.parametrize(
    ("text", "year", "code"),
    [
        ("一、春节：1月21日至27日放假", None, "no_year"),
        ("关于2024年部分节假日安排的通知 一、春节：1月21日放假", 2023, "other_year"),
        ("各单位：请安排好值班。", 2023, "no_holiday"),
        ("一、春节：2月30日放假。", 2023, "invalid_day"),
        ("一、元旦：2021年12月31日放假。", 2023, "wrong_year"),
        ("一、春节：1月21日至2月27日放假。", 2023, "too_long"),
        ("一、春节：1月21日至19日放假。", 2023, "too_long"),
        ("一、春节：1月21日至27日放假调休，共8天。", 2023, "count_differs"),
        ("一、春节：1月21日放假。二、元旦：1月21日放假。", 2023, "said_twice"),
        ("一、春节：1月21日放假。1月30日（星期一）上班。", 2023, "workday_not_weekend"),
    ],
)
def test_what_contradicts_itself_is_refused(text: str, year: int | None, code: str) -> None:
    with pytest.raises(NoticeError) as refused:
        read_notice(text, year=year)
    assert refused.value.code == code
