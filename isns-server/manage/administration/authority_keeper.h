// AuthorityKeeper: the server's certificate authority with its rows, its private key sealed at rest, and the roots
// before it that are still believed.
//
// Filled from the rows of a start, with the ring that opens the seal. The server's own TLS key is made anew whenever it
// is asked for and certified by the authority, so it lies nowhere. What changes something gives a Step; memory follows
// when the store has it. One change at a time: another one meanwhile is refused. One owner, no locks. Errors: sentences.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "isns-server/manage/administration/seal_keeper.h"
#include "isns-server/manage/keys/authorities.h"
#include "isns-server/manage/keys/certificate_clock.h"

namespace manage {

class AuthorityKeeper final : public SealedRows {
 public:
  // Borrowed: the ring that opens and makes the seal of the key.
  AuthorityKeeper(const keys::KeyRing& ring, base::RandomSource random) : ring_(ring), random_(std::move(random)) {}

  // A row of the authorities' table; another one is not for it. Rows of old roots come before that of the current one.
  base::Status loadRow(std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells);

  [[nodiscard]] bool present() const { return authorities_.has_value(); }
  [[nodiscard]] const keys::Authorities& authorities() const { return *authorities_; }
  // Another number whenever authorities() may be others; 0: not present.
  [[nodiscard]] std::uint64_t version() const { return version_; }

  // A new authority, where there is none. It counts when it is durable.
  base::Result<Step> create(base::WallTime now);
  // A new root issues from now on; the present one is believed for `overlap`.
  struct Change {
    mgmt::Fingerprint next;
    Step step;
  };
  // `clock`: while it has gone back nobody knows when that would be, and it is refused. `believed`: so that a clock
  // which jumped ahead neither ends the overlap of a root before, nor makes one that nobody takes yet.
  base::Result<Change> change(keys::ClockVerdict clock, base::WallTime believed, std::chrono::seconds overlap);
  // No earlier root is believed any more.
  base::Result<Step> disownPrevious();
  // Forgets the roots whose overlap has ended, by a time that no clock which jumped ahead can bring. Nothing: there is
  // none.
  std::optional<Step> upkeep(base::WallTime believed);

  [[nodiscard]] bool isSealedWith(keys::KeyId key) const override;
  base::Result<Step> sealAnew() override;

  // What the HTTPS server shows and believes; PEM.
  struct ServerTls {
    std::string chain;
    base::Secret key;
    std::string clientCa;
    base::WallTime from{};  // what the server's certificate holds for
    base::WallTime until{};
  };
  base::Result<ServerTls> serverTls(std::span<const std::string> hosts, base::WallTime now) const;

 private:
  // The rows that say what `next` is, and which of the present ones go.
  base::Result<Step> stepTo(keys::Authorities next);
  std::int64_t rowOf(const mgmt::Certificate& root) const;

  const keys::KeyRing& ring_;
  const base::RandomSource random_;
  std::optional<keys::Authorities> authorities_;
  std::vector<keys::PreviousRoot> previous_;        // of rows, until the current root is read
  std::map<mgmt::Fingerprint, std::int64_t> rows_;  // by root
  std::int64_t lastRow_ = 0;
  keys::KeyId sealedBy_ = 0;
  std::uint64_t version_ = 0;
  bool changing_ = false;
};

}  // namespace manage
