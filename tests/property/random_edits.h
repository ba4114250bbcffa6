// RandomEdits: what administrators (or anybody) might do next to a SAN, at random, by the field tables.
//
// Each step is one edit, or one object with its keys; a step that the SAN refuses is left out. Few names and numbers
// are in use, so that steps meet. The same random numbers give the same edits.
#pragma once

#include <random>

#include "shared/san/change.h"
#include "shared/san/coherence.h"

namespace test {

class RandomEdits {
 public:
  // `writer`: whose facts may change; none: everybody's.
  RandomEdits(std::uint64_t seed, std::optional<san::Writer> writer) : random_(seed), writer_(writer) {}

  // The snapshot after about `steps` steps, each a revision.
  san::Snapshot after(san::Snapshot snapshot, std::size_t steps) {
    for (std::size_t i = 0; i < steps; ++i) {
      const std::vector<san::Edit> edits = step(snapshot);
      auto applied = san::apply(snapshot, edits, writer_, snapshot.revision + 1, snapshot.time + 1);
      if (applied) snapshot = std::move(applied)->snapshot;
    }
    return snapshot;
  }

  // One of them; none where nothing comes to mind.
  std::vector<san::Edit> step(const san::Snapshot& snapshot) {
    for (int tries = 0; tries < 100; ++tries) {
      const auto kind = static_cast<san::Kind>(1 + upTo(san::kKinds - 2));
      const bool whole = mayWrite(rowOf(kind).writer);
      const std::size_t what = upTo(9);
      if (what == 0 && whole) return made(snapshot, kind);
      const san::ObjectRef object = anyOf(snapshot, kind);
      if (!object) continue;
      if (what == 1 && whole) return {{san::EditOp::Erase, object, {}, {}}};
      if (auto edit = change(snapshot, object)) return {std::move(*edit)};
    }
    return {};
  }

 private:
  std::size_t upTo(std::size_t highest) { return random_() % (highest + 1); }
  [[nodiscard]] bool mayWrite(san::Writer writer) const { return !writer_ || *writer_ == writer; }

  std::vector<san::Edit> made(const san::Snapshot& snapshot, san::Kind kind) {
    const san::ObjectRef object{kind, san::kFirstProvisional};
    std::vector<san::Edit> edits{{san::EditOp::Create, object, {}, {}}};
    for (const san::FieldRow& field : san::fieldsOf(kind)) {
      const bool wanted = field.key || field.name == "name" || field.name == "lun" || field.name == "ends";
      if (wanted && mayWrite(field.writer)) {
        edits.push_back({san::EditOp::Set, object, std::string(field.name), valueFor(snapshot, field)});
      }
    }
    return edits;
  }

  std::optional<san::Edit> change(const san::Snapshot& snapshot, san::ObjectRef object) {
    const auto fields = san::fieldsOf(object.kind);
    const san::FieldRow& field = fields[upTo(fields.size() - 1)];
    if (field.key || !mayWrite(field.writer)) return std::nullopt;
    if (field.type != san::FieldType::Refs) {
      return san::Edit{san::EditOp::Set, object, std::string(field.name), valueFor(snapshot, field)};
    }
    const auto now = std::get<std::vector<san::ObjectRef>>(field.get(*snapshot.get(object)));
    if (!now.empty() && upTo(1) == 0) {
      return san::Edit{san::EditOp::Remove, object, std::string(field.name), now[upTo(now.size() - 1)]};
    }
    const san::ObjectRef member = referenced(snapshot, field);
    if (!member) return std::nullopt;
    return san::Edit{san::EditOp::Add, object, std::string(field.name), member};
  }

  san::Value valueFor(const san::Snapshot& snapshot, const san::FieldRow& field) {
    switch (field.type) {
      case san::FieldType::Flag:
        return upTo(1) == 1;
      case san::FieldType::Text:
        // Units without a designator have no name of their own, see coherent().
        return (field.name == "designator" ? "naa.5" : "n") + std::to_string(upTo(11));
      case san::FieldType::Choice:
        return std::string(field.words[upTo(field.words.size() - 1)]);
      case san::FieldType::Address:
        return "10.0.0.1:" + std::to_string(4000 + upTo(20));
      case san::FieldType::Subnets:
        return std::vector<std::string>{upTo(1) == 0 ? "10.0.0.0/24" : "10.0.0.0/16", "10.1.0.0/16"};
      case san::FieldType::Ref: {
        const san::ObjectRef ref = upTo(5) == 0 ? san::ObjectRef{} : referenced(snapshot, field);
        return ref ? san::Value(ref) : san::Value();
      }
      case san::FieldType::Refs:
        return std::vector<san::ObjectRef>{};
      case san::FieldType::Accesses:
        return std::vector<san::Access>{};
      default:
        return static_cast<std::uint64_t>(upTo(std::min<std::size_t>(field.max, 5)));
    }
  }

  san::ObjectRef referenced(const san::Snapshot& snapshot, const san::FieldRow& field) {
    std::vector<san::Kind> kinds;
    for (std::size_t i = 1; i < san::kKinds; ++i) {
      if (field.mayReferTo(static_cast<san::Kind>(i))) kinds.push_back(static_cast<san::Kind>(i));
    }
    return kinds.empty() ? san::ObjectRef{} : anyOf(snapshot, kinds[upTo(kinds.size() - 1)]);
  }

  san::ObjectRef anyOf(const san::Snapshot& snapshot, san::Kind kind) {
    std::vector<san::ObjectRef> all;
    san::forEachKind([&]<class T>(T*) {
      if (T::kKind == kind) snapshot.table<T>().forEach([&](san::Id id, const T&) { all.push_back({kind, id}); });
    });
    return all.empty() ? san::ObjectRef{} : all[upTo(all.size() - 1)];
  }

  std::mt19937_64 random_;
  std::optional<san::Writer> writer_;
};

// The SAN without what checkCoherence() finds fault with, without retired credentials, which nobody can make again, and
// with a name for each logical unit that does not follow from its paths, as names cannot pass each other there.
inline san::Snapshot coherent(const san::Snapshot& snapshot) {
  san::SnapshotEditor editor(snapshot, snapshot.revision, snapshot.time);
  snapshot.table<san::Credential>().forEach([&](san::Id id, const san::Credential& credential) {
    if (credential.state == san::CredentialState::Retired) (void)editor.erase({san::Kind::Credential, id});
  });
  snapshot.table<san::LogicalUnit>().forEach([&](san::Id id, const san::LogicalUnit&) {
    editor.own<san::LogicalUnit>(id).designator = "naa.6" + std::to_string(id);
  });
  san::Snapshot next = std::move(editor.finish()).value();
  for (;;) {
    const auto status = san::checkCoherence(san::Snapshot(), next);
    if (status.ok()) return next;
    san::SnapshotEditor mending(next, next.revision, next.time);
    (void)mending.erase(status.error().object);
    next = std::move(mending.finish()).value();
  }
}

}  // namespace test
