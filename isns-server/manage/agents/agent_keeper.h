// AgentKeeper: which agents there are, their invitations and certificates with the rows, which certificates are void,
// and from which addresses their names are accepted.
//
// Addresses: those that the agent reports of its machine, and the one from which it asked last (agent_report.h). They
// are kept, so that they hold from the first moment after a start: nobody can wait for a restart to take a name. Until
// its first report an agent has none, and so no guard; a full report that tells none, as an agent of an older version
// sends it, ends it. A second enrolment leaves them until the machine that enrolled has reported; a revocation ends
// them.
//
// Filled from the rows of a start. What changes something gives a Step (the caller adds the rows of the Agent object to
// it); memory follows when the store has it, but for tokens, which are used or void at once. So that no step is planned
// on what another one is about to change, enrol(), renew() and revoke() come one after the other: each is called when
// the step of the one before has ended (ModelLane). A certificate that the store does not know is refused, though our
// authority made it. One owner, no locks. Bounds: EnrolmentTokens'; kMaxAgents; kMaxLive certificates of an agent that
// hold at once, where a renewal makes the oldest void, and kMaxKept with those that are void; kRenewals of them at once
// that an agent may ask for by itself, then one each kRenewalEvery. Who is turned away is recorded in the audit log by
// source and reason, at the pace of CountedRecords. Errors: Problems of the API.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "isns-server/core/name_guards.h"
#include "isns-server/manage/administration/authority_keeper.h"
#include "isns-server/manage/agents/report_edits.h"
#include "isns-server/manage/audit/counted_records.h"
#include "isns-server/manage/keys/certificate_clock.h"
#include "isns-server/manage/keys/key_rows.h"
#include "isns-server/manage/keys/peer_check.h"

namespace manage {

class AgentKeeper {
 public:
  static constexpr std::size_t kMaxAgents = 65'536;
  static constexpr std::size_t kMaxLive = 4;
  static constexpr std::size_t kMaxKept = 16;
  static constexpr int kRenewals = 8;
  static constexpr std::chrono::minutes kRenewalEvery{10};

  // What of an address counts as one for who is turned away; not given: all of it.
  using SourceOf = std::function<std::string(std::string_view address)>;
  // Borrowed: the authority, which may not be there yet.
  AgentKeeper(const AuthorityKeeper& authority, base::RandomSource random, SourceOf sourceOf = {})
      : authority_(authority), random_(std::move(random)), sourceOf_(std::move(sourceOf)) {}

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
    Step step;
  };
  // `step`: what there is to record at once.
  struct Refusal {
    mgmt::Problem problem;
    std::optional<Step> step;
  };
  base::Result<Issued, Refusal> enrol(std::string_view token, std::string_view request, const Actor& actor,
                                      base::Now now);
  Wanted<Issued> renew(const mgmt::Identity& agent, std::string_view request, const Actor& actor, base::Now now);

  // Certificates and invitations of that name, used and waiting; of an agent that is revoked already, what has come
  // since. `enrolled`: it ever had a certificate, and the model knows it.
  struct Revoked {
    AgentFacts facts;
    bool enrolled = true;
    Step step;
  };
  Wanted<Revoked> revoke(std::string_view name, std::string_view reason, const Actor& actor, base::Now now);
  // Invitations that wait: those that a login has made which is void by now, and those of a user.
  Step endMadeWith(const Login& maker, std::string_view reason, const Actor& actor);
  Step endMadeBy(std::string_view user, std::string_view reason, const Actor& actor);

  // Whose certificate this is (DER; TLS has proven that the peer holds its key). Asked for each request.
  base::Result<mgmt::Identity, Refusal> authenticate(base::ByteView der, const Actor& actor, base::Now now);
  // Why a certificate that TLS did not accept is none (DER; empty: none was shown). It proves nothing, whatever it says.
  Refusal turnAway(base::ByteView der, const Actor& actor, base::Now now);
  // Whether the certificate that authenticate() has accepted was made void since.
  [[nodiscard]] bool holds(const mgmt::Identity& agent) const;
  // Whether it is the certificate of an agent. Records nothing.
  [[nodiscard]] bool accepts(base::ByteView der, base::Now now) { return judge(der, now).reason.empty(); }
  // An agent was turned away for another reason: a word, perhaps with more behind it.
  std::optional<Step> note(const Actor& actor, std::string_view reason, std::string_view serial, base::Now now);
  // The records of who was turned away that are due. Asked each second or so.
  std::optional<Step> dueRefusals(base::Now now);

  // Whether certificates can be judged at this moment, those of people too.
  keys::ClockVerdict judge(base::Now now) { return clock(now).judge(now); }
  // `now` with the time by which tokens of people are made and judged (keys/certificate_clock.h).
  base::Now forTokens(base::Now now) { return {now.mono, clock(now).tokenTime(now)}; }
  // What deadlines go by.
  SteadyTime steadyTime(base::Now now) { return clock(now).steadyTime(now); }
  // The wall clock is right, though it is before what was believed. Holds at once.
  Step acceptClock(base::Now now);
  // At a start, when the rows are read: whether the store was new. Where nobody calls it, one without a row of the
  // clock is.
  void startClock(base::Now now, bool isNew);
  // The time by which what is old is destroyed (keys/certificate_clock.h), of whatever kind.
  base::WallTime believed(base::Now now);
  // Stores now and then what the clock was believed to be, so that a restart with an older one is noticed.
  std::optional<Step> upkeep(base::Now now);

  // What a report of the agent says of its addresses (one without any says nothing of them), and where it or another
  // request came from, which `actor` tells; nothing where that is known.
  std::optional<Step> takeAddresses(const mgmt::Identity& agent, const AgentReport& report, const Actor& actor);
  // The names and EIDs of agents that are enrolled and not revoked, for the name server; anew where the number is
  // another one.
  [[nodiscard]] std::shared_ptr<const core::NameGuards> guards() const;
  [[nodiscard]] std::uint64_t guardsVersion() const { return guardsVersion_; }

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
    AgentFacts facts;            // as the newest certificate says
    std::int64_t newestRow = 0;  // that certificate's
    std::vector<Held> certificates;
    base::TimePoint renewalsFullAt{};  // when it may ask for kRenewals at once again
  };

  struct Addresses {
    std::int64_t row = 0;
    keys::AddressRow known;
  };
  std::optional<Step> forgetAddresses(const std::string& entity);

  [[nodiscard]] keys::CertificateClock& clock(base::Now now);
  Step floorStep();
  Wanted<mgmt::CertificateRequest> requestOf(std::string_view text) const;
  Wanted<Issued> issue(const keys::EnrolmentGrant& grant, const mgmt::CertificateRequest& request, const Actor& actor,
                       base::Now now, bool enrols);
  static std::optional<mgmt::Problem> takeRenewal(Known& known, base::Now now);
  Step forget(Known& known, base::WallTime now);
  void hold(const AgentFacts& facts, const Held& held);
  // The oldest first; without those that forget() takes.
  static std::vector<Held> liveOf(const Known& known, base::WallTime now);
  Step voidCertificates(const Known& known, std::vector<Held> which, std::string_view by, std::string_view reason,
                        base::WallTime now);
  Step voidTokens(const std::function<bool(const keys::TokenRecord&)>& which);
  Step voidWaiting(const std::function<bool(const keys::EnrolmentGrant&)>& which, std::string_view reason,
                   const Actor& actor);
  std::string problemWith(const keys::EnrolmentGrant& grant) const;
  struct Judged {
    std::string_view reason;  // a word for the audit log; empty: the certificate holds
    std::string text;
    std::string serial;
    mgmt::Identity identity;  // that it claims; nameless where it claims none
  };
  Judged judge(base::ByteView der, base::Now now);
  Refusal refusalOf(const Judged& judged, const Actor& actor, base::Now now);

  const AuthorityKeeper& authority_;
  const base::RandomSource random_;
  const SourceOf sourceOf_;
  keys::EnrolmentTokens tokens_;
  keys::Revocations revocations_;
  std::optional<keys::CertificateClock> clock_;
  bool hasFloor_ = false;                             // in the store
  base::WallTime newest_{};                           // begin of the newest certificate
  base::WallTime storedFloor_{};                      // of the clock, as the store has it or is about to
  std::map<std::string, Known, std::less<>> agents_;  // by EID
  std::map<std::string, Addresses, std::less<>> addresses_;  // by EID; of nobody who does not tell
  std::uint64_t guardsVersion_ = 0;
  std::map<mgmt::Fingerprint, std::int64_t> tokenRows_;
  std::int64_t lastTokenRow_ = 0;
  std::int64_t lastCertificateRow_ = 0;
  std::int64_t lastAddressRow_ = 0;
  CountedRecords refusals_;
};

// About the agent of that name; about none where it is empty.
template <ops::AuditEvent E>
ops::AuditRecord agentRecord(const Actor& actor, const std::string& agent,
                             std::initializer_list<ops::EventField<E>> details) {
  return auditOf<E>(actor, agent.empty() ? std::string() : "agent:" + agent, details);
}

}  // namespace manage
