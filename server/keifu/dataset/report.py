"""What the shapes found, as text for people, JSON for programs and the report of the SHACL standard."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from rdflib import Graph

from keifu.namespaces import shrink

SEVERITIES = {
    "Violation": {"ja": "違反", "en": "violation"},
    "Warning": {"ja": "警告", "en": "warning"},
    "Info": {"ja": "助言", "en": "advice"},
}
IRI = re.compile(r"https?://[!-~]+?(?=[\s\"。、（）).,;]*(?:[^!-~]|\s|$))")


@dataclass(frozen=True)
class Result:
    """One finding: where it is, what is wrong and how to mend it."""

    focus: str
    """The node at fault: its IRI, or the label of a blank node."""
    path: str | None
    """The property at fault, if the shape is about one."""
    value: str | None
    """The value at fault, if there is one."""
    severity: str
    """Violation, Warning or Info (SHACL §2.1.4)."""
    messages: Mapping[str, str]
    """The sentence in `ja` and in `en`."""
    shape: str
    """IRI of the shape that the node does not meet."""
    file: str | None
    """The file that describes the node, or None where none does."""
    line: int | None
    """The line (from 1) where its description begins, or None where it stands at no margin."""

    @property
    def place(self) -> str:
        """`file:line: `, as far as it is known."""
        if self.file is None:
            return ""
        return f"{self.file}: " if self.line is None else f"{self.file}:{self.line}: "

    def message(self, lang: str) -> str:
        """The sentence, with IRIs shortened."""
        return IRI.sub(lambda iri: shrink(iri[0]), self.messages[lang])

    def text(self, lang: str) -> str:
        """One paragraph: place, severity, node and shape; the message; the value where the message does not show it."""
        lines = [f"{self.place}{SEVERITIES[self.severity][lang]} {shrink(self.focus)} [{shrink(self.shape)}]"]
        lines.append(f"    {self.message(lang)}")
        if self.value is not None and self.value not in self.messages[lang]:
            lines.append(f"    {'値' if lang == 'ja' else 'value'}: {shrink(self.value)}")
        return "\n".join(lines)


@dataclass(frozen=True)
class Report:
    """All findings, by file and line."""

    results: tuple[Result, ...]
    graph: Graph = field(repr=False, compare=False)
    """The same findings as a validation report (SHACL §3.6)."""

    @property
    def violations(self) -> tuple[Result, ...]:
        """The findings that make the data wrong; the others do not stop a build."""
        return tuple(result for result in self.results if result.severity == "Violation")

    def text(self, lang: str) -> str:
        """A paragraph for each finding in `ja` or `en`, and a line that counts them."""
        count = Counter(result.severity for result in self.results)
        paragraphs = [result.text(lang) for result in self.results]
        if lang == "ja":
            paragraphs.append("、".join(f"{name['ja']} {count[severity]} 件" for severity, name in SEVERITIES.items()))
        else:
            paragraphs.append(", ".join(f"{name['en']}: {count[severity]}" for severity, name in SEVERITIES.items()))
        return "\n\n".join(paragraphs)

    def json(self) -> str:
        """`{"conforms": …, "results": […]}`; it conforms if there is no violation."""
        data = {"conforms": not self.violations, "results": [asdict(result) for result in self.results]}
        return json.dumps(data, ensure_ascii=False, indent=1)

    def turtle(self) -> str:
        """The report of the standard (sh:ValidationReport) in Turtle."""
        return self.graph.serialize(format="turtle")


def results_in(text: str) -> tuple[Result, ...]:
    """The findings of a report written by `Report.json`."""
    return tuple(Result(**each) for each in json.loads(text)["results"])
