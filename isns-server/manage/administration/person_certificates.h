// PersonCertificates: the client certificates of people: who has which, with the rows, and which are void.
//
// Filled from the rows of a start: those of the table of certificates that are not an agent's, with numbers from kFirstRow
// on. A certificate opens the door of a user while it is durable, not void, not expired, and no older than the user: one of
// the same name who comes later is another one. A certificate that the store does not know is refused, though our authority
// made it. What makes one void holds at once, also for one that is still on its way to the store, and is taken back when
// its step fails. One owner, no locks. Bounds: kMaxLive good certificates a user, kMaxKept with those that are void, of
// which the oldest makes room. Errors: Problems of the API.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "isns-server/manage/administration/administration.h"
#include "isns-server/manage/administration/authority_keeper.h"
#include "isns-server/manage/keys/peer_check.h"

namespace manage {

class PersonCertificates {
 public:
  static constexpr std::size_t kMaxLive = 8;
  static constexpr std::size_t kMaxKept = 32;
  static constexpr std::uint64_t kPresetDays = 90;
  static constexpr std::int64_t kFirstRow = std::int64_t{1} << 40;
  // A login by certificate is recorded when it is used first, after a rest, from another address, and now and then.
  static constexpr std::chrono::hours kRecordEvery{12};
  static constexpr std::chrono::minutes kRest{30};
  static constexpr std::chrono::minutes kRecordPace{1};

  struct Held {
    std::int64_t row = 0;
    keys::CertificateRow record;
    std::string serial;
    std::string user;
    base::WallTime issued{};
    bool durable = false;
    // Until when its authority is believed, as long as the authorities have this version.
    std::uint64_t judgedOf = 0;
    base::WallTime believedUntil{};
    // Of its logins.
    bool recorded = false;
    base::TimePoint recordedAt{};
    base::TimePoint usedAt{};
    std::string address;

    [[nodiscard]] bool isVoid() const { return record.revokedAt != base::WallTime{}; }
  };

  // Borrowed: the authority, which may not be there yet.
  PersonCertificates(const AuthorityKeeper& authority, base::RandomSource random)
      : authority_(authority), random_(std::move(random)) {}

  // A row of its table; another one is not for it.
  base::Status loadRow(std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells);

  struct Issued {
    std::string chain;  // PEM: the certificate and what leads to the root
    std::string ca;     // PEM: the roots to believe
    std::string serial;
    base::WallTime expires{};
    Step step;
  };
  // For a user who is there; of the request (PKCS#10, PEM) only the proven key is taken. `maker`: how the actor came
  // in. `believed`: the time by which old rows make room (keys/certificate_clock.h).
  Wanted<Issued> issue(std::string_view user, std::string_view request, std::uint64_t days, const Actor& actor,
                       const people::Login& maker, base::Now now, base::WallTime believed);
  Wanted<Step> revoke(std::string_view user, std::string_view serial, const Actor& actor, base::Now now);
  // All that a user has: he is removed, or who knew his password is to know nothing more.
  Step voidAll(std::string_view user, std::string_view why, const Actor& actor, base::Now now);
  // Those that were made with a session, token or certificate that is void, whose they are.
  struct Ended {
    std::vector<std::string> serials;
    Step step;
  };
  Ended voidMadeWith(const people::Login& maker, std::string_view why, const Actor& actor, base::Now now);

  // Whose certificate it is (DER; TLS has proven that the peer holds its key), by whatever time is believed. Asked for each
  // request.
  struct Refused {
    keys::PeerRefusal why;
    std::string word;    // for the audit log
    std::string user;    // whom it claims to be of
    std::string serial;
  };
  base::Result<const Held*, Refused> find(base::ByteView der, const people::Users& users, keys::ClockVerdict clock,
                                          base::Now now) const;
  // Why one that TLS did not accept is none: it proves nothing, whatever it says.
  [[nodiscard]] Refused turnAway(base::ByteView der, const people::Users& users, keys::ClockVerdict clock,
                                 base::Now now) const;
  // Whether one that was good is so still, its authority too. Asked for each stream again and again: signatures are
  // looked at once for each change of the authorities.
  [[nodiscard]] bool stands(std::string_view user, std::string_view serial, base::WallTime now);
  // Notes its use, and says whether the login is to be recorded.
  bool note(const Held& one, std::string_view address, base::TimePoint now);

  // By user, then in the order in which they were issued.
  [[nodiscard]] std::vector<const Held*> ofUser(std::string_view user) const;

 private:
  Step voidThese(const std::vector<Held*>& these, std::string_view why, const Actor& actor, base::Now now);
  bool isBelieved(Held& one, base::WallTime now) const;
  void makeRoom(std::string_view user, std::vector<std::int64_t>& gone, base::WallTime believed);

  const AuthorityKeeper& authority_;
  const base::RandomSource random_;
  std::map<std::string, Held, std::less<>> held_;  // by serial number
  std::int64_t lastRow_ = kFirstRow;
};

}  // namespace manage
