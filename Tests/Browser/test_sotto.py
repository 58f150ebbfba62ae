"""The client of sotto.v1 where only a browser can tell: IndexedDB, tabs, reloads. The server is played by the page."""

import pytest

# sotto: a client whose sockets are `sockets`; greet() and say() play the server; seen: the texts that came.
CLIENT = """
  const [{ Sotto }, done] = [await import("/static/sotto.js"), arguments[arguments.length - 1]];
  const sockets = [], seen = [], errors = [];
  class Played {
    protocol = ""; bufferedAmount = 0; sent = [];
    constructor(url, protocols) { this.url = url; this.protocols = protocols; sockets.push(this); }
    send(frame) { this.sent.push(JSON.parse(frame)); }
    close() {}
  }
  const until = async (condition) => {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const say = (frame) => sockets.at(-1).onmessage({ data: JSON.stringify(frame) });
  const message = (seq, id = `m${seq}`) => say({ type: "message", from: "6001", id, seq, at: 1, text: id });
  const sotto = new Sotto({ client: "1001", WebSocket: Played });
  sotto.addEventListener("message", ({ detail }) => seen.push(detail.text));
  sotto.addEventListener("error", ({ detail }) => errors.push(detail.message));
  sotto.connect();
  await until(() => sockets.length === 1);
  sockets[0].protocol = "sotto.v1";
  sockets[0].onopen({});
  say({ type: "welcome", client: "1001", log: "log-a" });
  const received = () => sockets.at(-1).sent.findLast(({ type }) => type === "received")?.seq;
"""


def played(window, script):
    """What a script returns that plays the server of a fresh client, and the errors that the client has told."""
    wrapped = f"""
      const done = arguments[arguments.length - 1];
      (async function () {{ {CLIENT} const value = await (async () => {{ {script} }})(); return {{ value, errors }}; }})
        .apply(null, arguments)
        .then(done, (error) => done({{ errors: [String(error.stack)] }}));
    """
    answer = window.driver.execute_async_script(wrapped)
    assert answer["errors"] == []
    return answer["value"]


@pytest.fixture
def page(daemon, ada):
    # Without an id it connects to nothing by itself.
    ada.open("/static/chat.html")
    return ada


def test_what_was_processed_is_known_after_a_reload(page):
    address = page.address.replace("http", "ws")
    first = played(page, "message(1); message(2); await until(() => received() === 2); return [sockets[0].url, seen];")
    assert first == [f"{address}/ws/1001", ["m1", "m2"]]
    page.driver.refresh()
    second = played(
        page,
        """
        message(2); message(1002, "m1"); message(1003);
        await until(() => received() === 1003);
        return [sockets[0].url, seen];
        """,
    )
    assert second == [f"{address}/ws/1001?since=2", ["m1003"]]


def test_a_duplicated_tab_processes_for_itself(page):
    played(page, "message(1); await until(() => received() === 1);")
    original = page.driver.current_window_handle
    page.run("window.open(location.href)")  # with a copy of sessionStorage, as “duplicate tab” makes one
    try:
        (copy,) = set(page.driver.window_handles) - {original}
        page.driver.switch_to.window(copy)
        page.until(lambda: page.run("return document.readyState") == "complete", "never loaded")
        assert page.run("return sessionStorage.getItem('sotto.tab')") is not None
        script = "message(1); await until(() => received() === 1); return [sockets[0].url.includes('since'), seen];"
        assert played(page, script) == [False, ["m1"]]
    finally:
        page.driver.close()
        page.driver.switch_to.window(original)
    page.driver.refresh()
    assert played(page, "return sockets[0].url.endsWith('?since=1')") is True


def test_records_that_nobody_has_used_for_long_are_deleted(page):
    played(page, "message(1); await until(() => received() === 1);")
    aged = """
      const done = arguments[0];
      const opening = indexedDB.open("sotto", 1);
      opening.onsuccess = () => {
        const tabs = opening.result.transaction("tabs", "readwrite").objectStore("tabs");
        tabs.openCursor().onsuccess = ({ target: { result: cursor } }) => {
          cursor.update({ ...cursor.value, usedAt: Date.now() - 31 * 24 * 60 * 60 * 1000 }).onsuccess = () => {
            opening.result.close();
            done();
          };
        };
      };
    """
    page.driver.execute_async_script(aged)
    page.driver.refresh()
    assert played(page, "message(1); return [sockets[0].url.includes('since'), seen];") == [False, ["m1"]]


def test_a_file_goes_with_its_bytes(page):
    # The parts that Node plays otherwise: a File of the browser.
    sent = played(
        page,
        """
        let frame;
        Played.prototype.send = function (data) { frame = data; };
        sotto.sendFile("6001", new File([new Uint8Array([1, 2, 255])], "a.png", { type: "image/png" }), { id: "f" });
        await until(() => frame);
        const length = new DataView(frame.buffer).getUint16(0);
        return [JSON.parse(new TextDecoder().decode(frame.slice(2, 2 + length))), [...frame.slice(2 + length)]];
        """,
    )
    header = {"type": "send", "to": "6001", "id": "f", "mime": "image/png", "name": "a.png"}
    assert sent == [header, [1, 2, 255]]
