#include "console-gui/client/demo_credentials.h"

#include <algorithm>

#include "console-gui/client/problem_reader.h"
#include "shared/base/json_members.h"
#include "shared/base/whole_number.h"
#include "shared/san/editor.h"

namespace console {
namespace {

using base::Json;
using mgmt::Route;
using san::Credential;
using san::CredentialState;
using san::Kind;

// Whether an agent of ours answers for the node.
bool isManaged(const san::Snapshot& snapshot, san::Id node) {
  bool managed = false;
  snapshot.table<san::Agent>().forEach([&](san::Id, const san::Agent& agent) { managed = managed || agent.nodes.contains(node); });
  return managed;
}

bool hasForeignEnd(const san::Snapshot& snapshot, const Credential& own) {
  return !isManaged(snapshot, own.initiator.id) || (own.target && !isManaged(snapshot, own.target.id));
}

std::uint64_t number(const std::string& text) { return base::wholeNumber<std::uint64_t>(text).value_or(0); }

const char* phaseOf(const san::Snapshot& snapshot, const Credential& own) {
  switch (own.state) {
    case CredentialState::Rotating:
      return hasForeignEnd(snapshot, own) ? "waiting-for-foreign-end" : "switching";
    case CredentialState::WaitingForForeign:
      return "waiting-for-foreign-end";
    case CredentialState::Retired:
      return "retired";
    case CredentialState::Active:
      break;
  }
  return "settled";
}

Json endJson(const san::Snapshot& snapshot, san::Id node, bool initiator, san::Truth holds, bool proven) {
  return Json::Object{{"side", initiator ? "initiator" : "target"}, {"node", san::nameOf(snapshot, {Kind::Node, node})},
                      {"managed", isManaged(snapshot, node)},       {"holds", std::string(san::wordOf(holds))},
                      {"proven", std::uint64_t{proven ? 1U : 0U}},  {"revealed", std::uint64_t{0}}};
}

Json weaknesses(std::uint32_t bits) {
  constexpr std::pair<std::uint32_t, const char*> kWords[] = {{san::weakness::kShort, "short"},
                                                              {san::weakness::kDictionary, "dictionary"},
                                                              {san::weakness::kEqualsPeer, "equals-peer"},
                                                              {san::weakness::kEqualsUserName, "equals-user-name"},
                                                              {san::weakness::kReused, "reused"}};
  Json::Array all;
  for (const auto& [bit, word] : kWords) {
    if ((bits & bit) != 0) all.emplace_back(word);
  }
  return all;
}

constexpr san::Seconds kChangeTime = 86'400;

}  // namespace

Json DemoCredentials::json(const san::Snapshot& snapshot, san::Id id) {
  const auto& own = *snapshot.get<Credential>(id);
  const bool changing = own.state == CredentialState::Rotating || own.state == CredentialState::WaitingForForeign;
  Json::Array ends{endJson(snapshot, own.initiator.id, true, own.initiatorHolds,
                           own.provenAt != 0 && own.initiatorHolds == san::Truth::Yes)};
  if (own.target)
    ends.push_back(endJson(snapshot, own.target.id, false, own.targetHolds,
                           own.provenAt != 0 && own.targetHolds == san::Truth::Yes));
  return Json::Object{{"credential", "credential:#" + std::to_string(id)},
                      {"id", id},
                      {"initiator", san::nameOf(snapshot, own.initiator.ref())},
                      {"target", own.target ? Json(san::nameOf(snapshot, own.target.ref())) : Json()},
                      {"mutual", own.mutual},
                      {"user_name", own.userName.empty() ? san::nameOf(snapshot, own.initiator.ref()) : own.userName},
                      {"mutual_user_name", Json()},
                      {"state", std::string(san::wordOf(own.state))},
                      {"phase", phaseOf(snapshot, own)},
                      {"version", std::uint64_t{1}},
                      {"next_version", changing ? Json(std::uint64_t{2}) : Json()},
                      {"set_at", static_cast<std::uint64_t>(own.setAt)},
                      {"proven_at", static_cast<std::uint64_t>(own.provenAt)},
                      {"deadline", changing ? static_cast<std::uint64_t>(own.setAt + kChangeTime) : std::uint64_t{0}},
                      {"at_deadline", changing ? Json("keep-old") : Json()},
                      {"md5", own.md5},
                      {"weaknesses", weaknesses(own.weaknesses)},
                      {"ends", std::move(ends)}};
}

Json DemoCredentials::json(const Batch& batch) const {
  const auto refs = [](const std::vector<san::Id>& ids) {
    Json::Array all;
    for (const san::Id id : ids) all.emplace_back("credential:#" + std::to_string(id));
    return all;
  };
  return Json::Object{{"id", batch.id},
                      {"state", batch.isFinished() ? "finished"
                                : batch.paused     ? "paused"
                                                   : "running"},
                      {"by", user_},
                      {"reason", batch.reason},
                      {"made_at", static_cast<std::uint64_t>(batch.madeAt)},
                      {"within", static_cast<std::uint64_t>(kChangeTime)},
                      {"at_deadline", "keep-old"},
                      {"at_once", batch.atOnce},
                      {"waiting", std::uint64_t{batch.waiting.size()}},
                      {"done", batch.done},
                      {"running", refs(batch.running)},
                      {"failed", refs(batch.failed)}};
}

bool DemoCredentials::ask(const Ask& question, const san::Snapshot& present, san::Seconds now, Answer& answer) {
  switch (question.route) {
    case Route::GetCredential: {
      const auto id = static_cast<san::Id>(number(question.segments.at(0)));
      answer = present.get<Credential>(id) != nullptr ? Answer(json(present, id)) : Answer(refuse(mgmt::ProblemCode::NoSuchObject, "There is no such credential."));
      return true;
    }
    case Route::MakeCredential:
      answer = make(question, present, now);
      return true;
    case Route::ChangeCredential:
      answer = change(question, present, now);
      return true;
    case Route::ListRotations: {
      Json::Array items;
      for (const Batch& batch : batches_) items.push_back(json(batch));
      answer = Json(Json::Object{{"items", std::move(items)}});
      return true;
    }
    case Route::StartRotations:
      answer = start(question, present, now);
      return true;
    case Route::StepRotations:
      answer = stepBatch(question);
      return true;
    default:
      return false;
  }
}

Answer DemoCredentials::make(const Ask& question, const san::Snapshot& present, san::Seconds now) {
  const std::string initiator = base::textOf(question.body, "initiator"), target = base::textOf(question.body, "target");
  const auto from = present.find(Kind::Node, initiator);
  const auto to = target.empty() ? std::optional<san::Id>(0) : present.find(Kind::Node, target);
  if (!from || !to) return refuse(mgmt::ProblemCode::NoSuchObject, "There is no node " + (from ? target : initiator) + ".");
  if (base::textOf(question.body, "reason").empty()) return refuse(mgmt::ProblemCode::BadValue, "A reason is missing: write why it is made.");
  bool there = false;
  present.table<Credential>().forEach([&](san::Id, const Credential& own) {
    there = there || (own.initiator.id == *from && own.target.id == *to && own.state != CredentialState::Retired);
  });
  if (there) return refuse(mgmt::ProblemCode::NameTaken, "The pair has a credential already: change its secret.");
  san::SnapshotEditor editor(present, present.revision + 1, now);
  auto made = editor.create(Kind::Credential);
  if (!made) return refuse(mgmt::ProblemCode::BadValue, made.error().text);
  auto& own = editor.own<Credential>(made->id);
  own.initiator.id = *from;
  own.target.id = *to;
  own.mutual = base::truthOf(question.body, "mutual");
  own.setAt = now;
  own.initiatorHolds = isManaged(present, *from) ? san::Truth::Yes : san::Truth::No;
  own.targetHolds = *to == 0 ? san::Truth::Unknown : isManaged(present, *to) ? san::Truth::Yes : san::Truth::No;
  auto next = editor.finish();
  if (!next) return refuse(mgmt::ProblemCode::BadValue, next.error().text);
  Json answer(Json::Object{{"credential", json(*next, made->id)},
                           {"change", std::uint64_t{0}},
                           {"change_state", Json()},
                           {"change_version", Json()},
                           {"confirm_within", std::uint64_t{0}},
                           {"weaknesses", Json::Array{}},
                           {"findings", Json::Array{}}});
  publish_(std::move(*next), "A credential of " + initiator + " is made: " + base::textOf(question.body, "reason"));
  return answer;
}

Answer DemoCredentials::change(const Ask& question, const san::Snapshot& present, san::Seconds now) {
  const auto id = static_cast<san::Id>(number(question.segments.at(0)));
  const auto* own = present.get<Credential>(id);
  if (own == nullptr) return refuse(mgmt::ProblemCode::NoSuchObject, "There is no such credential.");
  const std::string action = base::textOf(question.body, "action"), reason = base::textOf(question.body, "reason");
  if (reason.empty()) return refuse(mgmt::ProblemCode::BadValue, "A reason is missing: write why.");
  const bool changing = own->state == CredentialState::Rotating || own->state == CredentialState::WaitingForForeign;
  if (action == "rotate" && own->state != CredentialState::Active) return refuse(mgmt::ProblemCode::WrongState, "Its secret is changing already, or it is retired.");
  if (action == "cancel" && !changing) return refuse(mgmt::ProblemCode::WrongState, "Its secret is not being changed.");
  if (action == "retire" && own->state == CredentialState::Retired) return refuse(mgmt::ProblemCode::WrongState, "It is retired already.");
  san::SnapshotEditor editor(present, present.revision + 1, now);
  auto& mine = editor.own<Credential>(id);
  if (action == "rotate") mine.state = hasForeignEnd(present, *own) ? CredentialState::WaitingForForeign : CredentialState::Rotating;
  if (action == "cancel") mine.state = CredentialState::Active;
  if (action == "retire") mine.state = CredentialState::Retired;
  auto next = editor.finish();
  if (!next) return refuse(mgmt::ProblemCode::BadValue, next.error().text);
  Json::Object answer = *json(*next, id).object();
  answer.push_back({"findings", Json::Array{}});
  publish_(std::move(*next), "Credential " + std::to_string(id) + ", " + action + ": " + reason);
  return Json(std::move(answer));
}

Answer DemoCredentials::start(const Ask& question, const san::Snapshot& present, san::Seconds now) {
  if (batches_.size() >= kMostBatches) return refuse(mgmt::ProblemCode::LimitReached, "The demo keeps 20 batches. Begin it anew.");
  const std::uint64_t olderThan = base::numberOf(question.body, "older_than");
  if (olderThan == 0) return refuse(mgmt::ProblemCode::BadValue, "The demo changes secrets by their age alone: say older_than.");
  Batch batch;
  present.table<Credential>().forEach([&](san::Id id, const Credential& own) {
    if (own.state == CredentialState::Active && now - own.setAt > static_cast<san::Seconds>(olderThan)) batch.waiting.push_back(id);
  });
  if (batch.waiting.empty()) return refuse(mgmt::ProblemCode::BadValue, "No settled credential is so old.");
  batch.id = ++lastBatch_;
  batch.reason = base::textOf(question.body, "reason");
  batch.madeAt = now;
  batch.atOnce = std::max<std::uint64_t>(1, base::numberOf(question.body, "at_once"));
  batches_.push_back(std::move(batch));
  return json(batches_.back());
}

Answer DemoCredentials::stepBatch(const Ask& question) {
  const auto id = number(question.segments.at(0));
  const auto at = std::ranges::find(batches_, id, &Batch::id);
  if (at == batches_.end()) return refuse(mgmt::ProblemCode::NoSuchObject, "There is no batch " + question.segments.at(0) + ".");
  const std::string action = base::textOf(question.body, "action");
  if (at->isFinished()) return refuse(mgmt::ProblemCode::WrongState, "The batch has finished.");
  if (action == "pause") at->paused = true;
  if (action == "resume") at->paused = false;
  if (action == "cancel") at->waiting.clear();
  return json(*at);
}

bool DemoCredentials::onTime(const san::Snapshot& present, san::Seconds now) {
  bool touched = false, goesOn = false;
  san::SnapshotEditor editor(present, present.revision + 1, now);
  const auto prove = [&](san::Id id) {
    auto& own = editor.own<Credential>(id);
    own.state = CredentialState::Active;
    own.setAt = own.provenAt = now;
    own.weaknesses = 0;
    own.md5 = false;
    own.initiatorHolds = own.targetHolds = san::Truth::Yes;
    touched = true;
  };
  present.table<Credential>().forEach([&](san::Id id, const Credential& own) {
    if (own.state == CredentialState::Rotating) prove(id);
  });
  for (Batch& batch : batches_) {
    batch.done += batch.running.size();
    batch.running.clear();
    while (!batch.paused && !batch.waiting.empty() && batch.running.size() < batch.atOnce) {
      const san::Id id = batch.waiting.front();
      batch.waiting.pop_front();
      const auto* own = present.get<Credential>(id);
      if (own == nullptr || own->state != CredentialState::Active) continue;
      // Nobody types it at a foreign end by himself.
      if (hasForeignEnd(present, *own)) {
        editor.own<Credential>(id).state = CredentialState::WaitingForForeign;
        batch.failed.push_back(id);
        batch.paused = true;
        touched = true;
      } else {
        editor.own<Credential>(id).state = CredentialState::Rotating;
        batch.running.push_back(id);
        touched = true;
      }
    }
    goesOn = goesOn || !batch.running.empty();
  }
  if (!touched) return false;
  if (auto next = editor.finish()) publish_(std::move(*next), "Secrets change");
  return goesOn;
}

}  // namespace console
