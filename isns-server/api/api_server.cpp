#include "isns-server/api/api_server.h"

#include <charconv>
#include <utility>

#include "isns-server/api/answer_later.h"
#include "isns-server/api/audit_handlers.h"
#include "isns-server/api/body_reader.h"
#include "isns-server/api/change_handlers.h"
#include "isns-server/api/chap_handlers.h"
#include "isns-server/api/evidence_handlers.h"
#include "isns-server/api/key_handlers.h"
#include "isns-server/api/login_handlers.h"
#include "isns-server/api/people_handlers.h"
#include "isns-server/api/read_handlers.h"
#include "isns-server/api/refusals.h"
#include "shared/base/json_reader.h"
#include "shared/mgmt/openapi.h"

namespace api {

using base::Json;
using mgmt::ProblemCode;
using mgmt::Route;

namespace {

std::optional<std::uint64_t> numberOf(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Of those who have not shown yet who they are.
constexpr std::size_t kMaxStrangersBody = 64U << 10;

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

bool takesParameter(const mgmt::RouteRow& row, std::string_view name) {
  std::string_view rest = row.parameters;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    if (rest.substr(0, end) == name) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

}  // namespace

void ApiServer::onExchange(std::shared_ptr<Exchange> exchange) {
  auto call = std::make_shared<Call>();
  call->exchange = std::move(exchange);
  call->now = base::now();
  const HttpRequest& request = call->request();
  call->routed = route(request.method, request.path);
  const bool found = call->routed.what == Routed::What::Found;
  std::optional<mgmt::Problem> turnedAway;
  const bool ofAgents = found && mgmt::rowOf(call->routed.route).right == "agent";
  // Strangers are counted before anything is looked at, agents by themselves once it is known who they are.
  const bool stranger = !ofAgents || request.peerCertificate.empty();
  if (stranger && !admitted(*call, request.peer)) return;
  if (ofAgents) turnedAway = agents_.identify(*call);
  if (!stranger && !admitted(*call, turnedAway ? request.peer : "agent " + call->agent.name)) return;
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
  for (const auto& [name, value] : request.query) {
    if (isSecretName(name)) return call->refuse({ProblemCode::TokenInUrl, {}, name, {}});
    if (!takesParameter(row, name)) {
      return call->refuse({ProblemCode::BadParameter, "This path does not know the parameter " + name + ".", name, {}});
    }
  }
  if (!ofAgents) {
    auto who = identify(*call, row.right);
    if (!who) return call->refuse(who.error());
    call->who = std::move(*who);
  }
  if (!row.body.empty()) {
    if (row.right == "anyone" && request.body.size() > kMaxStrangersBody) return call->refuse({ProblemCode::TooLarge, {}, {}, {}});
    auto body = base::parseJson(request.body);
    call->exchange->wipeBody();  // it may hold a password
    if (!body) return call->refuse({ProblemCode::BadJson, body.error().text + ".", {}, {}});
    call->body = std::move(*body);
  }
  withRevision(call, [this, call] { handle(call); });
}

// Takes from what the source, an address or an agent, may ask; where nothing is left, the call is refused.
bool ApiServer::admitted(const Call& call, const std::string& source) {
  if (call.request().local) return true;
  const base::Duration wait = rates_.take(source, call.now.mono);
  if (wait == base::Duration{}) return true;
  const std::string_view who = source == call.request().peer ? "address" : "agent";
  mgmt::Problem problem{ProblemCode::TooManyRequests, "This " + std::string(who) + " makes too many requests.", {}, {}};
  problem.retryAfter = static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::seconds>(wait).count());
  call.refuse(problem);
  limited_(call.request().peer);
  return false;
}

void ApiServer::onTooLarge(std::shared_ptr<Exchange> exchange) {
  exchange->answer(responseOf({ProblemCode::TooLarge, "A body has at most 8 MiB.", {}, {}}));
}

Wanted<people::Principal> ApiServer::identify(const Call& call, std::string_view right) {
  const HttpRequest& request = call.request();
  if (right == "anyone") return people::Principal{};
  if (right == "local") {
    if (request.local) return people::Principal{"root", people::RoleSet{people::Role::Administrator}, {}};
    return problem(ProblemCode::LocalOnly, {});
  }
  if (!desk_.administration.initialised()) return problem(ProblemCode::NotInitialised, {});
  std::string_view token = request.header("authorization");
  // Whoever can open the local socket can read the keys, too: root on this machine is an administrator.
  if (request.local && token.empty()) return people::Principal{"root", people::RoleSet{people::Role::Administrator}, {}};
  constexpr std::string_view kBearer = "Bearer ";
  if (!token.starts_with(kBearer)) return problem(ProblemCode::LoginNeeded, {});
  token.remove_prefix(kBearer.size());
  auto who = desk_.administration.authenticate(token, call.origin(), call.now);
  if (!who || right == "user") return who;
  const people::RightRow* row = rightNamed(right);
  if (row == nullptr) return problem(ProblemCode::Internal, "The right of this path is not known.");
  if (auto permitted = people::permit(*who, row->right); !permitted) {
    recordRefusal(desk_.clerk, call, *who, right);
    return problem(ProblemCode::RightMissing, permitted.error().text + ".");
  }
  if (!who->scope.empty() && mgmt::rowOf(call.routed.route).scope == mgmt::Scoped::No) {
    recordRefusal(desk_.clerk, call, *who, right);
    std::string scope;
    for (const std::string& label : who->scope) scope += (scope.empty() ? "" : ", ") + label;
    return problem(ProblemCode::RightMissing,
                   "This path is about the whole SAN; what is yours are objects labelled " + scope + ".");
  }
  return who;
}

// Finds the SAN at the revision that is asked for: the present one, one of the timeline, or one of the history.
void ApiServer::withRevision(const CallPtr& call, std::function<void()> go) {
  const std::string_view text = call->request().parameter("revision");
  const std::string_view right = mgmt::rowOf(call->routed.route).right;
  if (desk_.timeline.empty()) {
    if (right == "anyone" || right == "local") return go();
    return call->refuse({ProblemCode::NotReady, {}, {}, {}});
  }
  if (right == "agent") return go();
  call->revision = desk_.timeline.now().revision;
  const auto of = [this, call](const san::Snapshot& snapshot) {
    call->revision = snapshot.revision;
    call->past = snapshot;
    call->timeline = &desk_.timeline;
  };
  if (text.empty()) {
    of(desk_.timeline.now());
    return go();
  }
  const auto revision = numberOf(text);
  if (!revision || *revision > desk_.timeline.now().revision) {
    return call->refuse({ProblemCode::BadParameter,
                         "revision must be a number up to " + std::to_string(desk_.timeline.now().revision) + ".", "revision", {}});
  }
  if (const auto snapshot = desk_.timeline.at(*revision)) {
    of(*snapshot);
    return go();
  }
  desk_.clerk.rebuild(*revision, [call, of, go = std::move(go)](const manage::Wanted<san::Snapshot>& snapshot) {
    if (!snapshot) return call->refuse(snapshot.error());
    of(*snapshot);
    go();
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
      return call->finish(search(*call));
    case Route::Snapshot:
      return answerLater(desk_.workers, call, [c = call.get()]() -> Wanted<std::string> {
        return snapshotText(c->snapshot(), c->scope());
      });
    case Route::Events: {
      std::optional<std::uint64_t> since = numberOf(call->request().header("last-event-id"));
      if (!since) since = numberOf(call->parameter("since"));
      if (!streams_.add({call->exchange, call->who.scope, call->now.mono}, since, desk_.timeline)) {
        call->refuse({ProblemCode::LimitReached, "There are too many listeners.", {}, {}});
      }
      return;
    }
    case Route::Reach:
      return call->finish(reach(*call));
    case Route::Why:
      return call->finish(why(*call));
    case Route::WhoReaches:
      return answerLater(desk_.workers, call, [c = call.get()] { return whoReaches(*c); });
    case Route::Reaches:
      return answerLater(desk_.workers, call, [c = call.get()] { return reaches(*c); });
    case Route::Findings:
      return answerLater(desk_.workers, call, [c = call.get()] { return findings(*c); });
    case Route::Diff: {
      const auto from = call->numberParameter("from", 0, desk_.timeline.now().revision);
      const auto to = call->numberParameter("to", desk_.timeline.now().revision, desk_.timeline.now().revision);
      if (!from) return call->refuse(from.error());
      if (!to) return call->refuse(to.error());
      const auto before = desk_.timeline.at(*from);
      const auto after = desk_.timeline.at(*to);
      if (!before || !after) {
        return call->refuse({ProblemCode::RevisionGone,
                             "Revisions before " + std::to_string(desk_.timeline.oldest()) + " are not at hand.", "from", {}});
      }
      return call->answer(difference(*before, *after, call->who.scope));
    }
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
    case Route::AcceptClock:
      return acceptClock(desk_, call);
    case Route::ListObjects:
      // A filter may look at everything for a page.
      if (call->parameter("filter").empty()) return call->finishText(listObjects(*call));
      return answerLater(desk_.workers, call, [c = call.get()] { return listObjects(*c); });
    case Route::GetObject:
      return call->finish(getObject(*call));
    case Route::ListAudit:
      return listAudit(desk_, call);
    case Route::ExportAudit:
      return exportAudit(desk_, call);
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
  if (std::exchange(moved_, false)) streams_.onSnapshot(desk_.timeline.now());
}

}  // namespace api
