"""License keys and SENs in lines, in a table or in JSON, as people paste them or Atlassian answers (domain.md §2, §6)."""

from lib.requests.sen_lines.files import read_sen_file, text_of_file
from lib.requests.sen_lines.line import SenCode, SenLine, problem_sentence, remark_sentence
from lib.requests.sen_lines.reading import find_columns, read_sen_lines
from lib.requests.sen_lines.tables import SenColumns

__all__ = [
    "SenCode",
    "SenColumns",
    "SenLine",
    "find_columns",
    "problem_sentence",
    "read_sen_file",
    "read_sen_lines",
    "remark_sentence",
    "text_of_file",
]
