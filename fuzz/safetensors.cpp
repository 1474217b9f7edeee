// Any bytes as a safetensors file: the header, whole tensors, runs of rows, and texts.
#include "model/safetensors.h"
#include "target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace encore;
  const fuzz::BytesAsFile file(data, size);
  float values[64];
  fuzz::refuses_or_understands([&] { SafetensorsReader(file.path()).read({"w", {2, 3}, values, 16}); });
  fuzz::refuses_or_understands([&] { SafetensorsReader(file.path()).read_rows({"w", {2, 3}, values, 16}, 1); });
  fuzz::refuses_or_understands([&] {
    SafetensorsReader reader(file.path());
    reader.read({"b", {4}, values, 4});
    reader.expect_all_read();
  });
  for (const char* dtype : {"U8", "I64"})
    fuzz::refuses_or_understands([&] { SafetensorsReader(file.path()).read_bytes("b", dtype); });
  return 0;
}
