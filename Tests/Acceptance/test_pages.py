"""The pages that Sotto brings along, as the daemon serves them."""

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest

STATIC = Path(__file__).resolve().parents[2] / "static"
PAGES = ["/", "/static/index.html", "/static/chat.html"]


class Page(HTMLParser):
    """What a page asks the browser to load, and what it forbids."""

    def __init__(self, text):
        super().__init__()
        self.links, self.inline, self.policy = [], [], None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag == "meta" and (values.get("http-equiv") or "").lower() == "content-security-policy":
            self.policy = values["content"]
        if tag == "script" and "src" not in values:
            self.inline.append("script")
        self.inline += [name for name in values if name.startswith("on")]
        self.links += [values[name] for name in ("src", "href") if values.get(name)]


@pytest.fixture
def server(start):
    return start("--static", str(STATIC))


@pytest.mark.parametrize("path", PAGES)
def test_a_page_forbids_inline_scripts_and_foreign_origins_in_a_meta_element(server, path):
    policy = Page(server.get(path).text()).policy
    directives = {words[0]: words[1:] for words in (part.split() for part in policy.split(";")) if words}
    scripts = directives.get("script-src", directives.get("default-src"))
    assert scripts is not None and "'unsafe-inline'" not in scripts and "'unsafe-eval'" not in scripts
    for name, sources in directives.items():
        for source in sources:
            assert "*" not in source and not source.startswith(("http:", "https:")), f"{name} allows {source}"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_inline_script(server, path):
    assert Page(server.get(path).text()).inline == []


@pytest.mark.parametrize("path", PAGES)
def test_everything_that_a_page_names_on_this_server_is_there(server, path):
    for link in Page(server.get(path).text()).links:
        target = urlsplit(urljoin(path, link))
        if not target.scheme and not target.netloc:
            assert server.get(target.path).status == 200, link


def test_the_welcome_page_leads_to_the_chat(server):
    assert "/static/chat.html" in [urlsplit(urljoin("/", link)).path for link in Page(server.get("/").text()).links]


def test_no_policy_is_put_on_other_peoples_pages(start):
    server = start()
    for path in ("/", "/static/chat.html"):
        assert "content-security-policy" not in server.get(path).headers
