// Random requests of every kind against the registry, and the SAN model as it follows from the stored changes. Whatever
// was asked, the model says what the registry says, and a model that is loaded from the rows says the same as one that
// followed the changes.
#include <gtest/gtest.h>

#include <algorithm>

#include "db/memory/memory_store.h"
#include "isns-server/manage/model/projection.h"
#include "shared/base/printable.h"
#include "tests/property/random_requests.h"
#include "tests/property/registry_world.h"

namespace {

using Lines = std::vector<std::string>;

std::string sorted(Lines lines) {
  std::sort(lines.begin(), lines.end());
  std::string all;
  for (const std::string& line : lines) all += line + '\n';
  return all;
}

std::string list(Lines names) {
  std::sort(names.begin(), names.end());
  std::string all;
  for (const std::string& name : names) all += " " + name;
  return all;
}

// What the registry says, by names.
std::string saidByRegistry(const core::State& state) {
  namespace tag = isns::tag;
  const auto portalName = [](const core::Portal& portal) {
    isns::PortalAddress address;
    const base::ByteView ip = portal.attributes.value(tag::kPortalIp);
    std::copy(ip.begin(), ip.end(), address.ip.begin());
    address.port = portal.attributes.u32Or(tag::kPortalPort, 0);
    return isns::formatPortal(address);
  };
  const auto entityName = [&](core::Index index) {
    return index == 0 ? std::string() : std::string(state.get<core::Entity>(index)->attributes.text(tag::kEntityId));
  };
  Lines lines;
  state.entities.forEach([&](core::Index i, const core::Entity&) { lines.push_back("entity " + entityName(i)); });
  state.portals.forEach([&](core::Index, const core::Portal& o) {
    lines.push_back("portal " + portalName(o) + " of " + entityName(o.entity));
  });
  state.nodes.forEach([&](core::Index, const core::Node& o) {
    lines.push_back("node " + std::string(o.name()) + " type " + std::to_string(o.type() & 3) + " of " + entityName(o.entity));
  });
  state.groups.forEach([&](core::Index, const core::PortalGroup& o) {
    lines.push_back("group " + std::string(state.get<core::Node>(o.node)->name()) + " " +
                    portalName(*state.get<core::Portal>(o.portal)) + " " + std::to_string(o.tag));
  });
  state.domains.forEach([&](core::Index i, const core::Domain& o) {
    Lines members;
    o.nodes.forEach([&](core::Index n) { members.emplace_back(state.get<core::Node>(n)->name()); });
    o.portals.forEach([&](core::Index p) { members.push_back(portalName(*state.get<core::Portal>(p))); });
    lines.push_back("domain " + std::to_string(i) + " " + base::printable(o.attributes.text(tag::kDdName)) + list(members) +
                    " features " + std::to_string(o.attributes.u32Or(tag::kDdFeatures, 0)));
  });
  state.sets.forEach([&](core::Index i, const core::DomainSet& o) {
    Lines members;
    o.domains.forEach([&](core::Index d) { members.push_back(std::to_string(d)); });
    lines.push_back("set " + std::to_string(i) + " " + base::printable(o.attributes.text(tag::kDdsName)) +
                    (o.enabled() ? " enabled" : " disabled") + list(members));
  });
  return sorted(lines);
}

// What the model says, in the same words. It may know nodes and portals that the registry has forgotten.
std::string saidByModel(const san::Snapshot& snapshot, const manage::Projection& projection) {
  using san::Kind;
  const auto name = [&](Kind kind, san::Id id) { return san::nameOf(snapshot, {kind, id}); };
  Lines lines;
  snapshot.table<san::Entity>().forEach([&](san::Id, const san::Entity& o) { lines.push_back("entity " + o.name); });
  snapshot.table<san::Portal>().forEach([&](san::Id id, const san::Portal& o) {
    if (!projection.indexOf({Kind::Portal, id})) return;
    lines.push_back("portal " + name(Kind::Portal, id) + " of " + name(Kind::Entity, o.entity.id));
  });
  snapshot.table<san::Node>().forEach([&](san::Id id, const san::Node& o) {
    if (!projection.indexOf({Kind::Node, id})) return;
    const int type = (o.target ? 1 : 0) + (o.initiator ? 2 : 0);
    lines.push_back("node " + o.name + " type " + std::to_string(type) + " of " + name(Kind::Entity, o.entity.id));
  });
  snapshot.table<san::PortalGroup>().forEach([&](san::Id, const san::PortalGroup& o) {
    lines.push_back("group " + name(Kind::Node, o.node.id) + " " + name(Kind::Portal, o.portal.id) + " " + std::to_string(o.tag));
  });
  snapshot.table<san::Domain>().forEach([&](san::Id id, const san::Domain& o) {
    Lines members;
    for (const san::Member& member : o.nodes.items()) members.push_back(name(Kind::Node, member.id));
    o.portals.forEach([&](san::Id p) { members.push_back(name(Kind::Portal, p)); });
    lines.push_back("domain " + std::to_string(id) + " " + o.name + list(members) + " features " + std::to_string(o.features));
  });
  snapshot.table<san::DomainSet>().forEach([&](san::Id id, const san::DomainSet& o) {
    Lines members;
    for (const san::Member& member : o.domains.items()) members.push_back(std::to_string(member.id));
    lines.push_back("set " + std::to_string(id) + " " + o.name + (o.enabled ? " enabled" : " disabled") + list(members));
  });
  return sorted(lines);
}

// Since when: what a load must give back too.
std::string sinceWhen(const san::Snapshot& snapshot) {
  Lines lines;
  snapshot.table<san::Domain>().forEach([&](san::Id id, const san::Domain& o) {
    lines.push_back("domain " + std::to_string(id) + " made " + std::to_string(o.created));
    for (const san::Member& member : o.nodes.items()) {
      lines.push_back("member " + san::nameOf(snapshot, {san::Kind::Node, member.id}) + " of " + std::to_string(id) +
                      " since " + std::to_string(member.since));
    }
  });
  snapshot.table<san::DomainSet>().forEach([&](san::Id id, const san::DomainSet& o) {
    for (const san::Member& member : o.domains.items()) {
      lines.push_back("domain " + std::to_string(member.id) + " of set " + std::to_string(id) + " since " + std::to_string(member.since));
    }
  });
  return sorted(lines);
}

class Follower final : public store::ChangeSink {
 public:
  explicit Follower(manage::Projection& projection) : projection_(projection) {}
  bool change(const store::Change& change) override {
    const base::Status status = projection_.apply(change);
    EXPECT_TRUE(status.ok()) << status.error().text;
    return status.ok();
  }

 private:
  manage::Projection& projection_;
};

class Loader final : public store::RowSink {
 public:
  explicit Loader(manage::Projection& projection) : projection_(projection) {}
  base::Status row(std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells) override {
    return projection_.loadRow(table, id, cells);
  }
  base::Status end(const store::LoadInfo& info) override { return projection_.finishLoad(info.revision, 0); }

 private:
  manage::Projection& projection_;
};

class ProjectionProperty : public testing::TestWithParam<unsigned> {};

TEST_P(ProjectionProperty, TheModelSaysWhatTheRegistrySays) {
  const auto database = std::make_shared<memory::MemoryDatabase>(core::schema());
  property::RegistryWorld world(GetParam() % 4 == 0, database);
  property::RandomRequests requests(GetParam());
  memory::MemoryStore store(database);
  manage::Projection followed(7, {});
  Follower follower(followed);
  for (int step = 0; step < 2000 && !HasFailure(); ++step) {
    SCOPED_TRACE("seed " + std::to_string(GetParam()) + ", step " + std::to_string(step));
    const auto made = requests.make();
    world.send(made.function, made.flags, made.payload, made.control);
    if (requests.oneIn(40)) world.advance(std::chrono::seconds(requests.below(400)));
    ASSERT_TRUE(store.changesSince(followed.snapshot().revision, 1000, follower).ok());
    if (step % 10 != 0) continue;
    ASSERT_EQ(saidByRegistry(world.state()), saidByModel(followed.snapshot(), followed));
    if (step % 50 != 0) continue;
    manage::Projection loaded(8, {});
    Loader loader(loaded);
    const auto info = store.load(loader);
    ASSERT_TRUE(info.ok()) << info.error().text;
    ASSERT_EQ(saidByRegistry(world.state()), saidByModel(loaded.snapshot(), loaded));
    ASSERT_EQ(sinceWhen(followed.snapshot()), sinceWhen(loaded.snapshot()));
    ASSERT_EQ(followed.snapshot().revision, loaded.snapshot().revision);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ProjectionProperty, testing::Range(1U, 17U));

}  // namespace
