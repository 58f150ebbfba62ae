"""Connections that come and go: what is left of them in memory."""

from daemon import eventually
from scale import scaled

FIRST = 1000
CYCLES = scaled(9000, 20_000)


def test_memory_after_thousands_of_cycles_is_that_after_the_first_ones(server):
    crowd = server.companion("crowd.py", "guest", 0, "")
    assert crowd.read() == 0

    def level_after(cycles):
        assert crowd.ask(f"churn {cycles}") == cycles
        eventually(lambda: server.descriptor_count() < 30, "all descriptors are closed")
        return server.resident_bytes()

    server.resident_bytes()  # skips where memory says nothing
    first = level_after(FIRST)
    done = FIRST
    while done < CYCLES:
        level = level_after(FIRST)
        done += FIRST
    print(f"\nresident after {FIRST} cycles {first >> 10} KiB, after {done} {level >> 10} KiB")
    assert level <= first * 1.05
    # 32 bytes forgotten in each cycle would already be too many.
    assert level - first < 32 * (done - FIRST)
