// The kinds of list that `sanctl isns list` knows, as one table. Pure data, safe from any thread.
#pragma once

#include <span>
#include <string_view>

#include "shared/ctl/command.h"
#include "shared/isns/attributes.h"

namespace ctl {

struct ListKind {
  std::string_view word;  // as typed
  isns::ObjectType type;
  std::uint32_t nodeType;  // a bit that the node must have; 0: any
};
std::span<const std::string_view> listWords();
const ListKind* findListKind(std::string_view word);

// Does `sanctl isns list` for one kind, with the options --get and --limit.
Outcome listKind(const ListKind& kind, const Invocation& invocation, Context& context);

}  // namespace ctl
