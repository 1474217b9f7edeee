// A table of first bytes, from the formats' own descriptions (and the file command's).
#include "table_text/foreign_format.h"

#include <array>

namespace encore {
namespace {

using namespace std::string_view_literals;

struct Signature {
  std::size_t at;
  std::string_view bytes;
  std::string_view what;
};

#define ENCORE_UNPACK "; unpack it first"
#define ENCORE_EXPORT "; save the table as CSV or Parquet first"
constexpr std::array signatures = {
    Signature{0, "version https://git-lfs.github.com/spec/"sv,
              "is a pointer of Git LFS, not the file itself; `git lfs pull` fetches that"},
    Signature{257, "ustar"sv, "is a tar archive" ENCORE_UNPACK},
    Signature{0, "7z\xBC\xAF\x27\x1C"sv, "is a 7z archive" ENCORE_UNPACK},
    Signature{0, "Rar!\x1A\x07"sv, "is a RAR archive" ENCORE_UNPACK},
    Signature{0, "\x1F\x9D"sv, "is packed by compress" ENCORE_UNPACK},
    Signature{0, "\x04\x22\x4D\x18"sv, "is packed by lz4" ENCORE_UNPACK},
    Signature{0, "\xFF\x06\x00\x00sNaPpY"sv, "is packed by snappy" ENCORE_UNPACK},
    Signature{0, "%PDF-"sv, "is a PDF document, no table"},
    Signature{0, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"sv, "is a document of an old office program" ENCORE_EXPORT},
    Signature{0, "SQLite format 3\0"sv, "is an SQLite database" ENCORE_EXPORT},
    Signature{0, "\x89HDF\r\n\x1A\n"sv, "is an HDF5 file" ENCORE_EXPORT},
    Signature{0, "MATLAB 5.0 MAT-file"sv, "is a MATLAB file" ENCORE_EXPORT},
    Signature{0, "\x93NUMPY"sv, "is an array of NumPy's" ENCORE_EXPORT},
    Signature{0, "\x80\x04\x95"sv, "is a pickle of Python's" ENCORE_EXPORT},
    Signature{0, "ORC"sv, "is an ORC file" ENCORE_EXPORT},
    Signature{0, "Obj\x01"sv, "is an Avro file" ENCORE_EXPORT},
    Signature{0, "ARROW1\0\0"sv, "is an Arrow file" ENCORE_EXPORT},
    Signature{0, "FEA1"sv, "is an Arrow file" ENCORE_EXPORT},
    Signature{0, "\x89PNG"sv, "is a picture, no table"},
    Signature{0, "\xFF\xD8\xFF"sv, "is a picture, no table"},
    Signature{0, "GIF8"sv, "is a picture, no table"},
    Signature{0, "\x7F" "ELF"sv, "is a program, no table"},
};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool begins_like_markup(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  for (const std::string_view tag : {"<!doctype"sv, "<html"sv, "<head"sv, "<body"sv, "<?xml"sv, "<!--"sv}) {
    std::string begin(text.substr(0, tag.size()));
    for (char& c : begin) c = lower(c);
    if (begin == tag) return true;
  }
  return false;
}

}  // namespace

std::string foreign_format(std::string_view beginning) {
  for (const auto& [at, bytes, what] : signatures)
    if (beginning.size() >= at && beginning.substr(at).starts_with(bytes)) return std::string(what);
  if (begins_like_markup(beginning))
    return "is an HTML or XML page, no table; what was fetched may be the page of a login or of an error";
  return {};
}

}  // namespace encore
