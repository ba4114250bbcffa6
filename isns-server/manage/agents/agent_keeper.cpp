#include "isns-server/manage/agents/agent_keeper.h"

#include <algorithm>

#include "isns-server/manage/row_cells.h"
#include "shared/names/iscsi_name.h"

namespace manage {

using keys::EnrolmentGrant;
using mgmt::ProblemCode;

namespace {

constexpr std::string_view kAsker = keys::kAgentAsker;

base::Failure<mgmt::Problem> problem(ProblemCode code, std::string detail, std::string pointer = {}) {
  return {mgmt::Problem{code, std::move(detail), std::move(pointer), {}}};
}

template <ops::AuditEvent E>
ops::AuditRecord record(const Actor& actor, const std::string& agent,
                        std::initializer_list<ops::EventField<E>> details) {
  return auditOf<E>(actor, agent.empty() ? std::string() : "agent:" + agent, details);
}

std::string listed(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all.append(all.empty() ? "" : ", ").append(name);
  return all;
}

void addRows(Step& step, core::ExtraRows rows) {
  step.rows = [rows = std::move(rows), before = std::move(step.rows)](store::OpsWriter& ops, std::uint64_t revision) {
    if (before) before(ops, revision);
    rows(ops, revision);
  };
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
                   secondsOf(certificate->notBefore() + keys::kBackdate), row.revokedAt != base::WallTime{}};
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
  if (known.certificates.empty() || facts.enrolledAt >= known.facts.enrolledAt) known.facts = facts;
  if (held.record.revokedAt != base::WallTime{}) {
    revocations_.add(held.serial, held.record.revokedAt, held.record.expires);
  }
  known.certificates.push_back(held);
}

keys::CertificateClock& AgentKeeper::clock(base::Now now) {
  if (!clock_) {
    const base::WallTime begun = authority_.authorities().current().root().notBefore();
    clock_.emplace(std::max({storedFloor_, newest_, begun}), now);
  }
  return *clock_;
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
  if (clock_->floor() - storedFloor_ < kFloorEvery) return std::nullopt;
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
  for (const mgmt::Fingerprint& hash : tokens_.prune(now.wall)) {
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
  step.audit.push_back(
      record<ops::AuditEvent::AgentInvited>(actor, grant.agent, {{"expires", std::to_string(secondsOf(expires))}}));
  step.failed = [this, hash = issued->record.hash] { (void)tokens_.withdraw(hash); };
  return Invitation{std::move(issued->text), expires, root, std::move(step)};
}

Wanted<mgmt::CertificateRequest> AgentKeeper::requestOf(std::string_view text) const {
  auto request = mgmt::CertificateRequest::read(base::asBytes(text));
  if (!request) return problem(ProblemCode::BadValue, request.error().text + ".", "/csr");
  return std::move(*request);
}

Wanted<AgentKeeper::Issued> AgentKeeper::issue(const EnrolmentGrant& grant, const mgmt::CertificateRequest& request,
                                               const Actor& actor, base::Now now, bool replaces) {
  const keys::CertificateAuthority& authority = authority_.authorities().current();
  const auto certificate = authority.issueClient(request, {mgmt::PeerKind::Agent, grant.entity, grant.nodes, {}},
                                                 now.wall, random_, keys::kAgentLifetime);
  if (!certificate) return problem(ProblemCode::Internal, certificate.error().text + ".");
  Issued issued;
  issued.facts = {grant.agent, grant.entity, grant.nodes, secondsOf(certificate->notBefore() + keys::kBackdate), false};
  issued.chain = certificate->pem() + authority.root().pem();
  for (const mgmt::Certificate& root : authority_.authorities().trusted(now.wall)) issued.ca += root.pem();
  if (const auto known = agents_.find(grant.entity); replaces && known != agents_.end()) {
    for (const Held& held : known->second.certificates) {
      if (held.record.revokedAt == base::WallTime{}) issued.voided.push_back(held.serial);
    }
    issued.step = voidAll(known->second, actor.name, "replaced by another enrolment", now.wall);
  }
  forgetExpired(grant.entity, issued.step, now.wall);
  Held held{++lastCertificateRow_, {}, certificate->serial()};
  held.record.der = certificate->der();
  held.record.expires = certificate->notAfter();
  held.record.issuedBy = std::string(kAsker) + grant.agent;
  addRows(issued.step, [held](store::OpsWriter& ops, std::uint64_t) { keys::writeRow(ops, held.row, held.record); });
  issued.step.committed = [this, held, facts = issued.facts,
                           before = std::move(issued.step.committed)](std::uint64_t revision) {
    if (before) before(revision);
    hold(facts, held);
  };
  issued.step.audit.push_back(record<ops::AuditEvent::AgentEnrolled>(
      actor, grant.agent, {{"certificate", held.serial}, {"names", listed(grant.nodes)}}));
  return issued;
}

// A day after they expired, so that a clock that is a little behind does not revive them.
void AgentKeeper::forgetExpired(const std::string& entity, Step& step, base::WallTime now) {
  revocations_.prune(now);
  const auto known = agents_.find(entity);
  if (known == agents_.end()) return;
  std::vector<std::int64_t> rows;
  std::erase_if(known->second.certificates, [&](const Held& held) {
    if (now < held.record.expires + keys::Days(1)) return false;
    rows.push_back(held.row);
    return true;
  });
  if (rows.empty()) return;
  addRows(step, [rows](store::OpsWriter& ops, std::uint64_t) {
    for (std::int64_t row : rows) ops.erase(keys::kCertificateTable, row);
  });
}

base::Result<AgentKeeper::Issued, AgentKeeper::Refusal> AgentKeeper::enrol(std::string_view token,
                                                                           std::string_view request, const Actor& actor,
                                                                           base::Now now) {
  const auto refuse = [&](mgmt::Problem why, std::string_view reason) -> base::Failure<Refusal> {
    return {Refusal{std::move(why), note(actor, reason, "", now)}};
  };
  if (!authority_.present()) return refuse({ProblemCode::NotInitialised, {}, {}, {}}, "not-initialised");
  const auto csr = requestOf(request);
  if (!csr) return refuse(csr.error(), "certificate-request");
  std::vector<mgmt::Fingerprint> roots;
  for (const mgmt::Certificate& root : authority_.authorities().trusted(now.wall)) roots.push_back(root.fingerprint());
  const auto redeemed = tokens_.redeem(token, csr->publicKeyFingerprint(), roots, now.wall);
  if (!redeemed) {
    return refuse({ProblemCode::TokenEnded, redeemed.error().text + ".", "/token", "Ask for a new invitation."},
                  "token-" + std::string(keys::tokenFaultWord(redeemed.error().fault)));
  }
  if (const std::string taken = problemWith(redeemed->grant); !taken.empty()) {
    return refuse({ProblemCode::NameTaken, taken, {}, {}}, "name-taken");
  }
  Actor self = actor;
  self.name = redeemed->grant.entity;
  auto issued = issue(redeemed->grant, *csr, self, now, true);
  if (!issued) return refuse(issued.error(), "authority");
  const std::int64_t row = tokenRows_.at(redeemed->hash);
  addRows(issued->step,
          [row, used = *redeemed](store::OpsWriter& ops, std::uint64_t) { keys::writeRow(ops, row, used); });
  return std::move(*issued);
}

Wanted<AgentKeeper::Issued> AgentKeeper::renew(const mgmt::Identity& agent, std::string_view request,
                                               const Actor& actor, base::Now now) {
  const AgentFacts* facts = find(agent.name);
  if (facts == nullptr) return problem(ProblemCode::CertificateRefused, "There is no such agent.");
  auto csr = requestOf(request);
  if (!csr) return base::Failure<mgmt::Problem>{csr.error()};
  return issue({facts->name, facts->entity, facts->nodes, {}}, *csr, actor, now, false);
}

// ---- What is void --------------------------------------------------------------------------------------------------

Step AgentKeeper::voidAll(const Known& known, std::string_view by, std::string_view reason, base::WallTime now) {
  std::vector<Held> held;
  for (Held one : known.certificates) {
    if (one.record.revokedAt != base::WallTime{}) continue;
    one.record.revokedAt = now;
    one.record.revokedBy = std::string(by);
    one.record.reason = std::string(reason);
    held.push_back(std::move(one));
  }
  Step step;
  step.rows = [held](store::OpsWriter& ops, std::uint64_t) {
    for (const Held& one : held) keys::writeRow(ops, one.row, one.record);
  };
  step.committed = [this, entity = known.facts.entity, held](std::uint64_t) {
    Known& present = agents_[entity];
    for (const Held& one : held) {
      revocations_.add(one.serial, one.record.revokedAt, one.record.expires);
      for (Held& kept : present.certificates) {
        if (kept.row == one.row) kept = one;
      }
    }
  };
  return step;
}

Wanted<AgentKeeper::Revoked> AgentKeeper::revoke(std::string_view name, std::string_view reason, const Actor& actor,
                                                 base::Now now) {
  const auto found = std::ranges::find_if(agents_, [&](const auto& one) { return one.second.facts.name == name; });
  if (found == agents_.end()) return problem(ProblemCode::NoSuchObject, "There is no agent " + std::string(name) + ".");
  if (found->second.facts.revoked) return problem(ProblemCode::WrongState, "Its certificates are void already.");
  Revoked revoked;
  revoked.facts = found->second.facts;
  revoked.facts.revoked = true;
  revoked.step = voidAll(found->second, actor.name, reason, now.wall);
  revoked.step.committed = [this, entity = found->first,
                            before = std::move(revoked.step.committed)](std::uint64_t revision) {
    before(revision);
    agents_[entity].facts.revoked = true;
  };
  for (const Held& held : found->second.certificates) {
    if (held.record.revokedAt != base::WallTime{}) continue;
    revoked.step.audit.push_back(
        record<ops::AuditEvent::AgentRevoked>(actor, revoked.facts.name, {{"certificate", held.serial}}));
    revoked.step.audit.back().reason = std::string(reason);
  }
  return revoked;
}

base::Result<mgmt::Identity, AgentKeeper::Refusal> AgentKeeper::authenticate(base::ByteView der, const Actor& actor,
                                                                             base::Now now) {
  const auto refuse = [&](std::string_view reason, std::string text, std::string_view serial,
                          const std::string& who) -> base::Failure<Refusal> {
    Actor self = actor;
    self.name = who;
    return {Refusal{{ProblemCode::CertificateRefused, std::move(text), {}, {}}, note(self, reason, serial, now)}};
  };
  if (der.empty()) {
    return base::Failure<Refusal>{{{ProblemCode::CertificateRefused, "An agent shows its certificate.", {}, {}}, {}}};
  }
  const auto certificate = mgmt::Certificate::fromDer(der);
  if (!certificate) return refuse("malformed", certificate.error().text + ".", "", "");
  const std::vector<mgmt::Certificate> chain{*certificate};
  const std::string serial = certificate->serial();
  const auto identity =
      keys::checkClient(chain, {authority_.authorities(), revocations_}, clock(now).judge(now), now.wall);
  if (!identity) {
    const auto claimed = mgmt::identityOf(*certificate);
    return refuse(keys::peerFaultWord(identity.error().fault), identity.error().text + ".", serial,
                  claimed ? claimed->name : std::string());
  }
  if (identity->kind != mgmt::PeerKind::Agent) {
    return refuse("no-agent", "The certificate is a person's, not an agent's.", serial, identity->name);
  }
  const auto known = agents_.find(identity->name);
  const bool held = known != agents_.end() && std::ranges::any_of(known->second.certificates, [&](const Held& one) {
                      return one.serial == serial;
                    });
  if (!held)
    return refuse("unknown", "The server does not know this certificate: enrol again.", serial, identity->name);
  return *identity;
}

// Strangers must not fill the log: beyond kMaxNotes a minute they are turned away without a record.
std::optional<Step> AgentKeeper::note(const Actor& actor, std::string_view reason, std::string_view serial,
                                      base::Now now) {
  if (notes_ == 0 || now.mono - notesSince_ >= std::chrono::minutes(1)) {
    notesSince_ = now.mono;
    notes_ = 0;
  }
  if (++notes_ > kMaxNotes) return std::nullopt;
  const AgentFacts* facts = find(actor.name);
  Step step;
  step.audit.push_back(record<ops::AuditEvent::AgentRefused>(actor, facts == nullptr ? std::string() : facts->name,
                                                             {{"reason", reason}, {"certificate", serial}}));
  step.audit.back().outcome = ops::AuditOutcome::Refused;
  step.audit.back().code = std::string(reason);
  return step;
}

}  // namespace manage
