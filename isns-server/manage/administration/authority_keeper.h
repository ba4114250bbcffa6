// AuthorityKeeper: the server's certificate authority with its rows, its private key sealed at rest.
//
// Filled from the rows of a start, with the ring that opens the seal. The server's own TLS key is made anew at each start and
// certified by the authority, so it lies nowhere. One owner, no locks. Errors: sentences.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "isns-server/manage/administration/step.h"
#include "isns-server/manage/keys/authorities.h"
#include "isns-server/manage/keys/key_rows.h"

namespace manage {

class AuthorityKeeper {
 public:
  // `memory`: for the keys of the ring, borrowed.
  explicit AuthorityKeeper(base::RandomSource random,
                           std::pmr::memory_resource* memory = std::pmr::get_default_resource())
      : random_(std::move(random)), ring_(memory) {}

  // Keys of the ring, before rows are read.
  [[nodiscard]] keys::KeyRing& ring() { return ring_; }
  // A row of the authorities' table; another one is not for it.
  base::Status loadRow(std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells);

  [[nodiscard]] bool present() const { return authorities_.has_value(); }
  [[nodiscard]] const keys::Authorities& authorities() const { return *authorities_; }

  // A new authority, where there is none. It counts when it is durable.
  base::Result<Step> create(base::WallTime now);

  // What the HTTPS server shows and believes; PEM.
  struct ServerTls {
    std::string chain;
    base::Secret key;
    std::string clientCa;
  };
  base::Result<ServerTls> serverTls(std::span<const std::string> hosts, base::WallTime now) const;

 private:
  static constexpr std::int64_t kFirstRow = 1;

  const base::RandomSource random_;
  keys::KeyRing ring_;
  std::optional<keys::Authorities> authorities_;
};

}  // namespace manage
