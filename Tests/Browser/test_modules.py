"""Modules of the chat that can be asked alone: the kinds of files, the waits, what media hold."""

import pytest
from daemon import Daemon
from files import DOWNLOADS, RECOGNISED
from window import Window


@pytest.fixture(scope="module")
def served(drivers, tmp_path_factory):
    daemon = Daemon(tmp_path_factory.mktemp("daemon"))
    window = Window(drivers[0])
    window.address = daemon.address
    yield window
    window.leave()
    daemon.kill()


@pytest.fixture
def page(served):
    served.open("/static/chat.html")
    yield served
    assert served.complaints() == []


@pytest.mark.parametrize("name", RECOGNISED)
def test_a_file_is_shown_when_its_first_bytes_are_known(page, name):
    data, expected = RECOGNISED[name]
    assert page.call("chat/sniff.js", f"sniff(new Uint8Array({list(data[:64])})).type") == expected


@pytest.mark.parametrize("name", DOWNLOADS)
def test_any_other_file_is_a_download(page, name):
    assert page.call("chat/sniff.js", f"sniff(new Uint8Array({list(DOWNLOADS[name])}))") is None


@pytest.mark.parametrize(
    ("code", "attempt", "least", "most"),
    [
        (1006, 0, 0, 500),
        (1006, 3, 0, 4_000),
        (1006, 60, 0, 30_000),
        (1001, 0, 0, 500),
        (4100, 0, 10_000, 20_000),
        (4199, 60, 10_000, 130_000),
        (4200, 0, 0, 0),
        (4299, 0, 0, 0),
        (4299, 1, 0, 1_000),
        (4300, 0, 0, 500),
    ],
)
def test_the_close_code_and_the_attempts_set_the_wait(page, code, attempt, least, most):
    waits = page.call("sotto/retry.js", f"[0, 1].map((random) => retryDelay({code}, {attempt}, () => random))")
    assert waits == [least, most]


@pytest.mark.parametrize("code", [4000, 4001, 4005, 4099])
def test_a_code_that_says_stay_away_is_obeyed(page, code):
    assert page.call("sotto/retry.js", f"retryDelay({code}, 0)") is None


def test_media_that_is_left_gives_its_bytes_back(page):
    revoked = page.call(
        "chat/media.js",
        """(async () => {
          const { Attachment } = await import("/static/chat/attachment.js");
          const file = Attachment.received({ bytes: new Uint8Array(3) });
          const media = new Media(file, "from 6001", () => {});
          const link = media.element.querySelector("a").href;
          const revoked = [];
          URL.revokeObjectURL = (url) => revoked.push(url);
          media.leave();
          media.leave();
          return [link, revoked];
        })()""",
    )
    assert revoked == [revoked[0], [revoked[0]]]


def test_media_whose_bytes_were_let_go_offers_to_load_them_again(page):
    shown = page.call(
        "chat/media.js",
        """(async () => {
          const { Attachment } = await import("/static/chat/attachment.js");
          const file = Attachment.received({ bytes: new Uint8Array(3), name: "a.bin" });
          let loads = 0;
          const media = new Media(file, "from 6001", () => loads++);
          const shows = () => [media.element.dataset.kind, media.element.querySelector(".file-size").textContent];
          const seen = [shows()];
          file.release();
          seen.push(shows());
          media.element.querySelector("button").click();
          file.mark("gone");
          return [...seen, shows(), loads, media.element.querySelector("button").disabled];
        })()""",
    )
    assert shown == [
        ["download", "3 bytes · save"],
        ["away", "3 bytes · load"],
        ["gone", "3 bytes · no longer on the server"],
        1,
        True,
    ]
