// Of a table DuckDB makes one text of each vector, which is read as NumPy's bytes are: number by number.
#include "preparation/item_vectors.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <memory>
#include <optional>
#include <set>

#include "database/database.h"
#include "preparation/column_roles.h"
#include "preparation/text_rows.h"
#include "process/error.h"
#include "settings/known_columns.h"

namespace encore {
namespace {

namespace fs = std::filesystem;

/// More would not fit a name of five digits, and no model of vectors is that wide.
constexpr std::int64_t widest = 65536;

[[noreturn]] void refuse(const fs::path& file, const std::string& why) {
  throw UserError(fmt::format("--item-vectors {}: {}", file.string(), why));
}

class Taker {
 public:
  explicit Taker(fs::path file) : file_(std::move(file)) {}

  void take(std::string id, const std::vector<double>& vector, const std::string& place) {
    const auto width = static_cast<std::int64_t>(vector.size());
    if (vectors_.id.empty()) vectors_.width = width;
    if (width == 0 || width > widest) refuse(file_, fmt::format("{} has {} numbers; a vector has 1 to {}", place, width, widest));
    if (width != vectors_.width)
      refuse(file_, fmt::format("{} has {} numbers, and the first one {}; vectors have one length", place, width, vectors_.width));
    if (!ids_.insert(id).second) refuse(file_, fmt::format("{}: the id {} is there already", place, id));
    for (const double number : vector) {
      if (!(std::abs(number) < 1e30)) refuse(file_, fmt::format("{}: {} is no number that a vector may have", place, number));
      vectors_.values.push_back(static_cast<float>(number));
    }
    vectors_.id.push_back(std::move(id));
  }
  ItemVectors done() {
    if (vectors_.id.empty()) refuse(file_, "it holds no vectors");
    return std::move(vectors_);
  }

 private:
  fs::path file_;
  std::set<std::string> ids_;
  ItemVectors vectors_;
};

/// What stands behind 'key': in the header, a dictionary of Python's, up to the next comma outside of brackets.
std::string of_header(const std::string& header, const std::string& key) {
  const auto found = header.find("'" + key + "':");
  if (found == std::string::npos) return {};
  std::string value;
  int depth = 0;
  for (std::size_t at = found + key.size() + 3; at < header.size(); ++at) {
    const char c = header[at];
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    if ((c == ',' && depth == 0) || c == '}') break;
    if (c != ' ' && c != '\'') value += c;
  }
  return value;
}

struct Numbers {
  std::string type;
  std::int64_t rows = 0, columns = 0;
};

/// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
Numbers npy_header(const fs::path& file, std::istream& in) {
  unsigned char start[8] = {}, length[4] = {};
  in.read(reinterpret_cast<char*>(start), 8);
  const int bytes = start[6] == 1 ? 2 : 4;
  in.read(reinterpret_cast<char*>(length), bytes);
  const std::size_t size = length[0] + 256U * length[1] + 65536U * (length[2] + 256U * length[3]);
  if (!in || start[6] < 1 || start[6] > 3 || size > 65536) refuse(file, "its header is none of NumPy's");
  std::string header(size, ' ');
  in.read(header.data(), static_cast<std::streamsize>(size));
  Numbers found{.type = of_header(header, "descr")};
  const std::string shape = of_header(header, "shape");
  const char* at = shape.data() + 1;
  const char* end = shape.data() + shape.size();
  if (const auto [next, error] = std::from_chars(at, end, found.rows); error == std::errc() && next + 1 < end)
    std::from_chars(next + 1, end, found.columns);
  if (found.type != "<f4" && found.type != "<f8" && found.type != "<i4" && found.type != "<i8")
    refuse(file, fmt::format("its numbers are of the type {}; save it as float32 or float64", found.type));
  if (of_header(header, "fortran_order") != "False") refuse(file, "it stands by columns; save numpy.ascontiguousarray of it");
  if (found.columns < 2 || found.columns > widest + 1)
    refuse(file, fmt::format("its shape is {}; it has to be a table whose first column holds the ids, and the others the vectors", shape));
  return found;
}

template <class Number>
double number_at(const char* bytes) {
  Number number;
  std::memcpy(&number, bytes, sizeof number);
  return static_cast<double>(number);
}

ItemVectors read_npy(const fs::path& file) {
  static_assert(std::endian::native == std::endian::little);
  std::ifstream in(file, std::ios::binary);
  const Numbers numbers = npy_header(file, in);
  const std::int64_t size = numbers.type[2] - '0';
  const auto value = [&](const char* bytes) {
    if (numbers.type[1] == 'f') return size == 4 ? number_at<float>(bytes) : number_at<double>(bytes);
    return size == 4 ? number_at<std::int32_t>(bytes) : number_at<std::int64_t>(bytes);
  };
  const double exact = numbers.type == "<f4" ? 16'777'216.0 : 9e15;
  std::vector<char> row(static_cast<std::size_t>(numbers.columns * size));
  std::vector<double> vector(static_cast<std::size_t>(numbers.columns - 1));
  Taker taker(file);
  for (std::int64_t n = 0; n < numbers.rows; ++n) {
    if (!in.read(row.data(), std::ssize(row))) refuse(file, fmt::format("it is cut short: row {} of {} is missing", n + 1, numbers.rows));
    const double id = value(row.data());
    if (id != std::floor(id) || std::abs(id) >= exact)
      refuse(file, fmt::format("row {}: {} is no id{}", n + 1, id, numbers.type == "<f4" ? " that a float32 can hold; save float64" : ""));
    for (std::size_t c = 0; c < vector.size(); ++c) vector[c] = value(row.data() + (static_cast<std::int64_t>(c) + 1) * size);
    taker.take(std::to_string(static_cast<std::int64_t>(id)), vector, fmt::format("row {}", n + 1));
  }
  return taker.done();
}

bool is_npy(const fs::path& file) {
  char start[6] = {};
  std::ifstream(file, std::ios::binary).read(start, sizeof start);
  return std::memcmp(start, "\x93NUMPY", sizeof start) == 0;
}

std::optional<std::size_t> id_column(const TableFile& table, const std::string& item_column) {
  if (table.has(item_column)) return table.number_of(item_column);
  for (const auto& [role, names] : known_columns())
    for (const std::string_view name : names)
      for (std::size_t column = 0; role == "item" && column < table.columns.size(); ++column)
        if (plain_column_name(table.columns[column]) == name) return column;
  return std::nullopt;
}

/// One text for each row, its numbers with blanks between them.
std::string vector_text(const TableFile& table, std::size_t id) {
  std::vector<std::string> lists, numbers;
  for (std::size_t column = 0; column < table.columns.size(); ++column) {
    const std::string name = sql_column(table, table.columns[column]);
    if (column == id) continue;
    if (!table.types.empty() && table.types[column].ends_with("]")) lists.push_back(name);
    numbers.push_back(fmt::format("coalesce(CAST({} AS VARCHAR), 'NULL')", name));
  }
  if (lists.size() == 1) return fmt::format("array_to_string(CAST({} AS DOUBLE[]), ' ')", lists.front());
  if (!lists.empty() || numbers.empty())
    refuse(table.path, fmt::format("it needs a column of ids and one of lists, or of numbers alone; it has {}", short_list(table.columns)));
  return fmt::format("concat_ws(' ', {})", fmt::join(numbers, ", "));
}

std::vector<double> numbers_in(const TableFile& table, std::string_view text, const std::string& place) {
  std::vector<double> numbers;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    double number = 0;
    const auto [next, error] = std::from_chars(text.data() + at, text.data() + end, number);
    if (error != std::errc() || next != text.data() + end)
      refuse(table.path, fmt::format("{}: '{}' is no number", place, text.substr(at, end - at)));
    numbers.push_back(number);
    at = end + 1;
  }
  return numbers;
}

}  // namespace

std::vector<NamedFeature> ItemVectors::features_of(std::int64_t item) const {
  std::vector<NamedFeature> features;
  for (std::int64_t c = 0; c < width; ++c)
    if (const float value = values[static_cast<std::size_t>(item * width + c)]; value != 0)
      features.push_back({fmt::format("{}:{:05}", vector_column, c), static_cast<double>(value)});
  return features;
}

ItemVectors read_item_vectors(const fs::path& file, const std::string& item_column) {
  if (is_npy(file)) return read_npy(file);
  Database database({.threads = 1});
  TableFile table = inspect_table(database, file, {});
  name_columns(table, true);
  const auto id = id_column(table, item_column);
  if (!id)
    refuse(file, fmt::format("it needs a column of ids, named {} or itemId; it has {}", item_column, short_list(table.columns)));
  const std::string select =
      fmt::format("SELECT TRIM(CAST({} AS VARCHAR)), {}, ", sql_column(table, table.columns[*id]), vector_text(table, *id));
  std::vector<std::size_t> used(table.columns.size());
  for (std::size_t column = 0; column < used.size(); ++column) used[column] = column;
  if (!table.parquet) database.add_rows("item_vectors", std::make_shared<TextRows>(table, used));
  Rows rows = database.stream(table.parquet ? fmt::format("{} row_number() OVER (), NULL::VARCHAR FROM {}", select, parquet_relation(table))
                                            : fmt::format("{} line, problem FROM item_vectors()", select));
  Taker taker(file);
  while (rows.next())
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const std::string place = fmt::format("{} {}", table.parquet ? "row" : "line", rows.int64(2)[row]);
      if (!rows.is_null(3, row)) refuse(file, fmt::format("{}: {}", place, rows.text(3, row)));
      if (rows.is_null(0, row) || rows.text(0, row).empty()) refuse(file, fmt::format("{}: there is no id", place));
      if (rows.is_null(1, row)) refuse(file, fmt::format("{}: there is no vector", place));
      taker.take(std::string(rows.text(0, row)), numbers_in(table, rows.text(1, row), place), place);
    }
  return taker.done();
}

}  // namespace encore
