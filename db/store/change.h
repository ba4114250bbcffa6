// Changes, and batches of them: what is committed, stored and read back.
//
// A change is what one request did: its revision, when, by whom, and the row operations (row_codec.h). A batch is one
// transaction: all of its changes become durable together or none does. A batch owns its bytes in one arena, so that
// building a change costs no allocation once the batch has been used; it is also the container for pages of history.
//
//   OpsWriter ops = batch.begin(revision, time, kind, origin, address);
//   ops.put(kEntityTable, id); ops.text(eid); ...
//   batch.end();
//
// Between begin() and end() nothing else of the batch may be called. Not thread safe; moved from thread to thread.
#pragma once

#include <cassert>
#include <cstdint>
#include <string_view>
#include <vector>

#include "db/store/row_codec.h"
#include "shared/base/bytes.h"

namespace store {

// A view of one change. Valid as long as what it was read from stays unchanged; a sink copies what it keeps.
struct Change {
  std::uint64_t revision = 0;
  std::int64_t time = 0;     // seconds since 1970 UTC
  std::uint32_t kind = 0;    // meaning is the owner's
  std::string_view origin;   // who asked: a name that the owner chose
  std::string_view address;  // from where
  base::ByteView ops;
};

class Batch {
 public:
  // Begins a change. Revisions ascend within a batch and from batch to batch.
  [[nodiscard]] OpsWriter begin(std::uint64_t revision, std::int64_t time, std::uint32_t kind, std::string_view origin,
                                std::string_view address) {
    assert(!open_);
    open_ = true;
    Entry entry{revision,
                time,
                arena_.size(),
                0,
                0,
                kind,
                static_cast<std::uint32_t>(origin.size()),
                static_cast<std::uint32_t>(address.size())};
    arena_.append(base::asBytes(origin));
    arena_.append(base::asBytes(address));
    entry.ops = arena_.size();
    entries_.push_back(entry);
    return OpsWriter(arena_);
  }
  // Ends the change that was begun.
  void end() {
    assert(open_);
    open_ = false;
    entries_.back().end = arena_.size();
  }
  // Takes back the change that was begun: the request changed nothing after all.
  void drop() {
    assert(open_);
    open_ = false;
    arena_.shrink(entries_.back().start);
    entries_.pop_back();
  }
  // Copies a whole change.
  void append(const Change& change) {
    (void)begin(change.revision, change.time, change.kind, change.origin, change.address);
    arena_.append(change.ops);
    end();
  }
  // Empties the batch and keeps its memory.
  void clear() {
    assert(!open_);
    arena_.clear();
    entries_.clear();
  }

  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  // What the batch weighs, for bounds: names, addresses and operations of all changes.
  [[nodiscard]] std::size_t bytes() const { return arena_.size(); }
  [[nodiscard]] std::uint64_t lastRevision() const { return entries_.empty() ? 0 : entries_.back().revision; }

  [[nodiscard]] Change operator[](std::size_t i) const {
    const Entry& entry = entries_[i];
    const base::ByteView all = arena_.view();
    return {entry.revision,
            entry.time,
            entry.kind,
            base::asText(all.subspan(entry.start, entry.originSize)),
            base::asText(all.subspan(entry.start + entry.originSize, entry.addressSize)),
            all.subspan(entry.ops, entry.end - entry.ops)};
  }

 private:
  struct Entry {
    std::uint64_t revision;
    std::int64_t time;
    std::size_t start;  // origin, then address, then ops
    std::size_t ops;
    std::size_t end;
    std::uint32_t kind;
    std::uint32_t originSize;
    std::uint32_t addressSize;
  };
  base::ByteArena arena_;
  std::vector<Entry> entries_;
  bool open_ = false;
};

}  // namespace store
