#include "isns-server/api/certificate_handlers.h"

#include "isns-server/api/body_reader.h"
#include "isns-server/api/json_time.h"
#include "isns-server/api/refusals.h"

namespace api {

using base::Json;
using mgmt::ProblemCode;
using people::Right;

namespace {

// Of whom the path speaks. nullptr: the call is refused.
const people::User* userOf(Desk& desk, const CallPtr& call, Right ofOthers) {
  const std::string_view name = call->segment("name");
  if (name != call->who.user && !permitted(desk, call, ofOthers)) return nullptr;
  const people::User* user = desk.administration.users().find(name);
  if (user == nullptr) call->refuse({ProblemCode::NoSuchObject, "There is no user " + std::string(name) + ".", {}, {}});
  return user;
}

// `maker`: what it was made with; empty: unknown.
Json certificateJson(const manage::PersonCertificates::Held& one, const std::string& maker) {
  return Json::Object{{"serial", one.serial},
                      {"user", one.user},
                      {"issued", secondsOf(one.issued)},
                      {"expires", secondsOf(one.record.expires)},
                      {"issued_by", one.record.issuedBy},
                      {"voided", secondsOf(one.record.revokedAt)},
                      {"why", one.isVoid() ? Json(one.record.reason) : Json()},
                      {"made_with", maker.empty() ? Json() : Json(maker)}};
}

}  // namespace

// One's own wants a login by password: what a token or certificate opens must not outlive it by another certificate.
void issueUserCertificate(Desk& desk, const CallPtr& call) {
  BodyReader body(call->body);
  const std::string csr = body.lines("csr", mgmt::kMaxCertificateBytes);
  const std::uint64_t days = body.maybeNumber("days").value_or(manage::PersonCertificates::kPresetDays);
  if (const auto wrong = body.finish()) return call->refuse(*wrong);
  const people::User* user = userOf(desk, call, Right::UserManage);
  if (user == nullptr) return;
  const bool byPassword = call->who.login.proof == people::Login::Proof::Session;
  if (user->name == call->who.user && !byPassword && !permitted(desk, call, Right::UserManage)) return;
  if (!mayLetIn(desk, call, *user)) return;
  auto issued = desk.certificates.issue(user->name, csr, days, call->actor(), call->who.login, call->now,
                                        desk.agents.believed(call->now));
  if (!issued) return call->refuse(issued.error());
  const Json answer = Json::Object{{"certificate", issued->chain},
                                   {"ca", issued->ca},
                                   {"serial", issued->serial},
                                   {"expires", secondsOf(issued->expires)}};
  desk.clerk.carryOut(std::move(issued->step), [call, answer](const manage::Wanted<std::uint64_t>& done) {
    if (!done) return call->refuse(done.error());
    call->answer(answer, 201);
  });
}

void listUserCertificates(Desk& desk, const CallPtr& call) {
  const people::User* user = userOf(desk, call, Right::UserManage);
  if (user == nullptr) return;
  Json::Array items;
  for (const auto* one : desk.certificates.ofUser(user->name)) {
    items.push_back(certificateJson(*one, desk.administration.makerOf(one->record.madeWith)));
  }
  call->answer(Json::Object{{"items", std::move(items)}});
}

void revokeUserCertificate(Desk& desk, const CallPtr& call) {
  const people::User* user = userOf(desk, call, Right::CertificateRevoke);
  if (user == nullptr) return;
  auto step = desk.certificates.revoke(user->name, call->segment("serial"), call->actor(), call->now);
  if (!step) return call->refuse(step.error());
  manage::append(*step,
                 desk.administration.endMadeWith(std::string(call->segment("serial")), call->actor(), call->now));
  desk.clerk.carryOut(std::move(*step), [call](const manage::Wanted<std::uint64_t>& done) {
    if (!done) return call->refuse(done.error());
    call->answer({}, 204);
  });
}

}  // namespace api
