#include "isns-server/api/person_entry.h"

#include <algorithm>

#include "isns-server/api/refusals.h"
#include "shared/base/sentence.h"
#include "shared/net/source.h"

namespace api {

using mgmt::ProblemCode;
using people::Principal;
using Proof = people::Login::Proof;

namespace {

// What a browser says of a request that a page of another site made.
bool isOfAnotherSite(const HttpRequest& request) {
  const std::string_view site = request.header("sec-fetch-site");
  if (!site.empty() && site != "same-origin" && site != "none") return true;
  const std::string_view origin = request.header("origin");
  return !origin.empty() && origin != "https://" + std::string(request.header("host"));
}

Principal root() { return {std::string(people::kLocalRoot), people::RoleSet{people::Role::Administrator}, {}}; }

}  // namespace

Wanted<Principal> PersonEntry::identify(const Call& call) {
  const HttpRequest& request = call.request();
  if (!request.header("authorization").empty()) return byToken(call);
  // Whoever can open the local socket can read the keys, too: root on this machine is an administrator.
  if (request.local) return root();
  if (!request.peerCertificate.empty()) return byCertificate(call);
  if (!request.refusedCertificate.empty()) {
    return turnAway(call, desk_.certificates.turnAway(request.refusedCertificate, desk_.administration.users(),
                                                      desk_.agents.judge(call.now), call.now));
  }
  return problem(ProblemCode::LoginNeeded, {});
}

Wanted<Principal> PersonEntry::identifyLocal(const Call& call) {
  const HttpRequest& request = call.request();
  if (request.local) return root();
  recordRefusal(desk_, call, {}, "local", "local-only");
  return problem(ProblemCode::LocalOnly);
}

Wanted<Principal> PersonEntry::byToken(const Call& call) {
  const std::string_view token = call.request().bearerToken();
  if (token.empty()) return problem(ProblemCode::LoginNeeded, {});
  std::string_view fault;
  auto who = desk_.administration.authenticate(token, call.origin(), desk_.agents.forTokens(call.now), &fault);
  if (!who && fault != "idle") note(call, "token", {}, fault);  // a session that rested is no news
  return who;
}

// Each reason has a word of its own in the audit log, and the sentence for who is refused.
base::Failure<mgmt::Problem> PersonEntry::turnAway(const Call& call, const manage::PersonCertificates::Refused& refused) {
  note(call, "certificate", refused.user, refused.word);
  return {{ProblemCode::CertificateRefused,
           base::sentenceOf(refused.why.text),
           {},
           "Log in with a password, or ask for a new certificate."}};
}

Wanted<Principal> PersonEntry::byCertificate(const Call& call) {
  const HttpRequest& request = call.request();
  auto found = desk_.certificates.find(request.peerCertificate, desk_.administration.users(),
                                       desk_.agents.judge(call.now), call.now);
  if (!found) return turnAway(call, found.error());
  if (isOfAnotherSite(request)) {
    note(call, "certificate", (*found)->user, "other-site");
    return problem(ProblemCode::LoginNeeded, "A page of another site cannot use a certificate of this browser.");
  }
  auto who = desk_.administration.users().principalOf((*found)->user);
  if (!who) return problem(ProblemCode::CertificateRefused, who.error().text + ".");
  who->tokenEnds = (*found)->record.expires;
  who->login = {Proof::Certificate, {}, (*found)->serial};
  if (desk_.certificates.note(**found, net::sourceOf(call.origin()), call.now.mono)) {
    desk_.clerk.carryOut(desk_.administration.noteCertificateLogin(
                             *who, {ops::ActorKind::Person, who->user, call.origin()}, call.now),
                         [](const auto&) {});
  }
  return std::move(who).value();
}

// ---- The audit log -------------------------------------------------------------------------------------------------

void PersonEntry::note(const Call& call, std::string_view method, std::string_view user, std::string_view reason) {
  logins_.note(refusalKey(method, call.origin()),
               {call.origin(), std::string(user), std::string(method), std::string(reason)}, call.now.mono);
}

void PersonEntry::onUrlSecret(const Call& call, std::string_view value) {
  auto step = desk_.administration.voidSeen(value, {ops::ActorKind::Person, {}, call.origin()}, call.now);
  if (step) return desk_.clerk.carryOut(std::move(*step), [](const auto&) {});
  note(call, "url", {}, "token-in-url");
}

void PersonEntry::onTick(base::Now now) {
  manage::Step step;
  for (auto& [key, about, count] : logins_.take(now.mono)) {
    step.audit.push_back(manage::auditOf<ops::AuditEvent::LoginRefused>(
        {ops::ActorKind::Person, about.who, about.address}, about.who.empty() ? "" : "user:" + about.who,
        {{"method", about.object}, {"reason", about.what}, {"count", static_cast<std::int64_t>(count)}}));
    step.audit.back().code = "login-failed";
  }
  for (ops::AuditRecord& record : step.audit) record.outcome = ops::AuditOutcome::Refused;
  if (!step.audit.empty()) desk_.clerk.carryOut(std::move(step), [](const auto&) {});
}

}  // namespace api
