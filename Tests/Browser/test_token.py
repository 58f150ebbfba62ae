"""The chat page and a server that asks for tokens."""

import time

import jwt
import pytest

SECRET = "a secret of more than thirty-two bytes, for tests"

pytestmark = pytest.mark.usefixtures("daemon")


@pytest.fixture
def daemon(start_daemon):
    return start_daemon("--auth", "jwt", "--jwt-secret", SECRET)


def token(client_id, ends_in=3600, **more):
    return jwt.encode({"sub": client_id, "exp": time.time() + ends_in} | more, SECRET, "HS256")


def enter(window, value):
    """Types a token into the field that the page shows."""
    window.until(lambda: window.id("token").is_displayed(), "the page asks for no token")
    window.id("token").clear()
    window.id("token").send_keys(value)
    window.id("connect").click()


def test_two_people_talk_by_tokens_of_the_address(ada, ben):
    ada.open(f"/static/chat.html?id=1001&to=6001#token={token('1001')}")
    ben.open(f"/static/chat.html?id=6001&to=1001#token={token('6001')}")
    for window in (ada, ben):
        window.until_state("open")
    ada.say("hello")
    ben.until_said("1001", "hello")
    ben.say("hello yourself")
    ada.until_said("6001", "hello yourself")
    # Nothing of it is sent to the server, or kept in the browser.
    assert "token" not in ada.run("return location.search")
    assert "eyJ" not in ada.run("return JSON.stringify({ ...localStorage, ...sessionStorage })")


def test_the_page_asks_for_a_token(ada):
    ada.open("/static/chat.html?id=1001")
    enter(ada, token("1001"))
    ada.until_state("open")
    assert "eyJ" not in ada.run("return location.href")


def test_the_page_asks_again_when_the_token_is_wrong(ada):
    ada.open(f"/static/chat.html?id=1001#token={token('6001')}")
    ada.until_state("closed")
    assert "token was not accepted" in ada.id("state-text").text
    enter(ada, token("1001"))
    ada.until_state("open")


def test_the_page_asks_again_when_the_token_has_expired(ada):
    # With the leeway of 30 s it is good for two seconds.
    ada.open(f"/static/chat.html?id=1001#token={token('1001', ends_in=-28)}")
    ada.until_state("open")
    ada.until_state("closed")
    enter(ada, token("1001"))
    ada.until_state("open")


def test_a_message_to_whom_the_token_does_not_allow_is_said_not_to_be_sent(ada):
    ada.open(f"/static/chat.html?id=1001&to=6001#token={token('1001', peers=['7001'])}")
    ada.until_state("open")
    ada.say("hello")
    ada.until_state_of("hello", "refused")
    assert "does not allow" in ada.id("alert-text").text
