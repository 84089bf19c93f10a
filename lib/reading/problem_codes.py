"""Codes of what may be wrong in a file of licenses: stored with a batch, exported, and matched by programs."""

from enum import StrEnum


class ProblemCode(StrEnum):
    """What is wrong with a cell, a row or a column."""

    # Cells that cannot be read.
    INVALID_DATE = "invalid_date"
    AMBIGUOUS_DATE = "ambiguous_date"
    INVALID_SIZE = "invalid_size"
    INVALID_EMAIL = "invalid_email"
    INVALID_YES_NO = "invalid_yes_no"
    INVALID_SEN = "invalid_sen"
    UNKNOWN_PRODUCT = "unknown_product"
    UNKNOWN_HOSTING = "unknown_hosting"
    UNKNOWN_COUNTRY = "unknown_country"
    MANGLED_NUMBER = "mangled_number"
    INVALID_KEY = "invalid_key"
    SEVERAL_KEYS = "several_keys"
    NO_DATE = "no_date"
    NO_SIZE = "no_size"
    SEVERAL_SERVERS = "several_servers"
    TOO_LONG = "too_long"
    CELL_ERROR = "cell_error"
    # Cells that were read, and rows as a whole.
    MISSING_REQUIRED = "missing_required"
    FORMULA_LIKE = "formula_like"
    CONTRADICTING_HOSTING = "contradicting_hosting"
    NO_CUSTOMER = "no_customer"
    GARBLED_TEXT = "garbled_text"
    TEXT_MARK = "text_mark"
    WRONG_WIDTH = "wrong_width"
    SHORT_ROW = "short_row"
    DUPLICATE_ROW = "duplicate_row"
    CONFLICTING_DUPLICATE = "conflicting_duplicate"
    IGNORED_LINE = "ignored_line"
    FILE_NOTICE = "file_notice"
    # Columns that a person must decide about; so is an ambiguous date order.
    AMBIGUOUS_COLUMN = "ambiguous_column"
