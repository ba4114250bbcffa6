// Reach: tells whoever hears of it that what a device is behind was lost, and that it is back; each change once.
//
// A value of the device's; one thread.
#pragma once

#include <functional>
#include <string>

namespace block {

class Reach {
 public:
  void hear(std::function<void(const std::string& lostBecause)> attention) { attention_ = std::move(attention); }
  // As often as it is noticed; it is told when it was not so before, or when it has become `forGood`.
  void lost(const std::string& why, bool forGood = false) {
    if (state_ == State::ForGood || (state_ == State::Lost && !forGood)) return;
    state_ = forGood ? State::ForGood : State::Lost;
    if (attention_) attention_(why);
  }
  void back() {
    if (state_ != State::Lost) return;
    state_ = State::There;
    if (attention_) attention_({});
  }

 private:
  enum class State : unsigned char { There, Lost, ForGood };
  State state_ = State::There;
  std::function<void(const std::string&)> attention_;
};

}  // namespace block
