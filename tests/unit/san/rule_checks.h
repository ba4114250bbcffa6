// For the tests of rules: a small SAN whose targets have agents, and what one rule says of it.
#pragma once

#include <gtest/gtest.h>

#include <map>

#include "shared/san/finding_changes.h"
#include "shared/san/rules.h"
#include "tests/support/san_builder.h"

namespace test {

// One network for storage, 10.0.0.0/16, in which SanBuilder's portals are.
class RuleSan : public SanBuilder {
 public:
  RuleSan() {
    network =
        create(Kind::Network, {{"name", std::string("storage")}, {"subnets", std::vector<std::string>{"10.0.0.0/16"}}});
  }
  // A host with one initiator, "iqn.2026-01.example:NAME".
  Id machine(const std::string& name, Id cluster = 0) {
    const Id made = host(name, iqn(name));
    if (cluster != 0) set({Kind::Host, made}, "cluster", ObjectRef{Kind::Cluster, cluster});
    return made;
  }
  // A target with an agent of ours.
  Id disk(const std::string& name) {
    const Id made = target(iqn(name));
    create(Kind::Agent, {{"name", name + " agent"},
                         {"entity", done().get<Node>(made)->entity.ref()},
                         {"reported_at", std::uint64_t{1}}});
    return made;
  }
  [[nodiscard]] Id of(const std::string& name) const { return nodeNamed(iqn(name)); }
  Id label(const std::string& name, const std::string& regime = {}) {
    return create(Kind::Label, {{"name", name}, {"regime", regime}});
  }
  Id cluster(const std::string& name) { return create(Kind::Cluster, {{"name", name}}); }
  void settings(std::string_view field, const Value& value) {
    if (done().get<Settings>(Settings::kId) == nullptr) create(Kind::Settings, {}, Settings::kId);
    set({Kind::Settings, Settings::kId}, field, value);
  }
  // Zoned with the target, and mapped.
  void give(Id host, Id target, Id unit, Right right = Right::ReadWrite) {
    zone("zone" + std::to_string(done().revision), {initiatorOf(host), target});
    map({Kind::Host, host}, target, unit, 0, right);
  }
  [[nodiscard]] Id initiatorOf(Id host) const {
    const SanIndex index(done());
    return index.initiatorsOf(*index.hostNumber({Kind::Host, host})).front();
  }
  void labels(ObjectRef object, Id label) { add(object, "labels", {Kind::Label, label}); }
  Id waiver(const std::string& rule, ObjectRef subject, std::uint64_t expires) {
    return create(Kind::Waiver, {{"rule", rule}, {"subject", to(subject)}, {"expires", expires}});
  }
  // Another portal of the node's entity.
  Id morePortal(Id node, const std::string& address) {
    const Id made = portal(address, done().get<Node>(node)->entity.id);
    group(node, made);
    return made;
  }
  static std::string iqn(const std::string& name) { return "iqn.2026-01.example:" + name; }

  Id network = 0;
};

// What a rule says; reach by what is wanted, so that maps and zones of the test count at once.
inline Findings check(const SanBuilder& san, std::string_view rule, Seconds now = 0, Basis basis = Basis::Desired) {
  FindingContext context;
  context.now = now;
  context.basis = basis;
  return evaluateRule(SanIndex(san.done()), context, rule);
}

inline const Finding& only(const Findings& findings) {
  static const Finding kNone;
  EXPECT_EQ(findings.list.size(), 1U);
  return findings.list.size() == 1 ? findings.list.front() : kNone;
}

// The SAN with the edits of a mend, provisional ids resolved.
inline SanBuilder mended(const SanBuilder& san, const Mend& mend) {
  EXPECT_FALSE(mend.edits.empty()) << mend.sentence;
  SanBuilder next(san.done());
  next.edit([&](SnapshotEditor& editor) {
    std::map<ObjectRef, ObjectRef> made;
    const auto real = [&](ObjectRef ref) { return made.contains(ref) ? made.at(ref) : ref; };
    for (const Edit& edit : mend.edits) {
      Value value = edit.value;
      if (auto* ref = std::get_if<ObjectRef>(&value)) *ref = real(*ref);
      const ObjectRef object = real(edit.object);
      const FieldRow* field = findField(object.kind, edit.field);
      bool ok = true;
      switch (edit.op) {
        case EditOp::Create: {
          const auto created = editor.create(object.kind);
          ok = created.ok();
          if (ok) made[edit.object] = *created;
          break;
        }
        case EditOp::Erase:
          ok = editor.erase(object).ok();
          break;
        case EditOp::Set:
          ok = editor.set(object, *field, value).ok();
          break;
        case EditOp::Add:
          ok = editor.add(object, *field, std::get<ObjectRef>(value)).ok();
          break;
        case EditOp::Remove:
          ok = editor.remove(object, *field, std::get<ObjectRef>(value)).ok();
          break;
      }
      EXPECT_TRUE(ok) << wordOf(edit.op) << " " << nameOf(object.kind) << " " << edit.field;
    }
  });
  return next;
}

}  // namespace test
