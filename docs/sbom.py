"""Write what the running system consists of, as a CycloneDX bill of materials, without a network.

`make sbom` writes `var/sbom.json`: the Python packages that requirements.txt and constraints.txt
name, as installed, and the npm packages of the front-end bundle with their integrity.
"""

import base64
import json
import re
import sys
import uuid
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution, requires
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tracker.env import BASE_DIR

SPECIFICATION = "1.6"
TARGET = BASE_DIR / "var" / "sbom.json"


def bill() -> dict[str, Any]:
    """Return the bill of this installation."""
    return {
        "$schema": f"http://cyclonedx.org/schema/bom-{SPECIFICATION}.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": SPECIFICATION,
        "serialNumber": f"urn:uuid:{uuid.uuid4()}",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "four-lists", "bom-ref": "self"}},
        "components": [*_python(), *_npm()],
    }


def _python() -> Iterator[dict[str, Any]]:
    for name in sorted(_needed()):
        found = distribution(name)
        told = found.metadata
        written = next((told[key] for key in ("License-Expression", "License") if key in told), "")
        component = _component(f"pkg:pypi/{name}@{found.version}", name, found.version)
        if written and "\n" not in written:
            component["licenses"] = [{"license": {"name": written}}]
        yield component


def _needed() -> set[str]:
    """Return the packages of requirements.txt and all they bring along on this machine."""
    lines = (BASE_DIR / "requirements.txt").read_text(encoding="utf-8").splitlines()
    todo = [Requirement(line) for line in lines if re.match(r"\w", line)]
    needed: set[str] = set()
    while todo:
        one = todo.pop()
        name = canonicalize_name(one.name)
        if name in needed or not _wanted(one):
            continue
        try:
            below = requires(name) or []
        except PackageNotFoundError:
            continue  # wanted on other machines only
        needed.add(name)
        extras = one.extras or {""}
        todo += [
            part
            for part in map(Requirement, below)
            if part.marker is None or any(part.marker.evaluate({"extra": e}) for e in extras)
        ]
    return needed


def _wanted(one: Requirement) -> bool:
    return one.marker is None or "extra" in str(one.marker) or one.marker.evaluate()


def _npm() -> Iterator[dict[str, Any]]:
    lock = json.loads((BASE_DIR / "package-lock.json").read_text(encoding="utf-8"))
    for path, one in sorted(lock["packages"].items()):
        if not path:
            continue
        name = path.rsplit("node_modules/", 1)[1]
        purl = f"pkg:npm/{name.replace('@', '%40')}@{one['version']}"
        component = _component(purl, name, one["version"])
        if "dev" in one:
            component["scope"] = "excluded"
        if one.get("integrity", "").startswith("sha512-"):
            digest = base64.b64decode(one["integrity"].removeprefix("sha512-")).hex()
            component["hashes"] = [{"alg": "SHA-512", "content": digest}]
        yield component


def _component(purl: str, name: str, version: str) -> dict[str, Any]:
    return {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}


def main(target: Path) -> None:
    """Write the bill."""
    made = bill()
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(made, ensure_ascii=False, indent=1), encoding="utf-8")
    sys.stdout.write(f"{target}: {len(made['components'])}\n")


if __name__ == "__main__":
    main(TARGET)
