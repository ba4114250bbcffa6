#include "isns-server/api/api_server.h"

#include <utility>

#include "isns-server/api/answer_later.h"
#include "isns-server/api/audit_handlers.h"
#include "isns-server/api/body_reader.h"
#include "isns-server/api/certificate_handlers.h"
#include "isns-server/api/change_handlers.h"
#include "isns-server/api/chap_handlers.h"
#include "isns-server/api/evidence_handlers.h"
#include "isns-server/api/key_handlers.h"
#include "isns-server/api/login_handlers.h"
#include "isns-server/api/past.h"
#include "isns-server/api/people_handlers.h"
#include "isns-server/api/read_handlers.h"
#include "isns-server/api/refusals.h"
#include "shared/base/clock.h"
#include "shared/base/json_reader.h"
#include "shared/base/listed.h"
#include "shared/base/whole_number.h"
#include "shared/mgmt/openapi.h"
#include "shared/mgmt/snapshot_writer.h"
#include "shared/net/source.h"

namespace api {

using base::Json;
using mgmt::ProblemCode;
using mgmt::Route;

namespace {

// Before an agent's name, as what has a rate of its own.
const std::string kAgents = "agent ";

// Names of parameters that hold what must never stand in a URL.
bool isSecretName(std::string_view name) {
  return name == "token" || name == "access_token" || name == "password" || name == "secret" || name == "api_key";
}

const people::RightRow* rightNamed(std::string_view name) {
  for (const people::RightRow& row : people::rightTable()) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

// What differs, made by a worker; a state that is older than the timeline is rebuilt first.
void diff(Desk& desk, const CallPtr& call) {
  const san::Revision newest = desk.timeline.now().revision;
  revisionParameter(desk, *call, "from", 0, [&desk, call, newest](const Wanted<san::Revision>& from) {
    if (!from) return call->refuse(from.error());
    revisionParameter(desk, *call, "to", newest, [&desk, call, from = *from](const Wanted<san::Revision>& to) {
      if (!to) return call->refuse(to.error());
      snapshotsAt(desk, from, *to, [&desk, call](const Wanted<Pasts>& pasts) {
        if (!pasts) return call->refuse(pasts.error());
        answerLater(desk.workers, call, [pasts = *pasts, c = call.get()]() -> Wanted<Json> {
          return difference(pasts.first, pasts.last, c->who.scope);
        });
      });
    });
  });
}

bool takesParameter(const mgmt::RouteRow& row, std::string_view name) {
  std::string_view rest = row.parameters;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    if (rest.substr(0, end) == name) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

// What a request of the route may bring, whoever asks.
std::optional<mgmt::Problem> judgeForm(const HttpRequest& request, const mgmt::RouteRow& row) {
  std::optional<mgmt::Problem> wrong;
  for (const auto& [name, value] : request.query) {
    if (wrong) continue;
    if (isSecretName(name)) {
      wrong = mgmt::Problem{ProblemCode::TokenInUrl, {}, name, {}};
    } else if (!takesParameter(row, name)) {
      wrong = mgmt::Problem{ProblemCode::BadParameter, "This path does not know the parameter " + name + ".", name, {}};
    }
  }
  if (wrong) return wrong;
  if (const std::string name(request.repeatedParameter()); !name.empty()) {
    return mgmt::Problem{ProblemCode::BadParameter, name + " stands more than once.", name, {}};
  }
  return std::nullopt;
}

}  // namespace

void ApiServer::onExchange(std::shared_ptr<Exchange> exchange) {
  auto call = std::make_shared<Call>();
  call->exchange = std::move(exchange);
  call->now = base::now();
  const HttpRequest& request = call->request();
  call->routed = route(request.method, request.path);
  // Whatever becomes of the request: others may have read it.
  for (const auto& [name, value] : request.query) {
    if (isSecretName(name)) entry_.onUrlSecret(*call, value);
  }
  const bool found = call->routed.what == Routed::What::Found;
  std::optional<mgmt::Problem> turnedAway;
  const bool ofAgents = found && mgmt::rowOf(call->routed.route).right == "agent";
  // Strangers are counted before anything is looked at, agents by themselves once it is known who they are.
  const bool stranger = !ofAgents || request.peerCertificate.empty();
  const std::string source = net::sourceOf(request.peer);
  if (stranger && !admitted(*call, source)) return;
  if (ofAgents) turnedAway = agents_.identify(*call);
  if (!stranger && !admitted(*call, turnedAway ? source : kAgents + call->agent.name)) return;
  if (turnedAway) return call->refuse(*turnedAway);
  if (call->routed.what == Routed::What::NoPath) {
    return call->refuse({ProblemCode::NotFound, "There is nothing at " + request.path + ".", {}, {}});
  }
  if (call->routed.what == Routed::What::OtherMethod) {
    HttpResponse response = responseOf({ProblemCode::MethodNotAllowed, {}, {}, {}});
    response.headers.emplace_back("Allow", call->routed.allowed);
    return call->exchange->answer(response);
  }
  const mgmt::RouteRow& row = mgmt::rowOf(call->routed.route);
  if (const auto wrong = judgeForm(request, row)) return call->refuse(*wrong);
  if (!ofAgents) {
    auto who = identify(*call, row.right);
    if (!who) return call->refuse(who.error());
    call->who = std::move(*who);
  }
  if (row.right != "anyone") call->exchange->vouch();
  if (!row.body.empty() || !request.body.empty()) {
    if (row.right == "anyone" && request.body.size() > kMaxStrangersBody) return call->refuse({ProblemCode::TooLarge, {}, {}, {}});
    auto body = base::parseJson(request.body);
    call->exchange->wipeBody();  // it may hold a password
    if (!body) return call->refuse({ProblemCode::BadJson, body.error().text + ".", {}, {}});
    call->body = std::move(*body);
    const base::Json::Object* const members = call->body.object();
    if (row.body.empty() && (members == nullptr || !members->empty())) {
      return call->refuse({ProblemCode::BadJson, "This path takes no body but an empty object.", {}, {}});
    }
  }
  withRevision(call, [this, call] { handle(call); });
}

// Takes from what the source, an address or an agent, may ask; where nothing is left, the call is refused.
bool ApiServer::admitted(const Call& call, const std::string& source) {
  if (call.request().local) return true;
  const base::Duration wait = rates_.take(source, call.now.mono);
  if (wait == base::Duration{}) return true;
  const std::string_view who = source.starts_with(kAgents) ? "agent" : "address";
  mgmt::Problem problem{ProblemCode::TooManyRequests, "This " + std::string(who) + " makes too many requests.", {}, {}};
  problem.retryAfter = static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::seconds>(wait).count());
  call.refuse(problem);
  limited_.request(call.request().peer);
  return false;
}

// From the head alone, before the body takes memory. What he may is judged when the request is whole.
ExchangeHandler::Allowance ApiServer::allowance(const HttpRequest& head) {
  const std::string_view length = head.header("content-length");
  const bool chunked = !head.header("transfer-encoding").empty();
  if (head.local || (length.empty() && !chunked)) return {};
  const base::Now now = base::now();
  if (const std::string_view token = head.bearerToken(); !token.empty()) {
    if (desk_.administration.authenticate(token, head.peer, desk_.agents.forTokens(now))) return {};
  } else if (!head.peerCertificate.empty()) {
    // Judged twice only where much is to come.
    if (!chunked && base::wholeNumber<std::uint64_t>(length).value_or(kMaxStrangersBody + 1) <= kMaxStrangersBody)
      return {};
    if (desk_.agents.accepts(head.peerCertificate, now)) return {};
    if (desk_.certificates.find(head.peerCertificate, desk_.administration.users(), desk_.agents.judge(now), now)) return {};
  }
  return {false, kMaxStrangersBody};
}

HttpResponse ApiServer::refused(const HttpRefusal& refusal) {
  const std::string why = std::string(refusal.why) + ".";
  switch (refusal.fault) {
    case HttpFault::TooLarge:
      return responseOf({ProblemCode::TooLarge, "A body has at most 8 MiB, that of somebody who is not logged in 64 KiB.", {}, {}});
    case HttpFault::Busy:
      return responseOf({ProblemCode::Busy, why, {}, {}});
    case HttpFault::Malformed:
      break;
  }
  return responseOf({ProblemCode::BadRequest, why, {}, {}});
}

Wanted<people::Principal> ApiServer::identify(const Call& call, std::string_view right) {
  if (right == "anyone") return people::Principal{};
  if (right == "local") return entry_.identifyLocal(call);
  if (!desk_.administration.initialised()) return problem(ProblemCode::NotInitialised, {});
  auto who = entry_.identify(call);
  if (!who || right == "user") return who;
  const people::RightRow* row = rightNamed(right);
  if (row == nullptr) return problem(ProblemCode::Internal, "The right of this path is not known.");
  if (auto permitted = people::permit(*who, row->right); !permitted) {
    recordRefusal(desk_, call, *who, right);
    return problem(ProblemCode::RightMissing, permitted.error().text + ".");
  }
  if (!who->scope.empty() && mgmt::rowOf(call.routed.route).scope == mgmt::Scoped::No) {
    recordRefusal(desk_, call, *who, right);
    return problem(ProblemCode::RightMissing,
                   "This path is about the whole SAN; what is yours are objects labelled " + base::listed(who->scope) + ".");
  }
  return who;
}

// Finds the SAN at the revision that is asked for: the present one, one of the timeline, or one of the history.
void ApiServer::withRevision(const CallPtr& call, std::function<void()> go) {
  const std::string_view right = mgmt::rowOf(call->routed.route).right;
  if (!isReady(desk_)) {
    if (right == "anyone" || right == "local") return go();
    return call->refuse({ProblemCode::NotReady, {}, {}, {}});
  }
  if (right == "agent") return go();
  call->revision = desk_.timeline.now().revision;
  const auto of = [this, call, go = std::move(go)](const san::Snapshot& snapshot, san::Seconds judged) {
    call->revision = snapshot.revision;
    call->past = snapshot;
    call->judged = judged;
    call->timeline = &desk_.timeline;
    go();
  };
  if (call->request().parameter("revision").empty()) {
    return of(desk_.timeline.now(), base::unixSeconds(call->now.wall));
  }
  revisionParameter(desk_, *call, "revision", 0, [this, call, of](const Wanted<san::Revision>& revision) {
    if (!revision) return call->refuse(revision.error());
    snapshotAt(desk_, *revision, [this, call, of](const Wanted<san::Snapshot>& snapshot) {
      if (!snapshot) return call->refuse(snapshot.error());
      of(*snapshot,
         snapshot->revision == desk_.timeline.now().revision ? base::unixSeconds(call->now.wall) : snapshot->time);
    });
  });
}

void ApiServer::handle(const CallPtr& call) {
  switch (call->routed.route) {
    case Route::Status:
      return status(desk_, call);
    case Route::OpenApi:
      return call->exchange->answer({200, "application/json", mgmt::openApiText(), {}});
    case Route::Init:
      return init(desk_, call);
    case Route::Login:
      return login(desk_, call);
    case Route::Logout:
      return logout(desk_, call);
    case Route::WhoAmI:
      return whoAmI(desk_, call);
    case Route::Search:
      if (call->isOfThePresent()) return call->finish(search(*call, *desk_.timeline.searchIndex()));
      return answerLater(desk_.workers, call, [c = call.get()] { return search(*c, san::SearchIndex(c->snapshot())); });
    case Route::Snapshot:
      return answerLater(desk_.workers, call, [c = call.get()]() -> Wanted<std::string> {
        return mgmt::snapshotText(c->snapshot(), c->scope());
      });
    case Route::Events: {
      const std::string_view asked = call->parameter("since");
      const auto place = mgmt::EventPlace::parse(asked);
      if (!asked.empty() && !place) {
        return call->refuse(
            {ProblemCode::BadParameter, "since must be a revision, or the id of an event.", "since", {}});
      }
      auto since = mgmt::EventPlace::parse(call->request().header("last-event-id"));
      if (!since) since = place;
      const std::string full = streams_.add({call->exchange, call->who, call->now.mono}, since, desk_.timeline);
      if (!full.empty()) call->refuse({ProblemCode::LimitReached, full, {}, "Close one, or wait until one has ended."});
      return;
    }
    case Route::Reach:
      return answerByAge(desk_.workers, call, [c = call.get()] { return reach(*c); });
    case Route::Why:
      return answerByAge(desk_.workers, call, [c = call.get()] { return why(*c); });
    case Route::WhoReaches:
      return answerLater(desk_.workers, call, [c = call.get()] { return whoReaches(*c); });
    case Route::Reaches:
      return answerLater(desk_.workers, call, [c = call.get()] { return reaches(*c); });
    case Route::Findings:
      return answerLater(desk_.workers, call, [c = call.get()] { return findings(*c); });
    case Route::Diff:
      return diff(desk_, call);
    case Route::InviteAgent:
      return agents_.invite(call);
    case Route::EnrolAgent:
      return agents_.enrol(call);
    case Route::RenewAgent:
      return agents_.renew(call);
    case Route::RevokeAgent:
      return agents_.revoke(call);
    case Route::AgentDesired:
      return agents_.desired(call);
    case Route::AgentReport:
      return agents_.report(call);
    case Route::ListChanges:
    case Route::CreateChange:
    case Route::GetChange:
    case Route::EditChange:
    case Route::DiscardChange:
    case Route::DiffChange:
    case Route::ImpactChange:
    case Route::MergeChange:
    case Route::SubmitChange:
    case Route::ApproveChange:
    case Route::RejectChange:
    case Route::CommitChange:
    case Route::ConfirmChange:
    case Route::RollBackChange:
    case Route::ApproveBaseline:
    case Route::ExportDocument:
    case Route::PlanDocument:
      return handleChange(desk_, call);
    case Route::ListCredentials:
    case Route::GetCredential:
    case Route::MakeCredential:
    case Route::ChangeCredential:
    case Route::RevealCredential:
    case Route::ListRotations:
    case Route::GetRotation:
    case Route::StartRotations:
    case Route::StepRotations:
      return handleChap(desk_, credentials_, call);
    case Route::ShowKeys:
      return showKeys(desk_, call);
    case Route::RotateAuthority:
      return rotateAuthority(desk_, call);
    case Route::DisownAuthorities:
      return disownAuthorities(desk_, call);
    case Route::RotateSealing:
      return rotateSealing(desk_, call);
    case Route::RotateLogKey:
      return rotateLogKey(desk_, call);
    case Route::AcceptClock:
      return acceptClock(desk_, call);
    case Route::ListObjects:
      // A filter may look at everything for a page.
      if (!call->parameter("filter").empty()) {
        return answerLater(desk_.workers, call, [c = call.get()] { return listObjects(*c); });
      }
      return answerByAge(desk_.workers, call, [c = call.get()] { return listObjects(*c); });
    case Route::GetObject:
      return call->finish(getObject(*call));
    case Route::ListAudit:
      return listAudit(desk_, call);
    case Route::ExportAudit:
      return exportAudit(desk_, call);
    case Route::AcceptRestore:
      return acceptRestore(desk_, call);
    case Route::MakeEvidence:
      return makeEvidence(desk_, call);
    case Route::ListUsers:
      return listUsers(desk_, call);
    case Route::AddUser:
      return addUser(desk_, call);
    case Route::ChangeUser:
      return changeUser(desk_, call);
    case Route::RemoveUser:
      return removeUser(desk_, call);
    case Route::SetPassword:
      return setPassword(desk_, call);
    case Route::ListUserCertificates:
      return listUserCertificates(desk_, call);
    case Route::IssueUserCertificate:
      return issueUserCertificate(desk_, call);
    case Route::RevokeUserCertificate:
      return revokeUserCertificate(desk_, call);
    case Route::ListTokens:
      return listTokens(desk_, call);
    case Route::MakeToken:
      return makeToken(desk_, call);
    case Route::RevokeToken:
      return revokeToken(desk_, call);
    default:
      break;
  }
  call->refuse({ProblemCode::NotFound, "This is not made yet.", {}, {}});
}

void ApiServer::onRevision() {
  moved_ = true;
  agents_.onRevision(base::now());
  credentials_.onRevision();
}

void ApiServer::onTurn() {
  agents_.onTurn(base::now());
  if (std::exchange(moved_, false)) streams_.onSnapshot(desk_.timeline.now(), base::now());
}

}  // namespace api
