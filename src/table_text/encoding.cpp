// UTF-16 by RFC 2781; cp1252 as the WHATWG's standard of encodings has it, where every byte is a character.
#include "table_text/encoding.h"

#include <algorithm>
#include <array>

namespace encore {
namespace {

constexpr std::uint32_t replacement = 0xFFFD;

constexpr std::array<std::uint16_t, 32> cp1252_from_80 = {
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D, 0x017D, 0x008F,
    0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x009D, 0x017E, 0x0178};

struct Named {
  std::string_view name;
  Encoding encoding;
};
constexpr std::array<Named, 4> names = {{{"utf-8", Encoding::utf8},
                                         {"utf-16-le", Encoding::utf16_little},
                                         {"utf-16-be", Encoding::utf16_big},
                                         {"cp1252", Encoding::cp1252}}};

}  // namespace

Encoding encoding_at(std::string_view beginning) {
  if (beginning.starts_with("\xFF\xFE")) return Encoding::utf16_little;
  if (beginning.starts_with("\xFE\xFF")) return Encoding::utf16_big;
  const std::size_t units = std::min<std::size_t>(beginning.size(), 64) / 2;
  std::size_t zeros_first = 0, zeros_second = 0;
  for (std::size_t unit = 0; unit < units; ++unit) {
    zeros_first += beginning[2 * unit] == '\0';
    zeros_second += beginning[2 * unit + 1] == '\0';
  }
  if (units < 2) return Encoding::utf8;
  if (zeros_first == 0 && 2 * zeros_second > units) return Encoding::utf16_little;
  if (zeros_second == 0 && 2 * zeros_first > units) return Encoding::utf16_big;
  return Encoding::utf8;
}

Encoding encoding_named(std::string_view name) {
  const auto* found = std::ranges::find(names, name, &Named::name);
  return found == names.end() ? Encoding::utf8 : found->encoding;
}

std::string_view name_of(Encoding encoding) { return std::ranges::find(names, encoding, &Named::encoding)->name; }

void append_utf8(std::uint32_t character, std::string& text) {
  const auto add = [&](std::uint32_t byte) { text += static_cast<char>(byte); };
  if (character < 0x80) return add(character);
  if (character < 0x800) {
    add(0xC0 | character >> 6);
  } else {
    if (character < 0x10000) {
      add(0xE0 | character >> 12);
    } else {
      add(0xF0 | character >> 18);
      add(0x80 | (character >> 12 & 0x3F));
    }
    add(0x80 | (character >> 6 & 0x3F));
  }
  add(0x80 | (character & 0x3F));
}

void ToUtf8::take_unit(std::uint32_t unit, std::string& text) {
  const bool low = unit >= 0xDC00 && unit < 0xE000;
  if (high_ != 0) {
    append_utf8(low ? 0x10000 + ((high_ - 0xD800) << 10) + (unit - 0xDC00) : replacement, text);
    high_ = 0;
    if (low) return;
  }
  if (unit >= 0xD800 && unit < 0xDC00)
    high_ = unit;
  else
    append_utf8(low ? replacement : unit, text);
}

void ToUtf8::take(std::string_view bytes, bool last, std::string& text) {
  if (encoding_ == Encoding::utf8) {
    text += bytes;
    return;
  }
  if (encoding_ == Encoding::cp1252) {
    for (const char byte : bytes) {
      const auto value = static_cast<unsigned char>(byte);
      append_utf8(value >= 0x80 && value < 0xA0 ? cp1252_from_80[value - 0x80U] : value, text);
    }
    return;
  }
  std::size_t at = 0;
  const auto unit = [&](char first, char second) {
    if (encoding_ == Encoding::utf16_little) std::swap(first, second);
    take_unit(static_cast<std::uint32_t>(static_cast<unsigned char>(first)) << 8 | static_cast<unsigned char>(second), text);
  };
  if (!waiting_.empty() && !bytes.empty()) {
    unit(waiting_[0], bytes[at++]);
    waiting_.clear();
  }
  for (; at + 1 < bytes.size(); at += 2) unit(bytes[at], bytes[at + 1]);
  if (at < bytes.size()) waiting_.assign(1, bytes[at]);
  if (!last) return;
  if (high_ != 0 || !waiting_.empty()) append_utf8(replacement, text);
  high_ = 0;
  waiting_.clear();
}

}  // namespace encore
