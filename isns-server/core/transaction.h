// Transaction: one request's changes to the working state, all or none.
//
// It keeps the links between objects right (containment, portal groups, memberships, placeholders), remembers what each
// object was before, and writes the rows for the store. finish() keeps the changes; a Transaction that ends without it
// leaves the state as it was. While it lives it is the only writer of the Registry. Rules of RFC 4171 that need no
// knowledge of the request are kept here, with their sections; who may ask for what is the callers' business.
#pragma once

#include <functional>
#include <vector>

#include "db/store/change.h"
#include "isns-server/core/policy.h"
#include "isns-server/core/registry.h"
#include "shared/base/clock.h"

namespace core {

// What kind of member of a domain an index is.
enum class MemberKind : std::uint8_t { Node, Portal, FcPort };

class Transaction {
 public:
  Transaction(Registry& registry, const Policy& policy, base::Now now);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  [[nodiscard]] const Registry& registry() const { return registry_; }
  [[nodiscard]] const State& state() const { return registry_.working_; }
  [[nodiscard]] const Policy& policy() const { return policy_; }
  [[nodiscard]] base::Now now() const { return now_; }
  template <class T>
  [[nodiscard]] const T* get(Index index) const {
    return state().get<T>(index);
  }
  // What an object was before this transaction.
  template <class T>
  [[nodiscard]] const T* before(Index index) const;
  template <class T>
  [[nodiscard]] const std::vector<Touch<T>>& touched() const {
    return notes_.of<T>().list;
  }
  [[nodiscard]] const std::vector<MembershipChange>& memberships() const { return notes_.memberships; }
  // True when nothing differs from before, so far.
  [[nodiscard]] bool empty() const;

  // True when the registry has no room for `more` objects: the request gets status 12.
  [[nodiscard]] bool full(std::size_t more = 1) const { return registry_.objects() + more > policy_.maxObjects; }

  // Changes a fact: an attribute, or a container. The object must be there.
  template <class T>
  T& alter(Index index) {
    T& object = edit<T>(index);
    object.changed = revision_;
    return object;
  }
  // Sets an attribute, or erases it where the value is empty; false when that changes nothing.
  template <class T>
  bool setAttribute(Index index, isns::Tag tag, base::ByteView value);
  // The same for a text that is not empty, as AttributeList::setText() has it.
  template <class T>
  bool setText(Index index, isns::Tag tag, std::string_view text);

  // `more`: bytes of attributes that will follow the key, so that a new object takes memory for all of them at once.
  Index createEntity(std::string_view eid, std::size_t more = 0);
  Index ensureNode(std::string_view name, std::size_t more = 0);   // the node, or a placeholder for it
  Index ensurePortal(const PortalKey& key, std::size_t more = 0);  // likewise
  Index ensureFcPort(base::ByteView wwpn);   // likewise
  Index ensureFcDevice(base::ByteView wwnn);
  Index ensureGroup(Index node, Index portal);  // with the default tag where it is new (RFC 4171 6.5.4)
  void setGroupTag(Index group, std::uint32_t tag);
  Index createDomain(Index wanted, std::string_view name);  // 0: the server chooses; an empty name likewise
  Index createSet(Index wanted, std::string_view name);
  Index createFcDomain(Index entity, base::ByteView switchName, std::string_view fabric, std::uint32_t id);

  void registerNode(Index node, Index entity);
  void registerPortal(Index portal, Index entity, bool signs);
  void registerFcPort(Index port, Index entity);
  void setDevice(Index port, Index device);
  void rename(const Domain& domain, std::string_view name);
  void rename(const DomainSet& set, std::string_view name);
  void setWwnnToken(Index node, base::ByteView token);

  // Ends a registration. What still refers to the object keeps its index as a placeholder (RFC 4171 5.6.5.4, 6.4.5).
  void deregisterNode(Index node);
  void deregisterPortal(Index portal);
  void deregisterFcPort(Index port);
  void removeGroup(Index group);
  void removeFcDevice(Index device);
  void removeFcDomain(Index fcDomain);
  void removeEntity(Index entity);  // with everything in it
  void removeEntityIfEmpty(Index entity);
  void removeDomain(Index domain);
  void removeSet(Index set);

  bool addMember(Index domain, MemberKind kind, Index member);
  bool removeMember(Index domain, MemberKind kind, Index member);
  bool addToSet(Index set, Index domain);
  bool removeFromSet(Index set, Index domain);

  // Reserves more indexes: a change that alters nothing anybody sees, to find out whether the store works.
  void reserveIndexes();

  // The revision that finish() gives.
  [[nodiscard]] std::uint64_t revision() const { return revision_; }
  // Keeps the changes: writes them as one change of the batch. Returns its revision, 0 when nothing had changed. `more`
  // appends rows of other tables to the same change; with it there is one even where nothing here had changed.
  std::uint64_t finish(store::Batch& batch, std::uint32_t kind, std::string_view origin, std::string_view address,
                       const std::function<void(store::OpsWriter&, std::uint64_t)>& more = {});

 private:
  static constexpr std::size_t kLongList = 16;

  void undo();
  template <class T>
  T& edit(Index index);
  template <class T>
  T& create(Index index);
  template <class T>
  void remove(Index index);
  template <class T>
  Index issue();
  template <class T>
  void touch(Index index, base::Ref<const T> before);
  template <class T>
  void insertKey(const T& object);
  template <class T>
  void loseKey(const T& object);
  void loseToken(const Node& node);
  template <class T>
  void dropIfUnused(Index index);  // a placeholder that nothing names any more
  template <class T>
  void leaveDefault(MemberKind kind, Index member);
  void dropGroupIfDead(Index group);
  void followWays();
  void followSets();
  template <class T>
  void writeRows(store::OpsWriter& ops);
  void writeFormerNodes(store::OpsWriter& ops);
  template <class T>
  void restore();
  template <class T>
  bool join(TableNumber table, Index container, Index member, base::IdSet T::*back, bool add);
  std::string uniqueName(std::string_view stem, Index index, bool ofSet) const;

  Registry& registry_;
  const Policy& policy_;
  const base::Now now_;
  const std::uint64_t revision_;
  bool finished_ = false;
  bool probing_ = false;
  TransactionNotes& notes_;  // the registry's, for its memory: empty before and after
  std::size_t lostBefore_;
};

template <class T>
const T* Transaction::before(Index index) const {
  const auto& [list, places] = notes_.of<T>();
  if (list.size() < kLongList) {
    for (const Touch<T>& touch : list) {
      if (touch.index == index) return touch.before.get();
    }
  } else if (const auto found = places.find(index); found != places.end()) {
    return list[found->second].before.get();
  }
  return get<T>(index);
}

template <class T>
bool Transaction::setText(Index index, isns::Tag tag, std::string_view text) {
  const T& now = *get<T>(index);
  if (now.attributes.isText(tag, text)) return false;
  return alter<T>(index).attributes.setText(tag, text);
}

template <class T>
bool Transaction::setAttribute(Index index, isns::Tag tag, base::ByteView value) {
  const T& now = *get<T>(index);
  if (now.stamp == revision_) {  // this transaction's own already
    T& mine = const_cast<T&>(now);
    const bool differs = value.empty() ? !mine.attributes.value(tag).empty() && mine.attributes.erase(tag)
                                       : mine.attributes.set(tag, value);
    if (differs) mine.changed = revision_;
    return differs;
  }
  if (base::equal(now.attributes.value(tag), value)) return false;
  T& object = alter<T>(index);
  if (value.empty()) {
    object.attributes.erase(tag);
  } else {
    object.attributes.set(tag, value);
  }
  return true;
}

}  // namespace core
