// answerLater(): an answer that is long in the making is made on a worker: the loop's other clients do not wait for it.
//
// What the client has given up meanwhile is not worked out. `make` has the call to itself until it returns, and gives
// JSON, as a value or as text. Bounds: those of Workers; beyond, the call is refused as Busy.
#pragma once

#include <memory>
#include <type_traits>
#include <utility>

#include "isns-server/api/call.h"
#include "isns-server/api/workers.h"

namespace api {

inline Wanted<std::string> textIn(Wanted<std::string> made) { return made; }
inline Wanted<std::string> textIn(const Wanted<base::Json>& made) {
  if (!made) return base::Failure<mgmt::Problem>{made.error()};
  return Call::textOf(*made);
}

template <class Make>
void answerLater(Workers& workers, const CallPtr& call, Make make) {
  call->prepare();
  const bool runs = workers.run(
      [call, make = std::move(make)]() -> Workers::Then {
        if (call->exchange->gone()) return {};
        auto text = std::make_shared<Wanted<std::string>>(textIn(make()));
        return [call, text] { call->finishText(std::move(*text)); };
      },
      call->who.user);
  if (!runs) call->refuse({mgmt::ProblemCode::Busy, {}, {}, {}});
}

// At once of the present, whose index is at hand; later of the past, whose index is made first.
template <class Make>
void answerByAge(Workers& workers, const CallPtr& call, Make make) {
  if (!call->isOfThePresent()) return answerLater(workers, call, std::move(make));
  call->finishText(textIn(make()));
}

}  // namespace api
