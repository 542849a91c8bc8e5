# SPDX-License-Identifier: Apache-2.0
"""Where `createDataFrame` and what comes back are not as PySpark's on purpose, and why."""

_LATE = "PySpark finds it when the frame is computed, here it is found at once"
_NARROW = "Arrow has this type and PySpark refuses it: here it becomes the next wider one"
_UNVERIFIED = (
    "PySpark stores null, or the lowest bits, for a value of another class or range; here it is refused"
)
_EXACT = "integers beside nulls keep their values, where PySpark makes floats of them"
_NAMES = "PySpark drops columns, or names; here as many names as columns are needed"

#: Refused here, with the name of the condition, where PySpark gives an answer.
REFUSED = {
    "decimal_overflow": ("NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION", _LATE),
    "decimal_too_large": ("NUMERIC_VALUE_OUT_OF_RANGE.WITHOUT_SUGGESTION", _LATE),
    "long_too_large": ("VALUE_OUT_OF_BOUNDS", "PySpark stores null for what has more than 64 bits"),
    "pd_fewer_names": ("AXIS_LENGTH_MISMATCH", _NAMES),
    "pd_more_names": ("AXIS_LENGTH_MISMATCH", _NAMES),
    "pd_period": ("CANNOT_INFER_TYPE_FOR_FIELD", "PySpark makes empty structs of periods"),
    "pd_uint64": ("CANNOT_CONVERT_COLUMN", "PySpark stores null for what has more than 63 bits"),
    "rows_differ": ("STRUCT_ARRAY_LENGTH_MISMATCH", _LATE),
    "struct_merge": ("STRUCT_ARRAY_LENGTH_MISMATCH", _LATE),
    "tuples_lengths_differ": ("STRUCT_ARRAY_LENGTH_MISMATCH", _LATE),
    "tuples_lengths_grow": ("STRUCT_ARRAY_LENGTH_MISMATCH", _LATE),
    "unverified_bool": ("FIELD_DATA_TYPE_UNACCEPTABLE_WITH_NAME", _UNVERIFIED),
    "unverified_decimal": ("FIELD_DATA_TYPE_UNACCEPTABLE_WITH_NAME", _UNVERIFIED),
    "unverified_int_double": ("FIELD_DATA_TYPE_UNACCEPTABLE_WITH_NAME", _UNVERIFIED),
    "unverified_null": ("FIELD_NOT_NULLABLE_WITH_NAME", _UNVERIFIED),
    "unverified_range": ("VALUE_OUT_OF_BOUNDS", _UNVERIFIED),
    "unverified_short_row": ("STRUCT_ARRAY_LENGTH_MISMATCH", _LATE),
    "unverified_types": ("FIELD_DATA_TYPE_UNACCEPTABLE_WITH_NAME", _UNVERIFIED),
}

#: Other answers than PySpark's, by part; what stands here is the part's text in JSON.
OTHER = {
    "dict_merge": (("pandas",), _EXACT),
    "np_type": (
        ("schema", "pandas", "rows"),
        "PySpark does not use a schema of one type for arrays of numpy",
    ),
    "pa_chunked": (("rows", "pandas", "shown"), "PySpark loses the rows behind an empty chunk"),
    "pa_date64": (("all",), _NARROW),
    "pa_half": (("all",), _NARROW),
    "pa_unsigned": (("all",), _NARROW),
    "pd_arrow_dtype": (("all",), "PySpark cannot infer the types of lists that Arrow holds"),
    "pd_category": (
        ("schema", "rows", "pandas", "shown"),
        "PySpark makes the text 'nan' of a missing category",
    ),
    "pd_dicts": (("pandas",), _EXACT),
    "pd_nullable": (("pandas",), _EXACT),
    "pd_object_ints": (("pandas",), _EXACT),
    "struct_dict": (("pandas",), _EXACT),
    "timestamps_edges": (
        ("rows", "pandas", "shown"),
        "the local time before zones were; PySpark fails in the year 1",
    ),
}

#: Both refuse, under another name: PySpark's error is Java's or Arrow's own, or comes from a slower road.
OTHER_ERROR = {
    "char_schema": "NOT_IMPLEMENTED",
    "char_too_long": "NOT_IMPLEMENTED",
    "data_frame_type": "NOT_ITERABLE",
    "names_not_text": "NOT_EXPECTED_TYPE",
    "np_wrong_names": "AXIS_LENGTH_MISMATCH",
    "pa_ddl": "FIELD_NAMES_MISMATCH",
    "pa_decimal256_wide": "UNSUPPORTED_DATA_TYPE_FOR_ARROW_CONVERSION",
    "pa_overflow": "CANNOT_CONVERT_COLUMN",
    "pa_wrong_names": "AXIS_LENGTH_MISMATCH",
    "pd_ddl_wrong_length": "AXIS_LENGTH_MISMATCH",
    "pd_float_to_int_loses": "CANNOT_CONVERT_COLUMN",
    "pd_overflow": "CANNOT_CONVERT_COLUMN",
    "tuples_more_names": "AXIS_LENGTH_MISMATCH",
}
