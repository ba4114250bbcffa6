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

// Nothing: a gap.
std::optional<base::Json> event(const Snapshot& from, const Snapshot& to, std::span<const std::string> labels = {}) {
  const auto change = api::changeJson(from, to, labels);
  if (!change) return std::nullopt;
  std::string text;
  change->writeCompact(text);
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
  EXPECT_EQ(server.state, client.state);
  EXPECT_EQ(server.time, client.time);
  EXPECT_EQ(server.replayed, client.replayed);
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
    server.state = seed % 2 == 0 ? 0 : seed;
    server.replayed = seed % 3 == 0;
    auto client = mgmt::readSnapshot(mgmt::snapshotText(server, nullptr), seed);
    ASSERT_TRUE(client) << client.error().text;
    expectSame(server, *client);
    test::RandomEdits edits(seed, std::nullopt);
    for (int step = 0; step < 20; ++step) {
      Snapshot next = edits.after(server, 1);
      next.state = server.state == 0 ? 0 : server.state + 1;
      client = mgmt::readChange(*client, *event(server, next));
      ASSERT_TRUE(client) << client.error().text;
      expectSame(next, *client);
      server = next;
      if (testing::Test::HasFailure()) FAIL() << "at step " << step;
    }
  });
}

// Some of what can have a label has the label PCI.
Snapshot labelled(const Snapshot& plain, std::uint64_t seed) {
  SnapshotEditor editor(plain, plain.revision, plain.time);
  const ObjectRef label = editor.create(Kind::Label).value();
  EXPECT_TRUE(editor.set(label, *findField(Kind::Label, "name"), std::string("PCI")));
  std::mt19937_64 random(seed);
  forEachKind([&]<class T>(T*) {
    const FieldRow* const field = findField(T::kKind, "labels");
    if (field == nullptr) return;
    plain.table<T>().forEach([&](Id id, const T&) {
      if (random() % 3 != 0) return;
      EXPECT_TRUE(editor.add({T::kKind, id}, *field, label));
    });
  });
  return std::move(editor.finish()).value();
}

void expectNoLooseEnds(const Snapshot& client) {
  forEachKind([&]<class T>(T*) {
    client.table<T>().forEach([&](Id id, const T& object) {
      for (const FieldRow& field : fieldsOf(T::kKind)) {
        const Value value = field.get(object);
        eachRef(value, [&](ObjectRef to) {
          EXPECT_NE(client.get(to), nullptr) << refText(client, {T::kKind, id}) << " " << field.name;
          return true;
        });
      }
    });
  });
}

// Whoever has a scope gets parts, and at each revision those that a snapshot would give him; nothing of it has an end
// that leads nowhere.
TEST(SnapshotReaderProperty, WhoHasAScopeHasWhatASnapshotWouldShowHim) {
  int changes = 0;
  int gaps = 0;
  forEachSeed(200, [&](std::uint64_t seed) {
    Snapshot server = labelled(test::randomSan(seed), seed);
    const std::vector<std::string> labels{"PCI"};
    const auto shown = [&](const Snapshot& of) {
      const Scope scope(of, labels);
      return mgmt::readSnapshot(mgmt::snapshotText(of, &scope), seed);
    };
    auto client = shown(server);
    ASSERT_TRUE(client) << client.error().text;
    test::RandomEdits edits(seed, std::nullopt);
    for (int step = 0; step < 20; ++step) {
      const Snapshot next = edits.after(server, 1);
      const auto whole = shown(next);
      ASSERT_TRUE(whole) << whole.error().text;
      const auto change = event(server, next, labels);
      ++(change ? changes : gaps);
      client = change ? mgmt::readChange(*client, *change) : whole;
      ASSERT_TRUE(client) << client.error().text;
      expectSame(*whole, *client);
      expectNoLooseEnds(*client);
      server = next;
      if (testing::Test::HasFailure()) FAIL() << "at step " << step;
    }
  });
  EXPECT_GT(changes, gaps) << "a gap is for who sees another part";
  EXPECT_GT(gaps, 0);
}

}  // namespace
