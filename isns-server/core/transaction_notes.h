// What a Transaction notes down while it lives. The Registry keeps the lists between transactions, so that most need no
// memory of their own. One thread.
#pragma once

#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include "isns-server/core/schema.h"

namespace core {

// A membership that came or went: of a node, portal or FC port in a domain, or of a domain in a set.
struct MembershipChange {
  TableNumber table;
  Index container;
  Index member;
  bool added;
};

// One object that a transaction touched, and what it was before; empty where it was not there.
template <class T>
struct Touch {
  Index index;
  base::Ref<const T> before;
};

struct TransactionNotes {
  template <class T>
  struct Touches {
    std::vector<Touch<T>> list;
    std::unordered_map<Index, std::size_t> places;  // filled when the list is long
  };
  std::tuple<Touches<Entity>, Touches<Portal>, Touches<Node>, Touches<PortalGroup>, Touches<FcPort>, Touches<FcDevice>,
             Touches<FcDomain>, Touches<Domain>, Touches<DomainSet>>
      touches;
  std::vector<MembershipChange> memberships;
  std::vector<std::pair<ObjectType, std::uint64_t>> reservations;
  std::vector<FormerNode> formerNodes;  // without their numbers
  std::vector<Index> indexes;  // for whoever needs a list for a moment

  template <class T>
  [[nodiscard]] Touches<T>& of() {
    return std::get<Touches<T>>(touches);
  }
  // Forgets everything. Memory of more than kKept entries a list is given back.
  void clear() {
    std::apply([](auto&... each) { (clear(each.list), ...), (clear(each.places), ...); }, touches);
    clear(memberships);
    clear(reservations);
    clear(formerNodes);
    clear(indexes);
  }

 private:
  static constexpr std::size_t kKept = 1024;
  template <class List>
  static void clear(List& list) {
    if (list.empty()) return;
    if (list.size() > kKept) {
      List().swap(list);
    } else {
      list.clear();
    }
  }
};

}  // namespace core
