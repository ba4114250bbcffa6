#include "agent/app/own_name.h"

#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "shared/ctl/own_name.h"
#include "shared/files/atomic_file.h"
#include "shared/names/iscsi_name.h"
#include "shared/net/host_name.h"

namespace agent {
namespace {

// Its text; empty: there is no such file.
base::Result<std::string> textOfFile(const NameSource& source) {
  constexpr std::size_t kMaxFile = 65'536;
  constexpr const char* kCredential = "/initiatorname.iscsi";  // as the units call it
  if (!source.credentials.empty()) {
    const auto given = files::readFile(source.credentials + kCredential, kMaxFile);
    if (!given) return base::fail(given.error());
    if (*given) return std::string(base::asText(**given));
  }
  const auto own = files::readFile(source.file, kMaxFile);
  if (!own) return base::fail(own.error());
  return *own ? std::string(base::asText(**own)) : std::string();
}

}  // namespace

NameSource nameSource() {
  const char* credentials = std::getenv("CREDENTIALS_DIRECTORY");
  return {std::string(ctl::kInitiatorNameFile), credentials == nullptr ? "" : credentials, net::hostName()};
}

base::Result<std::string> initiatorNameOf(std::string name, const NameSource& source) {
  if (name.empty()) {
    const auto text = textOfFile(source);
    if (!text) return base::fail("this machine's iSCSI name is not known: " + text.error().text);
    name = ctl::initiatorName(*text, source.host);
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
