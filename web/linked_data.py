"""The trace for machines: JSON-LD in the words of schema.org and PROV-O. The context stands in the file; nothing is fetched."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from deliberation.outcomes import Answer, Proof, Recommended, Step
from deliberation.trace_items import Graph, Item, ItemKind
from deliberation.translations import Reading
from deliberation.values import EvidenceKind

CONTEXT: dict[str, Any] = {
    "@version": 1.1,
    "schema": "https://schema.org/",
    "prov": "http://www.w3.org/ns/prov#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "text": {"@id": "schema:text", "@container": "@language"},
    "alternateName": "schema:alternateName",
    "inLanguage": "schema:inLanguage",
    "isPartOf": {"@id": "schema:isPartOf", "@type": "@id"},
    "url": {"@id": "schema:url", "@type": "@id"},
    "status": "schema:creativeWorkStatus",
    "published": {"@id": "schema:datePublished", "@type": "xsd:dateTime"},
    "due": {"@id": "schema:endDate", "@type": "xsd:date"},
    "done": {"@id": "prov:endedAtTime", "@type": "xsd:date"},
    "legislation": {"@id": "schema:legislationIdentifier"},
    "source": {"@id": "prov:hadPrimarySource", "@type": "@id"},
    "office": {"@id": "prov:wasAttributedTo"},
    "name": "schema:name",
    "wasDerivedFrom": {"@id": "prov:wasDerivedFrom", "@type": "@id"},
    "ledTo": {"@reverse": "prov:wasDerivedFrom", "@type": "@id"},
}
TYPES = {
    ItemKind.STATEMENT: "schema:Comment",
    ItemKind.FINDING: "schema:Claim",
    ItemKind.RECOMMENDATION: "schema:Recommendation",
    ItemKind.RESPONSE: "schema:Answer",
    ItemKind.MILESTONE: "prov:Plan",
}
EVIDENCE_TYPES = {
    EvidenceKind.CLAUSE: "schema:Legislation",
    EvidenceKind.PHOTO: "schema:Photograph",
    EvidenceKind.CONTRACT: "schema:DigitalDocument",
    EvidenceKind.BUDGET_LINE: "schema:DigitalDocument",
    EvidenceKind.OTHER: "schema:CreativeWork",
}
Address = Callable[[Item], str]


def document(graphs: Iterable[Graph], address: Address, conversation: str, first: str | None = None) -> dict[str, Any]:
    """`graphs` are the same one, read in several languages; `conversation` is its address. The item `first` stands first."""
    read = list(graphs)
    texts = _texts(read)
    one = read[0]
    items = sorted(one.items.values(), key=lambda item: item.key != first)
    return {"@context": CONTEXT, "@graph": [_item(item, one, texts, address, conversation) for item in items]}


def _texts(graphs: Iterable[Graph]) -> dict[str, dict[str, str]]:
    """By item, its text in every language that there is."""
    found: dict[str, dict[str, str]] = {}
    for graph in graphs:
        for key, item in graph.items.items():
            if item.title is not None:
                found.setdefault(key, {}).update(_said(item.title))
    return found


def _said(reading: Reading) -> dict[str, str]:
    said = {reading.language or "@none": reading.text}
    if reading.original is not None:
        said[reading.original_language or "@none"] = reading.original
    return said


def _item(item: Item, graph: Graph, texts: Mapping[str, dict[str, str]], address: Address, conversation: str) -> dict[str, Any]:
    before, after = graph.next_to(item.key)
    node = {
        "@id": address(item),
        "@type": ["prov:Entity", _type(item)],
        "url": address(item),
        "isPartOf": conversation,
        "alternateName": item.key,
        "status": item.state,
        "text": texts.get(item.key),
        "inLanguage": None if item.title is None else item.title.original_language or item.title.language,
        "published": item.at.isoformat() if isinstance(item.at, datetime) else None,
        "wasDerivedFrom": [address(one) for one in before],
        "ledTo": [address(one) for one in after],
        **_facts(item, conversation),
    }
    return {name: value for name, value in node.items() if value not in (None, [], "")}


def _type(item: Item) -> str:
    return EVIDENCE_TYPES[item.about.kind] if isinstance(item.about, Proof) else TYPES[item.kind]


def _facts(item: Item, conversation: str) -> dict[str, Any]:
    """What only items of this kind have. Files of our own have an address without a host."""
    match item.about:
        case Recommended() as row:
            return {"office": _office(row.office), "due": _day(row.answer_due_on)}
        case Answer() as answer:
            sources = [answer.legal_url] if answer.legal_url else []
            return {
                "office": _office(answer.owner),
                "due": _day(answer.due_on),
                "legislation": answer.legal_basis and (answer.legal_basis.original or answer.legal_basis.text),
                "source": sources,
            }
        case Step() as step:
            return {"due": _day(step.due_on), "done": _day(step.done_on)}
        case Proof() as proof:
            return {"source": [urljoin(conversation, proof.url)]}
    return {}


def _office(name: str) -> dict[str, str] | None:
    return {"@type": "schema:GovernmentOffice", "name": name} if name else None


def _day(day: object) -> str | None:
    return None if day is None else str(day)
