import os
import shutil

import pytest
from daemon import Daemon
from selenium import webdriver
from window import Window

FLAGS = ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1200,800"]
# The tests of https have a certificate of their own making.
FLAGS.append("--ignore-certificate-errors")


def new_driver():
    options = webdriver.ChromeOptions()
    # Where neither is found, Selenium looks for a browser and fetches a driver by itself.
    browser = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if browser:
        options.binary_location = browser
    for flag in FLAGS:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))


@pytest.fixture(scope="session")
def drivers():
    """Two browsers for all tests: starting one takes longer than most tests."""
    started = []
    try:
        started += [new_driver(), new_driver()]
        yield started
    finally:
        for driver in started:
            driver.quit()


@pytest.fixture
def start_daemon(tmp_path):
    """Starts a daemon with flags of the test's own."""
    started = []

    def start(*flags):
        started.append(Daemon(tmp_path, *flags))
        return started[-1]

    yield start
    for daemon in started:
        daemon.kill()


@pytest.fixture
def daemon(start_daemon):
    return start_daemon()


@pytest.fixture
def windows(drivers, request):
    """Two windows; a test fails when the browser found anything wrong with the page in either."""
    pair = [Window(driver) for driver in drivers]
    if "daemon" in request.fixturenames:
        address = request.getfixturevalue("daemon").address
        for window in pair:
            window.address = address
    yield pair
    for window in pair:
        window.leave()
    assert [window.complaints() for window in pair] == [[], []]


@pytest.fixture
def third(windows, daemon):
    """One more window, of a browser of its own."""
    driver = new_driver()
    window = Window(driver)
    window.address = daemon.address
    try:
        yield window
        window.leave()
        assert window.complaints() == []
    finally:
        driver.quit()


@pytest.fixture
def ada(windows):
    return windows[0]


@pytest.fixture
def ben(windows):
    return windows[1]
