#include "shared/net/host_lookup.h"

#include <netdb.h>

#include <algorithm>
#include <cstring>

namespace net {

base::Result<std::vector<Address>> lookUpHost(const std::string& text, std::uint16_t defaultPort) {
  if (const auto address = Address::parse(text, defaultPort)) return std::vector{*address};
  const std::size_t colon = text.rfind(':');
  const std::string host = text.substr(0, colon);
  const std::string port = colon == std::string::npos ? std::to_string(defaultPort) : text.substr(colon + 1);
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (const int error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found); error != 0) {
    return base::fail(std::string("cannot look up the host: ") + ::gai_strerror(error));
  }
  std::vector<Address> addresses;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    sockaddr_storage storage{};
    std::memcpy(&storage, at->ai_addr, std::min<std::size_t>(at->ai_addrlen, sizeof storage));
    if (const auto address = Address::from(storage)) addresses.push_back(*address);
  }
  ::freeaddrinfo(found);
  if (addresses.empty()) return base::fail("the host has no IP address");
  return addresses;
}

}  // namespace net
