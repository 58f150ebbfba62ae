"""What sotto.v1 gives to the chat page: ticks, typing, presence, history, several devices, files, and nothing lost."""

import pytest
from files import png
from selenium.webdriver.common.keys import Keys

# Seconds that hundreds of messages may take on a busy machine.
PATIENCE = 60


@pytest.fixture
def talking(daemon, ada, ben):
    """1001 and 6001, each with the other's conversation open."""
    ada.chat("1001", to="6001")
    ben.chat("6001", to="1001")
    return ada, ben


def presence(window, peer):
    return window.one(f'button[data-peer="{peer}"] .avatar').get_attribute("data-online")


# Ticks


def test_a_message_is_kept_then_delivered_then_read(daemon, ada, ben):
    ada.chat("1001", to="6001")
    ada.say("for later")
    ada.until_state_of("for later", "kept")
    assert ada.one(".says").get_property("textContent") == "Kept until 6001 connects"
    ben.chat("6001")  # no conversation is open
    ada.until_state_of("for later", "delivered")
    assert ben.one('button[data-peer="1001"] .unread').get_attribute("data-count") == "1"
    ben.open_conversation("1001")
    ada.until_state_of("for later", "read")
    assert ben.said("1001") == ["for later"]


def test_what_nobody_looks_at_is_delivered_and_not_read(talking):
    ada, ben = talking
    ben.look_away()
    ada.say("hello")
    ada.until_state_of("hello", "delivered")
    ben.one('button[data-peer="1001"] .unread[data-count="1"]:not([hidden])')
    ben.look_away(False)
    ada.until_state_of("hello", "read")
    ben.until(lambda: not ben.one('button[data-peer="1001"] .unread').is_displayed(), "still unread")


def test_what_came_below_what_is_being_read_is_unread_until_one_gets_there(talking):
    ada, ben = talking
    for line in range(30):
        ada.say(f"line {line}")
    ben.until_said("1001", "line 29")
    ben.run("document.querySelector('.log').scrollTop = 0")
    ben.until(lambda: ben.run("return document.querySelector('.log').scrollTop") == 0, "it did not scroll")
    ada.say("below")
    ada.until_state_of("below", "delivered")
    ben.until(lambda: ben.id("jump").is_displayed(), "nothing says that more has come")
    ben.id("jump").click()
    ada.until_state_of("below", "read")


def test_somebody_on_the_plain_protocol_is_talked_with_as_well(daemon, ada, ben):
    ada.chat("1001", to="6001")
    ben.open("/static/plain.html?id=6001&to=1001")
    ben.until(lambda: "Connected." in ben.text("#log li"), "not connected")
    ada.say("Good: evening")
    ben.until(lambda: "Client #1001 says: Good: evening" in ben.text("#log li"), "it did not arrive")
    ben.id("text").send_keys("And to you", Keys.ENTER)
    ada.until_said("6001", "And to you")
    assert presence(ada, "6001") == "true"


def test_somebody_on_the_plain_protocol_gives_the_second_tick(daemon, ada, ben):
    ada.chat("1001", to="6001")
    ada.say("kept")
    ada.until_state_of("kept", "kept")
    ben.open("/static/plain.html?id=6001&to=1001")
    ada.until_state_of("kept", "delivered")
    ada.say("at once")
    ada.until_state_of("at once", "delivered")


def test_a_refused_message_says_why_and_can_be_sent_again(start_daemon, ada, ben):
    ada.address = ben.address = start_daemon("--max-mailbox", "1").address
    ada.chat("1001", to="6001")
    ada.say("first")
    ada.until_state_of("first", "kept")
    ada.say("second")
    ada.until_state_of("second", "refused")
    assert ada.one('[data-state="refused"] .why').text.startswith("Not sent. ")
    ben.chat("6001", to="1001")
    ada.until_state_of("first", "read")
    ada.one('[data-state="refused"] .again').click()
    ada.until_state_of("second", "read")
    assert ben.said("1001") == ["first", "second"]


# Typing and presence


def test_typing_is_shown_until_it_ends(talking):
    ada, ben = talking
    ben.id("message").send_keys("I am typ")
    ada.until(lambda: ada.id("peer-state").text == "typing …", "no typing")
    assert ada.one(".typing-bubble").is_displayed()
    assert ada.one('button[data-peer="6001"] .preview').text == "typing …"
    ben.id("message").send_keys("ing", Keys.ENTER)
    ada.until_said("6001", "I am typing")
    ada.until(lambda: ada.id("peer-state").text == "Online", "still typing")
    assert not ada.one(".typing-bubble").is_displayed()
    ben.id("message").send_keys("x")
    ada.until(lambda: ada.id("peer-state").text == "typing …", "no typing")
    ben.id("message").send_keys(Keys.BACKSPACE)
    ada.until(lambda: ada.id("peer-state").text == "Online", "still typing")


def test_a_dot_says_who_is_there(talking):
    ada, ben = talking
    ada.until(lambda: presence(ada, "6001") == "true", "not seen coming")
    ben.leave()
    ada.until(lambda: presence(ada, "6001") == "false", "not seen leaving")
    assert ada.id("peer-state").text == "Offline"
    ben.chat("6001")
    ada.until(lambda: presence(ada, "6001") == "true", "not seen coming back")


# What was said before


def test_a_reload_brings_everything_back(talking):
    ada, ben = talking
    ada.say("from me")
    ben.until_said("1001", "from me")
    ben.say("from you")
    ada.until_said("6001", "from you")
    ada.drop(png(), "picture.png")
    ben.one('.media[data-kind="image"] img')
    ada.until(lambda: ada.all('.message[data-state="read"] .media'), "the picture was not read")
    ada.driver.refresh()
    ada.until_said("6001", "from you")
    assert ada.said("6001") == ["from me", "from you"]
    ada.until_state_of("from me", "read")
    image = ada.one('.media[data-kind="image"] img')  # fetched, as it is small
    ada.until(lambda: image.get_property("naturalWidth") == 48, "the picture was not loaded")
    assert ada.one('button[data-peer="6001"] .preview').text == "You: Picture"


def test_earlier_messages_come_when_one_scrolls_up(talking):
    ada, ben = talking
    send = "for (let i = 0; i < 130; i++) { message.value = `line ${i}`; message.form.requestSubmit(); }"
    ada.run(f"const message = document.getElementById('message'); {send}")
    ada.until_state_of("line 129", "read")
    ben.driver.refresh()
    ben.until_said("1001", "line 129")
    assert "line 0" not in ben.said("1001")

    def scroll_up():
        ben.run("document.querySelector('.log').scrollTop = 0")
        return "line 0" in ben.said("1001")

    ben.until(scroll_up, "the first message never came")
    assert ben.said("1001") == [f"line {i}" for i in range(130)]
    ben.until(lambda: ben.one(".beginning").text == "Nothing earlier is kept", "the end is not said")


def test_what_is_being_read_stays_where_it_is_while_earlier_messages_come(talking):
    ada, ben = talking
    send = "for (let i = 0; i < 130; i++) { message.value = `line ${i}`; message.form.requestSubmit(); }"
    ada.run(f"const message = document.getElementById('message'); {send}")
    ada.until_state_of("line 129", "read")
    ben.driver.refresh()
    ben.until_said("1001", "line 129")
    top = """
      const log = document.querySelector(".log");
      if (arguments[0]) log.scrollTop = 300;
      const texts = [...log.querySelectorAll(".text")];
      const one = texts.find((each) => each.textContent === "line 95").closest(".entry"); // it moves when it arrives
      return [one.getBoundingClientRect().top, texts.length];
    """
    before, count = ben.run(top, True)
    ben.until(lambda: len(ben.said("1001")) > count, "nothing earlier came")
    assert abs(ben.run(top, False)[0] - before) < 2


def test_what_came_while_the_page_was_closed_is_there_and_unread(talking):
    ada, ben = talking
    ben.say("hello")
    ada.until_said("6001", "hello")
    ben.until_state_of("hello", "read")
    ada.leave()
    for text in ("one", "two"):
        ben.say(text)
        ben.until_state_of(text, "kept")
    ada.chat("1001")
    ada.one('button[data-peer="6001"] .unread[data-count="2"]:not([hidden])')
    assert ada.driver.title == "(2) Sotto"
    ada.open_conversation("6001")
    ben.until_state_of("two", "read")
    assert ada.said("6001") == ["hello", "one", "two"]
    assert ada.text('.line[data-kind="new"]') == ["New messages"]


def test_a_draft_waits_in_its_conversation(daemon, ada):
    ada.chat("1001", to="6001")
    ada.id("message").send_keys("half a tho")
    ada.id("peer-id").send_keys("7001", Keys.ENTER)
    assert ada.id("message").get_property("value") == ""
    ada.open_conversation("6001")
    assert ada.id("message").get_property("value") == "half a tho"


# Several devices of one person


def test_two_devices_of_one_person_are_in_step(daemon, ada, ben, third):
    ada.chat("1001", to="6001")
    third.chat("1001", to="6001")
    third.look_away()
    ben.chat("6001", to="1001")
    ada.say("by the one")
    third.until_said("6001", "by the one", by="me")
    third.until_state_of("by the one", "read")
    ada.look_away()
    ben.say("to both")
    for device in (ada, third):
        device.one('button[data-peer="6001"] .unread[data-count="1"]:not([hidden])')
    ben.until_state_of("to both", "delivered")
    third.look_away(False)
    ben.until_state_of("to both", "read")
    ada.until(lambda: not ada.one('button[data-peer="6001"] .unread').is_displayed(), "read on one, unread on the other")
    third.say("by the other")
    ada.until_said("6001", "by the other", by="me")
    expected = ["by the one", "to both", "by the other"]
    assert ada.said("6001") == third.said("6001") == ben.said("1001") == expected


def test_a_second_device_finds_what_was_said_and_what_was_read(talking, third):
    ada, ben = talking
    ada.say("question")
    ben.until_said("1001", "question")
    ben.say("answer")
    ben.until_state_of("answer", "read")
    third.chat("1001", to="6001")
    third.until_said("6001", "answer")
    assert third.said("6001") == ["question", "answer"]
    third.until_state_of("question", "read")
    assert third.driver.title == "6001 · Sotto"  # nothing is unread


# Files


def test_a_file_shows_how_much_of_it_has_left(talking):
    ada, ben = talking
    # The page is told what a slow socket would tell, and sees no answer meanwhile.
    ada.run("""
      let size = 0;
      let since = 0;
      const { send } = WebSocket.prototype;
      WebSocket.prototype.send = function (data) {
        if (!(data.byteLength > 1_000_000)) return send.call(this, data);
        size = data.byteLength;
        since = performance.now();
        setTimeout(() => send.call(this, data), 1_500);
      };
      Object.defineProperty(WebSocket.prototype, "bufferedAmount", {
        get: () => Math.ceil(size * Math.max(0, 1 - (performance.now() - since) / 1_200)),
      });
      window.seen = [];
      new MutationObserver(() => {
        const bar = document.querySelector(".progress");
        if (bar && !bar.hidden && bar.position > 0) window.seen.push(Math.round(bar.value * 100));
      }).observe(document.getElementById("logs"), { subtree: true, childList: true, attributes: true });
    """)
    ada.drop(bytes(4_000_000), "large.bin")
    ben.one('.media[data-kind="download"]')
    ada.until(lambda: ada.all('.message[data-state="read"]'), "never read")
    assert not ada.one(".progress").is_displayed()
    seen = ada.run("return seen")
    assert len(seen) > 3 and seen == sorted(seen) and 0 < seen[0] < seen[-1] < 100, seen


def test_a_large_file_of_the_history_is_loaded_when_asked_for(talking):
    ada, ben = talking
    ada.drop(png() + bytes(3_000_000), "large.png")
    ben.one('.media[data-kind="image"] img')
    ben.driver.refresh()
    card = ben.one('.media[data-kind="away"] button')
    ben.until(lambda: card.text.split("\n") == ["large.png", "2.9 MiB · load"], "it is not named")
    card.click()
    image = ben.one('.media[data-kind="image"] img')
    ben.until(lambda: image.get_property("naturalWidth") == 48, "the picture was not loaded")


# Nothing is lost


def test_what_was_written_without_a_connection_survives_a_reload(daemon, ada, ben):
    ada.loses_connection = True
    ada.chat("1001", to="6001")
    daemon.kill()
    ada.until(lambda: ada.id("held").is_displayed(), "the loss was not noticed")
    for text in ("one", "two"):
        ada.say(text)
    ada.one('#held[data-count="2"]')
    daemon.start()
    ada.driver.refresh()
    ada.until_state("open")
    ada.until_state_of("two", "kept")
    ben.chat("6001", to="1001")
    ada.until_state_of("two", "read")
    assert ben.said("1001") == ada.said("6001") == ["one", "two"]


def test_a_server_killed_while_both_write_loses_nothing_and_delivers_nothing_twice(daemon, talking):
    ada, ben = talking
    ada.loses_connection = ben.loses_connection = True
    write = """
      const [who, many] = arguments;
      const message = document.getElementById("message");
      let count = 0;
      const timer = setInterval(() => {
        message.value = `${who} ${count++}`;
        message.form.requestSubmit();
        if (count === many) clearInterval(timer);
      }, 15);
    """
    many = 200
    ada.run(write, "ada", many)
    ben.run(write, "ben", many)
    for milestone in (40, 90, 150):
        ben.until(lambda: len(ada.said("6001", by="me")) >= milestone, "nothing is written", PATIENCE)
        daemon.kill()
        daemon.start()
        for window in (ada, ben):
            window.run("dispatchEvent(new Event('online'))")
    for window in (ada, ben):
        window.until_state("open")
        window.until(lambda: len(window.states()) == many, "not all is written", PATIENCE)
        window.until(lambda: set(window.states().values()) == {"read"}, "not all is read", PATIENCE)
    mine, yours = ([f"{who} {i}" for i in range(many)] for who in ("ada", "ben"))
    assert ada.said("6001", by="me") == ben.said("1001", by="peer") == mine
    assert ben.said("1001", by="me") == ada.said("6001", by="peer") == yours
    ada.driver.refresh()  # what the server has kept says the same
    ada.until(lambda: set(ada.states().values()) == {"read"}, "the server knows otherwise")


def test_a_server_without_a_memory_leaves_nothing_in_the_dark(start_daemon, ada, ben):
    daemon = start_daemon("--data", "none")
    ada.address = ben.address = daemon.address
    ada.loses_connection = ben.loses_connection = True
    ada.chat("1001", to="6001")
    ada.say("kept in memory")
    ada.until_state_of("kept in memory", "kept")
    daemon.kill()
    daemon.start()
    ada.run("dispatchEvent(new Event('online'))")
    ada.until_state_of("kept in memory", "unknown")
    ada.one('[data-state="unknown"] .again').click()
    ada.until_state_of("kept in memory", "kept")
    ben.chat("6001", to="1001")
    ada.until_state_of("kept in memory", "read")
    assert ben.said("1001") == ["kept in memory"]


# Notifications


def test_whoever_has_asked_for_it_is_notified_while_looking_elsewhere(talking):
    ada, ben = talking
    ada.run("""
      window.shown = [];
      window.Notification = class {
        static permission = "default";
        static async requestPermission() { return (this.permission = "granted"); }
        constructor(title, options) { Object.assign(this, options, { title }); shown.push(this); }
        close() { this.isClosed = true; }
      };
    """)
    ada.look_away()
    ben.say("not asked for")
    ada.until_said("6001", "not asked for")
    ada.id("notify").click()
    ada.until(lambda: ada.id("notify").get_attribute("aria-pressed") == "true", "it was not switched on")
    ben.say("asked for")
    ada.until(lambda: ada.run("return shown.map(({ title, body }) => [title, body])") == [["6001", "asked for"]], "no notice")
    ada.look_away(False)
    ada.until(lambda: ada.run("return shown[0].isClosed"), "it stays when it was read")
    ada.id("notify").click()
    assert ada.id("notify").get_attribute("aria-pressed") == "false"


def test_thousands_of_messages_in_one_go_are_followed_to_the_end(daemon, ada, ben):
    ben.chat("6001", to="1001")
    ada.open("/static/chat.html")
    ada.call(
        "sotto.js",
        """(async () => {
          const sotto = new Sotto({ client: "1001" });
          await sotto.connect();
          for (let count = 0; count < 3_000; ) {
            const sent = [];
            for (let i = 0; i < 500; i++) sent.push(sotto.send("6001", `line ${count++}`).accepted);
            await Promise.all(sent);
          }
        })()""",
    )
    last = "return [...document.querySelectorAll('.log .message .text')].at(-1)?.textContent"
    ben.until(lambda: ben.run(last) == "line 2999", "the last did not come")
    assert ben.said("1001") == [f"line {i}" for i in range(2_000, 3_000)]
    assert ben.driver.title == "1001 · Sotto"  # all of it is read
    log = "const log = document.querySelector('.log'); return log.scrollHeight - log.scrollTop - log.clientHeight"
    ben.until(lambda: ben.run(log) < 5, "it is not at the end")
