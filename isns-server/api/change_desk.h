// ChangeDesk: the change sets as the handlers of the API know them. The driver (isns-server/app) answers for them.
//
// The management server's thread.
#pragma once

#include <functional>

#include "isns-server/manage/changes/change_sets.h"

namespace api {

class ChangeDesk {
 public:
  using Request = std::function<manage::Answer(manage::ChangeSets& changes)>;
  using Done = std::function<void(const manage::Answer& answer)>;

  virtual ~ChangeDesk() = default;
  // nullptr as long as the model is not read, and when it has failed.
  [[nodiscard]] virtual const manage::ChangeSets* changes() const = 0;
  // Makes a request, when changes() is there and it is its turn. `done` is called once: when it is refused, or when what
  // it stores is durable.
  virtual void ask(const manage::Who& who, const Request& request, Done done) = 0;
};

}  // namespace api
