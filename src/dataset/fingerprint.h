// The sha256 that names a dataset: over its ratings and what they mean, not over the bytes of its files.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>
#include "dataset/dataset.h"
#include "digest/sha256.h"

namespace encore {

/// Takes the scale, then users in ascending order, and after each its ratings by ascending item. Canonical bytes, all
/// numbers little-endian:
///   scale  = 'S', implicit (1 byte: 0 or 1), minimum, maximum and the least liked rating in stars (float64 each)
///   user   = 'U', fold (1 byte: 0 train, 1 validation, 2 test), length of its id (uint32), the id's UTF-8 bytes
///   rating = 'R', length of the film's id (uint32), the id's UTF-8 bytes, the rating in stars (float32);
///            of a rating that is held out although its user is not: 'V' (validation) or 'T' (test) instead of 'R'
/// and behind all of them, where there are any, users in ascending order with what each has seen without rating it: 'N' instead of
/// 'R', and 0 for the stars.
/// Numeric ids stand as their shortest decimal text.
class Fingerprint {
 public:
  explicit Fingerprint(const RatingScale& scale);
  void add_user(std::string_view id, Fold fold);
  void add_rating(std::string_view movie_id, float stars, char tag = 'R');
  /// 64 lower-case hex digits; nothing may be added afterwards.
  std::string hex();

 private:
  char* room_for(std::string_view id);
  void flush();
  Sha256 sha256_;
  std::vector<char> buffer_;
  std::size_t used_ = 0;
};

}  // namespace encore
