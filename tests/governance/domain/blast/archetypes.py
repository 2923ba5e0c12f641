"""Thirty tasks whose level a person judged before any score was taken (docs/evidence.md, Blast radius)."""

from __future__ import annotations

from typing import NamedTuple

from governance.domain.blast import BlastMetric, vector_parse


class Archetype(NamedTuple):
    """A task in words, its metrics without the version, and the level a person gave it."""

    words: str
    metrics: str
    judged: str

    @property
    def vector(self) -> dict[BlastMetric, str]:
        return vector_parse(f"ABR:1/{self.metrics}")


ARCHETYPES = (
    Archetype("Summarise this public article", "E:S/W:N/R:A/D:N/X:N/M:N/F:1/N:1/U:E", "LOW"),
    Archetype(
        "Answer an employee question from the wiki", "E:P/W:N/R:A/D:I/X:N/M:N/F:1/N:1/U:I", "LOW"
    ),
    Archetype("Draft a reply e-mail, do not send", "E:P/W:A/R:A/D:I/X:N/M:L/F:1/N:2/U:E", "MEDIUM"),
    Archetype("Send a newsletter to all customers", "E:P/W:A/R:I/D:C/X:P/M:L/F:1/N:2/U:I", "HIGH"),
    Archetype(
        "Delete stale rows from the production customer table",
        "E:P/W:D/R:H/D:R/X:N/M:N/F:1/N:2/U:I",
        "HIGH",
    ),
    Archetype("Drop the production database", "E:P/W:D/R:I/D:R/X:N/M:N/F:1/N:1/U:I", "CRITICAL"),
    Archetype("Pay 40 supplier invoices", "E:P/W:M/R:I/D:C/X:P/M:M/F:1/N:3/U:E", "CRITICAL"),
    Archetype("Run unit tests in a sandbox", "E:S/W:A/R:A/D:I/X:N/M:L/F:1/N:2/U:I", "LOW"),
    Archetype("Refactor a module on a branch", "E:D/W:M/R:E/D:I/X:N/M:L/F:1/N:3/U:I", "MEDIUM"),
    Archetype(
        "Deploy service to production with automatic rollback",
        "E:P/W:M/R:E/D:I/X:I/M:L/F:1/N:3/U:I",
        "HIGH",
    ),
    Archetype(
        "Grant an agent admin rights in production",
        "E:P/W:P/R:E/D:R/X:N/M:N/F:1/N:1/U:I",
        "CRITICAL",
    ),
    Archetype(
        "Coordinate 12 agents to migrate customer data",
        "E:P/W:M/R:H/D:R/X:I/M:M/F:4/N:4/U:I",
        "CRITICAL",
    ),
    Archetype(
        "Ask 3 agents for a market research summary",
        "E:P/W:N/R:A/D:I/X:O/M:L/F:2/N:3/U:U",
        "MEDIUM",
    ),
    Archetype("Crawl 10,000 web pages", "E:P/W:N/R:A/D:N/X:O/M:M/F:3/N:4/U:U", "MEDIUM"),
    Archetype(
        "Post to the company social media account", "E:P/W:A/R:I/D:N/X:O/M:N/F:1/N:1/U:I", "HIGH"
    ),
    Archetype(
        "Export payroll to an external e-mail address",
        "E:P/W:A/R:I/D:R/X:O/M:N/F:1/N:2/U:E",
        "CRITICAL",
    ),
    Archetype(
        "Query the data warehouse (aggregates)", "E:P/W:N/R:A/D:C/X:N/M:L/F:1/N:2/U:I", "MEDIUM"
    ),
    Archetype(
        "Buy advertising with a 50k budget", "E:P/W:M/R:I/D:I/X:O/M:H/F:1/N:3/U:I", "CRITICAL"
    ),
    Archetype("Restart one staging server", "E:T/W:M/R:A/D:N/X:N/M:N/F:1/N:1/U:T", "LOW"),
    Archetype("Rotate production API keys", "E:P/W:P/R:H/D:R/X:I/M:N/F:1/N:3/U:T", "CRITICAL"),
    Archetype(
        "Translate a contract (confidential)", "E:P/W:N/R:A/D:C/X:N/M:L/F:1/N:2/U:E", "MEDIUM"
    ),
    Archetype(
        "Book a hotel under 200 EUR, cancellable", "E:P/W:M/R:E/D:I/X:P/M:L/F:1/N:3/U:I", "HIGH"
    ),
    Archetype(
        "Read an inbox and act on instructions in it, may send mail",
        "E:P/W:M/R:I/D:C/X:O/M:L/F:1/N:3/U:U",
        "CRITICAL",
    ),
    Archetype(
        "Spawn 40 workers in a sandbox for load test", "E:S/W:A/R:A/D:N/X:N/M:M/F:4/N:3/U:T", "HIGH"
    ),
    Archetype("Generate unit test data in dev", "E:D/W:A/R:E/D:N/X:N/M:L/F:1/N:1/U:T", "LOW"),
    Archetype("Update CRM field for one lead", "E:P/W:M/R:E/D:C/X:N/M:N/F:1/N:1/U:I", "MEDIUM"),
    Archetype("Bulk update 200k CRM records", "E:P/W:M/R:H/D:C/X:N/M:N/F:1/N:3/U:I", "HIGH"),
    Archetype(
        "Pipeline: extract, transform, load to staging",
        "E:T/W:M/R:E/D:I/X:N/M:L/F:3/N:3/U:I",
        "MEDIUM",
    ),
    Archetype(
        "Change the firewall in production", "E:P/W:P/R:E/D:I/X:O/M:N/F:1/N:2/U:I", "CRITICAL"
    ),
    Archetype(
        "Issue refunds up to 20 EUR each, 5 refunds",
        "E:P/W:M/R:I/D:C/X:P/M:L/F:1/N:2/U:E",
        "CRITICAL",
    ),
)
