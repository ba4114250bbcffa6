#include "agent/block/nbd_url.h"

#include <sys/un.h>

#include <algorithm>
#include <optional>

#include "shared/base/hex.h"
#include "shared/base/whole_number.h"
#include "shared/net/address.h"

namespace block {
namespace {

constexpr std::string_view kTcp = "nbd://";
constexpr std::string_view kUnix = "nbd+unix://";
constexpr const char* kNoTls = "TLS is not supported here: use nbd:// or nbd+unix:// on a network that is trusted";

bool isAlphanumeric(char c) { return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }

std::string quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }

base::Result<std::string> decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const auto byte = base::readHex(text.substr(i + 1, 2));
    if (!byte || byte->size() != 1)
      return base::fail("a % in " + quoted(text) + " is not followed by two hexadecimal digits");
    out += static_cast<char>(byte->front());
    i += 2;
  }
  return out;
}

std::string encode(std::string_view text) {
  constexpr std::string_view kPlain = "-._~/:";
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (isAlphanumeric(c) || kPlain.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += {'%', kDigits[static_cast<unsigned char>(c) >> 4], kDigits[static_cast<unsigned char>(c) & 15]};
    }
  }
  return out;
}

base::Status takeExport(std::string_view text, NbdTarget& target) {
  auto name = decode(text);
  if (!name) return base::fail(name.error());
  if (name->find('\0') != std::string::npos) return base::fail("the name of an export holds no NUL");
  if (name->size() > kNbdMaxName) return base::fail("the name of the export is longer than 4096 bytes");
  target.exportName = std::move(*name);
  return {};
}

base::Result<std::uint16_t> portOf(std::string_view text) {
  const auto port = base::wholeNumber<std::uint16_t>(text);
  if (!port || *port == 0) return base::fail(quoted(text) + " is no port: 1 to 65535");
  return *port;
}

// "[::1]", "[fe80::1%25eth0]".
base::Status takeBracketed(std::string_view host, std::uint16_t port, NbdTarget& target) {
  const auto inner = decode(host);
  if (!inner) return base::fail(inner.error());
  const auto address = net::Address::parse(*inner, port);
  if (!address) return base::fail(quoted(host) + " is no IPv6 address");
  target.host = address->text();
  return {};
}

base::Status takeAuthority(std::string_view text, NbdTarget& target) {
  if (text.find('@') != std::string_view::npos) return base::fail(std::string("a user is for TLS, and ") + kNoTls);
  const std::size_t bracket = text.starts_with('[') ? text.find(']') : std::string_view::npos;
  if (text.starts_with('[') && bracket == std::string_view::npos) return base::fail("the ] behind the host is missing");
  const std::size_t end = bracket == std::string_view::npos ? text.find(':') : bracket + 1;
  const std::string_view host = text.substr(0, end);
  std::uint16_t port = kNbdPort;
  if (end < text.size()) {
    if (text[end] != ':') return base::fail("behind the ] stands neither a port nor a path");
    const auto given = portOf(text.substr(end + 1));
    if (!given) return base::fail(given.error());
    port = *given;
  }
  if (host.empty()) return base::fail("the host is missing");
  if (bracket != std::string_view::npos) return takeBracketed(host, port, target);
  const bool plain = std::all_of(host.begin(), host.end(),
                                 [](char c) { return isAlphanumeric(c) || c == '-' || c == '.' || c == '_'; });
  if (!plain) return base::fail(quoted(host) + " is no name of a host; an IPv6 address stands in brackets");
  target.host = std::string(host) + ":" + std::to_string(port);
  return {};
}

base::Status takeSocket(std::string_view value, NbdTarget& target) {
  if (!target.socketPath.empty()) return base::fail("\"socket\" is given twice");
  auto path = decode(value);
  if (!path) return base::fail(path.error());
  const bool abstract = path->starts_with('\0');
  if (!abstract && !path->starts_with('/')) return base::fail("the path of the socket begins with a /");
  if (path->size() < 2 || path->find('\0', 1) != std::string::npos || path->size() >= sizeof(sockaddr_un::sun_path)) {
    return base::fail("the path of the socket is empty, holds a NUL, or is longer than 107 bytes");
  }
  target.socketPath = std::move(*path);
  return {};
}

base::Status takeParameters(std::string_view text, NbdTarget& target) {
  while (!text.empty()) {
    const std::size_t end = text.find('&');
    const std::string_view parameter = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    const std::size_t equals = parameter.find('=');
    const std::string_view name = parameter.substr(0, equals);
    if (name.starts_with("tls-")) return base::fail(quoted(name) + ": " + kNoTls);
    if (name != "socket") return base::fail("behind the ? stands \"socket\" and not " + quoted(name));
    if (equals == std::string_view::npos) return base::fail("\"socket\" has no value");
    if (const auto taken = takeSocket(parameter.substr(equals + 1), target); !taken) return taken;
  }
  return {};
}

}  // namespace

base::Result<NbdTarget> parseNbdUrl(std::string_view text) {
  if (text.starts_with("nbds://") || text.starts_with("nbds+unix://")) return base::fail(kNoTls);
  const bool local = text.starts_with(kUnix);
  if (!local && !text.starts_with(kTcp)) return base::fail("an NBD URL begins with nbd:// or nbd+unix://");
  text.remove_prefix(local ? kUnix.size() : kTcp.size());
  if (text.find('#') != std::string_view::npos) return base::fail("a # in an NBD URL is written as %23");
  const std::size_t question = text.find('?');
  const std::string_view parameters =
      question == std::string_view::npos ? std::string_view{} : text.substr(question + 1);
  text = text.substr(0, question);
  const std::size_t slash = text.find('/');
  const std::string_view authority = text.substr(0, slash);
  NbdTarget target;
  if (slash != std::string_view::npos) {
    if (const auto taken = takeExport(text.substr(slash + 1), target); !taken) return base::fail(taken.error());
  }
  if (local) {
    if (!authority.empty()) return base::fail("nbd+unix:// has no host: write nbd+unix:///EXPORT?socket=/PATH");
    if (const auto taken = takeParameters(parameters, target); !taken) return base::fail(taken.error());
    if (target.socketPath.empty()) return base::fail("nbd+unix:// needs ?socket=/PATH");
    return target;
  }
  if (const auto taken = takeAuthority(authority, target); !taken) return base::fail(taken.error());
  if (question != std::string_view::npos) {
    NbdTarget ignored;
    if (const auto taken = takeParameters(parameters, ignored); !taken) return base::fail(taken.error());
    return base::fail("nbd:// has nothing behind a ?: for a socket write nbd+unix:///EXPORT?socket=/PATH");
  }
  return target;
}

std::string NbdTarget::text() const {
  if (!isLocal()) {
    std::string authority = host;
    if (const std::size_t zone = authority.find('%'); zone != std::string::npos) authority.replace(zone, 1, "%25");
    return std::string(kTcp) + authority + "/" + encode(exportName);
  }
  return std::string(kUnix) + "/" + encode(exportName) + "?socket=" + encode(socketPath);
}

}  // namespace block
