// AgentHandlers: invitations, enrolment, renewal and revocation.
#include "isns-server/api/agent_handlers.h"
#include "isns-server/api/body_reader.h"
#include "isns-server/api/json_time.h"
#include "isns-server/api/lane_step.h"
#include "isns-server/manage/agents/found_edits.h"
#include "shared/base/secret_json.h"

namespace api {

using base::Json;
using mgmt::ProblemCode;

namespace {

// A step with what it makes of the agent in the model; where the model cannot take that, the step has failed.
manage::Wanted<Planned> withAgent(manage::Step step, san::SnapshotEditor& editor, const manage::AgentFacts& facts) {
  if (const auto put = manage::putAgent(editor, facts); !put) {
    if (step.failed) step.failed();
    return problem(ProblemCode::LimitReached, put.error().text);
  }
  return Planned{std::move(step), true};
}

}  // namespace

void AgentHandlers::invite(const CallPtr& call) {
  BodyReader body(call->body);
  keys::EnrolmentGrant grant{
      body.text("agent"), body.text("entity"), body.texts("nodes", mgmt::kMaxIdentityNames), {}, call->who.login};
  if (const auto wrong = body.finish()) return call->refuse(*wrong);
  auto invitation = desk_.agents.invite(std::move(grant), call->actor(), call->now);
  if (!invitation) return call->refuse(invitation.error());
  auto token = std::make_shared<base::Secret>(std::move(invitation->token));
  desk_.clerk.carryOut(
      std::move(invitation->step), [this, call, token, expires = invitation->expires,
                                    ca = invitation->authority](const manage::Wanted<std::uint64_t>& done) {
        if (!done) return call->refuse(done.error());
        base::SecretJson secrets(desk_.random);
        const Json answer = Json::Object{
            {"token", secrets.mark(std::move(*token))}, {"expires", secondsOf(expires)}, {"ca_fingerprint", ca.text()}};
        call->answerSecret(secrets.text(answer), 201);
      });
}

// Planned when it is its turn: what another step changes until then counts, above all a revocation.
void AgentHandlers::issueIn(const CallPtr& call, Issue issue) {
  auto issued = std::make_shared<manage::AgentKeeper::Issued>();
  inLane(
      desk_,
      [issued, issue = std::move(issue)](san::SnapshotEditor& editor) -> manage::Wanted<Planned> {
        auto made = issue(base::now());
        if (!made) return base::Failure<mgmt::Problem>{made.error()};
        *issued = std::move(*made);
        return withAgent(std::move(issued->step), editor, issued->facts);
      },
      [this, call, issued](const manage::Wanted<std::uint64_t>& done) {
        if (!done) return call->refuse(done.error());
        book_.forget(issued->facts.entity);
        call->answer(Json::Object{{"certificate", issued->chain}, {"ca", issued->ca}});
        judgeWaiting(issued->facts.entity);
      });
}

void AgentHandlers::enrol(const CallPtr& call) {
  BodyReader body(call->body);
  auto token = std::make_shared<base::Secret>(body.secret("token"));
  const std::string csr = body.lines("csr", mgmt::kMaxCertificateBytes);
  if (const auto wrong = body.finish()) return call->refuse(*wrong);
  call->actorKind = ops::ActorKind::Agent;
  issueIn(call, [this, call, token, csr](base::Now now) -> manage::Wanted<manage::AgentKeeper::Issued> {
    auto issued = desk_.agents.enrol(base::asText(token->reveal()), csr, call->actor(), now);
    if (!issued) {
      note(issued.error().step);
      return base::Failure<mgmt::Problem>{issued.error().problem};
    }
    ledger_.forget(issued->facts.entity);
    return std::move(*issued);
  });
}

void AgentHandlers::renew(const CallPtr& call) {
  BodyReader body(call->body);
  const std::string csr = body.lines("csr", mgmt::kMaxCertificateBytes);
  if (const auto wrong = body.finish()) return call->refuse(*wrong);
  issueIn(call, [this, call, csr](base::Now now) { return desk_.agents.renew(call->agent, csr, call->actor(), now); });
}

void AgentHandlers::revoke(const CallPtr& call) {
  BodyReader body(call->body);
  const std::string reason = body.text("reason", san::kMaxText);
  if (const auto wrong = body.finish()) return call->refuse(*wrong);
  auto facts = std::make_shared<manage::AgentFacts>();
  inLane(
      desk_,
      [this, call, reason, facts](san::SnapshotEditor& editor) -> manage::Wanted<Planned> {
        auto revoked = desk_.agents.revoke(call->segment("name"), reason, call->actor(), base::now());
        if (!revoked) return base::Failure<mgmt::Problem>{revoked.error()};
        *facts = revoked->facts;
        if (!revoked->enrolled) return Planned{std::move(revoked->step), false};
        return withAgent(std::move(revoked->step), editor, *facts);
      },
      [this, call, facts](const manage::Wanted<std::uint64_t>& done) {
        if (!done) return call->refuse(done.error());
        book_.forget(facts->entity);
        ledger_.forget(facts->entity);
        judgeWaiting(facts->entity);
        desk_.clerk.amend([&](san::SnapshotEditor& editor) -> san::Edited<void> {
          if (const auto agent = editor.view().find(san::Kind::Agent, facts->name)) {
            manage::forgetSessions(editor, *agent);
            manage::forgetFound(editor, *agent);
          }
          return {};
        });
        call->answer(Json::Object{{"agent", facts->name}, {"entity", facts->entity}, {"revoked", true}});
      });
}

}  // namespace api
