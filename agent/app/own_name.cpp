#include "agent/app/own_name.h"

#include <unistd.h>

#include <array>
#include <utility>

#include "shared/ctl/own_name.h"
#include "shared/files/atomic_file.h"
#include "shared/names/iscsi_name.h"
#include "shared/net/host_name.h"

namespace agent {

base::Result<std::string> initiatorNameOf(std::string name) {
  constexpr std::size_t kMaxFile = 65'536;
  if (name.empty()) {
    const auto bytes = files::readFile(std::string(ctl::kInitiatorNameFile), kMaxFile);
    const bool there = bytes && bytes->has_value();
    name = ctl::initiatorName(there ? base::asText(**bytes) : std::string_view(), net::hostName());
  }
  std::string scratch;
  const auto normal = names::normaliseIscsiName(name, scratch);
  if (!normal) return base::fail("the initiator's name \"" + name + "\": " + normal.error().text);
  return std::string(*normal);
}

base::Result<std::string> initiatorNameOf(const StartConfig& config) {
  auto name = initiatorNameOf(config.initiator.name);
  if (!name) return base::fail(name.error().text + "; set initiator.name");
  return name;
}

}  // namespace agent
