// AgentHandlers: invitations, enrolment, renewal and revocation.
#include <algorithm>

#include "isns-server/api/agent_handlers.h"
#include "shared/base/plain_text.h"

namespace api {

using base::Json;
using mgmt::ProblemCode;

namespace {

std::string revealed(const base::Secret& secret) { return std::string(base::asText(secret.reveal())); }

Wanted<std::string> textMember(const Call& call, std::string_view name) {
  const Json* member = call.body.find(name);
  const std::string* text = member == nullptr ? nullptr : member->text();
  if (text == nullptr || text->empty()) {
    return problem(ProblemCode::BadValue, std::string(name) + " must be a text.", "/" + std::string(name));
  }
  // A token and a certificate request are judged by who reads them.
  const std::string fault = name == "token" || name == "csr" ? std::string()
                            : base::plainTextFault(*text, name == "reason" ? san::kMaxText : san::kMaxName);
  if (!fault.empty()) return problem(ProblemCode::BadValue, std::string(name) + " " + fault + ".", "/" + std::string(name));
  return *text;
}

}  // namespace

void AgentHandlers::invite(const CallPtr& call) {
  const auto agent = textMember(*call, "agent");
  if (!agent) return call->refuse(agent.error());
  const auto entity = textMember(*call, "entity");
  if (!entity) return call->refuse(entity.error());
  keys::EnrolmentGrant grant{*agent, *entity, {}, {}};
  const Json* nodes = call->body.find("nodes");
  const bool good = nodes != nullptr && nodes->array() != nullptr &&
                    nodes->array()->size() <= mgmt::kMaxIdentityNames &&
                    std::ranges::all_of(*nodes->array(), [](const Json& one) { return one.text() != nullptr; });
  if (!good)
    return call->refuse({ProblemCode::BadValue, "nodes must be a list of iSCSI names, 256 at most.", "/nodes", {}});
  for (const Json& one : *nodes->array()) grant.nodes.push_back(*one.text());
  auto invitation = desk_.agents.invite(std::move(grant), actorOf(*call), call->now);
  if (!invitation) return call->refuse(invitation.error());
  auto token = std::make_shared<base::Secret>(std::move(invitation->token));
  desk_.clerk.carryOut(
      std::move(invitation->step), [call, token, expires = invitation->expires,
                                    ca = invitation->authority](const manage::Wanted<std::uint64_t>& done) {
        if (!done) return call->refuse(done.error());
        call->answer(Json::Object{{"token", revealed(*token)},
                                  {"expires", static_cast<std::uint64_t>(expires.time_since_epoch().count())},
                                  {"ca_fingerprint", ca.text()}},
                     201);
      });
}

void AgentHandlers::issueIn(const CallPtr& call, manage::AgentKeeper::Issued issued) {
  const manage::AgentFacts facts = issued.facts;
  carryOut(
      std::move(issued.step),
      [facts](san::SnapshotEditor& editor) -> san::Edited<bool> {
        const auto put = manage::putAgent(editor, facts);
        if (!put) return base::Failure<san::EditError>{put.error()};
        return true;
      },
      [this, call, facts, chain = std::move(issued.chain),
       ca = std::move(issued.ca)](const manage::Wanted<std::uint64_t>& done) {
        if (!done) return call->refuse(done.error());
        book_.forget(facts.entity);
        call->answer(Json::Object{{"certificate", chain}, {"ca", ca}});
      });
}

void AgentHandlers::enrol(const CallPtr& call) {
  const auto token = textMember(*call, "token");
  if (!token) return call->refuse(token.error());
  const auto csr = textMember(*call, "csr");
  if (!csr) return call->refuse(csr.error());
  call->actorKind = ops::ActorKind::Agent;
  auto issued = desk_.agents.enrol(*token, *csr, actorOf(*call), call->now);
  if (!issued) {
    note(issued.error().step);
    return call->refuse(issued.error().problem);
  }
  ledger_.forget(issued->facts.entity);
  issueIn(call, std::move(*issued));
}

void AgentHandlers::renew(const CallPtr& call) {
  const auto csr = textMember(*call, "csr");
  if (!csr) return call->refuse(csr.error());
  auto issued = desk_.agents.renew(call->agent, *csr, actorOf(*call), call->now);
  if (!issued) return call->refuse(issued.error());
  issueIn(call, std::move(*issued));
}

void AgentHandlers::revoke(const CallPtr& call) {
  const auto reason = textMember(*call, "reason");
  if (!reason) return call->refuse(reason.error());
  auto revoked = desk_.agents.revoke(call->segment("name"), *reason, actorOf(*call), call->now);
  if (!revoked) return call->refuse(revoked.error());
  const manage::AgentFacts facts = revoked->facts;
  carryOut(
      std::move(revoked->step),
      [facts](san::SnapshotEditor& editor) -> san::Edited<bool> {
        const auto put = manage::putAgent(editor, facts);
        if (!put) return base::Failure<san::EditError>{put.error()};
        return true;
      },
      [this, call, facts](const manage::Wanted<std::uint64_t>& done) {
        if (!done) return call->refuse(done.error());
        if (const auto waits = waiting_.find(facts.entity); waits != waiting_.end()) {
          waits->second.call->refuse({ProblemCode::CertificateRefused, "The certificate has been revoked.", {}, {}});
          waiting_.erase(waits);
        }
        book_.forget(facts.entity);
        ledger_.forget(facts.entity);
        call->answer(Json::Object{{"agent", facts.name}, {"entity", facts.entity}, {"revoked", true}});
      });
}

}  // namespace api
