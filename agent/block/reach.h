// Reach: tells whoever hears of it that what a device is behind was lost, and that it is back; each change once.
//
// A value of the device's; one thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace block {

// What is told begins so where whoever has it does not let this side in any more.
inline constexpr std::string_view kRefusedWords = "refused: ";

class Reach {
 public:
  void hear(std::function<void(const std::string& lostBecause)> attention) { attention_ = std::move(attention); }
  // As often as it is noticed; it is told when it was not so before, or when it has become worse.
  void lost(const std::string& why) { become(State::Lost, why); }
  void refused(const std::string& why) { become(State::Refused, std::string(kRefusedWords) + why); }
  void lostForGood(const std::string& why) { become(State::ForGood, why); }
  void back() {
    if (state_ == State::There || state_ == State::ForGood) return;
    state_ = State::There;
    if (attention_) attention_({});
  }

 private:
  enum class State : unsigned char { There, Lost, Refused, ForGood };
  void become(State state, const std::string& why) {
    if (state <= state_) return;
    state_ = state;
    if (attention_) attention_(why);
  }

  State state_ = State::There;
  std::function<void(const std::string&)> attention_;
};

}  // namespace block
