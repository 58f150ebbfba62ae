"""What counts as a failure, so that a run which says nothing has found nothing."""

import json

import pytest

from testsuite import Case
from verdicts import report

SECTIONS = {"6": "UTF-8 Handling", "12": "Compression"}


@pytest.fixture
def judge(tmp_path):
    """The outcome of one case: its word, and how many passed, failed and were skipped."""

    def run(behavior, close="OK", case_id="6.4.1", compression=False):
        details = tmp_path / "case.json"
        details.write_text(json.dumps({"result": "It was so.", "resultClose": "It ended so."}))
        result = {"behavior": behavior, "behaviorClose": close, "remoteCloseCode": 1000, "report": details}
        case = Case(case_id, "Sends something")
        lines, total = report(SECTIONS, [case], {case_id: result} if behavior else {}, compression)
        return "\n".join(lines), (total["passed"], total["failed"], total["skipped"])

    return run


def test_a_case_that_is_ok_passes_without_a_word(judge):
    text, total = judge("OK")
    assert total == (1, 0, 0) and "6.4.1" not in text


def test_an_informational_case_passes_and_is_named(judge):
    text, total = judge("INFORMATIONAL", "INFORMATIONAL")
    assert total == (1, 0, 0) and "6.4.1: INFORMATIONAL" in text and "It was so." in text


@pytest.mark.parametrize("behavior", ["FAILED", "NON-STRICT", "UNIMPLEMENTED", "NO_CLOSE", "something new"])
def test_every_other_case_fails_and_is_named(judge, behavior):
    text, total = judge(behavior)
    assert total == (0, 1, 0) and f"6.4.1: {behavior}" in text


@pytest.mark.parametrize("close", ["FAILED", "WRONG CODE", "UNCLEAN", "FAILED BY CLIENT"])
def test_a_case_that_ends_badly_fails(judge, close):
    text, total = judge("OK", close)
    assert total == (0, 1, 0) and f"CLOSE {close}" in text


def test_a_case_without_a_result_fails(judge):
    text, total = judge(None)
    assert total == (0, 1, 0) and "NO RESULT" in text


def test_compression_that_is_switched_off_is_skipped(judge):
    text, total = judge("UNIMPLEMENTED", case_id="12.1.1")
    assert total == (0, 0, 1) and "not negotiated" in text


def test_compression_that_is_switched_on_and_not_agreed_to_fails(judge):
    _, total = judge("UNIMPLEMENTED", case_id="12.1.1", compression=True)
    assert total == (0, 1, 0)


def test_the_table_counts_by_section(judge):
    text, _ = judge("OK")
    assert any(line.split() == ["6", "UTF-8", "Handling", "1", "1"] for line in text.splitlines())


def test_a_group_is_a_case_a_section_or_what_lies_between():
    case = Case("7.1.5", "")
    assert all(case.is_in(group) for group in ("7", "7.1", "7.1.5", "7.*", "7.1.*"))
    assert not any(case.is_in(group) for group in ("7.1.50", "71", "7.13", "1", "6.*"))
