// What the desired state of one agent holds at most (docs/design/agents-api.md). The agent refuses more whole, what is
// taken away in it too; so the server commits no change set that asks for more, and sends no more.
#pragma once

#include <cstddef>
#include <cstdint>

namespace san {

struct DesiredBounds {
  static constexpr std::size_t kTargets = 256;
  static constexpr std::size_t kInitiators = 65'536;   // of all targets together
  static constexpr std::size_t kMaps = 65'536;         // of all targets together
  static constexpr std::size_t kCredentials = 65'536;  // of all ends together, one twice while its user name changes
  static constexpr std::size_t kSecrets = 2;           // of one way of a credential
  static constexpr std::size_t kLeaving = 16'384;
  static constexpr std::size_t kNameServers = 16;
  static constexpr std::size_t kDiscover = 64;
  static constexpr std::size_t kProbes = 256;
  static constexpr std::size_t kProbePortals = 8;  // of one
  static constexpr std::uint32_t kLun = 16'383;
  // Bytes of the whole answer: more than all of the above take with names of 255 bytes, so that this is never what
  // stops it.
  static constexpr std::size_t kText = std::size_t{256} << 20;
};

}  // namespace san
