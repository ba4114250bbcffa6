#include "isns-server/api/refusals.h"

namespace api {

void recordRefusal(Clerk& clerk, const Call& call, const people::Principal& who, std::string_view right) {
  ops::AuditRecord record;
  record.actorKind = call.actorKind;
  record.actor = who.user;
  record.origin = call.origin();
  record.event = std::string(ops::eventRow(ops::AuditEvent::AccessRefused).name);
  record.outcome = ops::AuditOutcome::Refused;
  record.code = "right-missing";
  record.object = "api:" + call.request().path;
  record.details = ops::auditDetails<ops::AuditEvent::AccessRefused>(
      {{"request", call.request().method + " " + call.request().path}, {"needs", right}});
  manage::Step step;
  step.audit.push_back(std::move(record));
  clerk.carryOut(std::move(step), [](const auto&) {});
}

bool permitted(Desk& desk, const CallPtr& call, people::Right right) {
  const base::Status has = people::permit(call->who, right);
  if (has) return true;
  recordRefusal(desk.clerk, *call, call->who, people::rowOf(right).name);
  call->refuse({mgmt::ProblemCode::RightMissing, has.error().text + ".", {}, {}});
  return false;
}

bool mayLetIn(Desk& desk, const CallPtr& call, const people::User& user) {
  constexpr auto kReveal = people::Right::CredentialReveal;
  const people::Principal then{user.name, user.roles, user.scope};
  if (!people::permit(then, kReveal) || people::permit(call->who, kReveal)) return true;
  recordRefusal(desk.clerk, *call, call->who, people::rowOf(kReveal).name);
  call->refuse({mgmt::ProblemCode::RightMissing,
                user.name + " may see secrets of foreign ends, and you may not: a way in as " + user.name +
                    " needs the right credential.reveal, which the role credential-officer has.",
                {},
                "Take the role first, or take it from " + user.name + ": both stand in the audit log."});
  return false;
}

}  // namespace api
