// CRC-32C (Castagnoli), the sum of single lines: it finds a line that was not written to its end, or rotted. Not a proof
// against anybody who means harm (proof.h).
#pragma once
#include <cstdint>
#include <string_view>

namespace encore {

/// Of RFC 3720, section 12.1; that of "123456789" is 0xe3069283.
std::uint32_t crc32c(std::string_view bytes);

}  // namespace encore
