// How a text's characters are written, and its change into UTF-8, piece by piece. Not lines, and not files.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace encore {

/// cp1252 has Latin-1 (ISO 8859-1) in it, whose places 0x80 to 0x9F no text uses.
enum class Encoding : std::uint8_t { utf8, utf16_little, utf16_big, cp1252 };

/// By the mark at a text's beginning, or by the zeros that UTF-16 has beside plain letters; else UTF-8.
Encoding encoding_at(std::string_view beginning);

/// "utf-8", "utf-16-le", "utf-16-be" or "cp1252"; whatever else is UTF-8.
Encoding encoding_named(std::string_view name);

/// The inverse of encoding_named.
std::string_view name_of(Encoding encoding);

/// Takes a text in pieces. Bytes that are UTF-8 already stay as they are; half a pair of UTF-16 becomes U+FFFD.
class ToUtf8 {
 public:
  explicit ToUtf8(Encoding encoding) : encoding_(encoding) {}
  /// Appends to `text` what `bytes` are; `last`: nothing follows.
  void take(std::string_view bytes, bool last, std::string& text);

 private:
  void take_unit(std::uint32_t unit, std::string& text);

  Encoding encoding_;
  std::string waiting_;     ///< half of a unit of UTF-16
  std::uint32_t high_ = 0;  ///< the first unit of a pair, whose second one has not come yet
};

/// Appends a character.
void append_utf8(std::uint32_t character, std::string& text);

}  // namespace encore
