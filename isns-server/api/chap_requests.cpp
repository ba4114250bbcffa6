#include "isns-server/api/chap_requests.h"

#include <charconv>

#include "shared/san/filter_match.h"
#include "shared/san/filter_reach.h"

namespace api {

using mgmt::ProblemCode;
using san::Kind;

namespace {

constexpr std::uint64_t kMaxWithin = 90 * 86'400;  // seconds

}  // namespace

manage::Wanted<void> asProblem(const base::Status& status) {
  if (status) return {};
  return problem(ProblemCode::WrongState, status.error().text + ".");
}

std::optional<std::uint64_t> chapNumber(std::string_view text) {
  if (text.starts_with('#')) text.remove_prefix(1);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Timing timingOf(BodyReader& body) {
  Timing timing;
  const auto within = body.maybeNumber("within");
  const auto word = body.maybeText("at_deadline");
  if (within && (*within == 0 || *within > kMaxWithin)) {
    timing.wrong = {ProblemCode::BadValue, "within must be 1 to 7776000 seconds.", "/within", {}};
  }
  if (word && *word != "keep-old" && *word != "retire-old") {
    timing.wrong = {ProblemCode::BadValue, "at_deadline must be keep-old or retire-old.", "/at_deadline", {}};
  }
  if (within) timing.options.within = std::chrono::seconds(*within);
  if (word == "retire-old") timing.options.atDeadline = credentials::AtDeadline::RetireOld;
  return timing;
}

std::optional<mgmt::Problem> badReason(std::string_view reason) {
  if (!reason.empty() && reason.size() <= san::kMaxText) return std::nullopt;
  return mgmt::Problem{ProblemCode::BadValue, "Say why, in at most 1024 bytes.", "/reason", {}};
}

Wanted<void> eachFiltered(const Call& call, const san::Snapshot& snapshot, std::string_view text,
                          const std::function<bool(const san::Credential&)>& visit) {
  const auto wrong = [](const san::FilterError& error) {
    return base::Failure<mgmt::Problem>{
        {ProblemCode::BadFilter, "At byte " + std::to_string(error.at) + ": " + error.text, "filter", error.hint}};
  };
  const auto filter = san::Filter::parse(text);
  if (!filter) return wrong(filter.error());
  san::FilterHooks hooks;
  hooks.isActive = [&](san::Id domain) { return call.index().isActive(domain); };
  hooks.hostOf = [&](san::Id node) { return call.index().hostOf(node); };
  hooks.reaches = san::reachesIn(call.index());
  hooks.kinds = 1U << static_cast<unsigned>(Kind::Credential);
  const auto matcher = san::FilterMatcher::bind(*filter, snapshot, hooks);
  if (!matcher) return wrong(matcher.error());
  bool more = true;
  snapshot.table<san::Credential>().forEach([&](san::Id id, const san::Credential& object) {
    if (more && matcher->matches({Kind::Credential, id}, object)) more = visit(object);
  });
  return {};
}

}  // namespace api
