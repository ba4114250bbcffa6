#include "shared/mgmt/identity.h"

#include <algorithm>

namespace mgmt {
namespace {

constexpr std::string_view kServer = "urn:sanctum:server";
constexpr std::string_view kEntity = "urn:sanctum:entity:";
constexpr std::string_view kUser = "urn:sanctum:user:";
constexpr std::string_view kNode = "urn:sanctum:node:";
constexpr std::string_view kDigits = "0123456789ABCDEF";

bool standsForItself(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == ':';
}

std::string encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (standsForItself(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<std::uint8_t>(c);
    out += '%';
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

// False for what encoded() would not have written.
bool decode(std::string_view text, std::string& out) {
  out.clear();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (text.size() - i < 3) return false;
    const std::size_t high = kDigits.find(text[i + 1]);
    const std::size_t low = kDigits.find(text[i + 2]);
    if (high == kDigits.npos || low == kDigits.npos) return false;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return !out.empty() && out.size() <= kMaxIdentityNameSize && out.find('\0') == out.npos && encoded(out) == text;
}

bool isName(std::string_view name) {
  return !name.empty() && name.size() <= kMaxIdentityNameSize && name.find('\0') == name.npos;
}

}  // namespace

bool Identity::speaksFor(std::string_view node) const {
  return kind == PeerKind::Agent && std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

base::Result<std::vector<std::string>> toUris(const Identity& identity) {
  std::vector<std::string> uris;
  if (identity.kind != PeerKind::Agent && !identity.nodes.empty()) return base::fail("only an agent has iSCSI names");
  if (identity.kind == PeerKind::Server) {
    uris.emplace_back(kServer);
    return uris;
  }
  if (!isName(identity.name)) return base::fail("a name is empty, longer than 255 bytes or has a NUL");
  if (identity.nodes.size() > kMaxIdentityNames) return base::fail("more than 256 iSCSI names for one agent");
  uris.push_back(std::string(identity.kind == PeerKind::Agent ? kEntity : kUser) + encoded(identity.name));
  for (const std::string& node : identity.nodes) {
    if (!isName(node)) return base::fail("an iSCSI name is empty, longer than 255 bytes or has a NUL");
    uris.push_back(std::string(kNode) + encoded(node));
  }
  return uris;
}

base::Result<Identity> identityOf(const Certificate& certificate) {
  Identity identity;
  identity.serial = certificate.serial();
  bool named = false;
  for (const std::string& uri : certificate.uris()) {
    std::string name;
    const auto names = [&](std::string_view prefix) {
      return std::string_view(uri).starts_with(prefix) && decode(std::string_view(uri).substr(prefix.size()), name);
    };
    if (names(kNode)) {
      if (identity.nodes.size() == kMaxIdentityNames) return base::fail("more than 256 iSCSI names in one certificate");
      identity.nodes.push_back(name);
      continue;
    }
    if (named) return base::fail("the certificate speaks for two");
    named = true;
    if (uri == kServer) {
      identity.kind = PeerKind::Server;
    } else if (names(kEntity) || names(kUser)) {
      identity.kind = std::string_view(uri).starts_with(kEntity) ? PeerKind::Agent : PeerKind::Person;
      identity.name = name;
    } else {
      return base::fail("the certificate names somebody in a form that is not known here");
    }
  }
  if (!named) return base::fail("the certificate names neither server, agent nor user");
  if (identity.kind != PeerKind::Agent && !identity.nodes.empty()) return base::fail("only an agent has iSCSI names");
  return identity;
}

}  // namespace mgmt
