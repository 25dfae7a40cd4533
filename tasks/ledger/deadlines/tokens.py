"""Cut a deadline phrase into tokens: numbers, known words, separators, and the rest as text."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tasks.ledger.deadlines.words import vocabulary

NUMBER, PERCENT, TEXT, BREAK, COMMA, LIST, DASH, DOT, SLASH, COLON, OPEN, CLOSE, SPACE, PLAN = (
    "number", "percent", "text", "break", "comma", "list", "dash", "dot", "slash", "colon", "open",
    "close", "space", "plan",
)  # fmt: skip

_PUNCTUATION = {
    "\n": BREAK, ";": BREAK, "。": BREAK, "!": BREAK, ",": COMMA, "、": LIST, "-": DASH, "—": DASH,
    "–": DASH, "‐": DASH, "―": DASH, "~": DASH, "〜": DASH, "−": DASH, "─": DASH, "﹣": DASH,
    "→": DASH, "_": DASH, ".": DOT, "·": DOT, "/": SLASH, ":": COLON, "(": OPEN, "[": OPEN,
    "【": OPEN, "〔": OPEN, "《": OPEN, ")": CLOSE, "]": CLOSE, "】": CLOSE, "〕": CLOSE,
    "》": CLOSE,
}  # fmt: skip
_QUOTES = frozenset("“”‘’\"'「」『』")
_DIGITS = {"零": 0, "〇": 0, "○": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6,
           "七": 7, "八": 8, "九": 9}  # fmt: skip
_TENS = {"十": 10, "百": 100}
_CHINESE = frozenset(_DIGITS) | frozenset(_TENS) | {"廿"}
_FIVE_YEAR_PLAN = re.compile(r"十([一二三四五六七])五")
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")
_CHINESE_PERCENT = re.compile(r"百分之([零〇一二两三四五六七八九十百]+)")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::\d{2})?")
# Letters a scanner takes for digits, in a number before 年, 月 or 日.
_MISREAD = re.compile(r"(?<![A-Za-z0-9])[0-9OoIl]++(?=\s?[年月日])")
_DIGIT_OF = str.maketrans("OoIl", "0011")
# Circled and bracketed list numbers would melt into the digits that follow them.
_ENUMERATORS = re.compile("[\u2460-\u249b\u24eb-\u24ff\u2776-\u2793\u3220-\u3229]")
# A number word and a holiday are written alike (十一, 五一): a holiday goes on like this.
_HOLIDAY_GOES_ON = ("前", "之前", "以前", "后", "期", "假", "节", "、", "至", "到")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a phrase: `kind` is a word class or one of the constants of this module.

    A number's value is an int and `digits` how many digits were written (0: in Chinese).
    """

    kind: str
    text: str
    start: int
    end: int
    value: Any = None
    digits: int = 0


def normalise(text: str) -> str:
    """Return the phrase with full-width forms folded and list numbers turned into line ends."""
    folded = unicodedata.normalize("NFKC", _ENUMERATORS.sub("\n", text))
    return _MISREAD.sub(lambda number: number[0].translate(_DIGIT_OF), folded)


def tokenise(text: str) -> list[Token]:
    """Return the tokens of a normalised phrase; adjacent unknown characters are one TEXT."""
    tokens: list[Token] = []
    for token in _scan(text):
        if token.kind == TEXT and tokens and tokens[-1].kind == TEXT:
            before = tokens.pop()
            token = Token(TEXT, before.text + token.text, before.start, token.end)
        tokens.append(token)
    return tokens


def _scan(text: str) -> Iterator[Token]:
    position = 0
    while position < len(text):
        token = _token_at(text, position)
        position = token.end
        if token.text not in _QUOTES:
            yield token


def _token_at(text: str, at: int) -> Token:
    """Return the one token that starts here."""
    character = text[at]
    if character.isascii() and character.isdigit():
        return _arabic(text, at)
    if plan := _FIVE_YEAR_PLAN.match(text, at):
        return Token(PLAN, plan[0], at, plan.end(), 10 + _DIGITS[plan[1]])
    if share := _CHINESE_PERCENT.match(text, at):
        return Token(PERCENT, share[0], at, share.end(), f"{_chinese_value(share[1])}%")
    word = vocabulary().match(text, at)
    number = _chinese_run(text, at)
    if word is not None and len(word.text) >= len(number) and _stands(word.text, text, at):
        return Token(word.kind, word.text, at, at + len(word.text), word.value)
    if number:
        return Token(NUMBER, number, at, at + len(number), _chinese_value(number))
    if character == "\n":
        return Token(BREAK, character, at, at + 1)
    kind = SPACE if character.isspace() else _PUNCTUATION.get(character, TEXT)
    return Token(kind, character, at, at + 1)


def _arabic(text: str, at: int) -> Token:
    """Return a percentage, a time of day or a number written in digits."""
    if share := _PERCENT.match(text, at):
        return Token(PERCENT, share[0], at, share.end(), f"{share[1]}%")
    if (clock := _CLOCK.match(text, at)) and int(clock[1]) <= 24 and int(clock[2]) < 60:
        hour = f"{int(clock[1]):02d}:{clock[2]}"
        return Token("time", clock[0], at, clock.end(), hour)
    end = at
    while end < len(text) and text[end].isascii() and text[end].isdigit():
        end += 1
    # Longer runs are no date and would cost time to convert.
    value = int(text[at : min(end, at + 12)])
    return Token(NUMBER, text[at:end], at, end, value, digits=end - at)


def _chinese_run(text: str, at: int) -> str:
    end = at
    while end < len(text) and text[end] in _CHINESE and end - at < 8:
        end += 1
    return text[at:end]


def _stands(word: str, text: str, at: int) -> bool:
    """Whether a word that is also a number (十一) is the word here."""
    if any(character not in _CHINESE for character in word):
        return True
    return text.startswith(_HOLIDAY_GOES_ON, at + len(word))


def _chinese_value(number: str) -> int:
    """Return the value of a number in Chinese characters: 二〇二三, 二十三, 十, 廿五."""
    number = number.replace("廿", "二十")
    if not any(character in _TENS for character in number):
        return int("".join(str(_DIGITS[character]) for character in number))
    total, digit = 0, 0
    for character in number:
        if character in _TENS:
            total += (digit or 1) * _TENS[character]
            digit = 0
        else:
            digit = _DIGITS[character]
    return total + digit
