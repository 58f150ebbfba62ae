"""The pages as people use them: two browsers, one daemon."""

import json
import re

import pytest
from daemon import STATIC
from files import HTML, SVG, png, wav
from selenium.webdriver.common.keys import Keys

PAGES = ["index.html", "chat.html", "plain.html"]


@pytest.fixture
def talking(daemon, ada, ben):
    """1001 and 6001, each with the other's conversation open."""
    ada.chat("1001", to="6001")
    ben.chat("6001", to="1001")
    return ada, ben


# Messages


def test_two_windows_talk_both_ways(talking):
    ada, ben = talking
    ada.say("Good evening")
    ben.until_said("1001", "Good evening")
    ben.say("Good evening to you")
    ada.until_said("6001", "Good evening to you")
    assert ada.said("6001") == ["Good evening", "Good evening to you"]
    assert ben.said("1001") == ["Good evening", "Good evening to you"]
    ada.until_state_of("Good evening", "read")


def test_messages_keep_their_order(talking):
    ada, ben = talking
    expected = [f"message {i}" for i in range(30)]
    for text in expected:
        ada.say(text)
    ben.until_said("1001", expected[-1])
    assert ben.said("1001") == expected


@pytest.mark.parametrize(
    "text",
    [
        "<b>bold</b> <img src=x onerror='document.title=1'>",
        "<script>document.title = 'taken over'</script>",
        "two\nlines",
        "a:b:c",
        "Client #1001 left the chat",
        "Error: not really",
        "☂ ümläut",
    ],
)
def test_a_message_is_shown_as_the_text_it_is(talking, text):
    ada, ben = talking
    ada.say(text)
    ben.until_said("1001", text)
    assert ben.notices("1001") == []
    assert ben.run("return document.querySelector('.text').childElementCount") == 0
    assert not ben.id("alert").is_displayed()
    assert "Sotto" in ben.driver.title


def test_shift_and_enter_begins_a_line_and_enter_alone_sends(talking):
    ada, ben = talking
    field = ada.id("message")
    field.send_keys("one")
    field.send_keys(Keys.SHIFT, Keys.ENTER)
    field.send_keys("two")
    assert field.get_property("value") == "one\ntwo"
    field.send_keys(Keys.ENTER)
    ben.until_said("1001", "one\ntwo")
    assert field.get_property("value") == ""


def test_blank_text_is_not_sent(talking):
    ada, _ = talking
    ada.say("   ")
    assert ada.said("6001") == []


# Files


@pytest.mark.parametrize("way", ["button", "drop", "paste"])
def test_a_picture_goes_across_and_is_displayed(talking, tmp_path, way):
    ada, ben = talking
    picture = tmp_path / "picture.png"
    picture.write_bytes(png())
    if way == "button":
        ada.send_file(picture)
    else:
        getattr(ada, way)(png(), "picture.png")
    for window, peer in ((ben, "1001"), (ada, "6001")):  # one's own is shown as well
        image = window.one(f'.log[data-peer="{peer}"] .media[data-kind="image"] img')
        window.until(lambda: image.get_property("naturalWidth") == 48, "the picture did not load")
        assert image.get_property("src").startswith("blob:")
        assert image.is_displayed()


def test_sound_is_played_in_the_page(talking, tmp_path):
    ada, ben = talking
    sound = tmp_path / "sound.wav"
    sound.write_bytes(wav())
    ada.send_file(sound)
    player = ben.one('.media[data-kind="audio"] audio')
    ben.until(lambda: player.get_property("duration") == 1, "the sound did not load")


def test_video_is_played_in_the_page(talking):
    ada, ben = talking
    # Recorded by the browser itself: what it writes, it can read.
    ada.driver.execute_async_script("""
      const done = arguments[0];
      const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 48 });
      const pen = canvas.getContext("2d");
      const recorder = new MediaRecorder(canvas.captureStream(30), { mimeType: "video/webm;codecs=vp8" });
      let frames = 0;
      const draw = () => {
        pen.fillStyle = `rgb(${frames * 9} 90 90)`;
        pen.fillRect(0, 0, 64, 48);
        if (++frames < 12) setTimeout(draw, 30);
        else recorder.stop();
      };
      recorder.ondataavailable = ({ data }) => {
        const files = new DataTransfer();
        files.items.add(new File([data], "film.webm"));
        dispatchEvent(new DragEvent("drop", { dataTransfer: files, cancelable: true }));
        done();
      };
      recorder.start();
      draw();
    """)
    player = ben.one('.media[data-kind="video"] video')
    ben.until(lambda: player.get_property("videoWidth") == 64, "the video did not load")


@pytest.mark.parametrize(("name", "data"), [("drawing.svg", SVG), ("page.html", HTML), ("notes.png", b"not a picture")])
def test_all_else_is_offered_as_a_download_only(talking, tmp_path, name, data):
    ada, ben = talking
    sent = tmp_path / name
    sent.write_bytes(data)
    ada.send_file(sent)
    link = ben.one('.media[data-kind="download"] a[download]')
    assert link.get_attribute("href").startswith("blob:")
    assert not ben.all(".log img, .log audio, .log video, .log iframe, .log object, .log embed, .log svg script")

    saved = tmp_path / "saved"
    saved.mkdir()
    ben.driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(saved)})
    link.click()
    ben.until(lambda: [each.read_bytes() for each in saved.glob(name)] == [data], "it was not saved")
    assert ben.driver.title.endswith("Sotto")


def test_a_picture_that_cannot_be_decoded_becomes_a_download(talking):
    ada, ben = talking
    ada.drop(png()[:40], "broken.png")
    ben.one('.media[data-kind="download"] a[download]')


def test_a_file_up_to_the_limit_goes_across_and_one_byte_more_does_not(talking, tmp_path):
    ada, ben = talking
    header = {"type": "send", "to": "6001", "id": "0" * 32, "mime": "application/octet-stream", "name": "file.bin"}
    room = 16 * 1024 * 1024 - 2 - len(json.dumps(header, separators=(",", ":")))
    file = tmp_path / "file.bin"
    file.write_bytes(bytes(room + 1))
    ada.send_file(file)
    ada.until(lambda: "server takes messages of at most 16.0 MiB" in ada.one(".outcome").text, "nothing was said")
    assert not ada.one(".again").is_displayed()  # it would be in vain
    ada.one(".discard").click()
    assert not ada.all(".message")
    file.write_bytes(bytes(room))
    ada.send_file(file)
    ben.one('.media[data-kind="download"]')


def test_a_picture_can_be_seen_large_and_put_away(talking):
    ada, _ = talking
    ada.drop(png(), "picture.png")
    ada.one(".picture").click()
    ada.until(lambda: ada.id("viewer").is_displayed(), "not shown")
    ada.press(Keys.ESCAPE)
    ada.until(lambda: not ada.id("viewer").is_displayed(), "still shown")


def test_a_forgotten_conversation_gives_back_what_it_held(talking):
    ada, _ = talking
    ada.drop(png(), "picture.png")
    address = ada.one(".picture img").get_property("src")
    ada.run("window.revoked = []; URL.revokeObjectURL = (url) => revoked.push(url)")
    ada.id("forget").click()
    assert address in ada.run("return revoked")
    assert not ada.all(".log")
    assert ada.id("welcome").is_displayed()


# Notices and conversations


def test_the_other_is_told_when_one_closes_the_page(talking):
    ada, ben = talking
    ada.say("hello")
    ben.until_said("1001", "hello")
    ada.leave()
    ben.until_notice("1001", "1001 left the chat")


def test_the_other_is_told_when_one_disconnects(talking):
    ada, ben = talking
    ada.say("hello")
    ben.until_said("1001", "hello")
    ada.id("disconnect").click()
    ada.until_state("closed")
    ben.until_notice("1001", "1001 left the chat")
    assert ada.id("connect").text == "Connect"
    assert ada.id("state-text").text == "Not connected"
    assert ada.focus == "client-id"


def test_unread_messages_are_counted_until_they_are_looked_at(daemon, ada, ben):
    ada.chat("1001", to="9009")
    ben.chat("6001", to="1001")
    for count, text in enumerate(["one", "two", "three"], start=1):
        ben.say(text)
        ada.one(f'button[data-peer="6001"] .unread[data-count="{count}"]:not([hidden])')
        ada.until(lambda: ada.driver.title.startswith(f"({count})"), "the title does not count")
    assert ada.id("peer-name").text == "9009"
    ada.open_conversation("6001")
    ada.until(lambda: not ada.one('button[data-peer="6001"] .unread').is_displayed(), "still unread")
    assert ada.driver.title == "6001 · Sotto"
    assert ada.said("6001") == ["one", "two", "three"]


def test_conversations_are_kept_apart(daemon, ada, ben):
    ada.chat("1001", to="6001")
    ada.say("for 6001")
    ada.id("peer-id").send_keys("7001", Keys.ENTER)
    ada.say("for 7001")
    assert ada.said("6001") == ["for 6001"]
    assert ada.said("7001") == ["for 7001"]
    ben.chat("7001", to="1001")
    ben.until_said("1001", "for 7001")
    assert ben.said("1001") == ["for 7001"]


@pytest.mark.parametrize("id", ["a b", "a:b", "a/b", "..", "x" * 64 + "é"])
def test_an_impossible_id_is_refused_beside_its_field(daemon, ada, id):
    ada.open("/static/chat.html")
    for field in ("client-id", "peer-id"):
        ada.run("arguments[0].value = arguments[1]", ada.id(field), id)
        ada.id(field).send_keys(Keys.ENTER)
        assert ada.id(f"{field}-error").is_displayed()
        assert ada.id(field).get_attribute("aria-invalid") == "true"
    assert not ada.all("#conversations button")


def test_nothing_of_one_person_is_left_for_the_next(talking):
    ada, ben = talking
    ada.say("as 1001")
    ben.until_said("1001", "as 1001")
    ada.id("disconnect").click()
    ada.say("never sent by another")
    ada.id("client-id").clear()
    ada.id("client-id").send_keys("1002", Keys.ENTER)
    ada.until_state("open")
    assert not ada.all(".message")
    ada.id("peer-id").send_keys("6001", Keys.ENTER)
    ada.say("as 1002")
    ada.until_state_of("as 1002", "delivered")
    assert ben.said("1001") == ["as 1001"]
    ben.open_conversation("1002")
    ben.until_said("1002", "as 1002")


# The connection


def test_the_address_says_who_one_is_and_with_whom(daemon, ada):
    ada.chat("1001", to="6001")
    assert ada.id("me-name").text == "1001"
    assert ada.id("state-text").text == "Connected"
    assert ada.id("peer-name").text == "6001"
    assert ada.focus == "message"


def test_the_page_comes_back_by_itself_and_sends_what_was_typed_meanwhile(daemon, talking):
    ada, ben = talking
    ada.loses_connection = ben.loses_connection = True
    ada.say("before")
    ben.until_said("1001", "before")
    daemon.kill()
    ada.until(lambda: ada.id("held").is_displayed(), "the loss was not noticed")
    ada.say("meanwhile")
    ada.drop(png(), "meanwhile.png")
    ada.one('#held[data-count="2"]')
    assert "kept in this page" in ada.id("held").text
    assert ada.all('.message[data-state="waiting"]')
    daemon.start()
    ada.until_state("open")
    ben.until_state("open")
    ben.until_said("1001", "meanwhile")
    ben.one('.media[data-kind="image"]')
    ben.say("after")
    ada.until_said("6001", "after")
    assert not ada.id("held").is_displayed()


def test_it_comes_back_at_once_when_the_network_does(daemon, ada):
    ada.loses_connection = True
    ada.chat("1001")
    # The longest of all waits, so that only the event can end it.
    ada.run("Math.random = () => 1e6")
    daemon.kill()
    ada.until_state("waiting")
    daemon.start()
    ada.run("dispatchEvent(new Event('online'))")
    ada.until_state("open")


def test_a_connection_that_was_replaced_stays_away_and_says_why(start_daemon, ada, ben):
    ada.address = ben.address = start_daemon("--duplicate-ids", "replace").address
    ada.chat("1001")
    ben.chat("1001")
    ada.until_state("closed")
    assert "in use by another connection" in ada.id("state-text").text
    assert ada.id("connect").text == "Connect"


def test_a_refused_connection_is_explained(start_daemon, ada, ben):
    ada.address = ben.address = start_daemon("--duplicate-ids", "reject").address
    ada.chat("1001")
    ben.open("/static/chat.html?id=1001")
    ben.until_state("closed")
    assert "in use by another connection" in ben.id("state-text").text


def test_a_message_that_the_server_finds_too_large_is_refused_beside_it(start_daemon, ada):
    ada.address = start_daemon("--max-message-size", "64KiB").address
    ada.chat("1001", to="6001")
    ada.drop(bytes(70_000), "file.bin")
    ada.until(lambda: "“file.bin” has 0.1 MiB" in ada.one(".outcome").text, "nothing was said")
    assert ada.id("held").get_attribute("data-count") == "0"


# Policy, keyboard, small screens


@pytest.mark.parametrize("name", PAGES)
def test_a_page_allows_neither_inline_script_nor_another_origin(name):
    page = (STATIC / name).read_text()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[1]
    assert policy.startswith("default-src 'none'")
    allowed = {source for rule in policy.split(";") for source in rule.split()[1:]}
    assert allowed <= {"'none'", "'self'", "blob:", "'script'"}
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:", page)
    assert not re.search(r'(?:src|href|action)="(?!/|\?|#)', page)


def test_script_put_into_the_page_does_not_run(daemon, ada):
    ada.open("/static/chat.html")
    ada.run("""
      addEventListener("securitypolicyviolation", (event) => (window.violated = event.effectiveDirective));
      const script = document.createElement("script");
      try { script.textContent = "document.title = 'taken over'"; document.body.append(script); }
      catch { window.violated = "thrown"; }
    """)
    ada.until(lambda: ada.run("return window.violated"), "the policy did not stop it")
    assert ada.driver.title == "Sotto"
    ada.driver.get_log("browser")  # the violation that was asked for


def test_everything_can_be_done_with_the_keyboard(daemon, ada, ben):
    def tab_to(window, wanted):
        for _ in range(25):
            if window.run("return document.activeElement.matches(arguments[0])", wanted):
                return
            window.press(Keys.TAB)
        raise AssertionError(f"the focus never came to {wanted}")

    ada.open("/static/chat.html")
    tab_to(ada, "#client-id")
    ada.press("1001", Keys.ENTER)
    ada.until_state("open")
    tab_to(ada, "#peer-id")
    ada.press("6001", Keys.ENTER)
    assert ada.focus == "message"
    ada.press("typed", Keys.ENTER)
    ben.chat("6001", to="1001")
    ben.until_said("1001", "typed")

    tab_to(ada, "#peer-id")
    ada.press("7001", Keys.ENTER)
    ben.say("answered")
    ada.one('button[data-peer="6001"] .unread[data-count="1"]')
    tab_to(ada, 'button[data-peer="6001"]')
    ada.press(Keys.ENTER)
    assert ada.id("peer-name").text == "6001"
    tab_to(ada, '.log[data-peer="6001"]')
    tab_to(ada, "#attach")
    tab_to(ada, "#message")
    ada.press("and again")
    tab_to(ada, "#send")
    ada.press(Keys.SPACE)
    ben.until_said("1001", "and again")


def test_the_focus_can_be_seen_wherever_it_is(daemon, ada):
    ada.chat("1001", to="6001")
    for _ in range(15):
        ada.press(Keys.TAB)
        seen = ada.run("""
          const element = document.activeElement;
          const ring = (each) => getComputedStyle(each).outlineStyle !== "none";
          return element === document.body || ring(element) || ring(element.closest("form") ?? element);
        """)
        assert seen, ada.driver.switch_to.active_element.get_attribute("outerHTML")


def test_a_screen_reader_finds_names_and_landmarks(talking):
    ada, ben = talking
    ben.say("hello")
    ben.drop(png(), "picture.png")
    ada.until_said("6001", "hello")
    ada.one(".picture img")
    for element in ada.all("button, input:not([type=file]), textarea, a, audio, video, img:not([alt=''])"):
        if element.is_displayed():
            assert element.accessible_name, element.get_attribute("outerHTML")
    assert {each.aria_role for each in ada.all("main, nav, aside")} == {"main", "navigation", "complementary"}
    assert ada.one('.log[data-peer="6001"]').aria_role == "log"
    assert ada.id("state").aria_role == "status"
    assert ada.one('button[data-peer="6001"]').get_attribute("aria-current") == "true"
    assert ada.one(".picture img").get_attribute("alt") == "Picture from 6001: picture.png"


def test_a_phone_shows_the_list_or_the_conversation_and_never_scrolls_sideways(daemon, ada, ben):
    def fits():
        wide = ada.run("return document.documentElement.scrollWidth - innerWidth")
        log = ada.run("return [...document.querySelectorAll('.log')].map((each) => each.scrollWidth - each.clientWidth)")
        return wide <= 0 and all(each <= 0 for each in log)

    with ada.phone(360):
        ada.open("/")
        assert fits()
        ada.chat("1001")
        assert fits()
        assert not ada.id("conversation").is_displayed()
        ben.chat("6001", to="1001")
        ben.say("x" * 400)
        ben.drop(png(2000, 10), "wide.png")
        ada.one('button[data-peer="6001"] .unread[data-count="2"]')
        assert fits()
        ada.open_conversation("6001")
        ada.until(lambda: ada.id("message").is_displayed(), "the conversation did not open")
        assert not ada.id("sidebar").is_displayed()
        ada.until(lambda: ada.one(".picture img").get_property("naturalWidth") == 2000, "no picture")
        ben.leave()
        ada.until_notice("6001", "left the chat")
        assert fits()
        ada.id("back").click()
        assert ada.id("sidebar").is_displayed()
        assert not ada.id("conversation").is_displayed()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_both_colour_schemes_are_readable(talking, scheme):
    ada, ben = talking
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    ada.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    ada.say("mine")
    ben.say("theirs")
    ada.until_said("6001", "theirs")
    try:
        for selector in ('[data-from="me"] .bubble', '[data-from="peer"] .bubble', "#connect", "#send"):
            assert ada.run(CONTRAST, selector) >= 4.5, selector
        background = ada.run("return getComputedStyle(document.body).backgroundColor")
        assert (sum(map(int, re.findall(r"\d+", background)[:3])) < 384) == (scheme == "dark")
    finally:
        ada.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


# WCAG 2: relative luminance, and the ratio of ink and ground.
CONTRAST = """
  const style = getComputedStyle(document.querySelector(arguments[0]));
  const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
  const ground = getComputedStyle(document.body).backgroundColor;
  const luminance = (...colours) => {
    for (const colour of colours) { pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); }
    const [r, g, b] = [...pen.getImageData(0, 0, 1, 1).data].map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const pair = [luminance(ground, style.backgroundColor), luminance(style.color)].sort((a, b) => b - a);
  return (pair[0] + 0.05) / (pair[1] + 0.05);
"""


def test_the_welcome_page_leads_to_the_chat(daemon, ada):
    ada.open("/")
    ada.id("open-chat").click()
    ada.until(lambda: ada.driver.current_url.endswith("/static/chat.html"), "the link leads elsewhere")
    assert ada.id("client-id").is_displayed()


def test_the_welcome_page_connects_with_an_id(daemon, ada):
    ada.open("/")
    ada.id("start-id").send_keys("1001")
    ada.id("start-to").send_keys("6001", Keys.ENTER)
    ada.until_state("open")
    assert ada.id("peer-name").text == "6001"
