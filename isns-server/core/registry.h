// Registry: the states that the server works on, the ways to find objects by key, and the counters of indexes.
//
// working() holds every change that a request has made; committed() holds those that the store has taken, and is what
// others may see. Between the two lies at most one state in flight. A failed commit sets working() back to committed().
// One thread; copies of committed() may be read anywhere. Bound: Policy::maxObjects, kept by Transaction.
#pragma once

#include <array>
#include <optional>

#include "isns-server/core/key_index.h"
#include "isns-server/core/schema.h"
#include "isns-server/core/state.h"
#include "isns-server/core/transaction_notes.h"
#include "shared/base/hash.h"

namespace core {

class Registry {
 public:
  // `seed` makes the hashes of keys unpredictable to clients.
  explicit Registry(std::uint64_t seed) : seed_(seed) {}

  [[nodiscard]] const State& working() const { return working_; }
  [[nodiscard]] const State& committed() const { return committed_; }
  [[nodiscard]] std::size_t objects() const;

  // Finding by key, in a given state. nullptr when it is not there. Keys are normalised.
  [[nodiscard]] const Entity* findEntity(const State& state, std::string_view eid) const;
  [[nodiscard]] const Portal* findPortal(const State& state, const PortalKey& key) const;
  [[nodiscard]] const Node* findNode(const State& state, std::string_view name) const;
  [[nodiscard]] const PortalGroup* findGroup(const State& state, Index node, Index portal) const;
  [[nodiscard]] const FcPort* findFcPort(const State& state, base::ByteView wwpn) const;
  [[nodiscard]] const FcDevice* findFcDevice(const State& state, base::ByteView wwnn) const;
  [[nodiscard]] const FcDomain* findFcDomain(const State& state, std::string_view fabric, std::uint32_t id) const;
  [[nodiscard]] const Domain* findDomain(const State& state, std::string_view name) const;
  [[nodiscard]] const DomainSet* findSet(const State& state, std::string_view name) const;
  [[nodiscard]] const Node* findNodeByToken(const State& state, base::ByteView wwnnToken) const;

  // The number that the next object of a type will get.
  [[nodiscard]] Index nextIndex(ObjectType type) const;

  // The hash of a portal group's key as messages say it: by the keys of its node and its portal, which may go with it.
  [[nodiscard]] std::uint64_t hash(std::string_view node, const PortalKey& portal) const {
    return hash(node) * 31 + hash(base::ByteView(portal.bytes));
  }

  // Where a removed object stood, by the hash of its key: DevGetNext goes on from there (RFC 4171 5.6.5.3). 0: unknown.
  template <class T>
  [[nodiscard]] Index whereRemoved(std::uint64_t keyHash) const {
    return graves_.find(keyHash ^ static_cast<std::uint64_t>(T::kType));
  }
  // The index of the keys of a type, for prefetching.
  template <class T>
  [[nodiscard]] const KeyIndex& keys() const {
    return index<T>();
  }
  [[nodiscard]] std::uint64_t hash(std::string_view key) const { return base::hashText(key, seed_); }
  [[nodiscard]] std::uint64_t hash(base::ByteView key) const { return base::hashBytes(key, seed_); }

  // Loading at start: rows in the order of the schema, then finishLoad() with the last revision. A failure says what
  // cannot be true in the store; the registry is of no use then.
  base::Status loadRow(std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells);
  base::Status finishLoad(std::uint64_t revision);

  // Commits: what working() holds now is in flight; then it is committed, or everything since is forgotten.
  void beginCommit() {
    inFlight_ = working_;
    lostInFlight_ = lostKeys_.size();
  }
  void commitSucceeded();
  void commitFailed();

 private:
  friend class Transaction;

  // A key that its object lost; its index entry goes when no state holds it any more.
  struct LostKey {
    ObjectType type;
    std::uint64_t hash;
    Index index;
    bool token = false;  // not its key but its WWNN token
  };
  // Positions of recently removed objects, by hash of key; the oldest is forgotten first.
  class Graves {
   public:
    void bury(std::uint64_t hash, Index index);
    [[nodiscard]] Index find(std::uint64_t hash) const;

   private:
    static constexpr std::size_t kSlots = 4096;  // direct mapped
    struct Grave {
      std::uint64_t hash = 0;
      Index index = 0;
    };
    std::vector<Grave> graves_;
  };

  template <class T>
  [[nodiscard]] std::uint64_t keyHash(const T& object) const;
  template <class T>
  KeyIndex& index() {
    return indexes_[static_cast<std::size_t>(T::kType)];
  }
  template <class T>
  [[nodiscard]] const KeyIndex& index() const {
    return indexes_[static_cast<std::size_t>(T::kType)];
  }
  // The object whose key has this hash and for which same(object) is true.
  template <class T, class Same>
  [[nodiscard]] const T* find(const State& state, std::uint64_t hash, Same&& same) const {
    const T* found = nullptr;
    (void)index<T>().find(hash, [&](Index at) {
      const T* object = state.get<T>(at);
      if (object == nullptr || !same(*object)) return false;
      found = object;
      return true;
    });
    return found;
  }
  template <class T>
  base::Status loadObject(std::int64_t id, std::span<const store::Cell> cells);
  template <class T>
  T* loaded(Index index);
  base::Status linkLoaded(Portal& portal);
  base::Status linkLoaded(Node& node);
  base::Status linkLoaded(PortalGroup& group);
  base::Status linkLoaded(FcPort& port);
  template <class T>
  base::Status linkLoaded(T&) {
    return {};
  }
  base::Status loadMember(TableNumber table, std::int64_t id, std::span<const store::Cell> cells);
  base::Status loadCounter(std::int64_t id, std::span<const store::Cell> cells);
  base::Status loadFormerNode(std::int64_t id, std::span<const store::Cell> cells);
  void rebuildIndexes();
  // Erases the entry of a key, unless an object has it at that index in some state.
  void drop(const LostKey& lost);
  // The hash of a node's WWNN token, 0 where it has none.
  [[nodiscard]] std::uint64_t tokenHash(const Node& node) const;

  // Issues an index; `reserved` says whether the counter row must be stored, with its new value.
  Index issueIndex(ObjectType type, std::optional<std::uint64_t>& reserved);

  // Raises the mark below which indexes may be issued without storing it; gives the new mark.
  std::uint64_t reserveMore(ObjectType type);

  const std::uint64_t seed_;
  State working_;
  State inFlight_;
  State committed_;
  std::array<KeyIndex, isns::kObjectTypes> indexes_;
  KeyIndex tokens_;
  Graves graves_;
  std::vector<LostKey> lostKeys_;  // in order of loss
  TransactionNotes notes_;         // of the transaction that lives, if one does
  std::size_t lostInFlight_ = 0;   // how many of them the commit in flight covers

  // Indexes are reserved in blocks, so that a removed index is not issued again after a restart, and a registration
  // does not have to store the counter.
  static constexpr std::uint64_t kReserve = 1024;
  static constexpr std::uint64_t kMaxCounter = std::uint64_t{kMaxIndex} + 1;
  struct Counter {
    std::uint64_t next = 1;
    std::uint64_t reserved = 1;
  };
  std::array<Counter, isns::kObjectTypes> counters_;
  std::uint64_t formerNodes_ = 0;  // the number of the last one
};

}  // namespace core
