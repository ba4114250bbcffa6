// The fixture of the contract suite: a store on a fresh database, with the lease taken.
#pragma once

#include <gtest/gtest.h>

#include "tests/contract/store/backends.h"

namespace contract {

class StoreContract : public testing::TestWithParam<BackendKind> {
 protected:
  void SetUp() override {
    backend_ = GetParam().make();
    reopen();
  }

  // Closes the store and opens another on the same content.
  void reopen() {
    store_.reset();
    store_ = backend_->open();
    ASSERT_NE(store_, nullptr);
    takeLease();
  }
  void takeLease() {
    const auto lease = store_->lease(store::LeaseAction::Acquire, "server", std::chrono::seconds(0));
    ASSERT_TRUE(lease) << lease.error().text;
    epoch_ = lease->epoch;
  }

  // Begins a change whose details do not matter.
  store::OpsWriter begin(store::Batch& batch, std::uint64_t revision) {
    return batch.begin(revision, static_cast<std::int64_t>(revision) * 10, 1, "iqn.2024-01.com.example:host",
                       "192.0.2.1:3205");
  }
  void putThing(store::OpsWriter& ops, std::int64_t id, std::int64_t number, std::string_view name) {
    ops.put(kThing, id);
    ops.integer(number);
    ops.text(name);
    ops.null();
  }
  // One change that puts one thing.
  store::Batch oneThing(std::uint64_t revision, std::int64_t id, std::string_view name) {
    store::Batch batch;
    store::OpsWriter ops = begin(batch, revision);
    putThing(ops, id, static_cast<std::int64_t>(revision), name);
    batch.end();
    return batch;
  }
  void commitThing(std::uint64_t revision, std::int64_t id, std::string_view name) {
    const auto committed = store_->commit(oneThing(revision, id, name), epoch_);
    ASSERT_TRUE(committed) << committed.error().text;
    ASSERT_EQ(*committed, revision);
  }
  void expectRefused(const store::Batch& batch, store::ErrorKind kind) {
    const auto committed = store_->commit(batch, epoch_);
    ASSERT_FALSE(committed);
    EXPECT_EQ(committed.error().kind, kind) << committed.error().text;
    EXPECT_FALSE(committed.error().text.empty());
  }

  std::unique_ptr<Backend> backend_;
  std::unique_ptr<store::Store> store_;
  std::uint64_t epoch_ = 0;
};

inline std::string nameOf(const testing::TestParamInfo<BackendKind>& info) { return info.param.name; }

}  // namespace contract
