// Result<T, E>: a value or the reason why there is none.
//
// For failures that a caller handles; exceptions stay at the edges of a process (DESIGN section 6). The type is
// [[nodiscard]], so a failure cannot be dropped by accident. Not thread safe, as any value.
#pragma once

#include <cassert>
#include <string>
#include <utility>
#include <variant>

namespace base {

// What went wrong, as a sentence for the person who can mend it.
struct Error {
  std::string text;
};

// Wraps a failure, so that Result<T, E> is unambiguous where T and E convert into each other.
template <class E>
struct Failure {
  E error;
};

template <class E>
Failure<std::decay_t<E>> fail(E&& error) {
  return {std::forward<E>(error)};
}
inline Failure<Error> fail(std::string text) { return {Error{std::move(text)}}; }
inline Failure<Error> fail(const char* text) { return {Error{text}}; }

template <class T, class E = Error>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Failure<E> failure) : state_(std::in_place_index<1>, std::move(failure.error)) {}

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  T& value() & { return assert(ok()), std::get<0>(state_); }
  const T& value() const& { return assert(ok()), std::get<0>(state_); }
  T&& value() && { return assert(ok()), std::get<0>(std::move(state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  const E& error() const { return assert(!ok()), std::get<1>(state_); }

 private:
  std::variant<T, E> state_;
};

template <class E>
class [[nodiscard]] Result<void, E> {
 public:
  Result() = default;
  Result(Failure<E> failure) : error_(std::in_place_index<1>, std::move(failure.error)) {}

  [[nodiscard]] bool ok() const { return error_.index() == 0; }
  explicit operator bool() const { return ok(); }
  const E& error() const { return assert(!ok()), std::get<1>(error_); }

 private:
  std::variant<std::monostate, E> error_;
};

using Status = Result<void, Error>;

}  // namespace base
