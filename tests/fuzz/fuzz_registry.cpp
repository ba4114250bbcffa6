// A sequence of messages against the registry: each is a function, flags and a payload from the input. Whatever comes,
// nothing breaks, the state keeps its rules, and a restart finds what was acknowledged.
#include "tests/fuzz/fuzz_target.h"
#include "tests/property/registry_world.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  property::RegistryWorld world;
  base::ByteReader input({data, size});
  for (int step = 0; step < 64 && input.remaining() >= 4; ++step) {
    const std::uint8_t function = input.u8();
    const std::uint8_t bits = input.u8();
    const std::size_t length = std::min<std::size_t>(input.u16(), input.remaining());
    if (bits & 4) world.advance(std::chrono::seconds(bits));
    (void)world.send(function, bits & 1 ? isns::flag::kReplace : std::uint16_t{0}, input.bytes(length), (bits & 2) != 0);
  }
  const auto broken = property::StateRules(world.state()).broken();
  fuzz::check(!broken, broken ? broken->c_str() : "");
  fuzz::check(property::facts(world.state()) == world.factsAfterRestart(), "a restart finds what was acknowledged");
  return 0;
}
