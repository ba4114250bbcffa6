// Batches of changes of secrets by the API.
#include "isns-server/api/asked_filter.h"
#include "isns-server/api/chap_requests.h"
#include "isns-server/api/credential_json.h"

namespace api {

using base::Json;
using credentials::Credential;
using credentials::CredentialWork;
using mgmt::ProblemCode;
using mgmt::Route;
using san::Kind;

namespace {

constexpr std::uint64_t kMaxAtOnce = 1000;

Json batchOf(Desk& desk, std::int64_t id) {
  const auto found = desk.credentials.batches().find(id);
  return found == desk.credentials.batches().end() ? Json() : batchJson(desk.credentials, found->second);
}

void listRotations(Desk& desk, const CallPtr& call) {
  Json::Array items;
  for (const auto& [id, row] : desk.credentials.batches()) items.push_back(batchJson(desk.credentials, row));
  call->answer(Json::Object{{"items", std::move(items)}});
}

std::optional<std::int64_t> batchAsked(Desk& desk, const Call& call) {
  const auto id = chapNumber(call.segment("id"));
  if (id && desk.credentials.batches().contains(static_cast<std::int64_t>(*id))) return static_cast<std::int64_t>(*id);
  call.refuse({ProblemCode::NoSuchObject, "There is no batch " + std::string(call.segment("id")) + ".", {}, {}});
  return std::nullopt;
}

void getRotation(Desk& desk, const CallPtr& call) {
  if (const auto id = batchAsked(desk, *call)) call->answer(batchOf(desk, *id));
}

void startRotations(Desk& desk, CredentialRunner& runner, const CallPtr& call) {
  BodyReader body(call->body);
  const auto filter = body.maybeText("filter", BodyReader::kMaxText);
  const auto olderThan = body.maybeNumber("older_than");
  const std::uint64_t atOnce = body.maybeNumber("at_once").value_or(1);
  const std::string reason = body.maybeText("reason", BodyReader::kMaxText).value_or("");
  const Timing timing = timingOf(body);
  if (const auto wrong = body.finish()) return call->refuse(*wrong);
  if (timing.wrong) return call->refuse(*timing.wrong);
  if (const auto wrong = badReason(reason)) return call->refuse(*wrong);
  if (atOnce == 0 || atOnce > kMaxAtOnce) {
    return call->refuse({ProblemCode::BadValue, "at_once must be 1 to 1000.", "/at_once", {}});
  }
  if (!filter && !olderThan) {
    return call->refuse({ProblemCode::BadValue, "Say which: filter, older_than (seconds), or both.", "/filter", {}});
  }
  // Of the present, whatever revision the request names.
  const san::Snapshot& present = desk.timeline.now();
  const auto index = desk.timeline.index();
  const auto scope = call->scopeIn(present);
  const auto matcher = boundFilter(filter.value_or(""), Kind::Credential, present, *index, scope.get());
  if (!matcher) return call->refuse(matcher.error());
  std::vector<Credential> some;
  present.table<san::Credential>().forEach([&](san::Id id, const san::Credential& object) {
    const Credential* kept = desk.credentials.ofObject(id);
    if (kept != nullptr && matcher->matches({Kind::Credential, id}, object)) some.push_back(*kept);
  });
  const auto age = std::chrono::seconds(std::min<std::uint64_t>(olderThan.value_or(0), 1ULL << 40));
  const auto ids = credentials::dueByAge(some, age, call->now.wall);
  if (ids.empty()) {
    return call->refuse(
        {ProblemCode::BadValue, "No settled credential is so.", filter ? "/filter" : "/older_than", {}});
  }
  const auto batch = std::make_shared<std::int64_t>(0);
  const auto plan = [ids, atOnce, options = timing.options, batch](CredentialWork& work) -> manage::Wanted<void> {
    const auto made = work.startBatch(ids, static_cast<std::size_t>(atOnce), options);
    if (!made) return problem(ProblemCode::LimitReached, made.error().text + ".");
    *batch = *made;
    return {};
  };
  runner.run(call->actor(), reason, plan, [&desk, call, batch](const manage::Wanted<std::uint64_t>& done) {
    if (!done) return call->refuse(done.error());
    call->answer(batchOf(desk, *batch), 201);
  });
}

void stepRotations(Desk& desk, CredentialRunner& runner, const CallPtr& call) {
  using Step = CredentialWork::BatchStep;
  BodyReader body(call->body);
  const std::string action = body.text("action");
  const std::string reason = body.maybeText("reason", BodyReader::kMaxText).value_or("");
  if (const auto wrong = body.finish()) return call->refuse(*wrong);
  const auto step = action == "pause"    ? std::optional(Step::Pause)
                    : action == "resume" ? std::optional(Step::Resume)
                    : action == "cancel" ? std::optional(Step::Cancel)
                                         : std::nullopt;
  if (!step) return call->refuse({ProblemCode::BadValue, "action must be pause, resume or cancel.", "/action", {}});
  const auto id = batchAsked(desk, *call);
  if (!id) return;
  runner.run(
      call->actor(), reason,
      [id = *id, step = *step](CredentialWork& work) { return asProblem(work.stepBatch(id, step)); },
      [&desk, call, id = *id](const manage::Wanted<std::uint64_t>& done) {
        if (!done) return call->refuse(done.error());
        call->answer(batchOf(desk, id));
      });
}

}  // namespace

void handleBatches(Desk& desk, CredentialRunner& runner, const CallPtr& call) {
  switch (call->routed.route) {
    case Route::ListRotations:
      return listRotations(desk, call);
    case Route::GetRotation:
      return getRotation(desk, call);
    case Route::StartRotations:
      return startRotations(desk, runner, call);
    default:
      return stepRotations(desk, runner, call);
  }
}

}  // namespace api
