"""The formats of the two documents; those on paper need what writes PDF and DOCX."""

from __future__ import annotations

from almena.publish.casebook.books import diagnosis_book_of, page, paper, profile_book_of, text
from almena.publish.exporters import FOLDER, Exporter

DIAGNOSIS = Exporter(
    "diagnosis",
    "the urban resilience diagnosis as a page, each statement with its evidence",
    page(diagnosis_book_of),
    FOLDER,
    needs_case=True,
)
DIAGNOSIS_PDF = Exporter(
    "diagnosis-pdf", "the urban resilience diagnosis on paper", paper(diagnosis_book_of), needs_case=True
)
DIAGNOSIS_DOCX = Exporter(
    "diagnosis-docx",
    "the urban resilience diagnosis to edit and sign",
    text(diagnosis_book_of),
    needs_case=True,
)
PROFILE = Exporter(
    "resilience-profile",
    "the resilience profile in its four sets as a page",
    page(profile_book_of),
    FOLDER,
    needs_case=True,
)
PROFILE_PDF = Exporter(
    "resilience-profile-pdf",
    "the resilience profile in its four sets on paper",
    paper(profile_book_of),
    needs_case=True,
)
PROFILE_DOCX = Exporter(
    "resilience-profile-docx",
    "the resilience profile in its four sets to edit and sign",
    text(profile_book_of),
    needs_case=True,
)
