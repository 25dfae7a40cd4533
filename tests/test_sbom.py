"""The bill of materials names what runs, as it is installed."""

import re
from importlib.metadata import version

from docs.sbom import bill
from tracker.env import BASE_DIR


def test_the_bill_names_every_requirement_and_what_it_brings_along() -> None:
    found = {one["name"]: one["version"] for one in bill()["components"]}
    lines = (BASE_DIR / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pins = [re.match(r"([\w-]+)(?:\[\w+\])?==(.+)", line) for line in lines]
    direct = {m[1].lower().replace("_", "-"): m[2] for m in pins if m}
    assert direct.items() <= found.items()
    for brought in ("sqlparse", "kombu", "psycopg-binary"):
        assert found[brought] == version(brought)
    assert "pytest" not in found


def test_every_component_has_an_address_of_its_own() -> None:
    made = bill()
    assert (made["bomFormat"], made["specVersion"]) == ("CycloneDX", "1.6")
    addresses = [one["purl"] for one in made["components"]]
    assert len(addresses) == len(set(addresses))
    assert any(one.startswith("pkg:npm/") for one in addresses)
