// Runs the instructions for tiles of this very program where the processor has none: each raises an illegal instruction, which is caught,
// decoded by Intel's encoding and computed by the definition (kernel/emulated_tiles.h). For tests, x86-64 and Linux alone.
#pragma once
#if defined(__x86_64__)
#include <signal.h>
#include <ucontext.h>

#include <cstdint>
#include <exception>
#include <string>

#include "kernel/emulated_tiles.h"

namespace encore::kernel {

/// As long as it lives, this thread's instructions for tiles are computed here. One at a time.
class CaughtTiles {
 public:
  CaughtTiles() {
    struct sigaction action {};
    action.sa_sigaction = [](int, siginfo_t*, void* context) { caught(static_cast<ucontext_t*>(context)->uc_mcontext.gregs); };
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGILL, &action, &before_);
    state() = {};
  }
  ~CaughtTiles() { sigaction(SIGILL, &before_, nullptr); }
  CaughtTiles(const CaughtTiles&) = delete;
  CaughtTiles& operator=(const CaughtTiles&) = delete;

  struct State {
    EmulatedTiles tiles;
    std::int64_t multiplied = 0, configured = 0, released = 0;
    std::string problem;        ///< the first instruction that the processor would have refused
    bool sums_are_off = false;  ///< makes the tiles those of a processor with another order of sums
  };
  /// Of the running thread.
  static State& state() {
    static thread_local State one;
    return one;
  }

 private:
  /// A VEX-encoded instruction of the map 0F38: where it stands, and what its bits say.
  struct Decoded {
    int opcode, prefix, mod, reg, rm, second;  ///< prefix: 0 none, 1 66, 2 F3, 3 F2; second: the register of VEX
    const std::uint8_t* end;
    std::uint64_t address = 0, stride = 0;  ///< of memory: the base with its displacement, and the scaled index
  };

  static std::uint64_t value_of(const greg_t* registers, int number) {
    static constexpr int order[] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
                                    REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};
    return static_cast<std::uint64_t>(registers[order[number]]);
  }

  /// False for what is no such instruction.
  static bool decode(const greg_t* registers, Decoded& d) {
    const auto* at = reinterpret_cast<const std::uint8_t*>(registers[REG_RIP]);
    if (at[0] != 0xC4 || (at[1] & 0x1F) != 2 || (at[2] & 0x84) != 0) return false;  // VEX of three bytes, 0F38, W0, 128 bits
    const int index_high = (at[1] & 0x40) != 0 ? 0 : 8, base_high = (at[1] & 0x20) != 0 ? 0 : 8;
    d.prefix = at[2] & 3, d.second = ~(at[2] >> 3) & 15, d.opcode = at[3];
    d.mod = at[4] >> 6, d.reg = at[4] >> 3 & 7, d.rm = at[4] & 7;
    at += 5;
    if (d.mod != 3) {
      const bool indexed = d.rm == 4;
      const int base = indexed ? *at & 7 : d.rm, index = indexed ? (*at >> 3 & 7) + index_high : 4, scale = indexed ? *at >> 6 : 0;
      if (indexed) ++at;
      const bool from_here = d.mod == 0 && base == 5;  // without a base, or relative to the instruction that follows
      std::int32_t displacement = 0;
      if (d.mod == 1) displacement = static_cast<std::int8_t>(*at);
      if (d.mod == 2 || from_here) std::memcpy(&displacement, at, sizeof displacement);
      at += d.mod == 1 ? 1 : d.mod == 2 || from_here ? 4 : 0;
      if (!from_here) d.address = value_of(registers, base + base_high);
      else if (!indexed) d.address = reinterpret_cast<std::uint64_t>(at);
      d.address += static_cast<std::uint64_t>(static_cast<std::int64_t>(displacement));
      if (index != 4) d.stride = value_of(registers, index) << scale;
    }
    d.end = at;
    return true;
  }

  static void caught(greg_t* registers) {
    Decoded d{};
    if (!decode(registers, d) || !carried_out(d)) return void(signal(SIGILL, SIG_DFL));  // somebody else's: raised again
    registers[REG_RIP] = reinterpret_cast<greg_t>(d.end);
  }

  static bool carried_out(const Decoded& d) {
    State& now = state();
    auto* memory = reinterpret_cast<char*>(d.address);
    const auto stride = static_cast<std::int64_t>(d.stride);
    try {
      if (d.opcode == 0x49 && d.prefix == 0 && d.mod != 3 && d.reg == 0) {
        TileShapes shapes;
        std::memcpy(&shapes, memory, sizeof shapes);
        now.tiles.configure(shapes), ++now.configured;
      } else if (d.opcode == 0x49 && d.prefix == 0 && d.mod == 3 && d.reg == 0 && d.rm == 0) {
        now.tiles.release(), ++now.released;
      } else if (d.opcode == 0x49 && d.prefix == 3 && d.mod == 3 && d.rm == 0) {
        now.tiles.zero(d.reg);
      } else if (d.opcode == 0x4B && d.prefix == 3 && d.mod != 3 && d.rm == 4) {
        now.tiles.load(d.reg, memory, stride);
      } else if (d.opcode == 0x4B && d.prefix == 2 && d.mod != 3 && d.rm == 4) {
        now.tiles.store(d.reg, memory, stride);
      } else if (d.opcode == 0x5C && d.prefix == 2 && d.mod == 3) {
        now.tiles.multiply(d.reg, d.rm, d.second), ++now.multiplied;
        if (now.sums_are_off) now.tiles.multiply(d.reg, d.rm, d.second);
      } else {
        return false;
      }
    } catch (const std::exception& refused) {
      if (now.problem.empty()) now.problem = refused.what();
    }
    return true;
  }

  struct sigaction before_ {};
};

}  // namespace encore::kernel
#endif
