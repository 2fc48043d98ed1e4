"""Pages as markup: what they consist of, and what every page of the site has in common."""

import re
from html.parser import HTMLParser
from urllib.parse import urlsplit


class Page(HTMLParser):
    """What a page consists of, and whether its elements are closed in order."""

    VOID = frozenset(("meta", "link", "img", "input", "br"))
    OPTIONAL = frozenset(("li",))

    def __init__(self, text):
        super().__init__()
        self.elements = []
        self.open = []
        self.labelled = []
        """The attributes of what stands within a label."""
        self.text = ""
        self.links = []
        """The texts of links."""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if "label" in self.open:
            self.labelled.append(self.elements[-1][1])
        if tag == "a":
            self.links.append("")
        if tag in self.OPTIONAL and self.open and self.open[-1] == tag:
            self.open.pop()
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if self.open[-1] in self.OPTIONAL and tag != self.open[-1]:
            self.open.pop()
        assert self.open.pop() == tag, (tag, self.getpos())

    def handle_data(self, data):
        self.text += data
        if "a" in self.open:
            self.links[-1] += data

    def all(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]


def own_scripts(page):
    """Whether all scripts are files of ours; what holds data is none."""
    scripts = [script for script in page.all("script") if script.get("type") != "application/ld+json"]
    return all(script.get("src", "").startswith("/static/") for script in scripts)


def fetch(client, path, accept="text/html", **headers):
    return client.get(path, headers={"Accept": accept, **headers}, buffered=True)


def whole(client, path):
    """A page and the response it came in, after a look at all that pages have in common: it is whole, light and safe."""
    response = fetch(client, path)
    assert response.status_code == 200
    assert response.content_type == "text/html; charset=utf-8"
    lang = path.split("/")[1]
    assert response.headers["Content-Language"] == lang
    assert len(response.data) < 100_000
    page = Page(response.text)
    assert page.open == []
    assert page.all("html")[0]["lang"] == lang
    assert len(page.all("h1")) == len(page.all("main")) == 1
    ids = [attrs["id"] for _, attrs in page.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {link["href"][1:] for link in page.all("a") if link.get("href", "").startswith("#")} <= set(ids)
    assert all("alt" in image for image in page.all("img"))
    # A thing is called by its name, not by the end of its IRI.
    assert [text for text in page.links if re.match(r"(body|law|plan|platform|policy)/", text.strip())] == []
    labels = {label["for"] for label in page.all("label") if "for" in label}
    fields = [field for name in ("input", "textarea") for field in page.all(name) if field.get("type") != "hidden"]
    assert all(field in page.labelled or field["id"] in labels for field in fields)
    assert all(attrs.get("aria-label") for _, attrs in page.elements if attrs.get("role") == "region")
    # Nothing that the policy of the server would stop: no script or style in the page, nothing from elsewhere.
    assert not page.all("style")
    assert own_scripts(page)
    assert not [attrs for _, attrs in page.elements if "style" in attrs or any(name.startswith("on") for name in attrs)]
    assert all(urlsplit(link["href"]).netloc == "" for link in page.all("link"))
    assert client.application.extensions["keifu"].store.manifest.version in page.text
    assert "{{" not in page.text
    return page, response
