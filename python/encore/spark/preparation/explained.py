"""What Spark met in the data while it worked, as a sentence for whoever can mend it. Not what is found out before (source.py)."""

import re

from encore.errors import UserError
from encore.spark.storage import java_reason


def explained(error, source, settings):
    """The sentence for what Spark found in the data; None for what the user cannot mend."""
    name = source if isinstance(source, str) else source[0] if isinstance(source, list) else "the DataFrame"
    reason = java_reason(error)
    classes = ("CAST_INVALID_INPUT", "CAST_OVERFLOW", "DIVIDE_BY_ZERO", "ARITHMETIC_OVERFLOW", "INVALID_PARAMETER_VALUE")
    if settings.where and any(one in str(error) for one in classes):
        return UserError(f"where: '{settings.where}' fails on some row: {reason}")
    if any(one in str(error) for one in ("EOFException", "ZipException", "ParquetDecodingException", "FAILED_READ_FILE",
                                         "Unexpected end of", "is not a Parquet file", "incorrect header check")):
        return UserError(f"{name} is damaged or cannot be read: {reason}")
    if any(one in str(error) for one in ("No space left on device", "AccessControlException", "Permission denied")):
        return UserError(f"{name} could not be prepared: {reason}")
    if changed := re.search("RuntimeError: (.+ was changed while it was read, or is another file on another machine)", str(error)):
        return UserError(changed[1])
    return None
