// SealKeeper: the keys that seal secrets in the store: which there are, which one seals, and the change to another one.
//
// Keys lie in files, their check values in rows, so that a wrong file is told at the start. The file with the highest
// number seals. What an older key has sealed is sealed anew by renew(); an older key goes when nothing is sealed with it
// any more. Who has sealed rows says so by SealedRows. Steps of renew() are made in a turn of the model's lane: rows
// are whole rows. One owner, no locks. Errors: sentences, which name numbers of keys and never a byte.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "isns-server/manage/administration/step.h"
#include "isns-server/manage/keys/key_ring.h"
#include "isns-server/manage/keys/key_rows.h"

namespace manage {

// A key as its file has it.
struct SealFile {
  keys::KeyId id = 0;
  base::Secret key;
};

class SealedRows {
 public:
  virtual ~SealedRows() = default;
  // Whether a row of the store is sealed with this key.
  [[nodiscard]] virtual bool isSealedWith(keys::KeyId key) const = 0;
  // All of its rows, sealed by the current key. Memory follows when the step is durable.
  virtual base::Result<Step> sealAnew() = 0;
};

class SealKeeper {
 public:
  // `memory`: for the keys, borrowed.
  explicit SealKeeper(std::pmr::memory_resource* memory = std::pmr::get_default_resource()) : ring_(memory) {}

  // A row of the sealing keys' table; another one is not for it.
  base::Status loadRow(std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells);
  // After the rows; before anything is opened.
  base::Status open(std::vector<SealFile> files);
  // Borrowed.
  void watch(SealedRows& owner) { owners_.push_back(&owner); }

  [[nodiscard]] keys::KeyRing& ring() { return ring_; }
  [[nodiscard]] const keys::KeyRing& ring() const { return ring_; }
  struct Key {
    keys::KeyId id = 0;
    base::WallTime since{};  // 0: its row is not there yet
    bool current = false;
  };
  [[nodiscard]] std::vector<Key> list() const;
  [[nodiscard]] keys::KeyId next() const { return last_ + 1; }

  // From now on this key seals. Nothing is stored by it: renew() follows.
  base::Status use(SealFile file);
  // Whether the rows do not follow the current key yet.
  [[nodiscard]] bool stale() const;
  // Everything sealed anew, and the rows of the keys.
  base::Result<Step> renew(base::WallTime now);
  // Keys that nothing is sealed with any more: their files may go, and then they are forgotten. Only while no step is
  // on its way to the store.
  [[nodiscard]] std::vector<keys::KeyId> unused() const;
  void forget(keys::KeyId id);

 private:
  keys::KeyRing ring_;
  std::map<keys::KeyId, keys::SealKeyRow> rows_;  // as the store has them
  std::vector<keys::KeyId> ids_;                  // of the ring, ascending
  std::vector<SealedRows*> owners_;
  keys::KeyId last_ = 0;  // the highest number ever given
};

}  // namespace manage
