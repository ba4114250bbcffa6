// Whatever is asked of the name server and of the management server: the model that a start of the server would read
// from the store is the one that it has, and no row is left out of it. Requests on the wire, change sets (also with a
// client in between), reports of agents, waivers, labels and the end of registrations, at random.
#include <random>

#include "isns-server/manage/agents/report_edits.h"
#include "tests/property/model_lines.h"
#include "tests/property/random_edits.h"
#include "tests/property/random_requests.h"
#include "tests/unit/manage/change_edits.h"
#include "tests/unit/manage/change_world.h"

namespace {

using test::Answer;
using test::ChangeWorld;
using test::DraftState;
using test::Edit;
using test::Id;
using test::Kind;
using test::ObjectRef;

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

class ModelReload : public testing::TestWithParam<unsigned> {
 protected:
  ModelReload()
      : random_(GetParam()),
        requests_(GetParam() + 1000, ChangeWorld::kControl),
        edits_(GetParam(), {san::Writer::ChangeSet}) {
    world_->agentsAnswer = false;  // report() is what they say
  }

  unsigned below(unsigned bound) { return static_cast<unsigned>(random_() % bound); }
  bool oneIn(unsigned n) { return below(n) == 0; }
  [[nodiscard]] const san::Snapshot& model() const { return world_->model(); }

  ObjectRef anyOf(Kind kind) {
    std::vector<ObjectRef> all;
    san::forEachKind([&]<class T>(T*) {
      if (T::kKind == kind) model().table<T>().forEach([&](Id id, const T&) { all.push_back({kind, id}); });
    });
    return all.empty() ? ObjectRef{} : all[below(static_cast<unsigned>(all.size()))];
  }
  static std::string nodeName(unsigned number) {
    return "iqn.2001-01.com.example:" + std::string(1, static_cast<char>('a' + number));
  }

  // ---- Steps.
  void wire() {
    const auto made = requests_.make();
    (void)world_->send(made.function, made.flags, made.payload);
  }
  void removeByWire(Id domain) {
    base::Bytes payload;
    isns::AttributeWriter out(payload);
    out.text(isns::tag::kIscsiName, ChangeWorld::kControl);
    out.u32(isns::tag::kDdId, domain);
    out.delimiter();
    (void)world_->send(isns::Function::DDDereg, payload);
  }

  // What an administrator may want: anything, or what the server holds of objects that are a client's to remove.
  std::vector<Edit> wanted() {
    using namespace test;
    const ObjectRef domain = anyOf(Kind::Domain);
    switch (domain ? below(5) : 4) {
      case 0:
        return {set(domain, "chap", std::string(oneIn(2) ? "mutual" : oneIn(2) ? "one-way" : "none"))};
      case 1: {
        const ObjectRef waiver = fresh(Kind::Waiver);
        return {create(waiver), set(waiver, "rule", std::string("R01")), set(waiver, "subject", domain),
                set(waiver, "reason", std::string("for a while")),
                set(waiver, "expires", std::uint64_t{2'000'000'000})};
      }
      case 2: {
        const ObjectRef known = anyOf(Kind::Label);
        const ObjectRef label = known ? known : fresh(Kind::Label);
        std::vector<Edit> made{add(domain, "labels", label)};
        if (!known) made = std::vector<Edit>{create(label), set(label, "name", std::string("PCI"))} + made;
        return made;
      }
      default: {
        std::vector<Edit> made = edits_.step(model());
        // A waiver of what is in no store ends with the process: none is asked for.
        const bool isOfNoStore = std::ranges::any_of(made, [](const Edit& edit) {
          const auto* ref = std::get_if<ObjectRef>(&edit.value);
          return edit.object.kind == Kind::Waiver && ref != nullptr && *ref && ref->kind != Kind::DomainSet &&
                 !manage::isStored(ref->kind);
        });
        return isOfNoStore ? std::vector<Edit>() : made;
      }
    }
  }

  // Most are carried out at once, some with a client in between.
  void changeSet() {
    const std::vector<Edit> edits = wanted();
    if (edits.empty()) return;
    auto& sets = world_->sets();
    const Answer made = world_->ask(sets.create(who_, "x", edits, world_->now()));
    if (made.what != Answer::What::Done) return;
    const Answer sent = world_->ask(sets.submit(who_, made.draft, made.version, "why", "", world_->now()));
    if (sent.what != Answer::What::Done) return;
    if (oneIn(3)) {
      const ObjectRef domain = edits[0].object.kind == Kind::Domain ? edits[0].object : anyOf(Kind::Domain);
      const bool removes = domain && !san::isProvisional(domain.id) && oneIn(2);
      auto& when = oneIn(2) ? world_->meanwhile : world_->beforeLock;
      when = [this, removes, domain] { removes ? removeByWire(domain.id) : wire(); };
    }
    (void)world_->ask(sets.commit(who_, {made.draft, sent.version, "sessions may end", {}}, world_->now()));
    if (!oneIn(5)) world_->settle();
    world_->meanwhile = world_->beforeLock = nullptr;
    ++committed_;
  }
  void endOfChangeSet() {
    auto& sets = world_->sets();
    std::vector<Id> open;
    for (const test::Draft* draft : sets.list()) {
      if (draft->state == DraftState::Confirming) open.push_back(draft->id);
    }
    if (open.empty()) return;
    const Id id = open[below(static_cast<unsigned>(open.size()))];
    (void)world_->ask(oneIn(2) ? sets.confirm(who_, id, world_->now()) : sets.rollback(who_, id, "no", world_->now()));
    world_->settle();
  }

  void report() {
    const unsigned number = below(2);
    mgmt::Identity identity;
    identity.name = "host-" + std::string(1, static_cast<char>('a' + number));
    identity.nodes = {nodeName(number), nodeName(number + 2)};
    manage::AgentReport report;
    if (!oneIn(4)) {
      auto& units = report.units.emplace();
      for (unsigned i = below(3); i-- > 0;) {
        manage::ReportedUnit unit{"naa.600" + std::to_string(below(4)), 1024, {}};
        for (const std::string& target : identity.nodes) {
          if (oneIn(2)) unit.paths.push_back({target, below(3)});
        }
        if (std::ranges::find(units, unit.designator, &manage::ReportedUnit::designator) == units.end())
          units.push_back(std::move(unit));
      }
    }
    if (!oneIn(4)) {
      auto& targets = report.targets.emplace();
      for (const std::string& name : identity.nodes) {
        if (oneIn(3)) continue;
        manage::ReportedTarget target;
        target.target = name;
        target.desired = model().revision;
        for (unsigned i = 0; i < 6; ++i) {
          if (!oneIn(3)) continue;
          target.admitted.push_back(nodeName(i));
          target.maps.push_back({nodeName(i), "naa.600" + std::to_string(below(4)), i, san::Right::ReadOnly});
        }
        targets.push_back(std::move(target));
      }
    }
    world_->byManagement([&](san::SnapshotEditor& editor) {
      const auto agent =
          manage::putAgent(editor, {identity.name, identity.name, identity.nodes, 1'700'000'000, oneIn(20)});
      ASSERT_TRUE(agent.ok());
      std::vector<std::string> unknown;
      const auto taken = manage::applyReport(editor, agent->id, identity, report, unknown);
      ASSERT_TRUE(taken.ok()) << taken.error().text;
    });
  }

  void restart() {
    const auto database = world_->database();
    const std::int64_t at = world_->wallSeconds();
    world_ = std::make_unique<ChangeWorld>(database, at);
    world_->agentsAnswer = false;
  }

  std::string step() {
    const unsigned what = below(20);
    if (what < 9) return wire(), "wire";
    if (what < 15) return changeSet(), "change set";
    if (what < 17) return endOfChangeSet(), "end of a change set";
    if (what < 19) return report(), "report";
    if (oneIn(3)) return restart(), "restart";
    return world_->expire(std::chrono::seconds(below(600))), "expiry";
  }

  // ---- What must hold.
  void expectSameAfterAStart() {
    manage::Projection loaded(8, {});
    Loader loader(loaded);
    memory::MemoryStore store(world_->database());
    const auto info = store.load(loader);
    ASSERT_TRUE(info.ok()) << info.error().text;
    for (const auto& unfit : world_->unfit())
      ADD_FAILURE() << "the server has left out " << san::refText(model(), unfit.row) << ": " << unfit.why;
    for (const auto& unfit : loaded.takeUnfit())
      ADD_FAILURE() << "a start leaves out " << san::refText(loaded.snapshot(), unfit.row) << ": " << unfit.why;
    EXPECT_EQ(loaded.snapshot().revision, model().revision);
    const auto live = property::ModelLines(world_->projection()).all();
    const auto read = property::ModelLines(loaded).all();
    std::vector<std::string> lost, come;
    std::ranges::set_difference(live, read, std::back_inserter(lost));
    std::ranges::set_difference(read, live, std::back_inserter(come));
    for (const std::string& line : lost) ADD_FAILURE() << "only the server has " << line;
    for (const std::string& line : come) ADD_FAILURE() << "only a start has " << line;
  }

  std::mt19937 random_;
  property::RandomRequests requests_;
  test::RandomEdits edits_;
  const manage::Who who_ = test::administrator("alice");
  std::unique_ptr<ChangeWorld> world_ = std::make_unique<ChangeWorld>();
  unsigned committed_ = 0;
};

TEST_P(ModelReload, AStartReadsTheModelThatTheServerHas) {
  for (int i = 0; i < 600 && !HasFailure(); ++i) {
    const std::string what = step();
    SCOPED_TRACE("seed " + std::to_string(GetParam()) + ", step " + std::to_string(i) + ": " + what);
    expectSameAfterAStart();
  }
  EXPECT_GT(committed_, 50U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, ModelReload, testing::Range(1U, 17U));

}  // namespace
