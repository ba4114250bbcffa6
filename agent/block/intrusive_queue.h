// A queue of objects that carry their own link: putting in and taking out allocates nothing and cannot fail.
//
// T has a member `T* next` that belongs to the queue while the object is in it; so an object is in one queue at a time.
// Bound: the objects that there are; whoever owns them limits them. One thread, or under the owner's lock.
#pragma once

#include <cassert>
#include <utility>

namespace block {

template <class T>
class IntrusiveQueue {
 public:
  IntrusiveQueue() = default;
  IntrusiveQueue(const IntrusiveQueue&) = delete;
  IntrusiveQueue& operator=(const IntrusiveQueue&) = delete;

  [[nodiscard]] bool empty() const { return head_ == nullptr; }
  [[nodiscard]] T* front() const { return head_; }

  void push(T& object) {
    object.next = nullptr;
    (head_ == nullptr ? head_ : tail_->next) = &object;
    tail_ = &object;
  }
  void pushFront(T& object) {
    object.next = head_;
    if (head_ == nullptr) tail_ = &object;
    head_ = &object;
  }
  // The first one, or nullptr.
  T* pop() {
    return popIf([](const T&) { return true; });
  }
  // The first one that the predicate likes, or nullptr.
  template <class Predicate>
  T* popIf(Predicate likes) {
    T* before = nullptr;
    for (T* object = head_; object != nullptr; before = object, object = object->next) {
      if (!likes(std::as_const(*object))) continue;
      (before == nullptr ? head_ : before->next) = object->next;
      if (tail_ == object) tail_ = before;
      object->next = nullptr;
      return object;
    }
    return nullptr;
  }
  // Puts all of `other` behind what is here.
  void take(IntrusiveQueue& other) {
    if (other.empty()) return;
    (head_ == nullptr ? head_ : tail_->next) = other.head_;
    tail_ = other.tail_;
    other.head_ = other.tail_ = nullptr;
  }

 private:
  T* head_ = nullptr;
  T* tail_ = nullptr;
};

}  // namespace block
