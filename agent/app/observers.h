// Observers: several who hear of what happens at the targets, one after the other. Borrowed; the loop's thread.
#pragma once

#include <vector>

#include "agent/target/target_server.h"

namespace agent {

class Observers final : public target::Observer {
 public:
  void add(target::Observer& one) { all_.push_back(&one); }
  void remove(target::Observer& one) { std::erase(all_, &one); }

  void onLoginRefused(const target::RefusedLogin& refused) override {
    for (target::Observer* one : all_) one->onLoginRefused(refused);
  }
  void onSessionOpened(const target::SessionFacts& session) override {
    for (target::Observer* one : all_) one->onSessionOpened(session);
  }
  void onSessionEnded(const target::SessionFacts& session, std::string_view why) override {
    for (target::Observer* one : all_) one->onSessionEnded(session, why);
  }
  void onConnectionFault(const target::ConnectionFault& fault) override {
    for (target::Observer* one : all_) one->onConnectionFault(fault);
  }
  void onUnitGone() override {
    for (target::Observer* one : all_) one->onUnitGone();
  }

 private:
  std::vector<target::Observer*> all_;
};

}  // namespace agent
