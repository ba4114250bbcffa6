// AgentKeeper: what makes certificates and tokens void, and who is turned away.
#include <algorithm>

#include "isns-server/manage/agents/agent_keeper.h"

namespace manage {

using mgmt::ProblemCode;

namespace {

}  // namespace

// ---- What is void --------------------------------------------------------------------------------------------------

std::vector<AgentKeeper::Held> AgentKeeper::liveOf(const Known& known, base::WallTime now) {
  std::vector<Held> live;
  for (const Held& one : known.certificates) {
    if (one.record.revokedAt == base::WallTime{} && now < one.record.expires + keys::Days(1)) live.push_back(one);
  }
  return live;
}

Step AgentKeeper::voidCertificates(const Known& known, std::vector<Held> which, std::string_view by,
                                   std::string_view reason, base::WallTime now) {
  Step step;
  if (which.empty()) return step;
  for (Held& one : which) {
    one.record.revokedAt = now;
    one.record.revokedBy = std::string(by);
    one.record.reason = std::string(reason);
  }
  step.rows = [which](store::OpsWriter& ops, std::uint64_t) {
    for (const Held& one : which) keys::writeRow(ops, one.row, one.record);
  };
  step.committed = [this, entity = known.facts.entity, which](std::uint64_t) {
    Known& present = agents_[entity];
    for (const Held& one : which) {
      revocations_.add(one.serial, one.record.expires);
      for (Held& kept : present.certificates) {
        if (kept.row == one.row) kept = one;
      }
    }
  };
  return step;
}

// They are void at once, and come back where the store does not take the step.
Step AgentKeeper::voidTokens(const std::function<bool(const keys::TokenRecord&)>& which) {
  Step step;
  std::vector<std::pair<std::int64_t, keys::TokenRecord>> gone;
  for (keys::TokenRecord& one : tokens_.takeOut(which)) {
    gone.emplace_back(tokenRows_.at(one.hash), std::move(one));
    tokenRows_.erase(gone.back().second.hash);
  }
  if (gone.empty()) return step;
  step.rows = [gone](store::OpsWriter& ops, std::uint64_t) {
    for (const auto& [row, token] : gone) ops.erase(keys::kTokenTable, row);
  };
  step.failed = [this, gone] {
    for (const auto& [row, token] : gone) {
      tokenRows_[token.hash] = row;
      tokens_.load(token);
    }
  };
  return step;
}

Wanted<AgentKeeper::Revoked> AgentKeeper::revoke(std::string_view name, std::string_view reason, const Actor& actor,
                                                 base::Now now) {
  Revoked revoked;
  revoked.enrolled = false;
  std::size_t certificates = 0;
  std::size_t invitations = 0;
  const auto record = [&](std::initializer_list<ops::EventField<ops::AuditEvent::AgentRevoked>> details) {
    revoked.step.audit.push_back(agentRecord<ops::AuditEvent::AgentRevoked>(actor, std::string(name), details));
    revoked.step.audit.back().reason = std::string(reason);
  };
  // The name may have been another entity's before, whose agent is revoked.
  for (const auto& [entity, known] : agents_) {
    if (known.facts.name != name) continue;
    if (!revoked.enrolled || !known.facts.revoked) revoked.facts = known.facts;
    revoked.enrolled = true;
    const std::vector<Held> live = liveOf(known, base::WallTime{});  // also those that a clock could revive
    if (live.empty() && known.facts.revoked) continue;
    for (const Held& held : live) record({{"certificate", held.serial}});
    certificates += live.size();
    append(revoked.step, voidCertificates(known, live, actor.name, reason, now.wall));
    Step ends;
    ends.committed = [this, entity = entity](std::uint64_t) { agents_[entity].facts.revoked = true; };
    append(revoked.step, std::move(ends));
    if (auto forgets = forgetAddresses(entity)) append(revoked.step, std::move(*forgets));
  }
  Step tokens = voidTokens([&](const keys::TokenRecord& one) {
    const bool its = one.grant.agent == name || (revoked.enrolled && one.grant.entity == revoked.facts.entity);
    if (!its) return false;
    ++invitations;
    if (!revoked.enrolled) revoked.facts = {one.grant.agent, one.grant.entity, one.grant.nodes, 0, true};
    return true;
  });
  if (certificates == 0 && invitations == 0) {
    if (!revoked.enrolled) return problem(ProblemCode::NoSuchObject, "There is no agent " + std::string(name) + ".");
    if (revoked.facts.revoked) return problem(ProblemCode::WrongState, "Its certificates are void already.");
    record({});  // they have all expired
  }
  if (invitations > 0) record({{"invitations", invitations}});
  append(revoked.step, std::move(tokens));
  revoked.facts.revoked = true;
  return revoked;
}

Step AgentKeeper::voidWaiting(const std::function<bool(const EnrolmentGrant&)>& which, std::string_view reason,
                              const Actor& actor) {
  std::map<std::string, std::size_t> agents;
  Step step = voidTokens([&](const keys::TokenRecord& one) {
    if (one.used() || !which(one.grant)) return false;
    ++agents[one.grant.agent];
    return true;
  });
  for (const auto& [name, invitations] : agents) {
    step.audit.push_back(agentRecord<ops::AuditEvent::AgentRevoked>(actor, name, {{"invitations", invitations}}));
    step.audit.back().reason = std::string(reason);
  }
  return step;
}

Step AgentKeeper::endMadeWith(const Login& maker, std::string_view reason, const Actor& actor) {
  return voidWaiting([&](const EnrolmentGrant& grant) { return grant.madeWith == maker; }, reason, actor);
}

Step AgentKeeper::endMadeBy(std::string_view user, std::string_view reason, const Actor& actor) {
  return voidWaiting([&](const EnrolmentGrant& grant) { return grant.madeBy == user; }, reason, actor);
}

// ---- Who is turned away --------------------------------------------------------------------------------------------

AgentKeeper::Judged AgentKeeper::judge(base::ByteView der, base::Now now) {
  Judged judged;
  const auto because = [&judged](std::string_view reason, std::string text) {
    judged.reason = reason;
    judged.text = std::move(text);
    return judged;
  };
  if (der.empty()) return because("no-certificate", "An agent shows its certificate.");
  const auto certificate = mgmt::Certificate::fromDer(der);
  if (!certificate) return because("malformed", certificate.error().text + ".");
  judged.serial = certificate->serial();
  if (auto claimed = mgmt::identityOf(*certificate)) judged.identity = std::move(*claimed);
  const auto known = agents_.find(judged.identity.name);
  const Held* held = nullptr;
  if (known != agents_.end()) {
    const auto& all = known->second.certificates;  // at most kMaxKept
    const auto at = std::ranges::find_if(all, [&](const Held& one) { return one.serial == judged.serial; });
    if (at != all.end() && std::ranges::equal(at->record.der, der)) held = &*at;
  }
  const auto identity = keys::checkClient({certificate.operator->(), 1}, {authority_.authorities(), revocations_, held != nullptr},
                                          clock(now).judge(now), now.wall);
  if (!identity) return because(keys::peerFaultWord(identity.error().fault), identity.error().text + ".");
  if (identity->kind != mgmt::PeerKind::Agent) {
    return because("no-agent", "The certificate is a person's, not an agent's.");
  }
  if (held == nullptr) return because("unknown", "The server does not know this certificate: enrol again.");
  if (!holds(*identity)) return because("revoked", "The agent has been revoked.");
  return judged;
}

AgentKeeper::Refusal AgentKeeper::refusalOf(const Judged& judged, const Actor& actor, base::Now now) {
  Actor self = actor;
  self.name = judged.identity.name;
  return {{ProblemCode::CertificateRefused, judged.text, {}, {}}, note(self, judged.reason, judged.serial, now)};
}

base::Result<mgmt::Identity, AgentKeeper::Refusal> AgentKeeper::authenticate(base::ByteView der, const Actor& actor,
                                                                             base::Now now) {
  Judged judged = judge(der, now);
  if (!judged.reason.empty()) return base::Failure<Refusal>{refusalOf(judged, actor, now)};
  return std::move(judged.identity);
}

AgentKeeper::Refusal AgentKeeper::turnAway(base::ByteView der, const Actor& actor, base::Now now) {
  Judged judged = judge(der, now);
  if (judged.reason.empty()) {  // it holds for us, and the handshake said no
    judged.reason = "handshake";
    judged.text = "TLS did not accept the certificate.";
  }
  return refusalOf(judged, actor, now);
}

bool AgentKeeper::holds(const mgmt::Identity& agent) const {
  const auto known = agents_.find(agent.name);
  return known != agents_.end() && !known->second.facts.revoked &&
         std::ranges::any_of(known->second.certificates, [&](const Held& one) {
           return one.serial == agent.serial && one.record.revokedAt == base::WallTime{};
         });
}

// Strangers must not fill the log, nor hide in a flood what others are refused for: each source and reason is counted
// by itself. What stands behind the word of a reason is the asker's choice, and no other reason.
std::optional<Step> AgentKeeper::note(const Actor& actor, std::string_view reason, std::string_view serial,
                                      base::Now now) {
  const AgentFacts* facts = find(actor.name);
  ops::AuditRecord record =
      agentRecord<ops::AuditEvent::AgentRefused>(actor, facts == nullptr ? std::string() : facts->name,
                                                 {{"reason", reason}, {"certificate", serial}, {"count", 1}});
  record.outcome = ops::AuditOutcome::Refused;
  record.code = std::string(reason);
  const std::string source = sourceOf_ ? sourceOf_(actor.origin) : actor.origin;
  refusals_.note(std::string(reason.substr(0, reason.find(' '))) + " " + source, std::move(record), now.mono);
  return dueRefusals(now);
}

std::optional<Step> AgentKeeper::dueRefusals(base::Now now) {
  Step step;
  step.audit = refusals_.take(now.mono);
  if (step.audit.empty()) return std::nullopt;
  return step;
}

}  // namespace manage
