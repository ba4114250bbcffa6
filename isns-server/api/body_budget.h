// BodyBudget: the memory of all bodies that wait together: of requests that are being read or answered, or of answers
// that are being read.
//
// Who has not shown who he is has a part of it, so that he leaves the rest to those who have. One thread, the loop's. A
// Hold gives back what it has when it goes; the budget lives as long as any of them.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>

namespace api {

class BodyBudget {
 public:
  class Hold;

  BodyBudget(std::size_t all, std::size_t strangers) : all_(all), strangers_(strangers) {}
  [[nodiscard]] std::size_t used() const { return used_; }

 private:
  bool take(std::size_t more, bool stranger) {
    if (more > all_ - used_ || (stranger && more > strangers_ - usedByStrangers_)) return false;
    used_ += more;
    if (stranger) usedByStrangers_ += more;
    return true;
  }
  void give(std::size_t held, bool stranger) {
    used_ -= held;
    if (stranger) usedByStrangers_ -= held;
  }

  const std::size_t all_;
  const std::size_t strangers_;
  std::size_t used_ = 0;
  std::size_t usedByStrangers_ = 0;  // of them
};

// What one request, or one answer, has of it.
class BodyBudget::Hold {
 public:
  Hold() = default;
  Hold(std::shared_ptr<BodyBudget> budget, bool stranger) : budget_(std::move(budget)), stranger_(stranger) {}
  Hold(Hold&& other) noexcept : budget_(std::move(other.budget_)), stranger_(other.stranger_), held_(std::exchange(other.held_, 0)) {}
  Hold& operator=(Hold&& other) noexcept {
    if (this == &other) return *this;
    release();
    budget_ = std::move(other.budget_);
    stranger_ = other.stranger_;
    held_ = std::exchange(other.held_, 0);
    return *this;
  }
  ~Hold() { release(); }

  // False where there is no room.
  [[nodiscard]] bool growTo(std::size_t size) {
    if (size <= held_ || budget_ == nullptr) return true;
    if (!budget_->take(size - held_, stranger_)) return false;
    held_ = size;
    return true;
  }
  void release() {
    if (budget_ != nullptr) budget_->give(std::exchange(held_, 0), stranger_);
  }

 private:
  std::shared_ptr<BodyBudget> budget_;
  bool stranger_ = true;
  std::size_t held_ = 0;
};

}  // namespace api
