// Overloaded: the handlers of std::visit, one for each alternative, as one function object.
#pragma once

namespace base {

template <class... Handlers>
struct Overloaded : Handlers... {
  using Handlers::operator()...;
};
template <class... Handlers>
Overloaded(Handlers...) -> Overloaded<Handlers...>;

}  // namespace base
