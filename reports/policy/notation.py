"""Read YAML 1.2 or JSON text into plain values that stay what was written.

Only `true` and `false` are truth values, so `on`, `no` and `yes` stay text; dates stay text;
decimals become Decimal, never float; a key that stands twice in one mapping is refused.
"""

import json
import re
from collections.abc import Hashable
from decimal import Decimal
from typing import Any

import yaml

# More values than any policy or scenario has, written out.
_MOST_VALUES = 1_000_000


class NotationError(Exception):
    """The text is neither YAML nor JSON; `line` counts from 1 where it is known."""

    def __init__(self, problem: str, *, line: int | None = None) -> None:
        self.problem = problem
        self.line = line
        super().__init__(problem)


def read_document(text: str) -> Any:
    """Return the document's value: mappings with text keys, lists, text, int, Decimal, bool, None.

    Raises NotationError when the text cannot be read.
    """
    if text.lstrip().startswith("{"):
        # Flow YAML may start with a brace too, so what is no JSON gets a second reading.
        try:
            return json.loads(
                text,
                parse_float=Decimal,
                parse_constant=_refuse_constant,
                object_pairs_hook=_mapping,
            )
        except (ValueError, RecursionError):
            pass
    try:
        value = yaml.load(text, Loader=_Loader)  # noqa: S506  (a safe loader, see its base)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or str(error)
        raise NotationError(problem, line=mark.line + 1 if mark else None) from error
    except (ValueError, RecursionError) as error:
        # A whole number of thousands of digits, or thousands of brackets.
        raise NotationError("too long a number or nested too deeply") from error
    if "*" in text:
        _check_size(value)
    return value


def _check_size(value: Any) -> None:
    """Refuse a document whose aliases repeat themselves without end, or almost."""
    waiting, seen = [value], 0
    while waiting:
        member = waiting.pop()
        seen += 1
        if seen > _MOST_VALUES:
            raise NotationError("aliases that grow too large")
        if isinstance(member, dict):
            waiting += member.values()
        elif isinstance(member, list):
            waiting += member


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    mapping: dict[str, Any] = {}
    for key, value in pairs:
        if key in mapping:
            raise NotationError(f"the key {key} stands twice")
        mapping[key] = value
    return mapping


def _refuse_constant(word: str) -> Any:
    raise NotationError(f"{word} is no number")


class _Loader(yaml.CSafeLoader):
    """PyYAML's safe loader with the core schema of YAML 1.2."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Build a mapping whose keys are texts, each standing once."""
        mapping: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                raise NotationError("a key must be text", line=line)
            if key_node.value in mapping:
                raise NotationError(f"the key {key_node.value} stands twice", line=line)
            mapping[key_node.value] = self.construct_object(value_node, deep=deep)
        return mapping

    def construct_decimal(self, node: yaml.ScalarNode) -> Decimal:
        """Read a number with a point exactly."""
        return Decimal(node.value)


_NUMBER = r"[-+]?(?:0|[1-9][0-9]*)"
_PLAIN: dict[str, tuple[str, list[str]]] = {
    "bool": (r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    "null": (r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    "int": (_NUMBER, list("-+0123456789")),
    "decimal": (_NUMBER + r"(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,2})?", list("-+0123456789")),
}
_Loader.yaml_implicit_resolvers = {}
for _name, (_pattern, _first) in _PLAIN.items():
    _Loader.add_implicit_resolver(
        f"tag:yaml.org,2002:{_name}", re.compile(f"^(?:{_pattern})$"), _first
    )
_Loader.add_constructor("tag:yaml.org,2002:decimal", _Loader.construct_decimal)
