"""What a page shows, read from its HTML as a person reads it: figures of strips, rows of tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

# Elements that nothing stands in.
_VOID = frozenset({"br", "img", "input", "link", "meta", "hr", "use", "rect", "path", "source"})


@dataclass
class _Element:
    tag: str
    attributes: dict[str, str]
    parts: list[_Element | str] = field(default_factory=list)

    def text(self) -> str:
        """Return its text with single plain spaces."""
        said = "".join(part if isinstance(part, str) else part.text() for part in self.parts)
        return " ".join(said.split())

    def all(self, tag: str) -> list[_Element]:
        """Return the elements of a kind within, in their order."""
        found: list[_Element] = []
        for part in self.parts:
            if isinstance(part, _Element):
                found += [part] if part.tag == tag else []
                found += part.all(tag)
        return found

    def classes(self) -> set[str]:
        return set(self.attributes.get("class", "").split())


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [_Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = _Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].parts.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open[-1].parts.append(_Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag in {element.tag for element in self.open[1:]}:
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.open[-1].parts.append(data)


@dataclass(frozen=True)
class Screen:
    """A page that was drawn."""

    root: _Element

    def figure(self, label: str) -> tuple[str, str]:
        """Return the value of a strip's figure and the note below it."""
        for item in self.root.all("li"):
            spans = item.all("span")
            if [span.text() for span in spans if "k" in span.classes()] == [label]:
                (value,) = (span.text() for span in spans if "big" in span.classes())
                note, *_before = (span.text() for span in spans if "xs" in span.classes())
                return value, note
        raise LookupError(f"no figure {label!r} on the page")

    def table(self, name: str, *, instead: str = "") -> list[dict[str, str]]:
        """Return the rows of a table by its caption, or by the name of the region it scrolls in.

        ``instead`` is the sentence that may stand in its place, where there is nothing to list.
        """
        if instead and instead in self.root.text():
            return []
        regions = [
            part
            for part in self.root.all("div")
            if " ".join(part.attributes.get("aria-label", "").split()) == name
        ]
        tables = [table for region in regions for table in region.all("table")] or [
            table
            for table in self.root.all("table")
            if [caption.text() for caption in table.all("caption")] == [name]
        ]
        (table,) = tables
        (head,), (body,) = table.all("thead"), table.all("tbody")
        columns = [cell.text() for cell in head.all("th")]
        rows = [
            [part for part in row.parts if isinstance(part, _Element)] for row in body.all("tr")
        ]
        return [
            dict(zip(columns, (cell.text() for cell in row), strict=True))
            for row in rows
            if len(row) == len(columns)
        ]


def screen_of(html: str) -> Screen:
    """Return what a page shows."""
    tree = _Tree()
    tree.feed(html)
    return Screen(tree.open[0])
