"""The formats of files that people download."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileFormat:
    """A format by the suffix of its files' names, and by the type that browsers know it by."""

    suffix: str
    mime_type: str

    def file_name(self, stem: str) -> str:
        """The name of a file of this format."""
        return f"{stem}.{self.suffix}"


XLSX = FileFormat("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
ZIP = FileFormat("zip", "application/zip")
CSV = FileFormat("csv", "text/csv")
PDF = FileFormat("pdf", "application/pdf")
