#include "shared/program/config_forms.h"

#include "shared/names/iscsi_name.h"
#include "shared/net/address.h"

namespace program {
namespace {

template <class Parsed>
base::Status statusOf(const Parsed& parsed) {
  if (parsed) return {};
  return base::fail(parsed.error());
}

base::Status checkName(std::string_view text, names::FormRule rule) {
  std::string scratch;
  return statusOf(names::normaliseIscsiName(text, scratch, rule));
}

}  // namespace

base::Status checkIpAddress(std::string_view text) {
  if (net::Address::parse(text)) return base::fail("it has a port, and the port is a key of its own");
  return statusOf(net::Address::parse(text, 0));
}

base::Status checkEndpoint(std::string_view text) { return statusOf(net::Address::parse(text, 1)); }

base::Status checkNetwork(std::string_view text) { return statusOf(net::Network::parse(text)); }

base::Status checkAbsolutePath(std::string_view text) {
  if (!text.starts_with('/')) return base::fail("it does not begin with '/'");
  if (text.find('\0') != std::string_view::npos) return base::fail("it holds a NUL");
  return {};
}

base::Status checkNodeName(std::string_view text) { return checkName(text, names::FormRule::Relaxed); }
base::Status checkIscsiName(std::string_view text) { return checkName(text, names::FormRule::Strict); }

}  // namespace program
