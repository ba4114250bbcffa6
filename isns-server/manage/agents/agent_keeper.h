// AgentKeeper: which agents there are, their invitations and certificates with the rows, and which certificates are
// void.
//
// Filled from the rows of a start. What changes something gives a Step (the caller adds the rows of the Agent object to
// it); memory follows when the store has it, but for tokens, which are used at once. A certificate that the store
// does not know is refused, though our authority made it. One owner, no locks. Bounds: EnrolmentTokens'; kMaxAgents;
// kMaxNotes refusals of strangers a minute that are noted in the audit log. Errors: Problems of the API.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "isns-server/manage/administration/authority_keeper.h"
#include "isns-server/manage/agents/report_edits.h"
#include "isns-server/manage/keys/certificate_clock.h"
#include "isns-server/manage/keys/peer_check.h"

namespace manage {

class AgentKeeper {
 public:
  static constexpr std::size_t kMaxAgents = 65'536;
  static constexpr std::size_t kMaxNotes = 60;
  static constexpr std::chrono::hours kFloorEvery{1};

  // Borrowed: the authority, which may not be there yet.
  AgentKeeper(const AuthorityKeeper& authority, base::RandomSource random)
      : authority_(authority), random_(std::move(random)) {}

  // A row of one of its tables; another one is not for it.
  base::Status loadRow(std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells);

  struct Invitation {
    base::Secret token;
    base::WallTime expires;
    mgmt::Fingerprint authority;
    Step step;
  };
  Wanted<Invitation> invite(keys::EnrolmentGrant grant, const Actor& actor, base::Now now);

  struct Issued {
    std::string chain;  // PEM: the certificate and what leads to the root
    std::string ca;     // PEM: the roots to believe
    AgentFacts facts;
    std::vector<std::string> voided;  // serial numbers of the certificates that it replaces
    Step step;
  };
  // `step`: what there is to note, where there is room.
  struct Refusal {
    mgmt::Problem problem;
    std::optional<Step> step;
  };
  base::Result<Issued, Refusal> enrol(std::string_view token, std::string_view request, const Actor& actor,
                                      base::Now now);
  Wanted<Issued> renew(const mgmt::Identity& agent, std::string_view request, const Actor& actor, base::Now now);

  struct Revoked {
    AgentFacts facts;
    Step step;
  };
  Wanted<Revoked> revoke(std::string_view name, std::string_view reason, const Actor& actor, base::Now now);

  // Whose certificate this is (DER; TLS has proven that the peer holds its key). Asked for each request.
  base::Result<mgmt::Identity, Refusal> authenticate(base::ByteView der, const Actor& actor, base::Now now);
  // An agent was turned away for another reason.
  std::optional<Step> note(const Actor& actor, std::string_view reason, std::string_view serial, base::Now now);

  // Whether certificates can be judged at this moment, those of people too.
  keys::ClockVerdict judge(base::Now now) { return clock(now).judge(now); }
  // The wall clock is right, though it is before what was believed. Holds at once.
  Step acceptClock(base::Now now);
  // Stores now and then what the clock was believed to be, so that a restart with an older one is noticed.
  std::optional<Step> upkeep(base::Now now);

  // By EID; nullptr when there is none.
  [[nodiscard]] const AgentFacts* find(std::string_view entity) const;
  [[nodiscard]] std::size_t size() const { return agents_.size(); }

 private:
  struct Held {
    std::int64_t row = 0;
    keys::CertificateRow record;
    std::string serial;
  };
  struct Known {
    AgentFacts facts;
    std::vector<Held> certificates;
  };

  [[nodiscard]] keys::CertificateClock& clock(base::Now now);
  Step floorStep();
  Wanted<mgmt::CertificateRequest> requestOf(std::string_view text) const;
  Wanted<Issued> issue(const keys::EnrolmentGrant& grant, const mgmt::CertificateRequest& request, const Actor& actor,
                       base::Now now, bool replaces);
  void forgetExpired(const std::string& entity, Step& step, base::WallTime now);
  void hold(const AgentFacts& facts, const Held& held);
  Step voidAll(const Known& known, std::string_view by, std::string_view reason, base::WallTime now);
  std::string problemWith(const keys::EnrolmentGrant& grant) const;

  const AuthorityKeeper& authority_;
  const base::RandomSource random_;
  keys::EnrolmentTokens tokens_;
  keys::Revocations revocations_;
  std::optional<keys::CertificateClock> clock_;
  base::WallTime newest_{};                           // begin of the newest certificate
  base::WallTime storedFloor_{};                      // of the clock, as the store has it or is about to
  std::map<std::string, Known, std::less<>> agents_;  // by EID
  std::map<mgmt::Fingerprint, std::int64_t> tokenRows_;
  std::int64_t lastTokenRow_ = 0;
  std::int64_t lastCertificateRow_ = 0;
  base::TimePoint notesSince_{};
  std::size_t notes_ = 0;
};

}  // namespace manage
