#include "agent/block/engine.h"

#include <cassert>

namespace block {

void Engine::start(Operation& operation) {
  assert(operation.open != nullptr);
  ++operation.open->operations;
  if (lanes_ != nullptr && WriteLanes::takes(operation)) {
    lanes_->add(operation);
  } else {
    waiting_.push(operation);
  }
  if (!aboutToLaunch_) watch_.requestTurnEnd();
}

base::Status Engine::useWriteLanes(unsigned lanes) {
  auto made = WriteLanes::make(loop_, lanes, &Engine::tell);
  if (!made) return base::fail(made.error());
  lanes_ = std::move(*made);
  return {};
}

void Engine::callAtTurnEnd(TurnEndCall& call) {
  if (call.asked) return;
  call.asked = true;
  calls_.push(call);
  watch_.requestTurnEnd();
}

void Engine::cancelTurnEnd(TurnEndCall& call) {
  if (!call.asked) return;
  call.asked = false;
  const auto isIt = [&](const TurnEndCall& other) { return &other == &call; };
  if (calls_.popIf(isIt) == nullptr) callsNow_.popIf(isIt);
}

void Engine::onEvents(std::uint32_t) {
  collect(false);
  tellAll();
  if (!waiting_.empty()) watch_.requestTurnEnd();
}

void Engine::onTurnEnd() {
  // Those that are asked for from such a call get the next turn's end.
  aboutToLaunch_ = true;
  callsNow_.take(calls_);
  while (TurnEndCall* call = callsNow_.pop()) {
    call->asked = false;
    call->atTurnEnd();
  }
  aboutToLaunch_ = false;
  if (lanes_ != nullptr) lanes_->launch();
  launch();
  // What ended at once made room that no event will tell of.
  const bool madeRoom = !ended_.empty();
  tellAll();
  if (madeRoom && !waiting_.empty()) watch_.requestTurnEnd();
}

// One at a time from the member: what is told may drain another owner, which takes its own out of the middle.
void Engine::tellAll() {
  while (Operation* operation = ended_.pop()) tell(*operation);
}

void Engine::tell(Operation& operation) {
  --operation.open->operations;
  operation.ended(operation.result);
}

void Engine::drain(OpenCount& open) {
  while (open.operations > 0) {
    if (lanes_ != nullptr && lanes_->tellOneOf(open)) continue;
    launch();
    Operation* mine = ended_.popIf([&](const Operation& other) { return other.open == &open; });
    if (mine != nullptr) {
      tell(*mine);
    } else {
      collect(true);
    }
  }
  if (!ended_.empty()) watch_.raise(EPOLLIN);  // those of others, in the next turn
}

}  // namespace block
