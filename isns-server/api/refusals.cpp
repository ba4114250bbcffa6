#include "isns-server/api/refusals.h"

#include "shared/net/source.h"

namespace api {

std::string refusalKey(std::string_view what, std::string_view origin) {
  return std::string(what) + " " + net::sourceOf(origin);
}

void recordRefusal(Desk& desk, const Call& call, const people::Principal& who, std::string_view right,
                   std::string_view code) {
  const manage::Actor actor = call.actorOf(who);
  ops::AuditRecord record;
  record.actorKind = actor.kind;
  record.actor = manage::recordedName(actor);
  record.origin = actor.origin;
  record.event = std::string(ops::eventRow(ops::AuditEvent::AccessRefused).name);
  record.outcome = ops::AuditOutcome::Refused;
  record.code = code;
  record.object = "api:" + call.request().path;
  record.details = ops::auditDetails<ops::AuditEvent::AccessRefused>(
      {{"request", call.request().method + " " + call.request().path}, {"needs", right}, {"count", 1}});
  // Alike are tries of one path with any names in it.
  const mgmt::RouteRow& route = mgmt::rowOf(call.routed.route);
  const std::string what = call.request().method + " " + std::string(route.path) + " " + std::string(right);
  const std::string key = refusalKey(what + " " + record.actor, record.origin);
  desk.refused.note(key, std::move(record), call.now.mono);
  writeRefusals(desk, call.now);
}

void writeRefusals(Desk& desk, base::Now now) {
  manage::Step step;
  step.audit = desk.refused.take(now.mono);
  if (!step.audit.empty()) desk.clerk.carryOut(std::move(step), [](const auto&) {});
}

bool permitted(Desk& desk, const CallPtr& call, people::Right right) {
  const base::Status has = people::permit(call->who, right);
  if (has) return true;
  recordRefusal(desk, *call, call->who, people::rowOf(right).name);
  call->refuse({mgmt::ProblemCode::RightMissing, has.error().text + ".", {}, {}});
  return false;
}

bool mayLetIn(Desk& desk, const CallPtr& call, const people::User& user) {
  constexpr auto kReveal = people::Right::CredentialReveal;
  const people::Principal then{user.name, user.roles, user.scope};
  if (!people::permit(then, kReveal) || people::permit(call->who, kReveal)) return true;
  recordRefusal(desk, *call, call->who, people::rowOf(kReveal).name);
  call->refuse({mgmt::ProblemCode::RightMissing,
                user.name + " may see secrets of foreign ends, and you may not: a way in as " + user.name +
                    " needs the right credential.reveal, which the role credential-officer has.",
                {},
                "Take the role first, or take it from " + user.name + ": both stand in the audit log."});
  return false;
}

}  // namespace api
