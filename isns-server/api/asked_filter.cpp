#include "isns-server/api/asked_filter.h"

#include "shared/san/filter_reach.h"

namespace api {

using mgmt::ProblemCode;

Wanted<san::FilterMatcher> boundFilter(std::string_view text, san::Kind kind, const san::Snapshot& snapshot,
                                       const san::SanIndex& index, const san::Scope* scope) {
  const auto wrong = [](const san::FilterError& error) {
    return base::Failure<mgmt::Problem>{
        {ProblemCode::BadFilter, "At byte " + std::to_string(error.at) + ": " + error.text, "filter", error.hint}};
  };
  const auto filter = san::Filter::parse(text);
  if (!filter) return wrong(filter.error());
  san::FilterHooks hooks;
  hooks.isActive = [&index](san::Id domain) { return index.isActive(domain); };
  hooks.hostOf = [&index](san::Id node) { return index.hostOf(node); };
  hooks.reaches = san::reachesIn(index);
  hooks.kinds = 1U << static_cast<unsigned>(kind);
  if (scope != nullptr) hooks.sees = [scope](san::ObjectRef ref) { return scope->sees(ref); };
  auto matcher = san::FilterMatcher::bind(*filter, snapshot, std::move(hooks));
  if (!matcher) return wrong(matcher.error());
  return std::move(*matcher);
}

}  // namespace api
