// Change sets on random SANs: a difference leads where it came from, its inverse back, a merge keeps what both sides
// did, and the impact is what brute force finds cell by cell.
#include "shared/san/default_domain.h"
#include "shared/san/impact.h"
#include "shared/san/inverse.h"
#include "shared/san/merge.h"
#include "shared/san/pair_layers.h"
#include "tests/property/random_edits.h"
#include "tests/property/random_san.h"
#include "tests/property/seeds.h"

using namespace san;
using test::coherent;
using test::forEachSeed;
using test::RandomEdits;
using test::randomSan;

namespace {

std::string inWords(const Diff& diff, const Snapshot& before, const Snapshot& after) {
  std::string all;
  for (const std::string& line : textLines(diff, before, after)) all += line + "\n";
  return all;
}

std::optional<Applied> done(const Snapshot& base, const std::vector<Edit>& edits, std::optional<Writer> writer) {
  auto applied = apply(base, edits, writer, base.revision + 1, base.time + 1);
  if (applied) return std::move(applied).value();
  ADD_FAILURE() << "edit " << applied.error().edit.value_or(0) << " " << applied.error().field << ": "
                << applied.error().text;
  return std::nullopt;
}

// What of a difference is of this writer; whatever else a new object has, begins anew where it is made again.
Diff factsOf(Diff all, std::optional<Writer> writer) {
  for (ObjectChange& one : all.objects) {
    std::erase_if(one.fields, [&](const FieldChange& field) { return writer && field.field->writer != *writer; });
  }
  std::erase_if(all.objects, [](const ObjectChange& one) { return one.fate == Fate::Changed && one.fields.empty(); });
  return all;
}

// The difference from before to after is that from before to `other`, but for the ids of what is new.
void expectSame(const Snapshot& before, const Snapshot& after, const Snapshot& other, const NewIds& made,
                std::optional<Writer> writer) {
  const Diff wanted = factsOf(diff(before, after), writer);
  NewIds ids;
  for (const auto& [mine, provisional] : provisionalIds(wanted)) ids.emplace(mine, made.at(provisional));
  const Diff got = factsOf(diff(before, other), writer);
  if (renamed(wanted, ids) == got) return;
  ADD_FAILURE() << "wanted\n" << inWords(wanted, before, after) << "got\n" << inWords(got, before, other);
}

void checkRoundTrip(std::uint64_t seed, std::optional<Writer> writer) {
  const Snapshot before = coherent(randomSan(seed));
  const Snapshot after = RandomEdits(seed, writer).after(before, 1 + seed % 40);
  // An erased host can leave its initiators to another one, whose maps then meet theirs: one edit does not see that, and
  // no list of edits makes it again.
  if (!checkCoherence(Snapshot(), after)) return;
  const auto between = [&](const Snapshot& from, const Snapshot& to) {
    return editsOf(writer ? decided(diff(from, to), from, to) : diff(from, to), writer);
  };
  if (const auto there = done(before, between(before, after), writer)) {
    expectSame(before, after, there->snapshot, there->made, writer);
  }
  if (const auto back = done(after, between(after, before), writer)) {
    expectSame(after, before, back->snapshot, back->made, writer);
  }
}

TEST(SanChangeProperty, EditsOfADifferenceLeadToTheOtherSnapshotAndBack) {
  forEachSeed(3000, [](std::uint64_t seed) { checkRoundTrip(seed, Writer::ChangeSet); });
}

TEST(SanChangeProperty, AlsoForFactsOfEveryWriter) {
  forEachSeed(3000, [](std::uint64_t seed) { checkRoundTrip(seed, std::nullopt); });
}

TEST(SanChangeProperty, TheInverseRestoresWhatWasThere) {
  forEachSeed(3000, [](std::uint64_t seed) {
    const Snapshot before = coherent(randomSan(seed));
    const Snapshot after = RandomEdits(seed, Writer::ChangeSet).after(before, 1 + seed % 30);
    const Inverse made = inverse(before, after, after);
    ASSERT_TRUE(made.left.empty()) << made.left[0].why;
    const auto back = done(after, made.edits, Writer::ChangeSet);
    if (back) expectSame(after, before, back->snapshot, back->made, Writer::ChangeSet);
  });
}

// Whom the name server puts into the default domain, or takes out of it, is nobody's decision.
bool isMovedByServer(const Snapshot& snapshot, ObjectRef object) {
  return snapshot.settings().defaultDomain && object == ObjectRef{Kind::Domain, Domain::kDefault};
}

bool isLeft(const std::vector<Dropped>& left, ObjectRef object, const FieldRow* field) {
  return std::ranges::any_of(left, [&](const Dropped& one) {
    return one.object == object && (one.field.empty() || field == nullptr || one.field == field->name);
  });
}

// What happened since stays; what did not change since is as before, or reported.
TEST(SanChangeProperty, TheInverseLeavesAloneWhatWasChangedSince) {
  forEachSeed(3000, [](std::uint64_t seed) {
    const Snapshot before = coherent(randomSan(seed));
    const Snapshot after = RandomEdits(seed, Writer::ChangeSet).after(before, 1 + seed % 20);
    const Snapshot current = RandomEdits(seed + 7, Writer::ChangeSet).after(after, 1 + seed % 15);
    const Inverse made = inverse(before, after, current);
    const auto back = done(current, made.edits, Writer::ChangeSet);
    if (!back) return;
    const Diff change = diff(before, after);
    for (const ObjectChange& one : diff(current, back->snapshot).objects) {
      if (one.fate == Fate::Created || isMovedByServer(current, one.object)) continue;
      const ObjectChange* own = change.find(one.object);
      ASSERT_NE(own, nullptr) << refText(current, one.object) << " was not part of the change";
    }
    for (const ObjectChange& one : change.objects) {
      const Object* now = back->snapshot.get(one.object);
      const Object* was = current.get(one.object);
      if (one.fate == Fate::Created && now != nullptr) {
        ASSERT_TRUE(isLeft(made.left, one.object, nullptr)) << refText(current, one.object);
      }
      if (one.fate != Fate::Changed || was == nullptr) continue;
      for (const FieldChange& field : one.fields) {
        if (isList(*field.field) || field.field->writer != Writer::ChangeSet) continue;
        if (isLeft(made.left, one.object, field.field)) continue;
        // A reference to what was erased comes back with a new id.
        if (field.field->type == FieldType::Ref &&
            current.get(std::get_if<ObjectRef>(&field.before) != nullptr ? std::get<ObjectRef>(field.before)
                                                                         : ObjectRef{}) == nullptr)
          continue;
        ASSERT_EQ(field.field->get(*now), field.before) << refText(current, one.object) << " " << field.field->name;
      }
    }
  });
}

struct MergeCase {
  explicit MergeCase(std::uint64_t seed)
      : base(coherent(randomSan(seed))),
        theirs(RandomEdits(seed + 1, Writer::ChangeSet).after(base, 1 + seed % 12)),
        draft(editsOf(
            provisional(diff(base, RandomEdits(seed + 2, Writer::ChangeSet).after(base, 1 + seed % 9)), seed % 4 != 0),
            Writer::ChangeSet)) {}
  // As people draft: new domains have no numbers yet.
  static Diff provisional(const Diff& diff, bool domainsToo) {
    NewIds names;
    for (const ObjectChange& one : diff.objects) {
      if (one.fate == Fate::Created && domainsToo)
        names.emplace(one.object, ObjectRef{one.object.kind, kFirstProvisional + one.object.id});
    }
    return renamed(diff, names);
  }
  Snapshot base, theirs;
  std::vector<Edit> draft;
};

bool isNamed(const std::vector<Difference>& list, ObjectRef object, const FieldRow* field, bool orWhole) {
  return std::ranges::any_of(list, [&](const Difference& one) {
    return one.object == object &&
           ((orWhole && one.field.empty()) || one.field == (field == nullptr ? "" : field->name));
  });
}

void expectHolds(const FieldChange& change, const Value& now, const std::string& whose) {
  if (isList(*change.field)) {
    EXPECT_TRUE(isEmptyList(membersWithout(change.added, now)))
        << whose << " members that joined, " << change.field->name;
    EXPECT_TRUE(isEmptyList(membersWithout(change.removed, membersWithout(change.removed, now))))
        << whose << " members that left, " << change.field->name;
  } else {
    EXPECT_EQ(now, change.after) << whose << " " << change.field->name;
  }
}

void checkMerge(std::uint64_t seed) {
  const MergeCase one(seed);
  const auto merged = merge(one.base, one.draft, one.theirs);
  ASSERT_TRUE(merged.ok()) << merged.error().text;
  const auto result = done(one.theirs, merged->edits, Writer::ChangeSet);
  if (!result) return;
  const Diff their = diff(one.base, one.theirs);
  for (const ObjectChange& change : their.objects) {
    const Object* now = result->snapshot.get(change.object);
    // What nobody has decided, as a reference that was cleared with what it referred to, keeps nothing from being erased.
    const bool decided = std::ranges::any_of(
        change.fields, [](const FieldChange& field) { return field.field->writer == Writer::ChangeSet; });
    const bool erasedByUs = std::ranges::any_of(one.draft, [&](const Edit& edit) {
      return edit.op == EditOp::Erase && edit.object == change.object;
    });
    if (now == nullptr && erasedByUs && !decided) continue;
    ASSERT_EQ(now == nullptr, change.fate == Fate::Erased) << refText(one.theirs, change.object);
    if (now == nullptr) continue;
    if (isMovedByServer(one.base, change.object)) continue;
    for (const FieldChange& field : change.fields) expectHolds(field, field.field->get(*now), "their");
  }
  const auto alone = apply(one.base, one.draft, Writer::ChangeSet, one.base.revision + 1, 0);
  ASSERT_TRUE(alone.ok());
  NewIds toDraft;
  for (const auto& [provisional, real] : alone->made) toDraft.emplace(real, provisional);
  // Ours, in the draft's ids, then in those of the result.
  const Diff ours = renamed(diff(one.base, alone->snapshot), toDraft);
  const Diff inResult = renamed(ours, result->made);
  for (const ObjectChange& change : ours.objects) {
    if (isNamed(merged->conflicts, change.object, nullptr, true)) continue;
    const auto made = result->made.find(change.object);
    const ObjectRef object = made == result->made.end() ? change.object : made->second;
    const Object* now = result->snapshot.get(object);
    ASSERT_EQ(now == nullptr, change.fate == Fate::Erased) << refText(one.base, change.object);
    if (now == nullptr || isMovedByServer(one.base, change.object)) continue;
    for (const FieldChange& field : inResult.find(object)->fields) {
      if (isNamed(merged->conflicts, change.object, field.field, false)) continue;
      expectHolds(field, field.field->get(*now), "our");
    }
  }
  const Footprint print = footprint(one.base, one.draft);
  for (const auto* list : {&print.changed, &print.read}) {
    for (const Dependence& on : *list) {
      const ObjectChange* change = their.find(on.object);
      if (change == nullptr) continue;
      const auto listed = [&](const FieldRow* field) {
        return isNamed(merged->conflicts, on.object, field, false) || isNamed(merged->taken, on.object, field, false);
      };
      if (change->fate != Fate::Changed) {
        EXPECT_TRUE(listed(nullptr)) << refText(one.base, on.object);
        continue;
      }
      for (const FieldChange& field : change->fields) EXPECT_TRUE(listed(field.field)) << refText(one.base, on.object);
    }
  }
}

TEST(SanChangeProperty, AMergeKeepsWhatBothSidesDidAndListsTheRest) { forEachSeed(4000, checkMerge); }

// --- impact ---

CellReach reachOf(const SanIndex& index, ObjectRef host, Id unit) {
  const auto number = index.hostNumber(host);
  if (!number || !index.unitNumber(unit)) return {};
  const Cell cell = cellOf(index, Basis::Desired, *number, unit);
  return {cell.works, cell.getsIn, cell.getsIn == Truth::No ? Right::ReadOnly : cell.right};
}

// Of a host that is there, its cell; else what stands in for it: the hosts that its initiators make there and that are
// new.
CellReach sideOf(const SanIndex& index, const SanIndex& other, ObjectRef host, Id unit) {
  if (index.hostNumber(host)) return reachOf(index, host, unit);
  CellReach best;
  for (Id initiator : other.initiatorsOf(*other.hostNumber(host))) {
    const ObjectRef standIn = index.hostOf(initiator);
    if (!standIn || other.hostNumber(standIn)) continue;
    const CellReach one = reachOf(index, standIn, unit);
    if (one.getsIn > best.getsIn) best.right = one.right;
    if (one.getsIn == best.getsIn) best.right = std::max(best.right, one.right);
    best.works = either(best.works, one.works);
    best.getsIn = either(best.getsIn, one.getsIn);
  }
  return best;
}

std::optional<Turn> turnOf(const CellReach& was, const CellReach& is) {
  if (is.works < was.works || is.getsIn < was.getsIn) return Turn::Lost;
  if (is.works > was.works || is.getsIn > was.getsIn) return Turn::Gained;
  if (was.right != is.right) return Turn::Right;
  return std::nullopt;
}

std::vector<CellChange> changesByForce(const SanIndex& before, const SanIndex& after) {
  std::set<ObjectRef> hosts(before.hosts().begin(), before.hosts().end());
  hosts.insert(after.hosts().begin(), after.hosts().end());
  std::set<Id> units(before.units().begin(), before.units().end());
  units.insert(after.units().begin(), after.units().end());
  std::vector<CellChange> all;
  for (ObjectRef host : hosts) {
    for (Id unit : units) {
      const CellReach was = sideOf(before, after, host, unit);
      const CellReach is = sideOf(after, before, host, unit);
      const auto turn = turnOf(was, is);
      if (!turn) continue;
      if (!(*turn == Turn::Lost ? before : after).hostNumber(host)) continue;
      all.push_back({host, unit, *turn, was, is});
    }
  }
  return all;
}

std::vector<Id> toldByForce(const SanIndex& before, const SanIndex& after) {
  const auto share = [](const SanIndex& index, Id a, Id b) {
    bool any = false;
    index.snapshot().table<Domain>().forEach([&](Id id, const Domain& domain) {
      any = any || (index.isActive(id) && domain.nodes.contains(a) && domain.nodes.contains(b));
    });
    return any;
  };
  std::vector<Id> nodes;
  after.snapshot().table<Node>().forEach([&](Id id, const Node& node) {
    if (node.registered()) nodes.push_back(id);
  });
  std::vector<Id> told;
  for (Id a : nodes) {
    const bool any =
        std::ranges::any_of(nodes, [&](Id b) { return a != b && share(before, a, b) != share(after, a, b); });
    if (any) told.push_back(a);
  }
  return told;
}

std::string inWords(const CellChange& change) {
  const auto reach = [](const CellReach& one) {
    return std::string(wordOf(one.works)) + "/" + std::string(wordOf(one.getsIn)) + "/" +
           std::string(wordOf(one.right));
  };
  return std::string(nameOf(change.host.kind)) + " " + std::to_string(change.host.id) + " unit " +
         std::to_string(change.unit) + " " + std::string(wordOf(change.turn)) + " " + reach(change.before) + " -> " +
         reach(change.after);
}

void checkImpact(std::uint64_t seed, std::optional<Writer> writer) {
  const Snapshot base = randomSan(seed);
  const SanIndex before(base);
  const SanIndex after(RandomEdits(seed, writer).after(base, 1 + seed % 12));
  const Impact made = impact(before, after);
  std::vector<std::string> wanted;
  std::vector<std::string> got;
  Turns turns;
  for (const CellChange& one : changesByForce(before, after)) {
    wanted.push_back(inWords(one));
    ++(one.turn == Turn::Gained ? turns.gained : one.turn == Turn::Lost ? turns.lost : turns.rights);
  }
  for (const CellChange& one : made.listed) got.push_back(inWords(one));
  ASSERT_EQ(got, wanted);
  ASSERT_EQ(made.cells, turns);
  Turns byHost;
  Turns byUnit;
  const auto add = [](Turns& to, const Turns& more) {
    to = {to.gained + more.gained, to.lost + more.lost, to.rights + more.rights};
  };
  for (const HostImpact& host : made.hosts) add(byHost, host.units);
  for (const UnitImpact& unit : made.units) add(byUnit, unit.hosts);
  ASSERT_EQ(byHost, turns);
  ASSERT_EQ(byUnit, turns);
  ASSERT_EQ(made.told, toldByForce(before, after));
}

TEST(SanChangeProperty, TheImpactIsWhatBruteForceFinds) {
  forEachSeed(4000, [](std::uint64_t seed) { checkImpact(seed, Writer::ChangeSet); });
}
TEST(SanChangeProperty, TheImpactOfAnythingElseToo) {
  forEachSeed(4000, [](std::uint64_t seed) { checkImpact(seed, std::nullopt); });
}

// Every session, without asking whether anything of it was touched.
TEST(SanChangeProperty, NoSessionThatIsTouchedIsLeftOut) {
  forEachSeed(4000, [](std::uint64_t seed) {
    const Snapshot base = randomSan(seed);
    const SanIndex before(base);
    const SanIndex after(RandomEdits(seed, Writer::ChangeSet).after(base, 1 + seed % 12));
    std::vector<Id> wanted;
    PairLayers was(before);
    PairLayers is(after);
    base.table<Session>().forEach([&](Id id, const Session& session) {
      was.look(session.initiator.id, session.target.id);
      is.look(session.initiator.id, session.target.id);
      const Truth had = was.admitted(Basis::Desired).truth;
      const Truth has = is.admitted(Basis::Desired).truth;
      bool touched = has < had;
      for (Id unit : before.unitsOf(session.target.id)) {
        const Mapping map = was.mapped(Basis::Desired, unit);
        const Mapping mapAfter = is.mapped(Basis::Desired, unit);
        const bool had1 = both(had, map.truth) != Truth::No;
        touched = touched || both(has, mapAfter.truth) < both(had, map.truth) || (had1 && map.right != mapAfter.right);
      }
      if (touched) wanted.push_back(id);
    });
    std::vector<Id> got;
    for (const SessionImpact& one : impact(before, after).sessions) got.push_back(one.session);
    ASSERT_EQ(got, wanted);
  });
}

}  // namespace
