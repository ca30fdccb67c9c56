"""PURE of the database: codes that people read off paper and type."""

import re
import secrets

from django.utils.crypto import constant_time_compare, salted_hmac

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # nothing that looks like something else: no I, L, O, 0 or 1
JOIN_CODE_LENGTH = 8
LOGIN_CODE_LENGTH = 10  # 49 bits, printed as two groups of five


def new_code(length: int) -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(length))


def as_printed(code: str) -> str:
    """In two groups, which are easier to copy: ABCDE-FGHJK."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}"


def as_typed(text: str) -> str:
    """What was meant: no case, no spaces, no hyphens."""
    return re.sub(r"[\s-]", "", text).upper()


def hash_of(code: str, *, of: int) -> str:
    """What is stored of the one-time code of user `of`; long and random enough that a slow hash would add nothing."""
    return salted_hmac("accounts.login_code", f"{of} {as_typed(code)}", algorithm="sha256").hexdigest()


def is_same(code: str, code_hash: str, *, of: int) -> bool:
    return constant_time_compare(hash_of(code, of=of), code_hash)
