// How two processes prove to each other that they know the run's secret, then tell who they are. Each proves it by the
// HMAC of both sides' fresh random numbers, bound to the direction, the ranks and the purpose, so that nothing that was
// overheard can be played again or back. Bytes in, bytes out; whose sockets they cross is meeting.h.
#pragma once
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace encore {

/// Why a connection is closed: it is not, or cannot show that it is, one of ours.
class HandshakeRefused : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// What a connection is for; a proof for one is none for the other.
enum class Purpose : std::uint32_t { exchange = 1, parameters };

class Handshake {
 public:
  struct Self {
    int process, processes;
    Purpose purpose;
    std::string_view secret, identity;
  };
  /// The side that connects to process `peer`, and the side that is connected to. Self's texts must outlive it.
  static Handshake connecting(const Self&, int peer);
  static Handshake accepting(const Self&);

  /// Bytes that wait to be sent; the caller takes them away.
  std::string& to_send() { return to_send_; }
  /// How many bytes `receive` wants next; 0: the handshake is complete.
  std::size_t wanted() const { return wanted_; }
  /// Exactly `wanted` bytes. Throws HandshakeRefused.
  void receive(std::string_view bytes);
  /// Once complete, or once the peer has said it.
  int peer() const { return peer_; }
  const std::string& peer_identity() const { return peer_identity_; }

 private:
  enum class Stage : std::uint8_t { magic, hello, answer, proof, identity_size, identity, done };
  Handshake(const Self&, bool connects, int peer);
  void expect(Stage, std::size_t bytes);
  void take_hello(std::string_view);
  void take_answer(std::string_view);
  void take_proof(std::string_view);
  void append_identity();
  std::string signed_text(bool by_connector) const;

  Self self_;
  bool connects_;
  int peer_;
  Stage stage_ = Stage::magic;
  std::size_t wanted_ = 0;
  std::string own_nonce_, peer_nonce_, to_send_, peer_identity_;
};

/// The lines `name=value` of which two identities disagree, as a sentence part: "kernel path is fma here and plain
/// there; …". Empty when they are equal.
std::string identity_difference(std::string_view here, std::string_view there);

}  // namespace encore
