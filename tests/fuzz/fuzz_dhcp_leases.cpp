// Lease files of DHCP clients, and the option in them (RFC 4174): written by others, read by the agent.
//
// Rules: an option that is taken names at least one server, no more than its bytes can, and none of them is an address
// at which nobody can be; the text of dhclient's file may be cut anywhere, as it is while it is written.
#include "agent/registrar/dhcp_servers.h"
#include "tests/fuzz/fuzz_target.h"

namespace {

void checkOption(base::ByteView bytes) {
  const auto option = registrar::readIsnsOption(bytes);
  if (!option) return;
  fuzz::check(!option->servers.empty() && option->servers.size() <= bytes.size() / 4, "some servers");
  for (const net::Address& one : option->servers) {
    fuzz::check(one.isV4() && !one.isAny() && !one.isMulticast() && one.port() == 0, "each an address of a host");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  checkOption({data, size});
  const std::string_view text = base::asText({data, size});
  const base::WallTime now{std::chrono::seconds(1'764'237'600)};
  for (const base::Bytes& one : registrar::readDhclientLeases(text, now)) checkOption(one);
  (void)registrar::readDhclientLeases(text.substr(0, size / 2), now);
  if (const auto one = registrar::readKeyedLease(text)) checkOption(*one);
  return 0;
}
