// The implementation of database.h over DuckDB's C interface.
#include "database/database.h"

#include <fmt/format.h>

#include <sys/mman.h>

#include <cassert>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <list>
#include <thread>

#include "database/table_function.h"
#include "database/duckdb_library.h"
#include "process/error.h"
#include "process/interruption.h"
#include "process/staged_file.h"

namespace encore {
namespace {

/// Throws what DuckDB's error means; its C interface tells errors apart by their texts only. A full disk of spilled
/// blocks calls itself out of memory, too.
[[noreturn]] void fail(const char* error) {
  std::string_view text = error ? error : "no reason given";
  // The reason of a query that failed before its first row stands behind this line.
  constexpr std::string_view wrapping = "unsuccessful or closed pending query result\nError: ";
  if (const auto at = text.find(wrapping); at != std::string_view::npos) text.remove_prefix(at + wrapping.size());
  const auto holds = [&](std::string_view part) { return text.find(part) != std::string_view::npos; };
  const bool disk = holds("max_temp_directory_size") || holds("failed to offload") || holds("No space left");
  const bool refused = holds("Allocation failure") || holds("bad allocation") || holds("bad_alloc");
  if (!disk && (refused || holds("Out of Memory Error"))) throw DatabaseOutOfMemory(!refused);
  // Could not write file "PATH": REASON
  constexpr std::string_view write = "Could not write file \"";
  if (const auto at = text.find(write); at != std::string_view::npos) {
    const std::string_view rest = text.substr(at + write.size());
    for (const int reason : {ENOSPC, EDQUOT, EFBIG, EROFS, EIO, EACCES})
      if (rest.find(std::strerror(reason)) != std::string_view::npos)
        throw cannot_write(rest.substr(0, rest.find('"')), reason);
  }
  throw SqlError(std::string(text));
}

/// Without this much address space (ulimit -v) DuckDB may crash where it should throw; reserving it costs nothing.
void require_address_space() {
  constexpr std::size_t least = 128 << 20;
  void* reserved = ::mmap(nullptr, least, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (reserved == MAP_FAILED) throw DatabaseOutOfMemory(false);
  ::munmap(reserved, least);
}

/// A prepared statement that is destroyed with its scope.
struct Statement {
  duckdb_prepared_statement handle = nullptr;
  Statement() = default;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement() { duckdb().destroy_prepare(&handle); }
};

struct Pending {
  duckdb_pending_result handle = nullptr;
  Pending() = default;
  Pending(const Pending&) = delete;
  Pending& operator=(const Pending&) = delete;
  ~Pending() { duckdb().destroy_pending(&handle); }
};

struct Result {
  duckdb_result handle{};
  Result() = default;
  Result(const Result&) = delete;
  Result& operator=(const Result&) = delete;
  ~Result() { duckdb().destroy_result(&handle); }
};

struct Configuration {
  duckdb_config handle = nullptr;
  Configuration() { duckdb().create_config(&handle); }
  Configuration(const Configuration&) = delete;
  Configuration& operator=(const Configuration&) = delete;
  ~Configuration() { duckdb().destroy_config(&handle); }
  void set(const char* name, const std::string& value) {
    if (duckdb().set_config(handle, name, value.c_str()) != DuckDBSuccess)
      throw SqlError(fmt::format("DuckDB does not know the setting {}={}", name, value));
  }
};

void bind(duckdb_prepared_statement statement, idx_t index, const SqlValue& value) {
  duckdb_state state = DuckDBError;
  if (std::holds_alternative<std::nullptr_t>(value)) {
    state = duckdb().bind_null(statement, index);
  } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    state = duckdb().bind_int64(statement, index, *integer);
  } else if (const auto* number = std::get_if<double>(&value)) {
    state = duckdb().bind_double(statement, index, *number);
  } else if (const auto* flag = std::get_if<bool>(&value)) {
    state = duckdb().bind_boolean(statement, index, *flag);
  } else {
    const auto& text = std::get<std::string>(value);
    state = duckdb().bind_varchar_length(statement, index, text.data(), text.size());
  }
  if (state != DuckDBSuccess && std::holds_alternative<std::string>(value))
    throw UserError(fmt::format("'{}' is not UTF-8 text", std::get<std::string>(value)));
  if (state != DuckDBSuccess) throw SqlError(fmt::format("the statement takes no parameter number {}", index));
}

void prepare(duckdb_connection connection, const std::string& sql, const std::vector<SqlValue>& values,
             Statement& into) {
  if (duckdb().prepare(connection, sql.c_str(), &into.handle) != DuckDBSuccess) fail(duckdb().prepare_error(into.handle));
  for (std::size_t i = 0; i < values.size(); ++i) bind(into.handle, i + 1, values[i]);
}

using Clock = std::chrono::steady_clock;

/// What a statement needs of its database.
struct Connection {
  duckdb_connection handle = nullptr;
  std::shared_ptr<SourceFailure> failure = std::make_shared<SourceFailure>();
  std::shared_ptr<RowSource> latest_source;  ///< null: none

  /// A statement has failed: throws what a source has thrown, an interruption, or what DuckDB says.
  [[noreturn]] void fail_with(const char* error) const {
    failure->rethrow();
    stop_if_interrupted();
    fail(error);
  }
  /// Of the statement that runs; negative where nobody knows.
  double percentage() const {
    const double percentage = duckdb().query_progress(handle).percentage;
    return percentage > 0 || !latest_source ? percentage : latest_source->percentage();
  }
};

/// Works on a pending query until its result (for a stream: its first rows) can be fetched. This thread takes tasks
/// like DuckDB's own ones, and looks between two of them for Ctrl-C and whether progress is due.
void execute(const Connection& connection, duckdb_pending_result pending,
             const std::function<void(double)>& on_progress) {
  using namespace std::chrono_literals;
  auto next_progress = Clock::now() + 100ms;
  while (true) {
    const duckdb_pending_state state = duckdb().pending_execute_task(pending);
    if (state == DUCKDB_PENDING_ERROR) connection.fail_with(duckdb().pending_error(pending));
    if (duckdb().pending_execution_is_finished(state)) return;
    if (interruption_requested() != 0) duckdb().interrupt(connection.handle);
    if (on_progress && Clock::now() >= next_progress) {
      const double percentage = connection.percentage();
      if (percentage >= 0) on_progress(percentage);
      next_progress = Clock::now() + 100ms;
    }
    if (state == DUCKDB_PENDING_NO_TASKS_AVAILABLE) std::this_thread::sleep_for(500us);
  }
}

}  // namespace

struct Rows::State {
  Connection connection;
  Statement statement;
  Pending pending;
  Result result;
  duckdb_data_chunk chunk = nullptr;
  std::size_t size = 0;
  std::vector<void*> data;
  std::vector<std::uint64_t*> validity;
  std::vector<duckdb_type> types;
  bool running = false;  ///< whether the query may still have rows, and threads that work on them

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    duckdb().destroy_data_chunk(&chunk);
    stop();
  }

  /// DuckDB's threads go on with a stream that is left early, and crash when the database is closed under them; only a
  /// fetch that fails or ends waits for them.
  void stop() {
    if (!running) return;
    duckdb().interrupt(connection.handle);
    while (duckdb_data_chunk rest = duckdb().fetch_chunk(result.handle)) duckdb().destroy_data_chunk(&rest);
  }

  template <class T>
  std::span<const T> view(std::size_t column, [[maybe_unused]] duckdb_type type) const {
    assert(types.at(column) == type);
    return {static_cast<const T*>(data[column]), size};
  }
};

Rows::Rows(std::unique_ptr<State> state) : state_(std::move(state)) {}
Rows::Rows(Rows&&) noexcept = default;
Rows::~Rows() = default;

bool Rows::next() {
  stop_if_interrupted();
  State& s = *state_;
  duckdb().destroy_data_chunk(&s.chunk);
  s.chunk = duckdb().fetch_chunk(s.result.handle);
  s.size = s.chunk ? duckdb().data_chunk_get_size(s.chunk) : 0;
  if (s.size == 0) {
    s.running = false;
    const char* error = duckdb().result_error(&s.result.handle);
    if (error) s.connection.fail_with(error);
    return false;
  }
  for (std::size_t column = 0; column < s.types.size(); ++column) {
    duckdb_vector vector = duckdb().data_chunk_get_vector(s.chunk, column);
    s.data[column] = duckdb().vector_get_data(vector);
    s.validity[column] = duckdb().vector_get_validity(vector);
  }
  return true;
}

std::size_t Rows::size() const { return state_->size; }
std::size_t Rows::columns() const { return state_->types.size(); }
std::string Rows::column_name(std::size_t column) const { return duckdb().column_name(&state_->result.handle, column); }

bool Rows::is_null(std::size_t column, std::size_t row) const {
  std::uint64_t* mask = state_->validity.at(column);
  return mask && !duckdb().validity_row_is_valid(mask, row);
}

std::span<const std::int32_t> Rows::int32(std::size_t c) const {
  return state_->view<std::int32_t>(c, DUCKDB_TYPE_INTEGER);
}
std::span<const std::int64_t> Rows::int64(std::size_t c) const {
  return state_->view<std::int64_t>(c, DUCKDB_TYPE_BIGINT);
}
std::span<const float> Rows::float32(std::size_t c) const { return state_->view<float>(c, DUCKDB_TYPE_FLOAT); }
std::span<const double> Rows::float64(std::size_t c) const { return state_->view<double>(c, DUCKDB_TYPE_DOUBLE); }
bool Rows::boolean(std::size_t c, std::size_t row) const { return state_->view<bool>(c, DUCKDB_TYPE_BOOLEAN)[row]; }
bool Rows::is_text(std::size_t column) const { return state_->types.at(column) == DUCKDB_TYPE_VARCHAR; }

std::string_view Rows::text(std::size_t column, std::size_t row) const {
  assert(is_text(column));
  if (is_null(column, row)) return {};  // DuckDB leaves there whatever was in the memory
  auto* text = static_cast<duckdb_string_t*>(state_->data[column]) + row;
  return {duckdb().string_t_data(text), duckdb().string_t_length(*text)};
}

struct Database::State {
  duckdb_database database = nullptr;
  Connection connection;
  std::list<RegisteredSource> sources;
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (database == nullptr) return;
    duckdb().disconnect(&connection.handle);
    duckdb().close(&database);
  }
};

Database::Database(const DatabaseOptions& options) : state_(std::make_unique<State>()) {
  require_address_space();
  duckdb();  // which takes some of it when it is loaded
  require_address_space();
  Configuration configuration;
  configuration.set("autoinstall_known_extensions", "false");
  configuration.set("autoload_known_extensions", "false");
  configuration.set("temp_directory", options.temporary_directory.string());
  if (options.memory_bytes > 0) configuration.set("memory_limit", fmt::format("{}B", options.memory_bytes));
  if (options.threads > 0) configuration.set("threads", std::to_string(options.threads));
  char* error = nullptr;
  if (duckdb().open_ext(nullptr, &state_->database, configuration.handle, &error) != DuckDBSuccess) {
    const std::string text = error ? error : "no reason given";
    duckdb().free(error);
    fail(("the embedded database did not open: " + text).c_str());
  }
  if (duckdb().connect(state_->database, &state_->connection.handle) != DuckDBSuccess)
    throw SqlError("the embedded database gave no connection");
  // Without these three, duckdb_query_progress answers -1 for ever.
  run("SET enable_progress_bar = true");
  run("SET enable_progress_bar_print = false");
  run("SET progress_bar_time = 0");
  if (options.profile) run("SET enable_profiling = 'no_output'");
}

Database::~Database() = default;

std::int64_t Database::run(const std::string& sql, const std::vector<SqlValue>& values,
                           const std::function<void(double)>& on_progress) {
  Statement statement;
  prepare(state_->connection.handle, sql, values, statement);
  Pending pending;
  if (duckdb().pending_prepared(statement.handle, &pending.handle) != DuckDBSuccess)
    fail(duckdb().pending_error(pending.handle));
  execute(state_->connection, pending.handle, on_progress);
  Result result;
  if (duckdb().execute_pending(pending.handle, &result.handle) != DuckDBSuccess)
    state_->connection.fail_with(duckdb().result_error(&result.handle));
  return static_cast<std::int64_t>(duckdb().rows_changed(&result.handle));
}

Rows Database::stream(const std::string& sql, const std::vector<SqlValue>& values) {
  auto rows = std::make_unique<Rows::State>();
  rows->connection = state_->connection;
  prepare(state_->connection.handle, sql, values, rows->statement);
  if (duckdb().pending_prepared_streaming(rows->statement.handle, &rows->pending.handle) != DuckDBSuccess)
    fail(duckdb().pending_error(rows->pending.handle));
  execute(state_->connection, rows->pending.handle, {});
  if (duckdb().execute_pending(rows->pending.handle, &rows->result.handle) != DuckDBSuccess)
    state_->connection.fail_with(duckdb().result_error(&rows->result.handle));
  const idx_t columns = duckdb().column_count(&rows->result.handle);
  for (idx_t column = 0; column < columns; ++column)
    rows->types.push_back(duckdb().column_type(&rows->result.handle, column));
  rows->running = true;
  rows->data.resize(columns);
  rows->validity.resize(columns);
  return Rows(std::move(rows));
}

std::optional<std::int64_t> Database::number(const std::string& sql, const std::vector<SqlValue>& values) {
  Rows rows = stream(fmt::format("SELECT CAST(COLUMNS(*) AS BIGINT) FROM ({}\n)", sql), values);
  std::optional<std::int64_t> answer;
  while (rows.next())
    if (!answer && !rows.is_null(0, 0)) answer = rows.int64(0)[0];
  return answer;
}

void Database::add_rows(const std::string& name, std::shared_ptr<RowSource> source) {
  Connection& connection = state_->connection;
  connection.latest_source = source;
  state_->sources.push_back({std::move(source), connection.failure});
  register_source(connection.handle, name, state_->sources.back());
}

std::optional<PlanOperator> Database::last_plan() const {
  duckdb_profiling_info whole = duckdb().get_profiling_info(state_->connection.handle);
  if (whole == nullptr || duckdb().profiling_info_get_child_count(whole) == 0) return std::nullopt;
  return read_plan(duckdb().profiling_info_get_child(whole, 0));  // the root is the statement, below it are operators
}

std::string sql_literal(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') quoted += '\'';
    quoted += c;
  }
  return quoted + "'";
}

std::string sql_path(const std::filesystem::path& file) {
  const std::string name = file.is_absolute() ? file.string() : "./" + file.string();
  if (name.find_first_of("*?[") == std::string::npos) return sql_literal(name);
  if (name.find('\\') != std::string::npos)  // DuckDB takes it for the end of a folder's name as soon as it sees a pattern
    throw UserError(fmt::format("{}: a backslash and one of *, ? and [ cannot be in one path; rename it", file.string()));
  std::string pattern;  // that fits this name alone; within brackets every character stands for itself
  for (const char c : name)
    pattern += std::string_view("*?[").find(c) == std::string_view::npos ? std::string(1, c) : fmt::format("[{}]", c);
  return sql_literal(pattern);
}

}  // namespace encore
