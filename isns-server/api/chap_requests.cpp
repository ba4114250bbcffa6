#include "isns-server/api/chap_requests.h"

#include "shared/base/whole_number.h"

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
  return base::wholeNumber<std::uint64_t>(text);
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

}  // namespace api
