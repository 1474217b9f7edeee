// The canonical bytes, handed to SHA-256 a buffer's worth at a time.
#include "dataset/fingerprint.h"

#include <algorithm>
#include <bit>

namespace encore {
namespace {

constexpr std::size_t buffer_bytes = 1 << 16;

template <class Whole>
char* put_little_endian(char* at, Whole number) {
  for (std::size_t byte = 0; byte < sizeof number; ++byte) *at++ = static_cast<char>(number >> (8 * byte));
  return at;
}

}  // namespace

Fingerprint::Fingerprint(const RatingScale& scale) : buffer_(buffer_bytes + 4096) {
  char* at = buffer_.data();
  *at++ = 'S';
  *at++ = static_cast<char>(scale.implicit ? 1 : scale.log_counts ? 2 : 0);
  for (const double stars : {scale.minimum, scale.maximum, scale.liked})
    at = put_little_endian(at, std::bit_cast<std::uint64_t>(stars));
  used_ = static_cast<std::size_t>(at - buffer_.data());
}

void Fingerprint::flush() {
  sha256_.add({buffer_.data(), used_});
  used_ = 0;
}

/// Room for one record with this id; a flush when the buffer is full.
char* Fingerprint::room_for(std::string_view id) {
  constexpr std::size_t largest_rest = 16;  // all of a record but its id
  if (used_ >= buffer_bytes) flush();
  if (buffer_.size() < used_ + id.size() + largest_rest) buffer_.resize(used_ + id.size() + largest_rest);
  return buffer_.data() + used_;
}

void Fingerprint::add_user(std::string_view id, Fold fold) {
  char* at = room_for(id);
  *at++ = 'U';
  *at++ = static_cast<char>(fold);
  at = put_little_endian(at, static_cast<std::uint32_t>(id.size()));
  at = std::copy(id.begin(), id.end(), at);
  used_ = static_cast<std::size_t>(at - buffer_.data());
}

void Fingerprint::add_rating(std::string_view movie_id, float stars, char tag) {
  char* at = room_for(movie_id);
  *at++ = tag;
  at = put_little_endian(at, static_cast<std::uint32_t>(movie_id.size()));
  at = std::copy(movie_id.begin(), movie_id.end(), at);
  at = put_little_endian(at, std::bit_cast<std::uint32_t>(stars));
  used_ = static_cast<std::size_t>(at - buffer_.data());
}

std::string Fingerprint::hex() {
  flush();
  return sha256_.hex();
}

}  // namespace encore
