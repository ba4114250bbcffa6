#include "isns-server/manage/administration/seal_keeper.h"

#include <algorithm>
#include <string>

namespace manage {

using keys::KeyId;

base::Status SealKeeper::loadRow(std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells) {
  if (table != keys::kSealKeyTable) return {};
  if (id <= 0 || id > 0xffffffff) return base::fail("a sealing key has the number " + std::to_string(id));
  keys::SealKeyRow row;
  if (auto status = keys::readRow(cells, row); !status) return status;
  last_ = std::max(last_, static_cast<KeyId>(id));
  rows_[static_cast<KeyId>(id)] = row;
  return {};
}

base::Status SealKeeper::open(std::vector<SealFile> files) {
  std::ranges::sort(files, {}, &SealFile::id);
  for (const auto& [id, row] : rows_) {
    const bool there = std::ranges::any_of(files, [id = id](const SealFile& file) { return file.id == id; });
    if (row.current && !there) {
      return base::fail("the file of sealing key " + std::to_string(id) +
                        " is missing: restore it from the backup of the keys");
    }
  }
  for (SealFile& file : files) {
    if (auto status = use(std::move(file)); !status) {
      return base::fail(status.error().text + ": move the key folder away, and restore it from the backup of the keys");
    }
  }
  return {};
}

std::vector<SealKeeper::Key> SealKeeper::list() const {
  std::vector<Key> keys;
  for (const KeyId id : ids_) {
    const auto row = rows_.find(id);
    keys.push_back({id, row == rows_.end() ? base::WallTime{} : row->second.madeAt, id == ring_.current()});
  }
  return keys;
}

base::Status SealKeeper::use(SealFile file) {
  const auto row = rows_.find(file.id);
  const auto expected = row == rows_.end() ? std::nullopt : std::optional(row->second.check);
  if (auto status = ring_.add(file.id, file.key, expected); !status) return status;
  ids_.push_back(file.id);
  last_ = std::max(last_, file.id);
  return ring_.makeCurrent(file.id);
}

bool SealKeeper::stale() const {
  const auto row = rows_.find(ring_.current());
  if (row == rows_.end() || !row->second.current) return true;
  return std::ranges::any_of(ids_, [&](KeyId id) {
    return id != ring_.current() &&
           std::ranges::any_of(owners_, [&](const SealedRows* owner) { return owner->isSealedWith(id); });
  });
}

base::Result<Step> SealKeeper::renew(base::WallTime now) {
  std::map<KeyId, keys::SealKeyRow> rows;
  for (const KeyId id : ids_) {
    const auto old = rows_.find(id);
    rows[id] = {*ring_.check(id), id == ring_.current(), old == rows_.end() ? now : old->second.madeAt};
  }
  std::vector<KeyId> gone;  // rows of keys that were forgotten
  for (const auto& [id, row] : rows_) {
    if (rows.count(id) == 0) gone.push_back(id);
  }
  Step whole;
  whole.rows = [rows, gone](store::OpsWriter& ops, std::uint64_t) {
    for (const auto& [id, row] : rows) keys::writeRow(ops, id, row);
    for (const KeyId id : gone) ops.erase(keys::kSealKeyTable, id);
  };
  whole.committed = [this, rows](std::uint64_t) { rows_ = rows; };
  for (SealedRows* owner : owners_) {
    auto step = owner->sealAnew();
    if (!step) {
      if (whole.failed) whole.failed();
      return base::fail(step.error());
    }
    append(whole, std::move(*step));
  }
  return whole;
}

std::vector<KeyId> SealKeeper::unused() const {
  std::vector<KeyId> ids;
  if (stale()) return ids;
  std::ranges::copy_if(ids_, std::back_inserter(ids), [&](KeyId id) { return id != ring_.current(); });
  return ids;
}

void SealKeeper::forget(KeyId id) {
  if (ring_.remove(id)) std::erase(ids_, id);
}

}  // namespace manage
