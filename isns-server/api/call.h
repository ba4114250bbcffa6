// Call: one request of the API on its way: who asks, what for, of which revision; and its answer.
//
// A handler answers at once or keeps the call and answers later, exactly once. The management server's thread; or that
// of a worker which has the call to itself (answer_later.h), but for answers. A call that nobody answers becomes status
// 500 (Exchange).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "isns-server/api/exchange.h"
#include "isns-server/api/router.h"
#include "isns-server/api/timeline.h"
#include "isns-server/manage/administration/administration.h"
#include "isns-server/manage/people/rights.h"
#include "shared/base/clock.h"
#include "shared/base/json.h"
#include "shared/base/listed.h"
#include "shared/base/result.h"
#include "shared/mgmt/identity.h"
#include "shared/mgmt/problem.h"
#include "shared/ops/audit_record.h"
#include "shared/san/scope.h"

namespace api {

template <class T>
using Wanted = base::Result<T, mgmt::Problem>;

// The most members of a list that one answer may have.
inline constexpr std::uint64_t kMaxPage = 1000;

struct Call {
  Call() = default;
  ~Call();  // the body may hold what nobody asked for, or a secret where none is
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;

  std::shared_ptr<Exchange> exchange;
  Routed routed;
  base::Now now{};
  people::Principal who;  // empty for anyone
  ops::ActorKind actorKind = ops::ActorKind::Person;
  mgmt::Identity agent;  // of an agent's certificate; nameless for others
  std::optional<san::Revision> revision;  // that the answer is of; nothing while there is no model
  std::optional<san::Snapshot> past;      // the SAN at that revision, where the path says something of it
  san::Seconds judged = 0;                // the time that findings are judged by: now, or that of a past revision
  Timeline* timeline = nullptr;   // that `past` is of
  base::Json body;                        // null where there is none

  [[nodiscard]] const HttpRequest& request() const { return exchange->request(); }
  [[nodiscard]] const san::Snapshot& snapshot() const { return *past; }
  // Of the snapshot; made when it is first asked for.
  [[nodiscard]] const Insight& insight() const;
  [[nodiscard]] const san::SanIndex& index() const { return insight().index(); }
  [[nodiscard]] bool isOfThePresent() const { return past->revision == timeline->now().revision; }
  // What a worker cannot ask the timeline for.
  void prepare() const { (void)insight(); }
  // What of a snapshot the caller may see; nullptr: everything. scope() is of the call's own snapshot.
  [[nodiscard]] std::shared_ptr<const san::Scope> scopeIn(const san::Snapshot& snapshot) const;
  [[nodiscard]] const san::Scope* scope() const;
  [[nodiscard]] bool sees(san::ObjectRef ref) const { return scope() == nullptr || scope()->sees(ref); }
  [[nodiscard]] bool concerns(san::ObjectRef ref) const { return scope() == nullptr || scope()->concerns(ref); }
  [[nodiscard]] std::string_view segment(std::string_view name) const;
  [[nodiscard]] std::string_view parameter(std::string_view name) const { return request().parameter(name); }
  [[nodiscard]] manage::Actor actor() const { return actorOf(who); }
  // Of who asks, where he is not let in.
  [[nodiscard]] manage::Actor actorOf(const people::Principal& asks) const {
    const bool token = asks.login.proof == people::Login::Proof::Token;
    return {token ? ops::ActorKind::Token : actorKind, asks.user, origin(), asks.token};
  }
  [[nodiscard]] std::string origin() const { return request().local ? "unix" : request().peer; }

  // Parameters that must be there, or must be what they say.
  template <class Word>
  [[nodiscard]] Wanted<Word> wordParameter(std::string_view name, Word preset) const;
  [[nodiscard]] Wanted<std::uint64_t> numberParameter(std::string_view name, std::uint64_t preset, std::uint64_t max,
                                                      std::uint64_t min = 0) const;

  void answer(const base::Json& json, int status = 200) const;
  static std::string textOf(const base::Json& json);  // as answer() writes it
  void answerText(std::string json) const;  // that is JSON already
  void answerSecret(std::string json, int status = 200) const;  // that holds secrets (SecretJson::text)
  // `more`: members beside those that every problem has.
  void refuse(const mgmt::Problem& problem, base::Json::Object more = {}) const;
  void finish(const Wanted<base::Json>& result) const;
  void finishText(Wanted<std::string> result) const;

 private:
  [[nodiscard]] HttpResponse response() const;
  mutable Timeline::InsightPtr insight_;
  mutable std::shared_ptr<const san::Scope> scope_;
};

using CallPtr = std::shared_ptr<Call>;

template <class Word>
Wanted<Word> Call::wordParameter(std::string_view name, Word preset) const {
  const std::string_view text = parameter(name);
  if (text.empty()) return preset;
  if (const auto word = san::fromWord<Word>(text)) return *word;
  return problem(mgmt::ProblemCode::BadParameter,
                 std::string(name) + " must be one of " + base::listed(san::wordsOf<Word>()) + ".", std::string(name));
}

// problem+json (RFC 9457).
HttpResponse responseOf(const mgmt::Problem& problem, base::Json::Object more = {});

}  // namespace api
