#include "isns-server/manage/agents/agent_keeper.h"

#include <algorithm>

#include "isns-server/manage/row_cells.h"
#include "shared/base/clock.h"
#include "shared/base/listed.h"
#include "shared/names/iscsi_name.h"

namespace manage {

using keys::EnrolmentGrant;
using mgmt::ProblemCode;

namespace {

constexpr std::string_view kAsker = keys::kAgentAsker;

void addRows(Step& step, core::ExtraRows rows) {
  Step more;
  more.rows = std::move(rows);
  append(step, std::move(more));
}

}  // namespace

// ---- What there is -------------------------------------------------------------------------------------------------

base::Status AgentKeeper::loadRow(std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells) {
  if (table == keys::kTokenTable) {
    keys::TokenRecord row;
    if (auto status = keys::readRow(cells, row); !status) return status;
    tokenRows_[row.hash] = id;
    lastTokenRow_ = std::max(lastTokenRow_, id);
    tokens_.load(std::move(row));
  }
  if (table == keys::kClockTable) {
    keys::ClockRow row;
    if (auto status = keys::readRow(cells, row); !status) return status;
    storedFloor_ = row.floor;
    hasFloor_ = true;
  }
  if (table == keys::kAddressTable) {
    keys::AddressRow row;
    if (auto status = keys::readRow(cells, row); !status) return status;
    lastAddressRow_ = std::max(lastAddressRow_, id);
    addresses_[row.entity] = {id, row};
  }
  if (table != keys::kCertificateTable) return {};
  keys::CertificateRow row;
  if (auto status = keys::readRow(cells, row); !status) return status;
  if (!keys::isAgents(row)) return {};  // a person's, with numbers of its own (person_certificates.h)
  lastCertificateRow_ = std::max(lastCertificateRow_, id);
  const auto certificate = mgmt::Certificate::fromDer(row.der);
  if (!certificate) return base::fail(certificate.error());
  const auto identity = mgmt::identityOf(*certificate);
  if (!identity) return base::fail(identity.error());
  AgentFacts facts{row.issuedBy.substr(kAsker.size()), identity->name, identity->nodes,
                   base::unixSeconds(certificate->notBefore() + keys::kBackdate), row.revokedAt != base::WallTime{}};
  hold(facts, {id, row, certificate->serial()});
  newest_ = std::max(newest_, certificate->notBefore());
  return {};
}

const AgentFacts* AgentKeeper::find(std::string_view entity) const {
  const auto found = agents_.find(entity);
  return found == agents_.end() ? nullptr : &found->second.facts;
}

// The newest certificate says what the agent is.
void AgentKeeper::hold(const AgentFacts& facts, const Held& held) {
  Known& known = agents_[facts.entity];
  if (held.row >= known.newestRow) known.facts = facts;
  known.newestRow = std::max(known.newestRow, held.row);
  if (addresses_.contains(facts.entity)) ++guardsVersion_;  // for other names, perhaps
  if (held.record.revokedAt != base::WallTime{}) {
    revocations_.add(held.serial, held.record.expires);
  }
  known.certificates.push_back(held);
}

void AgentKeeper::startClock(base::Now now, bool isNew) {
  base::WallTime begun{};
  if (authority_.present()) begun = authority_.authorities().current().root().notBefore();
  clock_.emplace(keys::CertificateClock::afterStart(std::max({storedFloor_, newest_, begun}),
                                                    isNew ? std::nullopt : std::optional(storedFloor_), now));
}

keys::CertificateClock& AgentKeeper::clock(base::Now now) {
  if (!clock_) startClock(now, !hasFloor_);
  return *clock_;
}

base::WallTime AgentKeeper::believed(base::Now now) {
  keys::CertificateClock& watched = clock(now);
  (void)watched.judge(now);
  return watched.believed(now);
}

Step AgentKeeper::floorStep() {
  storedFloor_ = clock_->floor();
  Step step;
  step.rows = [floor = storedFloor_](store::OpsWriter& ops, std::uint64_t) {
    keys::writeRow(ops, 1, keys::ClockRow{floor});
  };
  return step;
}

Step AgentKeeper::acceptClock(base::Now now) {
  clock(now).accept(now);
  return floorStep();
}

std::optional<Step> AgentKeeper::upkeep(base::Now now) {
  (void)clock(now).judge(now);
  if (clock_->floor() - storedFloor_ < keys::CertificateClock::kStoredEvery) return std::nullopt;
  revocations_.prune(clock_->believed(now));
  return floorStep();
}

// ---- Invitations and certificates ----------------------------------------------------------------------------------

std::string AgentKeeper::problemWith(const EnrolmentGrant& grant) const {
  for (const auto& [entity, known] : agents_) {
    if (known.facts.revoked) continue;
    if (entity == grant.entity) {
      if (known.facts.name != grant.agent) return "The entity " + entity + " has the agent " + known.facts.name + ".";
      continue;
    }
    if (known.facts.name == grant.agent) return "An agent of another entity is called " + grant.agent + ".";
    for (const std::string& node : grant.nodes) {
      if (std::ranges::find(known.facts.nodes, node) != known.facts.nodes.end()) {
        return "The agent " + known.facts.name + " speaks for " + node + ".";
      }
    }
  }
  return {};
}

Wanted<AgentKeeper::Invitation> AgentKeeper::invite(EnrolmentGrant grant, const Actor& actor, base::Now now) {
  if (!authority_.present()) return problem(ProblemCode::NotInitialised, {});
  if (agents_.size() >= kMaxAgents) return problem(ProblemCode::LimitReached, "There are too many agents.");
  if (grant.agent.empty() || grant.agent.size() > san::kMaxName) {
    return problem(ProblemCode::BadValue, "agent must be a text of 1 to 255 bytes.", "/agent");
  }
  std::string scratch;
  for (std::string& node : grant.nodes) {
    const auto normal = names::normaliseIscsiName(node, scratch);
    if (!normal)
      return problem(ProblemCode::BadValue, node + " is no iSCSI name: " + normal.error().text + ".", "/nodes");
    node = std::string(*normal);
  }
  if (const std::string taken = problemWith(grant); !taken.empty()) return problem(ProblemCode::NameTaken, taken);
  Step step;
  std::vector<std::int64_t> gone;
  for (const mgmt::Fingerprint& hash : tokens_.prune(believed(now))) {
    gone.push_back(tokenRows_[hash]);
    tokenRows_.erase(hash);
  }
  grant.madeBy = actor.name;
  const mgmt::Fingerprint root = authority_.authorities().current().root().fingerprint();
  auto issued = tokens_.issue(grant, root, now.wall, random_);
  if (!issued) return problem(ProblemCode::BadValue, issued.error().text + ".");
  const std::int64_t row = ++lastTokenRow_;
  tokenRows_[issued->record.hash] = row;
  step.rows = [row, token = issued->record, gone](store::OpsWriter& ops, std::uint64_t) {
    for (std::int64_t one : gone) ops.erase(keys::kTokenTable, one);
    keys::writeRow(ops, row, token);
  };
  const auto expires = issued->record.expiresAt;
  step.audit.push_back(agentRecord<ops::AuditEvent::AgentInvited>(
      actor, grant.agent, {{"expires", std::to_string(base::unixSeconds(expires))}}));
  step.failed = [this, hash = issued->record.hash] { (void)tokens_.withdraw(hash); };
  return Invitation{std::move(issued->text), expires, root, std::move(step)};
}

Wanted<mgmt::CertificateRequest> AgentKeeper::requestOf(std::string_view text) const {
  auto request = mgmt::CertificateRequest::read(base::asBytes(text));
  if (!request) return problem(ProblemCode::BadValue, request.error().text + ".", "/csr");
  return std::move(*request);
}

Wanted<AgentKeeper::Issued> AgentKeeper::issue(const EnrolmentGrant& grant, const mgmt::CertificateRequest& request,
                                               const Actor& actor, base::Now now, bool enrols) {
  const keys::CertificateAuthority& authority = authority_.authorities().current();
  const auto certificate = authority.issueClient(request, {mgmt::PeerKind::Agent, grant.entity, grant.nodes, {}},
                                                 now.wall, random_, keys::kAgentLifetime);
  if (!certificate) return problem(ProblemCode::Internal, certificate.error().text + ".");
  Issued issued;
  issued.facts = {grant.agent, grant.entity, grant.nodes, base::unixSeconds(certificate->notBefore() + keys::kBackdate),
                  false};
  issued.chain = certificate->pem() + authority.root().pem();
  for (const mgmt::Certificate& root : authority_.authorities().trusted(now.wall)) issued.ca += root.pem();
  const auto known = agents_.find(grant.entity);
  if (known != agents_.end()) issued.step = forget(known->second, believed(now));
  Held held{++lastCertificateRow_, {}, certificate->serial()};
  held.record.der = certificate->der();
  held.record.expires = certificate->notAfter();
  held.record.issuedBy = std::string(kAsker) + grant.agent;
  Step step;
  step.rows = [held](store::OpsWriter& ops, std::uint64_t) { keys::writeRow(ops, held.row, held.record); };
  step.committed = [this, held, enrols, facts = issued.facts](std::uint64_t) mutable {
    if (!enrols) facts.revoked = agents_[facts.entity].facts.revoked;  // which a renewal does not undo
    hold(facts, held);
  };
  append(issued.step, std::move(step));
  issued.step.audit.push_back(agentRecord<ops::AuditEvent::AgentEnrolled>(
      actor, grant.agent, {{"certificate", held.serial}, {"names", base::listed(grant.nodes)}}));
  return issued;
}

// Those that expired a day ago, so that a clock that is a little behind does not revive them, and of those that are void
// the oldest beyond kMaxKept, which are unknown then and as little believed.
Step AgentKeeper::forget(Known& known, base::WallTime now) {
  std::vector<Held> gone;
  std::size_t beyond = known.certificates.size() >= kMaxKept ? known.certificates.size() - kMaxKept + 1 : 0;
  for (const Held& held : known.certificates) {  // the oldest first
    const bool isVoid = beyond > 0 && held.record.revokedAt != base::WallTime{};
    if (!isVoid && now < held.record.expires + keys::Days(1)) continue;
    if (beyond > 0) --beyond;
    gone.push_back(held);
  }
  Step step;
  if (gone.empty()) return step;
  step.rows = [gone](store::OpsWriter& ops, std::uint64_t) {
    for (const Held& held : gone) ops.erase(keys::kCertificateTable, held.row);
  };
  step.committed = [this, entity = known.facts.entity, gone](std::uint64_t) {
    for (const Held& held : gone) {
      std::erase_if(agents_[entity].certificates, [&](const Held& one) { return one.row == held.row; });
      revocations_.remove(held.serial);
    }
  };
  return step;
}

// Takes one from what the agent may ask for by itself.
std::optional<mgmt::Problem> AgentKeeper::takeRenewal(Known& known, base::Now now) {
  const base::TimePoint fullAt = std::max(known.renewalsFullAt, now.mono) + kRenewalEvery;
  const base::Duration wait = fullAt - (now.mono + kRenewalEvery * kRenewals);
  if (wait <= base::Duration{}) {
    known.renewalsFullAt = fullAt;
    return std::nullopt;
  }
  mgmt::Problem problem{ProblemCode::TooManyRequests, "The agent asks for too many certificates.", {}, {}};
  problem.retryAfter = static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::seconds>(wait).count());
  return problem;
}

base::Result<AgentKeeper::Issued, AgentKeeper::Refusal> AgentKeeper::enrol(std::string_view token,
                                                                           std::string_view request, const Actor& actor,
                                                                           base::Now now) {
  const auto refuse = [&](mgmt::Problem why, std::string_view reason) -> base::Failure<Refusal> {
    return {Refusal{std::move(why), note(actor, reason, "", now)}};
  };
  if (!authority_.present()) return refuse({ProblemCode::NotInitialised, {}, {}, {}}, "not-initialised");
  // A token that has run out must not come back with an older clock.
  if (clock(now).judge(now) == keys::ClockVerdict::WentBack) {
    return refuse({ProblemCode::TokenEnded, "The server's clock went back: the token cannot be judged.", "/token",
                   "Ask again when the clock is right, or an administrator has accepted it."},
                  "token-" + std::string(keys::tokenFaultWord(keys::TokenFault::ClockWentBack)));
  }
  const auto refuseToken = [&](const keys::TokenRefusal& why) {
    return refuse({ProblemCode::TokenEnded, why.text + ".", "/token", "Ask for a new invitation."},
                  "token-" + std::string(keys::tokenFaultWord(why.fault)));
  };
  std::vector<mgmt::Fingerprint> roots;
  for (const mgmt::Certificate& root : authority_.authorities().trusted(now.wall)) roots.push_back(root.fingerprint());
  // The request comes second: its signature is work for who has a token, and not for any stranger.
  if (const auto wrong = tokens_.problemWith(token, roots, now.wall)) return refuseToken(*wrong);
  const auto csr = requestOf(request);
  if (!csr) return refuse(csr.error(), "certificate-request");
  const auto parsed = mgmt::EnrolmentToken::parse(token);
  const bool again = parsed && tokens_.isUsed(parsed->secretHash());
  const auto redeemed = tokens_.redeem(token, csr->publicKeyFingerprint(), roots, now.wall);
  if (!redeemed) return refuseToken(redeemed.error());
  if (const std::string taken = problemWith(redeemed->grant); !taken.empty()) {
    return refuse({ProblemCode::NameTaken, taken, {}, {}}, "name-taken");
  }
  const auto before = agents_.find(redeemed->grant.entity);
  if (again && before != agents_.end()) {
    if (auto wait = takeRenewal(before->second, now)) return refuse(std::move(*wait), "too-many");
  }
  Actor self = actor;
  self.name = redeemed->grant.entity;
  auto issued = issue(redeemed->grant, *csr, self, now, true);
  if (!issued) return refuse(issued.error(), "authority");
  if (before != agents_.end()) {
    append(issued->step, voidCertificates(before->second, liveOf(before->second, now.wall), self.name,
                                          "replaced by another enrolment", now.wall));
  }
  // Who holds the key of an enrolment before this one must not come back by its token.
  append(issued->step, voidTokens([now = *redeemed](const keys::TokenRecord& one) {
           return one.grant.entity == now.grant.entity && one.hash != now.hash &&
                  (one.used() || one.madeAt < now.madeAt);
         }));
  const std::int64_t row = tokenRows_.at(redeemed->hash);
  addRows(issued->step,
          [row, used = *redeemed](store::OpsWriter& ops, std::uint64_t) { keys::writeRow(ops, row, used); });
  return std::move(*issued);
}

Wanted<AgentKeeper::Issued> AgentKeeper::renew(const mgmt::Identity& agent, std::string_view request,
                                               const Actor& actor, base::Now now) {
  const auto known = agents_.find(agent.name);
  if (known == agents_.end() || !holds(agent)) {
    return problem(ProblemCode::CertificateRefused, "The certificate has been revoked.");
  }
  auto csr = requestOf(request);
  if (!csr) return base::Failure<mgmt::Problem>{csr.error()};
  if (auto wait = takeRenewal(known->second, now)) return base::Failure<mgmt::Problem>{std::move(*wait)};
  const AgentFacts& facts = known->second.facts;
  auto issued = issue({facts.name, facts.entity, facts.nodes, {}}, *csr, actor, now, false);
  if (!issued) return issued;
  // But never the one that it shows, which it needs where the answer is lost.
  std::vector<Held> live = liveOf(known->second, now.wall);
  const std::size_t beyond = live.size() >= kMaxLive ? live.size() - kMaxLive + 1 : 0;
  std::erase_if(live, [&](const Held& one) { return one.serial == agent.serial; });
  live.resize(std::min(beyond, live.size()));
  append(issued->step,
         voidCertificates(known->second, std::move(live), agent.name, "too many certificates at once", now.wall));
  return issued;
}

}  // namespace manage
