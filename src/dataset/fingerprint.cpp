// Fingerprint over OpenSSL's SHA-256, fed with a buffer's worth at a time.
#include "dataset/fingerprint.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <bit>
#include <cstring>
#include <stdexcept>

namespace encore {
namespace {

constexpr std::size_t buffer_bytes = 1 << 16;

void append_little_endian(std::vector<char>& to, std::uint32_t number) {
  const char bytes[] = {static_cast<char>(number), static_cast<char>(number >> 8), static_cast<char>(number >> 16),
                        static_cast<char>(number >> 24)};
  to.insert(to.end(), bytes, bytes + 4);
}

}  // namespace

struct Fingerprint::Hash {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~Hash() { EVP_MD_CTX_free(context); }
};

Fingerprint::Fingerprint() : hash_(std::make_unique<Hash>()) {
  if (!hash_->context || EVP_DigestInit_ex(hash_->context, EVP_sha256(), nullptr) != 1)
    throw std::runtime_error("OpenSSL gives no SHA-256");
  buffer_.reserve(buffer_bytes + 4096);
}

Fingerprint::~Fingerprint() = default;

void Fingerprint::flush() {
  if (EVP_DigestUpdate(hash_->context, buffer_.data(), buffer_.size()) != 1) throw std::runtime_error("SHA-256 failed");
  buffer_.clear();
}

void Fingerprint::add_text(char kind, int fold, std::string_view text) {
  if (buffer_.size() >= buffer_bytes) flush();
  buffer_.push_back(kind);
  if (fold >= 0) buffer_.push_back(static_cast<char>(fold));
  append_little_endian(buffer_, static_cast<std::uint32_t>(text.size()));
  buffer_.insert(buffer_.end(), text.begin(), text.end());
}

void Fingerprint::add_user(std::string_view id, Fold fold) { add_text('U', static_cast<int>(fold), id); }

void Fingerprint::add_rating(std::string_view movie_id, float stars) {
  add_text('R', -1, movie_id);
  append_little_endian(buffer_, std::bit_cast<std::uint32_t>(stars));
}

std::string Fingerprint::hex() {
  flush();
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  if (EVP_DigestFinal_ex(hash_->context, digest, &length) != 1) throw std::runtime_error("SHA-256 failed");
  std::string text;
  for (unsigned int i = 0; i < length; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
}

}  // namespace encore
