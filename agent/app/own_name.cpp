#include "agent/app/own_name.h"

#include <unistd.h>

#include <array>

#include "agent/app/atomic_file.h"
#include "shared/ctl/own_name.h"
#include "shared/names/iscsi_name.h"

namespace agent {

base::Result<std::string> initiatorNameOf(const StartConfig& config) {
  constexpr std::size_t kMaxFile = 65'536;
  std::string name = config.initiator.name;
  if (name.empty()) {
    const auto bytes = readFile(std::string(ctl::kInitiatorNameFile), kMaxFile);
    const bool there = bytes && bytes->has_value();
    std::array<char, 256> host{};
    (void)::gethostname(host.data(), host.size() - 1);
    name = ctl::initiatorName(there ? base::asText(**bytes) : std::string_view(), host.data());
  }
  std::string scratch;
  const auto normal = names::normaliseIscsiName(name, scratch);
  if (!normal)
    return base::fail("the initiator's name \"" + name + "\": " + normal.error().text + "; set initiator.name");
  return std::string(*normal);
}

}  // namespace agent
