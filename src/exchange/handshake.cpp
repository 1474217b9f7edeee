// connector → acceptor: magic, from, to, purpose, its random number
// acceptor → connector: magic, its random number, its proof
// connector → acceptor: its proof, its identity
// acceptor → connector: its identity
#include "exchange/handshake.h"

#include <cstring>
#include <map>

#include "digest/proof.h"

namespace encore {
namespace {

constexpr std::string_view magic = "ENCORE\x01\n";
constexpr std::size_t nonce_bytes = 32, hello_bytes = 12 + nonce_bytes;
constexpr std::uint32_t longest_identity = 1 << 20;

std::string number(std::uint32_t value) { return {reinterpret_cast<const char*>(&value), sizeof value}; }

std::uint32_t number_at(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return value;
}

std::string text_of(const Proof& proof) { return {proof.data(), proof.size()}; }

std::map<std::string, std::string> lines_of(std::string_view text) {
  std::map<std::string, std::string> lines;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const std::size_t equals = std::min(line.find('='), line.size());
    lines[std::string(line.substr(0, equals))] = line.substr(std::min(equals + 1, line.size()));
  }
  return lines;
}

}  // namespace

Handshake Handshake::connecting(const Self& self, int peer) { return {self, true, peer}; }

Handshake Handshake::accepting(const Self& self) { return {self, false, -1}; }

Handshake::Handshake(const Self& self, bool connects, int peer)
    : self_(self), connects_(connects), peer_(peer), own_nonce_(random_bytes(nonce_bytes)) {
  expect(Stage::magic, magic.size());
  if (!connects) return;
  to_send_.append(magic);
  to_send_ += number(static_cast<std::uint32_t>(self.process)) + number(static_cast<std::uint32_t>(peer)) +
              number(static_cast<std::uint32_t>(self.purpose)) + own_nonce_;
}

void Handshake::expect(Stage stage, std::size_t bytes) {
  stage_ = stage;
  wanted_ = bytes;
}

std::string Handshake::signed_text(bool by_connector) const {
  const int connector = connects_ ? self_.process : peer_, acceptor = connects_ ? peer_ : self_.process;
  std::string text(magic);
  text += by_connector ? "connector" : "acceptor_";
  text += number(static_cast<std::uint32_t>(connector)) + number(static_cast<std::uint32_t>(acceptor)) +
          number(static_cast<std::uint32_t>(self_.purpose));
  return text + (connects_ ? own_nonce_ + peer_nonce_ : peer_nonce_ + own_nonce_);
}

void Handshake::receive(std::string_view bytes) {
  switch (stage_) {
    case Stage::magic:
      if (bytes != magic) throw HandshakeRefused("it does not speak the exchange's protocol");
      return connects_ ? expect(Stage::answer, nonce_bytes + proof_bytes) : expect(Stage::hello, hello_bytes);
    case Stage::hello:
      return take_hello(bytes);
    case Stage::answer:
      return take_answer(bytes);
    case Stage::proof:
      return take_proof(bytes);
    case Stage::identity_size: {
      const std::uint32_t size = number_at(bytes, 0);
      if (size > longest_identity) throw HandshakeRefused("its identity is too long");
      return expect(size > 0 ? Stage::identity : Stage::done, size);
    }
    case Stage::identity:
      peer_identity_ = bytes;
      return expect(Stage::done, 0);
    case Stage::done:
      return;
  }
}

void Handshake::take_hello(std::string_view bytes) {
  peer_ = static_cast<int>(number_at(bytes, 0));
  if (number_at(bytes, 4) != static_cast<std::uint32_t>(self_.process) || peer_ <= self_.process ||
      peer_ >= self_.processes || number_at(bytes, 8) != static_cast<std::uint32_t>(self_.purpose))
    throw HandshakeRefused("it looks for somebody else");
  peer_nonce_ = bytes.substr(12);
  to_send_.append(magic);
  to_send_ += own_nonce_ + text_of(prove(self_.secret, signed_text(false)));
  expect(Stage::proof, proof_bytes);
}

void Handshake::take_answer(std::string_view bytes) {
  peer_nonce_ = bytes.substr(0, nonce_bytes);
  Proof proof;
  std::memcpy(proof.data(), bytes.data() + nonce_bytes, proof_bytes);
  if (!same_proof(proof, prove(self_.secret, signed_text(false))))
    throw HandshakeRefused("it does not know this run's secret");
  to_send_ += text_of(prove(self_.secret, signed_text(true)));
  append_identity();
  expect(Stage::identity_size, 4);
}

void Handshake::take_proof(std::string_view bytes) {
  Proof proof;
  std::memcpy(proof.data(), bytes.data(), proof_bytes);
  if (!same_proof(proof, prove(self_.secret, signed_text(true))))
    throw HandshakeRefused("it does not know this run's secret");
  append_identity();
  expect(Stage::identity_size, 4);
}

void Handshake::append_identity() {
  to_send_ += number(static_cast<std::uint32_t>(self_.identity.size()));
  to_send_.append(self_.identity);
}

std::string identity_difference(std::string_view here, std::string_view there) {
  if (here == there) return {};
  std::map<std::string, std::string> ours = lines_of(here), theirs = lines_of(there);
  std::string text;
  const auto add = [&](const std::string& name, const std::string& our, const std::string& their) {
    text += (text.empty() ? "" : "; ") + name + " is " + (our.empty() ? "nothing" : our) + " here and " +
            (their.empty() ? "nothing" : their) + " there";
  };
  for (const auto& [name, value] : ours) {
    if (theirs[name] != value) add(name, value, theirs[name]);
  }
  for (const auto& [name, value] : theirs) {
    if (!ours.contains(name)) add(name, "", value);
  }
  return text.empty() ? "the order of the identity's lines differs" : text;
}

}  // namespace encore
