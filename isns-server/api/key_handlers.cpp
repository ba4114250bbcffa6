#include "isns-server/api/key_handlers.h"

#include "isns-server/api/body_reader.h"
#include "isns-server/api/json_time.h"

namespace api {

using base::Json;
using mgmt::ProblemCode;

namespace {

constexpr std::uint64_t kMaxOverlap = 3650;  // days
constexpr std::uint64_t kOverlap = 180;      // as long as an agent's certificate holds
constexpr std::size_t kMaxReason = 1024;

Json rootJson(const mgmt::Certificate& root, std::optional<base::WallTime> believedUntil) {
  return Json::Object{{"fingerprint", root.fingerprint().text()},
                      {"current", !believedUntil},
                      {"not_after", secondsOf(root.notAfter())},
                      {"believed_until", secondsOf(believedUntil.value_or(root.notAfter()))}};
}

Json keysJson(const KeyDesk& keys) {
  Json::Array roots;
  roots.push_back(rootJson(keys.authority().authorities().current().root(), {}));
  for (const keys::PreviousRoot& old : keys.authority().authorities().previous()) {
    roots.push_back(rootJson(old.root, old.believedUntil));
  }
  Json::Array seals;
  for (const manage::SealKeeper::Key& key : keys.seals().list()) {
    seals.emplace_back(Json::Object{{"id", key.id}, {"current", key.current}, {"since", secondsOf(key.since)}});
  }
  const KeyDesk::LogSigner signer = keys.logSigner();
  return Json::Object{{"authorities", std::move(roots)},
                      {"sealing_keys", std::move(seals)},
                      {"log_key", Json::Object{{"fingerprint", signer.fingerprint},
                                               {"since", signer.since ? Json(secondsOf(*signer.since)) : Json()}}}};
}

KeyDesk::Done answerTo(Desk& desk, const CallPtr& call) {
  return [&desk, call](const manage::Wanted<std::uint64_t>& done) {
    if (!done) return call->refuse(done.error());
    call->answer(keysJson(desk.keys));
  };
}

// Who asks, and why: keys are not changed without a word.
std::optional<KeyDesk::Asker> askerOf(const CallPtr& call, BodyReader& body) {
  KeyDesk::Asker asker{call->actor(), body.text("reason", BodyReader::kMaxText)};
  if (const auto wrong = body.finish()) {
    call->refuse(*wrong);
    return std::nullopt;
  }
  if (asker.reason.empty() || asker.reason.size() > kMaxReason) {
    call->refuse({ProblemCode::BadValue, "Say why, in at most 1024 bytes.", "/reason", {}});
    return std::nullopt;
  }
  return asker;
}

}  // namespace

void showKeys(Desk& desk, const CallPtr& call) {
  if (!desk.keys.authority().present()) return call->refuse({ProblemCode::NotInitialised, {}, {}, {}});
  call->answer(keysJson(desk.keys));
}

void rotateAuthority(Desk& desk, const CallPtr& call) {
  BodyReader body(call->body);
  const std::uint64_t days = body.maybeNumber("overlap_days").value_or(kOverlap);
  const auto asker = askerOf(call, body);
  if (!asker) return;
  if (days > kMaxOverlap) {
    return call->refuse({ProblemCode::BadValue, "overlap_days is at most 3650.", "/overlap_days", {}});
  }
  desk.keys.rotateAuthority(*asker, std::chrono::hours(24) * static_cast<int>(days), answerTo(desk, call));
}

void disownAuthorities(Desk& desk, const CallPtr& call) {
  BodyReader body(call->body);
  if (const auto asker = askerOf(call, body)) desk.keys.disownAuthorities(*asker, answerTo(desk, call));
}

void rotateSealing(Desk& desk, const CallPtr& call) {
  BodyReader body(call->body);
  if (const auto asker = askerOf(call, body)) desk.keys.rotateSealing(*asker, answerTo(desk, call));
}

void rotateLogKey(Desk& desk, const CallPtr& call) {
  BodyReader body(call->body);
  if (const auto asker = askerOf(call, body)) desk.keys.rotateLogKey(*asker, answerTo(desk, call));
}

void acceptClock(Desk& desk, const CallPtr& call) {
  BodyReader body(call->body);
  if (const auto asker = askerOf(call, body)) desk.keys.acceptClock(*asker, answerTo(desk, call));
}

}  // namespace api
