#include "isns-server/api/credential_json.h"

#include <algorithm>

#include "isns-server/api/json_time.h"
#include "shared/san/snapshot.h"

namespace api {

using base::Json;
using credentials::Credential;
using credentials::CredentialEnd;
using credentials::Side;
using san::Kind;

namespace {

Json endJson(const Credential& credential, const CredentialEnd& end, Side side) {
  return Json::Object{
      {"side", side == Side::Initiator ? "initiator" : "target"},  {"node", end.node},     {"managed", end.managed},
      {"holds", san::wordOf(credentials::holds(credential, end))}, {"proven", end.proven}, {"revealed", end.revealed}};
}

// Of one whose secrets are not made yet, or of the past: who speaks for an end, and which version it has, is not known
// then.
Json endAlone(const san::Snapshot& snapshot, san::ObjectRef node, Side side, san::Truth holds) {
  return Json::Object{{"side", side == Side::Initiator ? "initiator" : "target"},
                      {"node", san::nameOf(snapshot, node)},
                      {"managed", {}},
                      {"holds", san::wordOf(holds)},
                      {"proven", {}},
                      {"revealed", {}}};
}

Json::Array endsAlone(const san::Snapshot& snapshot, const san::Credential& object) {
  Json::Array ends;
  const auto add = [&](san::Id node, Side side, san::Truth holds) {
    ends.push_back(endAlone(snapshot, {Kind::Node, node}, side, holds));
  };
  add(object.initiator.id, Side::Initiator, object.initiatorHolds);
  if (object.target) add(object.target.id, Side::Target, object.targetHolds);
  object.heldBy.forEach([&](san::Id node) { add(node, Side::Target, san::Truth::Yes); });
  object.lackedBy.forEach([&](san::Id node) { add(node, Side::Target, san::Truth::No); });
  return ends;
}

std::string_view atDeadlineWord(credentials::AtDeadline at) {
  return at == credentials::AtDeadline::KeepOld ? "keep-old" : "retire-old";
}

// In the order in which they are tried.
Json secretsJson(std::initializer_list<std::pair<credentials::Version, base::Secret*>> versions, SecretJson& secrets) {
  Json::Array all;
  for (const auto& [version, secret] : versions) {
    if (version != 0)
      all.emplace_back(Json::Object{{"version", version}, {"secret", secrets.mark(std::move(*secret))}});
  }
  return all;
}

Json handOverJson(const Credential& credential, Side side, std::string_view node, const std::string& userName,
                  credentials::HandedSecrets& handed, SecretJson& secrets) {
  const credentials::HandOver& over = handed.versions;
  const std::string_view target = side == Side::Target         ? node
                                  : credential.allTargets      ? std::string_view()
                                  : credential.targets.empty() ? std::string_view()
                                                               : credential.targets[0].node;
  Json::Object json{{"credential", credential.object}, {"step", over.step}};
  if (side == Side::Initiator) {
    json.push_back({"initiator", credential.initiator.node});
    json.push_back({"target", target.empty() ? Json() : Json(target)});
    // A login that shows the new secret to work is waited for: one beside the sessions does.
    json.push_back({"prove", over.answerElse != 0});
  }
  json.push_back({"user_name", userName});
  json.push_back({"mutual", over.mutual});
  // Without a name of its own a target has its iSCSI name.
  json.push_back({"mutual_user_name", !over.mutual                         ? Json()
                                      : !credential.mutualUserName.empty() ? Json(credential.mutualUserName)
                                      : target.empty()                     ? Json()
                                                                           : Json(target)});
  json.push_back(
      {"accept", secretsJson({{over.accept, &handed.accept}, {over.acceptElse, &handed.acceptElse}}, secrets)});
  json.push_back(
      {"answer", secretsJson({{over.answer, &handed.answer}, {over.answerElse, &handed.answerElse}}, secrets)});
  json.push_back({"answer_as_peer", over.answerAsPeer});
  return json;
}

}  // namespace

Json weaknessesJson(std::uint32_t weaknesses) {
  constexpr std::pair<std::uint32_t, std::string_view> kWords[] = {{san::weakness::kShort, "short"},
                                                                   {san::weakness::kDictionary, "dictionary"},
                                                                   {san::weakness::kEqualsPeer, "equals-peer"},
                                                                   {san::weakness::kEqualsUserName, "equals-user-name"},
                                                                   {san::weakness::kReused, "reused"}};
  Json::Array all;
  for (const auto& [bit, word] : kWords) {
    if ((weaknesses & bit) != 0) all.emplace_back(word);
  }
  return all;
}

Json credentialJson(const san::Snapshot& snapshot, const san::Credential& object, const Credential* kept) {
  static const Credential kNone;
  const Credential& own = kept == nullptr ? kNone : *kept;
  Json::Array ends;
  if (kept == nullptr) {
    ends = endsAlone(snapshot, object);
  } else {
    ends.push_back(endJson(own, own.initiator, Side::Initiator));
    for (const CredentialEnd& end : own.targets) ends.push_back(endJson(own, end, Side::Target));
  }
  const bool changing = own.next != 0;
  const auto seconds = [](san::Seconds time) { return static_cast<std::uint64_t>(std::max<san::Seconds>(time, 0)); };
  const std::string initiator = san::nameOf(snapshot, object.initiator.ref());
  return Json::Object{{"credential", "credential:#" + std::to_string(object.id)},
                      {"id", object.id},
                      {"initiator", initiator},
                      {"target", object.target ? Json(san::nameOf(snapshot, object.target.ref())) : Json()},
                      {"mutual", object.mutual},
                      {"user_name", !object.userName.empty() ? object.userName
                                    : kept == nullptr        ? initiator
                                                             : own.userName},
                      {"mutual_user_name", own.mutualUserName.empty() ? Json() : Json(own.mutualUserName)},
                      {"state", san::wordOf(object.state)},
                      {"phase", kept == nullptr ? Json() : Json(credentials::phaseWord(own.phase))},
                      {"version", kept == nullptr ? Json() : Json(own.current)},
                      {"next_version", changing ? Json(own.next) : Json()},
                      {"set_at", kept == nullptr ? seconds(object.setAt) : secondsOf(own.setAt)},
                      {"proven_at", kept == nullptr ? seconds(object.provenAt) : secondsOf(own.provenAt)},
                      {"deadline", secondsOf(own.deadline)},
                      {"at_deadline", changing ? Json(atDeadlineWord(own.atDeadline)) : Json()},
                      {"md5", object.md5},
                      {"weaknesses", weaknessesJson(object.weaknesses)},
                      {"ends", std::move(ends)}};
}

Json batchJson(const credentials::CredentialKeeper& keeper, const credentials::BatchRow& row) {
  const auto refOf = [&](credentials::CredentialId id) {
    const Credential* one = keeper.find(id);
    return one == nullptr ? Json("credential that is gone") : Json("credential:#" + std::to_string(one->object));
  };
  const credentials::RotationBatch::State state = row.batch.state();
  Json::Array running;
  for (const credentials::CredentialId id : state.running) running.push_back(refOf(id));
  Json::Array failed;
  for (const credentials::CredentialId id : state.failed) failed.push_back(refOf(id));
  const std::string_view word = row.batch.finished() ? "finished" : state.paused ? "paused" : "running";
  return Json::Object{{"id", static_cast<std::uint64_t>(row.id)},
                      {"state", word},
                      {"by", row.by},
                      {"reason", row.reason},
                      {"made_at", secondsOf(row.madeAt)},
                      {"within", static_cast<std::uint64_t>(row.within.count())},
                      {"at_deadline", atDeadlineWord(row.atDeadline)},
                      {"at_once", std::uint64_t{state.limit}},
                      {"waiting", std::uint64_t{state.waiting.size()}},
                      {"done", std::uint64_t{state.done}},
                      {"running", std::move(running)},
                      {"failed", std::move(failed)}};
}

base::Result<Json::Array> handOversJson(const credentials::CredentialKeeper& keeper, const Credential& credential,
                                        Side side, std::string_view node, const mgmt::Identity& agent,
                                        SecretJson& secrets) {
  Json::Array all;
  const auto over = credentials::handOverFor(credential, side, node, agent);
  if (!over) return all;
  for (const std::string* userName : {&over->userName, &over->formerUserName}) {
    if (userName == &over->formerUserName && userName->empty()) continue;
    auto handed = keeper.open(credential, *over, side);
    if (!handed) return base::fail(handed.error());
    all.push_back(handOverJson(credential, side, node, *userName, *handed, secrets));
  }
  return all;
}

}  // namespace api
