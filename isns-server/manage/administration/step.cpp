#include "isns-server/manage/administration/step.h"

#include <iterator>
#include <utility>

namespace manage {
namespace {

// One function that calls both, where they are there.
template <class... Arguments>
void join(std::function<void(Arguments...)>& first, std::function<void(Arguments...)> second) {
  if (!second) return;
  if (!first) {
    first = std::move(second);
    return;
  }
  first = [one = std::move(first), two = std::move(second)](Arguments... arguments) {
    one(arguments...);
    two(arguments...);
  };
}

}  // namespace

void append(Step& step, Step more) {
  join(step.rows, std::move(more.rows));
  join(step.committed, std::move(more.committed));
  join(step.failed, std::move(more.failed));
  std::move(more.audit.begin(), more.audit.end(), std::back_inserter(step.audit));
  step.checkpoint = step.checkpoint || more.checkpoint;
}

}  // namespace manage
