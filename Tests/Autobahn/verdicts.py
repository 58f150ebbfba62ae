"""What the results of the Autobahn Testsuite amount to."""

import json
from collections import Counter

# The sections about permessage-deflate.
COMPRESSION = ("12", "13")

PASSED, FAILED, SKIPPED = "passed", "failed", "skipped"


def verdict(case, result, compression):
    """Passed, failed or skipped, and the word for the table."""
    if result is None:
        return FAILED, "NO RESULT"
    behavior, close = result["behavior"], result["behaviorClose"]
    if behavior == "UNIMPLEMENTED" and case.section in COMPRESSION and not compression:
        return SKIPPED, "not negotiated"
    # INFORMATIONAL: the RFC leaves it open, and there is nothing to be strict about.
    if behavior not in ("OK", "INFORMATIONAL"):
        return FAILED, behavior
    if close not in ("OK", "INFORMATIONAL"):
        return FAILED, f"CLOSE {close}"
    return PASSED, behavior


def explain(case, result, word):
    """Lines about a case that is not OK."""
    lines = [f"{case.id}: {word}", f"  {case.description.split('<br>')[0][:200]}"]
    if result:
        details = json.loads(result["report"].read_text())
        lines.append(f"  {details['result']} {details['resultClose']} (close code {result['remoteCloseCode']})")
        lines.append(f"  {result['report']}")
    return lines


def report(sections, cases, results, compression):
    """The lines to print, and how many cases passed, failed and were skipped."""
    rows, remarks, total = {}, [], Counter()
    for case in cases:
        result = results.get(case.id)
        outcome, word = verdict(case, result, compression)
        total[outcome] += 1
        rows.setdefault(case.section, Counter())[word] += 1
        if word not in ("OK", "not negotiated"):
            remarks += explain(case, result, word)
    words = ["OK", *sorted({word for row in rows.values() for word in row} - {"OK"})]
    lines = [f"{'section':32}{'cases':>7}" + "".join(f"{word:>{len(word) + 3}}" for word in words)]
    for section, row in rows.items():
        title = f"{section:>2}  {sections[section].partition(' (')[0]}"[:31]
        counts = "".join(f"{row[word] or '':>{len(word) + 3}}" for word in words)
        lines.append(f"{title:32}{sum(row.values()):>7}{counts}")
    return lines + [""] * bool(remarks) + remarks, total
