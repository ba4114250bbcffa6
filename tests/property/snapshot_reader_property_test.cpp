// A client that reads the snapshot once and then the changes has what the server has, whatever happens to the SAN.
#include "shared/mgmt/snapshot_reader.h"

#include "isns-server/api/read_handlers.h"
#include "shared/base/json_reader.h"
#include "shared/mgmt/snapshot_writer.h"
#include "shared/san/diff.h"
#include "shared/san/scope.h"
#include "shared/san/since_rows.h"
#include "tests/property/random_edits.h"
#include "tests/property/random_san.h"
#include "tests/property/seeds.h"

using namespace san;
using test::forEachSeed;

namespace {

base::Json event(const Snapshot& from, const Snapshot& to, std::span<const std::string> labels = {}) {
  std::string text;
  api::changeJson(from, to, labels).writeCompact(text);
  return base::parseJson(text).value();
}

template <class T>
void expectSameMoments(const Snapshot& server, const Snapshot& client) {
  server.table<T>().forEach([&](Id id, const T& object) {
    const T* other = client.get<T>(id);
    if (other == nullptr) return;  // the difference has told
    EXPECT_EQ(object.created, other->created) << refText(server, {T::kKind, id});
    EXPECT_EQ(object.changed, other->changed) << refText(server, {T::kKind, id});
    for (const SinceRow& row : sinceRowsOf(T::kKind)) {
      EXPECT_EQ(row.get(object), row.get(*other)) << refText(server, {T::kKind, id}) << " " << row.name;
    }
  });
}

void expectSame(const Snapshot& server, const Snapshot& client) {
  EXPECT_EQ(server.revision, client.revision);
  EXPECT_EQ(server.time, client.time);
  for (const std::string& line : textLines(diff(server, client), server, client)) ADD_FAILURE() << line;
  forEachKind([&]<class T>(T*) {
    expectSameMoments<T>(server, client);
    client.table<T>().forEach([&](Id id, const T&) {
      const std::string name = nameOf(client, {T::kKind, id});
      EXPECT_TRUE(name.empty() || client.find(T::kKind, name).has_value()) << name;
    });
  });
}

TEST(SnapshotReaderProperty, ASnapshotAndTheChangesAfterItGiveWhatTheServerHas) {
  forEachSeed(300, [](std::uint64_t seed) {
    // Members have come at different revisions when the client begins.
    Snapshot server = test::RandomEdits(seed + 1'000'000, std::nullopt).after(test::randomSan(seed), seed % 16);
    auto client = mgmt::readSnapshot(mgmt::snapshotText(server, nullptr), seed);
    ASSERT_TRUE(client) << client.error().text;
    expectSame(server, *client);
    test::RandomEdits edits(seed, std::nullopt);
    for (int step = 0; step < 20; ++step) {
      const Snapshot next = edits.after(server, 1);
      client = mgmt::readChange(*client, event(server, next));
      ASSERT_TRUE(client) << client.error().text;
      expectSame(next, *client);
      server = next;
      if (testing::Test::HasFailure()) FAIL() << "at step " << step;
    }
  });
}

// Whoever has a scope gets parts; what is there has no end that leads nowhere.
TEST(SnapshotReaderProperty, WhatIsNotShownLeavesNoLooseEnds) {
  forEachSeed(200, [](std::uint64_t seed) {
    const Snapshot server = test::randomSan(seed);
    std::vector<std::string> labels;
    server.table<Label>().forEach([&](Id, const Label& label) {
      if (labels.empty()) labels.push_back(label.name);
    });
    const Scope scope(server, labels);
    auto client = mgmt::readSnapshot(mgmt::snapshotText(server, &scope), seed);
    ASSERT_TRUE(client) << client.error().text;
    const Snapshot next = test::RandomEdits(seed, std::nullopt).after(server, 5);
    client = mgmt::readChange(*client, event(server, next, labels));
    ASSERT_TRUE(client) << client.error().text;
    forEachKind([&]<class T>(T*) {
      client->table<T>().forEach([&](Id id, const T& object) {
        for (const FieldRow& field : fieldsOf(T::kKind)) {
          const Value value = field.get(object);
          eachRef(value, [&](ObjectRef to) {
            EXPECT_NE(client->get(to), nullptr) << refText(*client, {T::kKind, id}) << " " << field.name;
            return true;
          });
        }
      });
    });
  });
}

}  // namespace
