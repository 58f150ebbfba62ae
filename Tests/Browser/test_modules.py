"""The modules of the chat that can be asked alone: the protocol, the kinds of files, the waits, the bounds."""

import json

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


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        ("Client #1001 says: hello", ["message", "1001", "hello"]),
        ("Client #1001 says: ", ["message", "1001", ""]),
        ("Client #1001 says: two\nlines: a colon", ["message", "1001", "two\nlines: a colon"]),
        ("Client #1001 says: Client #6001 left the chat", ["message", "1001", "Client #6001 left the chat"]),
        ("Client #1001 says: Error: no", ["message", "1001", "Error: no"]),
        ("Client #1001 says: x\nClient #1 left the chat", ["message", "1001", "x\nClient #1 left the chat"]),
        ("Client ##says says: x", ["message", "#says", "x"]),
        ("Client #Ünï-☂ says: x", ["message", "Ünï-☂", "x"]),
        ("Client #1001 left the chat", ["left", "1001"]),
        ("Client #1001 left the chat\n", ["unknown", None]),
        ("Client #1001 left the chat too early", ["unknown", None]),
        (
            "Client #6001 is offline; the message is kept and will be delivered when they connect",
            ["offline", "6001"],
        ),
        ("Error: no target", ["error", None]),
        ("Client #a b says: x", ["unknown", None]),
        ("client #1 says: x", ["unknown", None]),
        ("", ["unknown", None]),
    ],
)
def test_a_text_frame_is_read_by_its_beginning(page, frame, expected):
    parsed = page.call("protocol.js", f"parseText({json.dumps(frame)})")
    assert [parsed["kind"], parsed.get("peer"), parsed["text"]][: len(expected)] == expected


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (b"1001:abc", ["1001", list(b"abc")]),
        (b"1001:", ["1001", []]),
        (b"1001:a:b", ["1001", list(b"a:b")]),
        ("é☂:x".encode(), ["é☂", list(b"x")]),
        (b"a" * 64 + b":x", ["a" * 64, list(b"x")]),
        (b"a" * 65 + b":x", None),
        (b":x", None),
        (b"no colon", None),
        (b"\xff\xfe:x", None),
        (b"a b:x", None),
        (b"", None),
    ],
)
def test_a_binary_frame_is_split_at_its_first_colon(page, frame, expected):
    read = f"""(() => {{
      const parsed = parseBinary(new Uint8Array({list(frame)}).buffer);
      return parsed && [parsed.peer, [...parsed.bytes]];
    }})()"""
    assert page.call("protocol.js", read) == expected


@pytest.mark.parametrize("id", ["1", "1001", "a" * 64, "é" * 32, "#", "a.b", "100%", "?&="])
def test_an_id_is_accepted(page, id):
    assert page.call("protocol.js", f"idProblem({json.dumps(id)})") is None


@pytest.mark.parametrize(
    "id", ["", "a" * 65, "é" * 33, "a b", "a:b", "a/b", "a\tb", "a\u00a0b", "a\u0085b", "\ud800", ".", ".."]
)
def test_an_id_is_refused(page, id):
    assert page.call("protocol.js", f"idProblem({json.dumps(id)})").endswith(".")


def test_the_socket_follows_the_scheme_and_host_of_the_page(page):
    ask = "webSocketAddress('a?b#é', {{ protocol: '{}:', host: 'chat.example:81' }})"
    assert page.call("protocol.js", ask.format("http")) == "ws://chat.example:81/ws/a%3Fb%23%C3%A9"
    assert page.call("protocol.js", ask.format("https")) == "wss://chat.example:81/ws/a%3Fb%23%C3%A9"


@pytest.mark.parametrize("name", RECOGNISED)
def test_a_file_is_shown_when_its_first_bytes_are_known(page, name):
    data, expected = RECOGNISED[name]
    assert page.call("sniff.js", f"sniff(new Uint8Array({list(data[:64])})).type") == expected


@pytest.mark.parametrize("name", DOWNLOADS)
def test_any_other_file_is_a_download(page, name):
    assert page.call("sniff.js", f"sniff(new Uint8Array({list(DOWNLOADS[name])}))") is None


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


def test_a_conversation_holds_a_bounded_number_of_messages(page):
    held = page.call(
        "conversation.js",
        """(() => {
          const conversation = new Conversation("6001");
          const fill = (count) => {
            for (let i = 0; i < count; i++) conversation.addText(`message ${i}`, { mine: false });
            return conversation.log.childElementCount;
          };
          return [fill(MOST_MESSAGES - 1), fill(1), fill(1), conversation.log.firstElementChild.textContent];
        })()""",
    )
    assert held[:3] == [999, 1000, 1000]
    assert "message 1" in held[3]  # message 0 has gone


def test_the_list_holds_a_bounded_number_of_conversations(page):
    page.call(
        "conversations.js",
        """(() => {
          const conversations = new Conversations(() => {});
          for (let i = 0; i < 201; i++) conversations.with(`stranger-${i}`);
        })()""",
    )
    assert len(page.all("#conversations button")) == 200
    assert not page.all('[data-peer="stranger-0"]')
    assert len(page.text(".log")) == 200


def test_media_that_is_dropped_gives_its_bytes_back(page):
    revoked = page.call(
        "media.js",
        """(async () => {
          const media = await Media.from(new Blob(["x"]), { description: "from 6001" });
          const link = media.element.querySelector("a").href;
          const revoked = [];
          URL.revokeObjectURL = (url) => revoked.push(url);
          media.release();
          media.release();
          return [link, revoked];
        })()""",
    )
    assert revoked == [revoked[0], [revoked[0]]]


def test_what_never_left_the_browser_is_sent_again_in_order(page):
    sent = page.call(
        "outbox.js",
        """(() => {
          const sent = [];
          const marks = {};
          const connection = { isOpen: true, unsent: 0, send: (frame) => { sent.push(frame); connection.unsent += 4; } };
          const outbox = new Outbox(connection, () => {});
          for (const text of ["1", "2", "3"]) outbox.add(`to:${text}`, (state) => (marks[text] = state));
          connection.isOpen = false;
          outbox.add("to:4", (state) => (marks["4"] = state));
          outbox.interrupted(5, false); // all of the third and one byte of the second
          const waiting = outbox.count;
          connection.isOpen = true;
          connection.unsent = 0;
          outbox.flush();
          return [sent, waiting, marks["1"]];
        })()""",
    )
    assert sent == [["to:1", "to:2", "to:3", "to:2", "to:3", "to:4"], 3, "sent"]


def test_a_message_that_always_breaks_the_connection_is_given_up(page):
    outcome = page.call(
        "outbox.js",
        """(() => {
          let sends = 0;
          let mark;
          const connection = { isOpen: true, unsent: 9, send: () => sends++ };
          const outbox = new Outbox(connection, () => {});
          outbox.add("to:curse", (state) => (mark = state));
          for (let i = 0; i < 5; i++) { outbox.interrupted(8, false); outbox.flush(); }
          return [sends, mark, outbox.count];
        })()""",
    )
    assert outcome == [3, "failed", 0]


def test_the_waiting_messages_are_bounded(page):
    room = page.call(
        "outbox.js",
        """(() => {
          const outbox = new Outbox({ isOpen: false, unsent: 0 }, () => {});
          const rooms = [outbox.hasRoom(64 * 1024 * 1024), outbox.hasRoom(64 * 1024 * 1024 + 1)];
          for (let i = 0; i < 499; i++) outbox.add("to:x", () => {});
          rooms.push(outbox.hasRoom(1));
          outbox.add("to:x", () => {});
          return [...rooms, outbox.hasRoom(1)];
        })()""",
    )
    assert room == [True, False, True, False]
