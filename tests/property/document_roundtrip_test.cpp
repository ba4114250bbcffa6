// Documents: what is exported plans to nothing where it came from, and to itself anywhere else.
#include <gtest/gtest.h>

#include <random>

#include "shared/base/json_reader.h"
#include "shared/san/document.h"
#include "shared/san/document_kinds.h"
#include "tests/support/apply_edits.h"
#include "tests/support/synthetic_san.h"

using namespace san;

namespace {

std::string textOf(const Snapshot& snapshot) {
  std::string text;
  exportDocument(snapshot).writePretty(text);
  return text;
}

// The first line in which two texts differ; empty where they are equal.
std::string difference(const std::string& a, const std::string& b) {
  const auto [x, y] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (x == a.end() && y == b.end()) return {};
  const auto line = [](const std::string& text, std::string::const_iterator at) {
    const std::size_t begin = text.rfind('\n', static_cast<std::size_t>(at - text.begin()));
    return text.substr(begin + 1, text.find('\n', begin + 1) - begin - 1);
  };
  return line(a, x) + " instead of " + line(b, y);
}

// Plans by way of the text, and applies.
Snapshot planned(const Snapshot& current, const std::string& text, DocumentMode mode, std::size_t* edits = nullptr) {
  const auto json = base::parseJson(text);
  EXPECT_TRUE(json.ok());
  const DocumentPlan plan = planDocument(current, *json, mode);
  for (const DocumentError& error : plan.errors) ADD_FAILURE() << error.pointer << ": " << error.text;
  if (edits != nullptr) *edits = plan.edits.size();
  auto next = test::applyEdits(current, plan.edits, std::nullopt);
  if (!next) {
    ADD_FAILURE() << next.error().field << ": " << next.error().text;
    return current;
  }
  return std::move(next).value();
}

template <class Visit>
void forEachDocumentObject(const Snapshot& snapshot, Visit&& visit) {
  forEachKind([&]<class T>(T*) {
    if ((documentKinds() & document::bitOf(T::kKind)) == 0) return;
    snapshot.table<T>().forEach([&](Id id, const T&) { visit(ObjectRef{T::kKind, id}); });
  });
}

// What remains when no administrator has ever done anything.
Snapshot withoutAdministrators(const Snapshot& full) {
  SnapshotEditor editor(full, full.revision + 1, full.time);
  forEachDocumentObject(full, [&](ObjectRef ref) {
    if (document::mayMake(ref.kind)) {
      EXPECT_TRUE(editor.erase(ref).ok());
      return;
    }
    const auto defaults = makeObject(ref.kind);
    for (const FieldRow& field : fieldsOf(ref.kind)) {
      if (!document::isContent(ref.kind, field)) continue;
      EXPECT_TRUE(editor.set(ref, field, field.get(*defaults)).ok());
    }
  });
  return editor.finish().value();
}

// Erases some, renames some, gives some the values of others, makes some.
Snapshot changed(const Snapshot& base, std::mt19937& random) {
  SnapshotEditor editor(base, base.revision + 1, base.time);
  std::vector<std::vector<ObjectRef>> byKind(kKinds);
  forEachDocumentObject(base, [&](ObjectRef ref) { byKind[static_cast<std::size_t>(ref.kind)].push_back(ref); });
  int number = static_cast<int>(random() % 1'000'000);
  for (int i = 0; i < 60; ++i) {
    const auto& all = byKind[random() % kKinds];
    if (all.empty()) continue;
    const ObjectRef ref = all[random() % all.size()];
    const ObjectRef other = all[random() % all.size()];
    if (editor.view().get(ref) == nullptr || editor.view().get(other) == nullptr) continue;
    const auto fields = fieldsOf(ref.kind);
    const FieldRow& field = fields[random() % fields.size()];
    const auto roll = random() % 10;
    if (roll == 0 && document::mayMake(ref.kind)) {
      EXPECT_TRUE(editor.erase(ref).ok());
    } else if (roll == 1 && document::mayMake(ref.kind) && document::nameMember(ref.kind) == "name") {
      const FieldRow& name = *findField(ref.kind, "name");
      EXPECT_TRUE(editor.set(ref, name, "renamed " + std::to_string(++number)).ok());
    } else if (roll == 2 && document::nameMember(ref.kind) == "name" && document::mayMake(ref.kind)) {
      const ObjectRef made = editor.create(ref.kind).value();
      EXPECT_TRUE(editor.set(made, *findField(ref.kind, "name"), "new " + std::to_string(++number)).ok());
      if (document::isContent(ref.kind, field)) (void)editor.set(made, field, field.get(*editor.view().get(other)));
    } else if (document::isContent(ref.kind, field)) {
      const Value value = field.get(*editor.view().get(other));
      // Nothing that was erased before in this revision.
      bool whole = true;
      if (const auto* to = std::get_if<ObjectRef>(&value)) whole = editor.view().get(*to) != nullptr;
      if (const auto* list = std::get_if<std::vector<ObjectRef>>(&value)) {
        for (ObjectRef to : *list) whole = whole && editor.view().get(to) != nullptr;
      }
      EXPECT_TRUE(!whole || editor.set(ref, field, value).ok());
    }
  }
  return editor.finish().value();
}

test::SyntheticPlan planOf(std::uint64_t seed) {
  test::SyntheticPlan plan;
  plan.seed = seed;
  plan.spread = seed % 2 == 0 ? test::Spread::Uniform : test::Spread::Hubs;
  plan.hosts = 40;
  plan.targets = 8;
  plan.units = 60;
  plan.domainsPerSet = 15;
  return plan;
}

TEST(DocumentRoundTrip, WhatIsExportedPlansToNothingWhereItCameFrom) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const Snapshot full = test::syntheticSan(planOf(seed)).snapshot;
    for (DocumentMode mode : {DocumentMode::Merge, DocumentMode::Whole}) {
      std::size_t edits = 0;
      (void)planned(full, textOf(full), mode, &edits);
      EXPECT_EQ(edits, 0U) << seed;
    }
  }
}

TEST(DocumentRoundTrip, AnEmptySanBecomesTheExportedOne) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const Snapshot full = test::syntheticSan(planOf(seed)).snapshot;
    const Snapshot bare = withoutAdministrators(full);
    EXPECT_TRUE(bare.table<Host>().empty());
    for (DocumentMode mode : {DocumentMode::Merge, DocumentMode::Whole}) {
      EXPECT_EQ(difference(textOf(planned(bare, textOf(full), mode)), textOf(full)), "") << seed;
    }
  }
}

TEST(DocumentRoundTrip, AWholeDocumentMakesAnySanTheExportedOne) {
  std::mt19937 random(7);
  std::size_t most = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const Snapshot from = changed(test::syntheticSan(planOf(seed % 4)).snapshot, random);
    const Snapshot to = changed(test::syntheticSan(planOf(seed % 4)).snapshot, random);
    std::size_t edits = 0;
    EXPECT_EQ(difference(textOf(planned(from, textOf(to), DocumentMode::Whole, &edits)), textOf(to)), "") << seed;
    most = std::max(most, edits);
  }
  EXPECT_GT(most, 30U);
}

}  // namespace
