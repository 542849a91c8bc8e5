# SPDX-License-Identifier: Apache-2.0
"""Functions of PySpark that are not here, by families, with the reason that their callers are told."""

from __future__ import annotations

from sluice.frame.functions.registry import known, refuse

_SKETCH = "sketches of Apache DataSketches are not here; use approx_count_distinct or percentile_approx"
_VARIANT = "values of the type VARIANT are not here; use from_json with a schema, or get_json_object"
_XML = "XML is not here; parse it in a function of Python"
_BITMAP = "bitmaps of bits are not here; use count_distinct"
_SHAPES = "functions of shapes are not here; use a function of Python"
_VECTORS = "functions of vectors are not here; use a pandas_udf"
_TABLES = "functions that make tables are not here; use mapInPandas, or explode"

_FAMILIES = {
    _BITMAP: "bitmap_and_agg bitmap_construct_agg bitmap_or_agg",
    _SHAPES: "st_asbinary st_geogfromwkb st_geomfromwkb st_setsrid st_srid",
    _SKETCH: (
        "count_min_sketch hll_sketch_agg hll_sketch_estimate hll_union hll_union_agg "
        "kll_merge_agg_bigint kll_merge_agg_double kll_merge_agg_float "
        "kll_sketch_agg_bigint kll_sketch_agg_double kll_sketch_agg_float "
        "kll_sketch_get_n_bigint kll_sketch_get_n_double kll_sketch_get_n_float "
        "kll_sketch_get_quantile_bigint kll_sketch_get_quantile_double kll_sketch_get_quantile_float "
        "kll_sketch_get_rank_bigint kll_sketch_get_rank_double kll_sketch_get_rank_float "
        "kll_sketch_merge_bigint kll_sketch_merge_double kll_sketch_merge_float "
        "kll_sketch_to_string_bigint kll_sketch_to_string_double kll_sketch_to_string_float "
        "theta_difference theta_intersection theta_intersection_agg theta_sketch_agg theta_sketch_estimate "
        "theta_union theta_union_agg tuple_difference_double tuple_difference_integer "
        "tuple_difference_theta_double tuple_difference_theta_integer tuple_intersection_agg_double "
        "tuple_intersection_agg_integer tuple_intersection_double tuple_intersection_integer "
        "tuple_intersection_theta_double tuple_intersection_theta_integer tuple_sketch_agg_double "
        "tuple_sketch_agg_integer tuple_sketch_estimate_double tuple_sketch_estimate_integer "
        "tuple_sketch_summary_double tuple_sketch_summary_integer tuple_sketch_theta_double "
        "tuple_sketch_theta_integer tuple_union_agg_double tuple_union_agg_integer tuple_union_double "
        "tuple_union_integer tuple_union_theta_double tuple_union_theta_integer"
    ),
    _TABLES: "arrow_udtf udtf",
    _VARIANT: (
        "is_valid_variant is_variant_null parse_json schema_of_variant schema_of_variant_agg to_variant_object "
        "try_parse_json try_variant_array_append try_variant_get try_variant_insert try_variant_set "
        "variant_array_append variant_delete variant_get variant_insert variant_set variant_strip_nulls"
    ),
    _VECTORS: (
        "vector_avg vector_cosine_similarity vector_inner_product vector_l2_distance vector_norm vector_normalize "
        "vector_sum"
    ),
    _XML: (
        "from_xml schema_of_xml to_xml xpath xpath_boolean xpath_double xpath_float xpath_int xpath_long xpath_number "
        "xpath_short xpath_string"
    ),
    "user-defined types are kept as they are; take what they are made of in a function of Python": "unwrap_udt",
}

for _reason, _names in _FAMILIES.items():
    for _name in _names.split():
        if not known(_name):
            refuse(_name, _reason)
