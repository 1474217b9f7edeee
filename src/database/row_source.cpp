// DuckDB's table functions over RowSource. Exceptions wait in SourceFailure while DuckDB ends the statement.
#include "database/row_source.h"

#include <algorithm>
#include <cassert>

#include "database/table_function.h"
#include "database/duckdb_library.h"

namespace encore {
namespace {

duckdb_type type_of(ColumnType type) {
  switch (type) {
    case ColumnType::text:
      return DUCKDB_TYPE_VARCHAR;
    case ColumnType::boolean:
      return DUCKDB_TYPE_BOOLEAN;
    case ColumnType::int32:
      return DUCKDB_TYPE_INTEGER;
    case ColumnType::int64:
      return DUCKDB_TYPE_BIGINT;
    case ColumnType::float32:
      return DUCKDB_TYPE_FLOAT;
    case ColumnType::float64:
      return DUCKDB_TYPE_DOUBLE;
  }
  return DUCKDB_TYPE_INVALID;
}

template <class T>
void destroy(void* data) {
  delete static_cast<T*>(data);
}

/// What a thread has while it scans.
struct Part {
  std::unique_ptr<RowReader> reader;
};

void bind(duckdb_bind_info info) {
  const auto& registered = *static_cast<RegisteredSource*>(duckdb().bind_get_extra_info(info));
  for (const SourceColumn& column : registered.source->columns()) {
    duckdb_logical_type type = duckdb().create_logical_type(type_of(column.type));
    duckdb().bind_add_result_column(info, column.name.c_str(), type);
    duckdb().destroy_logical_type(&type);
  }
}

void init(duckdb_init_info info) {
  auto& registered = *static_cast<RegisteredSource*>(duckdb().init_get_extra_info(info));
  std::vector<std::size_t> wanted;
  for (idx_t column = 0; column < duckdb().init_get_column_count(info); ++column)
    wanted.push_back(duckdb().init_get_column_index(info, column));
  try {
    auto scan = std::make_unique<std::shared_ptr<RowScan>>(registered.source->scan(wanted));
    duckdb().init_set_init_data(info, scan.release(), destroy<std::shared_ptr<RowScan>>);
    duckdb().init_set_max_threads(info, 1024);  // as many as the database has
  } catch (...) {
    registered.failure->keep(std::current_exception());
    duckdb().init_set_error(info, "the rows could not be read");
  }
}

void init_part(duckdb_init_info info) {
  duckdb().init_set_init_data(info, new Part, destroy<Part>);
}

void fill(duckdb_function_info info, duckdb_data_chunk chunk) {
  auto& registered = *static_cast<RegisteredSource*>(duckdb().function_get_extra_info(info));
  auto& scan = **static_cast<std::shared_ptr<RowScan>*>(duckdb().function_get_init_data(info));
  auto& part = *static_cast<Part*>(duckdb().function_get_local_init_data(info));
  try {
    if (!part.reader) part.reader = scan.reader();
    RowSink sink(chunk);
    duckdb().data_chunk_set_size(chunk, part.reader->fill(sink));
  } catch (...) {
    registered.failure->keep(std::current_exception());
    duckdb().function_set_error(info, "the rows could not be read");
  }
}

}  // namespace

RowSink::RowSink(void* chunk) : capacity_(duckdb().vector_size()) {
  auto* handle = static_cast<duckdb_data_chunk>(chunk);
  const idx_t columns = duckdb().data_chunk_get_column_count(handle);
  for (idx_t column = 0; column < columns; ++column) {
    duckdb_vector vector = duckdb().data_chunk_get_vector(handle, column);
    vectors_.push_back(vector);
    data_.push_back(duckdb().vector_get_data(vector));
  }
  validity_.resize(columns);
}

void RowSink::set_null(std::size_t column, std::size_t row) {
  if (validity_[column] == nullptr) {
    auto* vector = static_cast<duckdb_vector>(vectors_[column]);
    duckdb().vector_ensure_validity_writable(vector);
    validity_[column] = duckdb().vector_get_validity(vector);
  }
  duckdb().validity_set_row_invalid(validity_[column], row);
}

void RowSink::set_text(std::size_t column, std::size_t row, std::string_view text) {
  duckdb().unsafe_vector_assign_string_element_len(static_cast<duckdb_vector>(vectors_[column]), row, text.data(),
                                                 text.size());
}

void register_source(duckdb_connection connection, const std::string& name, RegisteredSource& registered) {
  duckdb_table_function function = duckdb().create_table_function();
  duckdb().table_function_set_name(function, name.c_str());
  duckdb().table_function_set_extra_info(function, &registered, nullptr);
  duckdb().table_function_set_bind(function, bind);
  duckdb().table_function_set_init(function, init);
  duckdb().table_function_set_local_init(function, init_part);
  duckdb().table_function_set_function(function, fill);
  duckdb().table_function_supports_projection_pushdown(function, true);
  [[maybe_unused]] const duckdb_state state = duckdb().register_table_function(connection, function);
  duckdb().destroy_table_function(&function);
  assert(state == DuckDBSuccess);
}

}  // namespace encore
