// DuckDB's C interface as a library that is loaded when its first function is called: a program that only answers from a model never
// waits for it. Not what is done with it (database.h).
#pragma once
#include "duckdb.h"

/// Every function of DuckDB's that is called here, without its "duckdb_" in front.
#define ENCORE_DUCKDB_FUNCTIONS(one) \
  one(bind_add_result_column) one(bind_boolean) one(bind_double) one(bind_get_extra_info) one(bind_int64) \
  one(bind_null) one(bind_varchar_length) one(close) one(column_count) one(column_name) one(column_type) one(connect) \
  one(create_config) one(create_logical_type) one(create_table_function) one(data_chunk_get_column_count) \
  one(data_chunk_get_size) one(data_chunk_get_vector) one(data_chunk_set_size) one(destroy_config) \
  one(destroy_data_chunk) one(destroy_logical_type) one(destroy_pending) one(destroy_prepare) one(destroy_result) \
  one(destroy_table_function) one(destroy_value) one(disconnect) one(execute_pending) one(fetch_chunk) one(free) \
  one(function_get_extra_info) one(function_get_init_data) one(function_get_local_init_data) one(function_set_error) \
  one(get_profiling_info) one(get_varchar) one(init_get_column_count) one(init_get_column_index) \
  one(init_get_extra_info) one(init_set_error) one(init_set_init_data) one(init_set_max_threads) one(interrupt) \
  one(open_ext) one(pending_error) one(pending_execute_task) one(pending_execution_is_finished) one(pending_prepared) \
  one(pending_prepared_streaming) one(prepare) one(prepare_error) one(profiling_info_get_child) \
  one(profiling_info_get_child_count) one(profiling_info_get_value) one(query_progress) one(register_table_function) \
  one(result_error) one(rows_changed) one(set_config) one(string_t_data) one(string_t_length) \
  one(table_function_set_bind) one(table_function_set_extra_info) one(table_function_set_function) \
  one(table_function_set_init) one(table_function_set_local_init) one(table_function_set_name) \
  one(table_function_supports_projection_pushdown) one(unsafe_vector_assign_string_element_len) \
  one(validity_row_is_valid) one(validity_set_row_invalid) one(vector_ensure_validity_writable) one(vector_get_data) \
  one(vector_get_validity) one(vector_size)

namespace encore {

struct DuckDb {
#define ENCORE_DUCKDB_MEMBER(name) decltype(&::duckdb_##name) name;
  ENCORE_DUCKDB_FUNCTIONS(ENCORE_DUCKDB_MEMBER)
#undef ENCORE_DUCKDB_MEMBER
};

/// Loads libduckdb.so at the first call, from where the program's own run path or LD_LIBRARY_PATH has it. Throws UserError when it is
/// not there, or lacks a function.
const DuckDb& duckdb();

}  // namespace encore
