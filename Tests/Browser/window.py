"""A browser window that is looking at the pages, with verbs for what a person does there."""

import contextlib

from selenium.common.exceptions import TimeoutException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

SECONDS = 15

# Puts a file into a drop or paste event, as nothing outside the page can.
OFFER = """
  const [kind, bytes, name] = arguments;
  const files = new DataTransfer();
  files.items.add(new File([new Uint8Array(bytes)], name));
  const init = { bubbles: true, cancelable: true };
  document.getElementById("message").dispatchEvent(kind === "drop"
    ? new DragEvent("drop", { ...init, dataTransfer: files })
    : new ClipboardEvent("paste", { ...init, clipboardData: files }));
"""


class Window:
    def __init__(self, driver):
        self.driver = driver
        self.address = None
        self.loses_connection = False  # a test that cuts it off: the browser then reports failed connections

    # What a person does

    def open(self, path):
        self.driver.get(self.address + path)

    def chat(self, me, to=None):
        """Opens the chat, connected, with a conversation open if `to` is given."""
        self.open(f"/static/chat.html?id={me}" + (f"&to={to}" if to else ""))
        self.until_state("open")

    def leave(self):
        self.driver.get("about:blank")

    def say(self, text):
        """Types a message and sends it; a line break is typed as one."""
        field = self.id("message")
        first, *rest = text.split("\n")
        field.send_keys(first)
        for line in rest:
            field.send_keys(Keys.SHIFT, Keys.ENTER)
            field.send_keys(line)
        field.send_keys(Keys.ENTER)

    def send_file(self, path):
        self.id("file").send_keys(str(path))

    def drop(self, data, name):
        self.run(OFFER, "drop", list(data), name)

    def paste(self, data, name):
        self.run(OFFER, "paste", list(data), name)

    def press(self, *keys):
        """Keys that go wherever the focus is."""
        chain = ActionChains(self.driver)
        for key in keys:
            chain.send_keys(key)
        chain.perform()

    def look_away(self, away=True):
        """Makes the page believe that nobody looks at it; both browsers of a test have the focus otherwise."""
        self.run("document.hasFocus = () => !arguments[0]; dispatchEvent(new Event('focus'))", away)

    def open_conversation(self, peer):
        self.one(f'button[data-peer="{peer}"]').click()

    # What a person sees

    def id(self, name):
        return self.driver.find_element(By.ID, name)

    def one(self, selector):
        return self.until(lambda: self.all(selector), f"nothing matches {selector}")[0]

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def text(self, selector):
        """The text of all that matches, shown or not."""
        return self.run(
            "return [...document.querySelectorAll(arguments[0])].map((each) => each.textContent)", selector
        )

    def said(self, peer, by=None):
        """The texts in the conversation with `peer`, of both or `by` one of "me" and "peer"."""
        of = f'[data-from="{by}"]' if by else ""
        return self.text(f'.log[data-peer="{peer}"] .message{of} .text')

    def notices(self, peer):
        return self.text(f'.log[data-peer="{peer}"] .notice')

    @property
    def focus(self):
        return self.driver.switch_to.active_element.get_attribute("id")

    # Waiting and asking

    def until(self, condition, message, seconds=SECONDS):
        try:
            return WebDriverWait(self.driver, seconds, 0.05).until(lambda _: condition())
        except TimeoutException:
            raise AssertionError(f"{message}; {self._situation()}") from None

    def until_state(self, state):
        return self.until(lambda: self.all(f'body[data-state="{state}"]'), f"never {state}")

    def until_said(self, peer, text, by="peer"):
        return self.until(lambda: text in self.said(peer, by), f"{text!r} did not arrive")

    def until_notice(self, peer, words):
        return self.until(
            lambda: any(words in each for each in self.notices(peer)), f"no notice says {words!r}"
        )

    def until_state_of(self, text, state):
        """Waits until one's own message has come so far: `sent`, `kept`, `delivered`, `read` …"""
        return self.until(lambda: self.states().get(text) == state, f"{text!r} is not {state}")

    def states(self):
        """How far one's own texts have come, of the conversation that is open."""
        return dict(self.run("""
          return [...document.querySelectorAll('.log:not([hidden]) .message[data-from="me"]:has(.text)')]
            .map((each) => [each.querySelector(".text").textContent, each.dataset.state]);
        """))

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def call(self, module, expression):
        """The value of an expression over the names that a module of the page exports."""
        done = f"""
          const done = arguments[arguments.length - 1];
          import("/static/{module}")
            .then((module) => (async ({{ {self._names(module, expression)} }}) => ({expression}))(module))
            .then((value) => done({{ value }}), (error) => done({{ error: String(error) }}));
        """
        answer = self.driver.execute_async_script(done)
        assert "error" not in answer, answer["error"]
        return answer["value"]

    def _names(self, module, expression):
        script = "const done = arguments[0]; import(`/static/%s`).then((m) => done(Object.keys(m)))"
        names = self.driver.execute_async_script(script % module)
        return ", ".join(name for name in names if name in expression)

    def _situation(self):
        """What the page shows, for whoever reads why a test failed."""
        shown = {part: self.text(part) for part in ("#state-text", "#alert-text", "#held")}
        states = self.run("return [...document.querySelectorAll('.message')].map((each) => ({ ...each.dataset }))")
        return f"at {self.driver.current_url}: {shown}, messages: {states[-5:]}"

    @contextlib.contextmanager
    def phone(self, width=360, height=740):
        metrics = {"width": width, "height": height, "deviceScaleFactor": 2, "mobile": True}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        try:
            yield
        finally:
            self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})

    def complaints(self):
        """What the browser's console holds against the page: errors and violations of its policy."""
        log = self.driver.get_log("browser")
        if self.loses_connection:
            log = [entry for entry in log if entry["source"] != "network"]
        return [entry for entry in log if entry["level"] in ("SEVERE", "WARNING")]
