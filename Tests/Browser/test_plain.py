"""The page that shows the plain protocol to whoever wants to learn it."""

from daemon import STATIC


def lines(window):
    return window.text("#log li")


def until_line(window, line):
    window.until(lambda: line in lines(window), f"no line says {line!r}")


def say(window, text):
    window.id("text").send_keys(text)
    window.one("button").click()


def test_two_windows_talk_plainly(daemon, ada, ben):
    ada.open("/static/plain.html?id=1001&to=6001")
    ben.open("/static/plain.html?id=6001&to=1001")
    assert ada.id("me").text == "1001"
    until_line(ada, "Connected.")
    until_line(ben, "Connected.")
    say(ada, "<b>Good</b>: evening")
    until_line(ada, "To 6001: <b>Good</b>: evening")
    until_line(ben, "Client #1001 says: <b>Good</b>: evening")
    assert ada.id("text").get_property("value") == ""
    say(ben, "And to you")
    until_line(ada, "Client #6001 says: And to you")
    ben.leave()
    until_line(ada, "Client #6001 left the chat")


def test_the_end_of_the_connection_is_said(daemon, ada):
    ada.open("/static/plain.html")
    until_line(ada, "Connected.")
    daemon.kill()
    until_line(ada, "The connection has ended. Load the page again to come back.")
    say(ada, "lost?")
    until_line(ada, "There is no connection.")
    assert ada.id("text").get_property("value") == "lost?"


def test_it_can_be_read_in_one_go():
    files = [STATIC / name for name in ("plain.html", "plain.js")]
    assert sum(len(file.read_text().splitlines()) for file in files) < 60
