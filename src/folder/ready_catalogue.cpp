// Texts of a column stand back to back, with the place where each one ends; a year that nobody knows is the least integer.
#include "folder/ready_catalogue.h"
#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <limits>
#include <string>
#include "digest/checksums.h"
#include "folder/catalogue_file.h"
#include "model/safetensors.h"
#include "process/error.h"

namespace encore {
namespace {

namespace fs = std::filesystem;

constexpr const char *source_key = "items_sha256", *numeric_key = "numeric_ids";
constexpr std::int32_t no_year = std::numeric_limits<std::int32_t>::min();

template <class Number>
std::string_view bytes_of(const std::vector<Number>& numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number)};
}

/// A column of texts as two tensors, whose bytes live here.
struct TextColumn {
  explicit TextColumn(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      bytes += text;
      ends.push_back(static_cast<std::int64_t>(bytes.size()));
    }
  }
  std::string bytes;
  std::vector<std::int64_t> ends;
};

class ColumnReader {
 public:
  explicit ColumnReader(const fs::path& file) : file_(file), reader_(file) {}
  const std::map<std::string, std::string>& metadata() const { return reader_.metadata(); }
  bool has(const std::string& name) const { return metadata().contains("has_" + name); }

  template <class Number>
  std::vector<Number> numbers(const std::string& name, const char* dtype) {
    const std::string bytes = reader_.read_bytes(name, dtype);
    std::vector<Number> numbers(bytes.size() / sizeof(Number));
    if (!bytes.empty()) std::memcpy(numbers.data(), bytes.data(), bytes.size());  // of nothing there is no address
    if (rows_ == unknown) rows_ = numbers.size();
    if (numbers.size() != rows_) damaged(name);
    return numbers;
  }

  std::vector<std::string> texts(const std::string& name) {
    const std::string bytes = reader_.read_bytes(name, "U8");
    const auto ends = numbers<std::int64_t>(name + ".ends", "I64");
    std::vector<std::string> texts;
    texts.reserve(ends.size());
    std::int64_t begin = 0;
    for (const std::int64_t end : ends) {
      if (end < begin || end > static_cast<std::int64_t>(bytes.size())) damaged(name);
      texts.emplace_back(bytes, static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
      begin = end;
    }
    if (begin != static_cast<std::int64_t>(bytes.size())) damaged(name);
    return texts;
  }

 private:
  [[noreturn]] void damaged(const std::string& name) const {
    throw UserError(fmt::format("{} is damaged: its {} are not those of one catalogue; delete it, or copy the model again",
                                file_.string(), name));
  }
  static constexpr std::size_t unknown = std::numeric_limits<std::size_t>::max();
  fs::path file_;
  SafetensorsReader reader_;
  std::size_t rows_ = unknown;
};

}  // namespace

void write_ready_catalogue(const fs::path& folder, const Catalogue& items) {
  const TextColumn id(items.id), title(items.title), genres(items.genres);
  std::vector<std::int32_t> year;
  year.reserve(items.year.size());
  for (const auto& one : items.year) year.push_back(one.value_or(no_year));
  std::map<std::string, std::string> metadata{{source_key, file_checksum(folder / items_file)},
                                              {numeric_key, items.numeric_ids ? "yes" : "no"}};
  std::vector<ByteTensor> tensors{{"ratings", "I64", bytes_of(items.ratings)},
                                  {"training_ratings", "I64", bytes_of(items.training_ratings)},
                                  {"year", "I32", bytes_of(year)}};
  const auto add = [&](const char* name, const TextColumn& column) {
    tensors.push_back({name, "U8", column.bytes});
    tensors.push_back({fmt::format("{}.ends", name), "I64", bytes_of(column.ends)});
  };
  add("id", id), add("title", title), add("genres", genres);
  const auto add_flags = [&](const char* name, const std::vector<std::uint8_t>& flags) {
    if (flags.empty()) return;
    metadata[fmt::format("has_{}", name)] = "yes";
    tensors.push_back({name, "U8", bytes_of(flags)});
  };
  add_flags("added", items.added), add_flags("retired", items.retired);
  write_safetensors(folder / ready_catalogue_file, tensors, std::move(metadata));
}

std::optional<Catalogue> read_ready_catalogue(const fs::path& folder, const std::string& items_sha256) {
  const fs::path file = folder / ready_catalogue_file;
  if (!fs::exists(file)) return std::nullopt;
  ColumnReader reader(file);
  const auto source = reader.metadata().find(source_key);
  if (source == reader.metadata().end() || source->second != items_sha256) return std::nullopt;
  Catalogue items;
  items.numeric_ids = reader.metadata().at(numeric_key) == "yes";
  items.ratings = reader.numbers<std::int64_t>("ratings", "I64");
  items.training_ratings = reader.numbers<std::int64_t>("training_ratings", "I64");
  const auto years = reader.numbers<std::int32_t>("year", "I32");
  items.year.reserve(years.size());
  for (const std::int32_t year : years) items.year.push_back(year == no_year ? std::nullopt : std::optional(year));
  items.id = reader.texts("id");
  items.title = reader.texts("title");
  items.genres = reader.texts("genres");
  const auto flags = [&](const std::string& name) {  // none where no film has it, as in a catalogue read from Parquet
    auto all = reader.has(name) ? reader.numbers<std::uint8_t>(name, "U8") : std::vector<std::uint8_t>();
    if (std::ranges::count(all, 0) == std::ssize(all)) all.clear();
    return all;
  };
  items.added = flags("added"), items.retired = flags("retired");
  return items;
}

}  // namespace encore
