#include "agent/registrar/server_sources.h"

#include <algorithm>
#include <utility>

namespace registrar {
namespace {

// Of `list` what `other` does not have.
std::vector<net::Address> without(const std::vector<net::Address>& list, const std::vector<net::Address>& other) {
  std::vector<net::Address> rest;
  for (const net::Address& one : list) {
    if (std::ranges::find(other, one) == other.end()) rest.push_back(one);
  }
  return rest;
}

bool isLinkLocal(const net::Address& address) {
  const net::Address::Octets& o = address.octets();
  return address.isV4() ? o[12] == 169 && o[13] == 254 : o[0] == 0xfe && (o[1] & 0xc0) == 0x80;
}

}  // namespace

bool canBeAsked(const net::Address& server) {
  return server.port() != 0 && !server.isAny() && !server.isMulticast() && !server.isLoopback() && !isLinkLocal(server);
}

ServerSources::Change ServerSources::set(Source source, std::vector<net::Address> servers) {
  const std::size_t leftOut = servers.size() - std::min(servers.size(), kMaxOfASource);
  servers.resize(servers.size() - leftOut);
  std::vector<net::Address> before = std::exchange(of(source), std::move(servers));
  return {without(of(source), before), without(before, of(source)), leftOut};
}

void ServerSources::setManaged(std::optional<std::vector<net::Address>> servers) {
  managed_ = servers.has_value();
  (void)set(Source::Managed, std::move(servers).value_or(std::vector<net::Address>{}));
}

std::vector<KnownServer> ServerSources::all() const {
  std::vector<KnownServer> all;
  for (std::size_t i = 0; i < lists_.size(); ++i) {
    const auto source = static_cast<Source>(i);
    if (managed_ && source != Source::Managed) continue;
    for (const net::Address& one : lists_[i]) {
      if (std::ranges::find(all, one, &KnownServer::address) == all.end()) all.push_back({one, source});
    }
  }
  return all;
}

}  // namespace registrar
