#include "isns-server/api/chap_requests.h"

#include <algorithm>

#include "isns-server/api/asked_filter.h"
#include "isns-server/api/change_json.h"
#include "isns-server/api/credential_json.h"
#include "isns-server/manage/changes/cells.h"
#include "shared/san/guards.h"

namespace api {

using base::Json;
using credentials::Credential;
using credentials::CredentialWork;
using credentials::Side;
using credentials::Way;
using mgmt::ProblemCode;
using mgmt::Route;
using san::Kind;

namespace {

// The credential of the model that the path names: its number, with or without #.
const san::Credential* askedFor(Desk& desk, const Call& call) {
  const auto number = chapNumber(call.segment("name"));
  const auto* object = number && *number <= 0xffffffff
                           ? desk.timeline.now().get<san::Credential>(static_cast<san::Id>(*number))
                           : nullptr;
  const auto scope = call.scopeIn(desk.timeline.now());
  if (object == nullptr || (scope != nullptr && !scope->sees({Kind::Credential, object->id}))) {
    call.refuse({ProblemCode::NoSuchObject,
                 "There is no credential " + std::string(call.segment("name")) + ".",
                 {},
                 "GET /api/v1/chap lists them with their numbers."});
    return nullptr;
  }
  return object;
}

const Credential* keptFor(Desk& desk, const Call& call, san::Id object) {
  const Credential* kept = desk.credentials.ofObject(object);
  if (kept == nullptr) {
    call.refuse({ProblemCode::NotReady, "The secrets of this credential are not made yet: try again.", {}, {}});
  }
  return kept;
}

Json jsonOf(Desk& desk, san::Id object) {
  const auto* found = desk.timeline.now().get<san::Credential>(object);
  if (found == nullptr) return {};
  return credentialJson(desk.timeline.now(), *found, desk.credentials.ofObject(object));
}

// ---- Reading -------------------------------------------------------------------------------------------------------

void listCredentials(Desk& desk, const CallPtr& call) {
  const auto limit = call->numberParameter("limit", 100, kMaxPage, 1);
  if (!limit) return call->refuse(limit.error());
  const auto cursor = call->numberParameter("cursor", 0, 0xffffffff);
  if (!cursor) return call->refuse(cursor.error());
  const auto matcher =
      boundFilter(call->parameter("filter"), Kind::Credential, call->snapshot(), call->index(), call->scope());
  if (!matcher) return call->refuse(matcher.error());
  Json::Array items;
  Json next;
  call->snapshot().table<san::Credential>().forEachFrom(static_cast<san::Id>(*cursor), [&](san::Id id, const san::Credential& one) {
    const san::ObjectRef ref{Kind::Credential, id};
    if (!call->sees(ref) || !matcher->matches(ref, one)) return true;
    if (items.size() == *limit) {
      next = id;
      return false;
    }
    // What is kept beside the model is of the present.
    const Credential* kept = call->isOfThePresent() ? desk.credentials.ofObject(id) : nullptr;
    items.push_back(credentialJson(call->snapshot(), one, kept));
    return true;
  });
  call->answer(Json::Object{
      {"revision", call->snapshot().revision}, {"items", std::move(items)}, {"next_cursor", std::move(next)}});
}

void getCredential(Desk& desk, const CallPtr& call) {
  if (const auto* object = askedFor(desk, *call)) call->answer(jsonOf(desk, object->id));
}

// ---- A step of one credential --------------------------------------------------------------------------------------

// What stands against taking it away: CHAP that is demanded of its initiator, which has no other.
std::vector<san::Objection> againstRetiring(Desk& desk, const Call& call, san::Id object) {
  const san::Snapshot& before = desk.timeline.now();
  san::SnapshotEditor editor(before, before.revision + 1, before.time);
  editor.own<san::Credential>(object).state = san::CredentialState::Retired;
  auto after = editor.finish();
  if (!after) return {};
  const auto index = desk.timeline.index();
  const san::SanIndex then(*after);
  const san::Impact impact = san::impact(*index, then, manage::kAllCells);
  auto all = san::objectionsTo(san::diff(before, *after), impact, *index, then, base::unixSeconds(call.now.wall));
  std::erase_if(all, [](const san::Objection& one) { return one.guard != san::Guard::NoCredential; });
  return all;
}

void changeCredential(Desk& desk, CredentialRunner& runner, const CallPtr& call) {
  BodyReader body(call->body);
  const std::string action = body.text("action");
  const std::string reason = body.maybeText("reason", BodyReader::kMaxText).value_or("");
  auto secret = body.maybeSecret("secret");
  auto mutualSecret = body.maybeSecret("mutual_secret");
  const Timing timing = timingOf(body);
  if (const auto wrong = body.finish()) return call->refuse(*wrong);
  if (timing.wrong) return call->refuse(*timing.wrong);
  if (const auto wrong = badReason(reason)) return call->refuse(*wrong);
  if (action != "rotate" && action != "cancel" && action != "retire") {
    return call->refuse({ProblemCode::BadValue, "action must be rotate, cancel or retire.", "/action", {}});
  }
  if (action != "rotate" && (secret || mutualSecret)) {
    return call->refuse(
        {ProblemCode::BadValue, "Only a rotation takes secrets.", secret ? "/secret" : "/mutual_secret", {}});
  }
  const auto* object = askedFor(desk, *call);
  if (object == nullptr) return;
  const Credential* kept = keptFor(desk, *call, object->id);
  if (kept == nullptr) return;
  if (mutualSecret && !kept->mutual) {
    return call->refuse({ProblemCode::BadValue, "The credential is one-way.", "/mutual_secret", {}});
  }
  if (action == "retire" && kept->phase != credentials::Phase::Retired) {
    if (const auto against = againstRetiring(desk, *call, object->id); !against.empty()) {
      return call->refuse({ProblemCode::Guard, against.front().text, {}, {}},
                          {{"objections", objectionsJson(desk.timeline.now(), against)}});
    }
  }
  auto checked = checkSecrets(desk.credentials, std::move(secret), std::move(mutualSecret), kept->id, kept->userName,
                              kept->mutualUserName);
  if (!checked) return call->refuse(checked.error());
  auto brought = std::make_shared<credentials::Brought>(std::move(checked->brought));
  const auto plan = [action, id = kept->id, options = timing.options, brought](CredentialWork& work) {
    if (action == "rotate") return asProblem(work.startChange(id, options, std::move(*brought)));
    return asProblem(action == "cancel" ? work.cancelChange(id) : work.retire(id));
  };
  runner.run(call->actor(), reason, plan,
             [&desk, call, id = object->id, told = checked->told](const manage::Wanted<std::uint64_t>& done) {
               if (!done) return call->refuse(done.error());
               Json json = jsonOf(desk, id);
               Json::Object members = json.isNull() ? Json::Object{} : *json.object();
               members.push_back({"findings", textsJson(told)});
               call->answer(std::move(members));
             });
}

// ---- Showing -------------------------------------------------------------------------------------------------------

void answerSecrets(Desk& desk, const CallPtr& call, credentials::CredentialId id, credentials::Version version,
                   const std::string& node) {
  const Credential* kept = desk.credentials.find(id);
  if (kept == nullptr) return call->refuse({ProblemCode::NoSuchObject, "The credential is gone.", {}, {}});
  SecretJson secrets(desk.random);
  Json::Object json{{"credential", "credential:#" + std::to_string(kept->object)},
                    {"node", node},
                    {"version", version},
                    {"user_name", kept->userName}};
  auto forward = desk.credentials.openVersion(*kept, Way::Forward, version);
  if (!forward) return call->refuse({ProblemCode::Internal, forward.error().text + ".", {}, {}});
  json.push_back({"secret", secrets.mark(std::move(*forward))});
  if (kept->mutual) {
    auto reverse = desk.credentials.openVersion(*kept, Way::Reverse, version);
    if (!reverse) return call->refuse({ProblemCode::Internal, reverse.error().text + ".", {}, {}});
    const bool own = !kept->mutualUserName.empty() || kept->targets.empty();
    json.push_back({"mutual_user_name", own ? kept->mutualUserName : kept->targets[0].node});
    json.push_back({"mutual_secret", secrets.mark(std::move(*reverse))});
  } else {
    json.push_back({"mutual_user_name", Json()});
    json.push_back({"mutual_secret", Json()});
  }
  call->answerSecret(secrets.text(Json(std::move(json))));
}

void revealCredential(Desk& desk, CredentialRunner& runner, const CallPtr& call) {
  BodyReader body(call->body);
  const std::string end = body.maybeText("end").value_or("");
  const std::string node = body.maybeText("node").value_or("");
  const std::string reason = body.maybeText("reason", BodyReader::kMaxText).value_or("");
  if (const auto wrong = body.finish()) return call->refuse(*wrong);
  if (!end.empty() && end != "initiator" && end != "target") {
    return call->refuse({ProblemCode::BadValue, "end must be initiator or target.", "/end", {}});
  }
  const auto* object = askedFor(desk, *call);
  if (object == nullptr) return;
  const Credential* kept = keptFor(desk, *call, object->id);
  if (kept == nullptr) return;
  // Of the ends that are meant, the foreign one.
  std::vector<std::pair<Side, const credentials::CredentialEnd*>> ends;
  const auto take = [&](Side side, const credentials::CredentialEnd& one) {
    const bool meant =
        (end.empty() || (end == "initiator") == (side == Side::Initiator)) && (node.empty() || node == one.node);
    if (meant && (!one.managed || !node.empty() || !end.empty())) ends.emplace_back(side, &one);
  };
  take(Side::Initiator, kept->initiator);
  for (const auto& one : kept->targets) take(Side::Target, one);
  if (ends.size() != 1) {
    const bool none = ends.empty();
    return call->refuse({ProblemCode::BadValue,
                         none ? "The credential has no such end that no agent speaks for."
                              : "Several ends are foreign: say which, by end or node.",
                         node.empty() ? "/end" : "/node",
                         {}});
  }
  const credentials::RevealRequest request{ends[0].first, ends[0].second->node, manage::recordedName(call->actor()),
                                           reason};
  const auto version = std::make_shared<credentials::Version>(0);
  const auto plan = [id = kept->id, request, version](CredentialWork& work) -> manage::Wanted<void> {
    const auto shown = work.show(id, request);
    if (!shown) return problem(ProblemCode::WrongState, shown.error().text + ".");
    *version = *shown;
    return {};
  };
  // The record is durable, then it is opened.
  runner.run(call->actor(), reason, plan,
             [&desk, call, id = kept->id, request, version](const manage::Wanted<std::uint64_t>& done) {
               if (!done) return call->refuse(done.error());
               answerSecrets(desk, call, id, *version, request.node);
             });
}

}  // namespace

Json textsJson(const std::vector<std::string>& texts) {
  Json::Array all;
  for (const std::string& text : texts) all.emplace_back(text);
  return all;
}

Wanted<CheckedSecrets> checkSecrets(const credentials::CredentialKeeper& keeper, std::optional<base::Secret> forward,
                                    std::optional<base::Secret> reverse, credentials::CredentialId id,
                                    std::string_view userName, std::string_view mutualUserName) {
  CheckedSecrets checked;
  const auto check = [&](const std::optional<base::Secret>& secret, const std::optional<base::Secret>& peer, Way way,
                         std::string_view user, const char* pointer) -> Wanted<void> {
    if (!secret) return {};
    credentials::SecretContext context;
    context.userName = user;
    if (peer) context.peer = &*peer;
    const auto fingerprint = keeper.ring().reuseFingerprint(*secret);
    if (!fingerprint) return problem(ProblemCode::Internal, fingerprint.error().text + ".");
    context.usedElsewhere = keeper.isUsedElsewhere(*fingerprint, id, way);
    const credentials::SecretVerdict verdict = credentials::checkSecret(*secret, context);
    for (const credentials::SecretFinding& finding : verdict.findings) {
      if (verdict.refused && finding.weakness == 0) return problem(ProblemCode::BadValue, finding.text + ".", pointer);
      checked.told.push_back(std::string(pointer + 1) + ": " + finding.text);
    }
    checked.brought.weaknesses |= verdict.weaknesses;
    return {};
  };
  if (auto good = check(forward, reverse, Way::Forward, userName, "/secret"); !good) {
    return base::Failure<mgmt::Problem>{good.error()};
  }
  if (auto good = check(reverse, forward, Way::Reverse, mutualUserName, "/mutual_secret"); !good) {
    return base::Failure<mgmt::Problem>{good.error()};
  }
  checked.brought.forward = std::move(forward);
  checked.brought.reverse = std::move(reverse);
  return checked;
}

void handleChap(Desk& desk, CredentialRunner& runner, const CallPtr& call) {
  switch (call->routed.route) {
    case Route::ListCredentials:
      return listCredentials(desk, call);
    case Route::GetCredential:
      return getCredential(desk, call);
    case Route::MakeCredential:
      return makeCredential(desk, runner, call);
    case Route::ChangeCredential:
      return changeCredential(desk, runner, call);
    case Route::RevealCredential:
      return revealCredential(desk, runner, call);
    case Route::ListRotations:
    case Route::GetRotation:
    case Route::StartRotations:
    case Route::StepRotations:
      return handleBatches(desk, runner, call);
    default:
      return call->refuse({ProblemCode::NotFound, {}, {}, {}});
  }
}

}  // namespace api
