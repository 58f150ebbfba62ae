"""What the documents say of the flags, and where their links lead."""

import re
from pathlib import Path

import pytest

from daemon import run_to_end

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "Benchmarks/README.md"])


def anchor(heading):
    """What a link to this heading ends with."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def anchors(document):
    return {anchor(heading) for heading in re.findall(r"^#+ (.*)$", document.read_text(), re.MULTILINE)}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_its_links_lead_somewhere(document):
    for target in re.findall(r"\]\(([^)\s]+)\)", document.read_text()):
        if "://" in target:
            continue
        name, _, fragment = target.partition("#")
        file = document.parent / name if name else document
        assert file.exists(), target
        if fragment:
            assert fragment in anchors(file), target


def test_each_flag_that_the_page_on_security_names_is_one():
    known = set(re.findall(r"--[a-z][a-z-]+", run_to_end("--help").stdout)) | {"--version"}
    named = set(re.findall(r"`(--[a-z][a-z-]+)", (ROOT / "SECURITY.md").read_text()))
    assert len(named) > 15
    assert named <= known, named - known
