// Who a certificate of ours speaks for, and how that stands in it.
//
// As URIs of its subjectAltName (RFC 5280 4.2.1.6): one of `urn:sanctum:server`, `urn:sanctum:entity:EID` or
// `urn:sanctum:user:NAME`, and for an agent `urn:sanctum:node:NAME` for each iSCSI name that it may register and speak
// for. All but letters, digits, and - . _ : is percent-encoded (RFC 3986 2.1), in one form only, so that a text has one
// reading. Subjects and common names are for people to read and prove nothing. Pure values and functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "shared/base/result.h"
#include "shared/mgmt/certificate.h"

namespace mgmt {

enum class PeerKind : std::uint8_t { Server, Agent, Person };

inline constexpr std::size_t kMaxIdentityNames = 256;     // iSCSI names in one certificate
inline constexpr std::size_t kMaxIdentityNameSize = 255;  // bytes of an entity, a node or a user

struct Identity {
  PeerKind kind = PeerKind::Agent;
  std::string name;                // the EID of an agent, the name of a user; empty for a server
  std::vector<std::string> nodes;  // of an agent
  std::string serial;              // of the certificate

  [[nodiscard]] bool speaksFor(std::string_view node) const;
};

// The URIs for a certificate; a failure names what cannot stand in one.
[[nodiscard]] base::Result<std::vector<std::string>> toUris(const Identity& identity);
// A failure where the URIs of the certificate are not exactly those of one identity.
[[nodiscard]] base::Result<Identity> identityOf(const Certificate& certificate);

}  // namespace mgmt
