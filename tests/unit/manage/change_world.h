// A world for ChangeSets: a real registry over a store in memory, the projection that follows it, agents, and a clock
// that is set by hand. It carries out the outputs of ChangeSets in their order and can be killed at each step: what is
// left then is what the store holds, and a new world begins with that.
//
// The audit log is a table of its own here (kAuditTable), written as the driver does: in the change that it is about.
// One thread.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "isns-server/core/server.h"
#include "isns-server/manage/changes/change_sets.h"
#include "isns-server/manage/changes/wire_changes.h"
#include "isns-server/manage/model/object_rows.h"
#include "shared/base/revisions.h"
#include "shared/isns/functions.h"
#include "shared/isns/tlv.h"
#include "tests/unit/manage/change_tables.h"

namespace test {

using manage::Answer;
using manage::ChangeSets;
using manage::Draft;
using manage::DraftState;
using manage::Refusal;
using san::Edit;
using san::EditOp;
using san::Id;
using san::Kind;
using san::ObjectRef;

// The world ends here.
struct Killed {};

// A wall clock that is an hour ahead of the time that is known, as long as it is not believed.
struct NotBelieved {
  bool believed = false;
  [[nodiscard]] ChangeSets::Options options() const {
    ChangeSets::Options made;
    made.steady = [this](base::Now now) {
      return manage::SteadyTime{believed ? now.wall : now.wall - std::chrono::hours(1), now.wall, believed};
    };
    return made;
  }
};

inline manage::Who administrator(std::string name) { return {std::move(name), "192.0.2.1", {true, true, true, true}}; }

class ChangeWorld final : private store::RowSink, private store::ChangeSink {
 public:
  explicit ChangeWorld(std::shared_ptr<memory::MemoryDatabase> database = newDatabase(),
                       std::int64_t startedAt = 1'700'000'000, ChangeSets::Options options = {},
                       bool defaultDomain = false)
      : database_(std::move(database)),
        store_(database_),
        projection_(7, {defaultDomain, false, {}}),
        wall_(std::chrono::seconds(startedAt)) {
    policy_.defaultDomain = defaultDomain;
    core::ControlNode control;
    control.name = kControl;
    control.addresses.push_back({address(200), 128});
    policy_.controlNodes.push_back(control);
    core::ServerOptions serverOptions;
    serverOptions.random = [] { return 0U; };
    serverOptions.companion = [this](const core::ChangeNote& note, store::OpsWriter& ops) {
      manage::writeWireRecord(note, ops, san::windowsAt(model().table<san::Window>(), base::unixSeconds(note.time)));
    };
    server_ = std::make_unique<core::Server>(policy_, std::move(serverOptions), now());
    sets_ = std::make_unique<ChangeSets>(projection_, std::move(options));
    store::RowSink& rows = *this;
    if (auto info = store_.load(rows); !info) throw std::runtime_error(info.error().text);
    epoch_ = store_.lease(store::LeaseAction::Acquire, "test", {})->epoch;
    commitAll();
    sets_->start(now());
  }

  // ---- Being killed. Points count from the start of the world; 0: never.
  std::size_t killAt = 0;
  std::size_t points = 0;
  // What happens once, when the next change is on its way to the registry.
  std::function<void()> meanwhile;
  // The same before the next lock of domains is there.
  std::function<void()> beforeLock;
  // Targets whose agents take up what they are told at once.
  bool agentsAnswer = true;
  // What was done, in order: "lock 1", "commit 20002", "union t1", "new t1".
  std::vector<std::string> timeline;
  std::vector<manage::Notice> notices;
  std::vector<manage::AuditEvent> audit;  // outside of changes
  std::vector<core::ManagedChange> carriedOut;
  std::vector<manage::AuditEvent> recorded;  // in changes
  [[nodiscard]] const manage::AuditEvent* recordOf(const std::string& event, Id changeSet) const {
    const std::string object = "change-set:#" + std::to_string(changeSet);
    for (const manage::AuditEvent& one : recorded) {
      if (one.event == event && one.object == object) return &one;
    }
    return nullptr;
  }
  std::map<std::uint64_t, Answer> replies;
  std::map<Id, manage::TargetState> told;

  ChangeSets& sets() { return *sets_; }
  [[nodiscard]] const san::Snapshot& model() const { return projection_.snapshot(); }
  [[nodiscard]] const core::State& registry() const { return server_->snapshot(); }
  [[nodiscard]] const manage::Projection& projection() const { return projection_; }
  [[nodiscard]] bool isPinned(ObjectRef ref) const { return projection_.isPinned(ref); }
  [[nodiscard]] base::Now now() const { return {time_, wall_}; }
  [[nodiscard]] const std::shared_ptr<memory::MemoryDatabase>& database() const { return database_; }
  std::vector<manage::Projection::Unfit> unfit() { return projection_.takeUnfit(); }
  [[nodiscard]] std::int64_t wallSeconds() const { return wall_.time_since_epoch().count(); }

  // Carries out everything that is asked for, until there is nothing more. Nobody else changes the model meanwhile.
  void run() {
    for (;;) {
      auto outputs = sets_->takeOutputs();
      if (outputs.empty() && !sets_->wantsTurn()) break;
      if (outputs.empty()) sets_->onTurn(now());
      for (manage::Output& output : outputs) {
        std::visit([&](auto& one) { carryOut(one); }, output);
        point();
      }
    }
  }
  // Somebody puts the wall clock right.
  void setClock(std::chrono::seconds by) { wall_ += by; }
  void advance(std::chrono::seconds by) {
    time_ += by;
    wall_ += by;
    sets_->onTimer(now());
    run();
  }
  // Registrations end too.
  void expire(std::chrono::seconds by) {
    time_ += by;
    wall_ += by;
    server_->onTimer(now());
    commitAll();
    sets_->onTimer(now());
    run();
  }
  // Until no commit is under way.
  void settle() {
    run();
    for (int i = 0; i < 40 && underWay(); ++i) advance(std::chrono::seconds(1));
  }
  [[nodiscard]] bool underWay() const {
    for (const Draft* draft : sets_->list()) {
      if (draft->state == DraftState::Committing) return true;
    }
    return false;
  }

  // What became of a request.
  Answer ask(Answer answer) {
    run();
    if (answer.what != Answer::What::Waits) return answer;
    const auto found = replies.find(answer.ticket);
    return found == replies.end() ? answer : found->second;
  }

  // ---- The SAN.
  static constexpr const char* kControl = "iqn.2026-01.example:control";
  static isns::IpAddress address(std::uint8_t last) {
    isns::IpAddress made{};
    made[10] = made[11] = 0xff;
    made[12] = 10;
    made[15] = last;
    return made;
  }
  void registerNode(const std::string& name, std::uint32_t type, std::uint8_t last) {
    base::Bytes payload;
    isns::AttributeWriter out(payload);
    out.text(isns::tag::kIscsiName, name);
    out.delimiter();
    out.text(isns::tag::kEntityId, "eid:" + name);
    out.ip(isns::tag::kPortalIp, address(last));
    out.u32(isns::tag::kPortalPort, 3260);
    out.text(isns::tag::kIscsiName, name);
    out.u32(isns::tag::kNodeType, type);
    ASSERT_EQ(send(isns::Function::DevAttrReg, payload), 0U);
  }
  Id host(const std::string& name, std::uint8_t last) {
    const std::string iqn = "iqn.2026-01.example:" + name;
    registerNode(iqn, isns::node_type::kInitiator, last);
    return manageObject(Kind::Host, {{"name", name}, {"nodes", std::vector<ObjectRef>{node(iqn)}}});
  }
  Id target(const std::string& name, std::uint8_t last) {
    const std::string iqn = "iqn.2026-01.example:" + name;
    registerNode(iqn, isns::node_type::kTarget, last);
    (void)manageObject(Kind::Agent, {{"name", name}, {"nodes", std::vector<ObjectRef>{node(iqn)}}});
    return node(iqn).id;
  }
  Id unit(const std::string& designator, Id target, std::uint32_t lun) {
    return manageObject(Kind::LogicalUnit,
                        {{"designator", designator},
                         {"paths", std::vector<san::Access>{{{Kind::Node, target}, {}, lun, san::Right::ReadWrite}}}});
  }
  [[nodiscard]] ObjectRef node(const std::string& iqn) const {
    return {Kind::Node, model().find(Kind::Node, iqn).value_or(0)};
  }
  [[nodiscard]] ObjectRef named(Kind kind, const std::string& name) const {
    return {kind, model().find(kind, name).value_or(0)};
  }
  [[nodiscard]] ObjectRef initiatorOf(const std::string& host) const { return node("iqn.2026-01.example:" + host); }

  using Fields = std::vector<std::pair<std::string_view, san::Value>>;
  // What the management server or an agent writes by itself.
  Id manageObject(Kind kind, const Fields& fields) {
    Id id = 0;
    byManagement([&](san::SnapshotEditor& editor) {
      id = editor.create(kind)->id;
      for (const auto& [name, value] : fields) {
        const auto status = editor.set({kind, id}, *san::findField(kind, name), value);
        EXPECT_TRUE(status.ok()) << status.error().text;
      }
    });
    return id;
  }
  template <class Change>
  void byManagement(Change&& change) {
    const san::Snapshot before = model();
    san::SnapshotEditor editor(before, before.revision + 1, wallSeconds());
    change(editor);
    san::Snapshot after = std::move(editor.finish()).value();
    const san::Diff changed = san::diff(before, after);
    auto plan =
        std::make_shared<manage::CommitPlan>(manage::planCommit(before, std::move(after), changed, projection_));
    core::ManagedChange made;
    made.basedOn = before.revision;
    made.steps = plan->steps;
    made.rows = [plan](store::OpsWriter& ops, std::uint64_t revision) { manage::writeRows(*plan, ops, revision); };
    ASSERT_EQ(server_->onManagedChange(made, now()).what, core::ManagedVerdict::What::Accepted);
    commitAll();
  }
  // Sessions are in no store.
  void session(const std::string& host, Id target, const std::vector<std::string>& toldBy = {}) {
    const auto status = projection_.amend(wallSeconds(), [&](san::SnapshotEditor& editor) -> san::Edited<void> {
      const ObjectRef made = *editor.create(Kind::Session);
      auto& own = editor.own<san::Session>(made.id);
      own.initiator.id = initiatorOf(host).id;
      own.target.id = target;
      editor.view().table<san::PortalGroup>().forEach([&](Id, const san::PortalGroup& group) {
        if (group.node.id == target) own.portal = group.portal;
      });
      for (const std::string& agent : toldBy) own.seenBy.insert(named(Kind::Agent, agent).id);
      return {};
    });
    ASSERT_TRUE(status.ok());
    sets_->onCaughtUp(now());
    run();
  }
  void endSessions(const std::string& host) {
    const auto status = projection_.amend(wallSeconds(), [&](san::SnapshotEditor& editor) -> san::Edited<void> {
      std::vector<Id> ids;
      editor.view().table<san::Session>().forEach([&](Id id, const san::Session& one) {
        if (one.initiator.id == initiatorOf(host).id) ids.push_back(id);
      });
      for (Id id : ids) editor.drop({Kind::Session, id});
      return {};
    });
    ASSERT_TRUE(status.ok());
    sets_->onCaughtUp(now());
    run();
  }
  // Nobody believes it any more; what it alone has told of goes.
  void revoke(const std::string& agent) {
    const Id id = named(Kind::Agent, agent).id;
    byManagement([&](san::SnapshotEditor& editor) { editor.own<san::Agent>(id).revoked = true; });
    const auto status = projection_.amend(wallSeconds(), [&](san::SnapshotEditor& editor) -> san::Edited<void> {
      std::vector<Id> ids;
      editor.view().table<san::Session>().forEach([&](Id session, const san::Session& one) {
        if (one.seenBy.contains(id)) ids.push_back(session);
      });
      for (Id session : ids) {
        auto& own = editor.own<san::Session>(session);
        own.seenBy.erase(id);
        if (own.seenBy.empty()) editor.drop({Kind::Session, session});
      }
      return {};
    });
    ASSERT_TRUE(status.ok());
    sets_->onCaughtUp(now());
    run();
  }
  // A row as somebody else has written it, for whoever begins with what is stored.
  void putRow(const Draft& draft) {
    core::ManagedChange made;
    made.basedOn = model().revision;
    made.rows = [&](store::OpsWriter& ops, std::uint64_t) { manage::writeRow(ops, draft); };
    ASSERT_EQ(server_->onManagedChange(made, now()).what, core::ManagedVerdict::What::Accepted);
    commitAll();
  }

  // The agent of a target says that it has applied this.
  void applied(Id target, san::Revision desired) {
    const auto status = projection_.amend(wallSeconds(), [&](san::SnapshotEditor& editor) -> san::Edited<void> {
      Id row = 0;
      editor.view().table<san::AppliedTarget>().forEach([&](Id id, const san::AppliedTarget& one) {
        if (one.target.id == target) row = id;
      });
      if (row == 0) row = editor.create(Kind::AppliedTarget)->id;
      auto& own = editor.own<san::AppliedTarget>(row);
      own.target.id = target;
      own.desired = desired;
      return {};
    });
    EXPECT_TRUE(status.ok());
    sets_->onCaughtUp(now());
  }

  // ---- The wire.
  std::uint32_t send(isns::Function function, base::ByteView payload) {
    return send(isns::idOf(function), isns::flag::kClient, payload);
  }
  std::uint32_t send(std::uint16_t function, std::uint16_t flags, base::ByteView payload) {
    isns::Message message;
    message.function = function;
    message.flags = flags;
    message.transactionId = ++transaction_;
    message.payload = payload;
    core::Arrival arrival;
    arrival.peer.address = address(200);
    core::Session session{1, 0};
    base::Bytes answer;
    const san::Snapshot before = model();
    const auto disposition = server_->onMessage(session, arrival, message, now(), answer).disposition;
    if (disposition == core::Disposition::Held) answer = commitAll();
    if (answer.size() < isns::kPduHeaderSize + 4) return 0xffffffff;
    run();
    return base::loadU32(answer.data() + isns::kPduHeaderSize);
  }
  // Adds a node to a domain, or makes one (domain 0).
  std::uint32_t wireJoins(Id domain, const std::string& iqn, bool leaves = false) {
    base::Bytes payload;
    isns::AttributeWriter out(payload);
    out.text(isns::tag::kIscsiName, kControl);
    if (domain != 0) out.u32(isns::tag::kDdId, domain);
    out.delimiter();
    out.text(isns::tag::kDdMemberIscsiName, iqn);
    return send(leaves ? isns::Function::DDDereg : isns::Function::DDReg, payload);
  }

  // ---- The store.
  std::vector<std::string> auditLog() {
    struct Rows final : store::RowSink {
      std::vector<std::string> lines;
      base::Status row(std::uint8_t table, std::int64_t, std::span<const store::Cell> cells) override {
        if (table == kAuditTable) lines.emplace_back(cells[0].text());
        return {};
      }
    } rows;
    EXPECT_TRUE(store_.load(rows).ok());
    return rows.lines;
  }
  void failStore(bool fails) {
    database_->setFailure(fails ? std::optional(store::Error{store::ErrorKind::Io, "broken"}) : std::nullopt);
  }
  // As a restore of what is stored now leaves it, for whoever begins with it.
  void putBack() {
    store::Batch batch;
    (void)batch.begin(model().revision + base::kRevisionsLeftOut, wallSeconds(), core::change_kind::kRestored, "test",
                      {});
    batch.end();
    ASSERT_TRUE(store_.commit(batch, epoch_).ok());
  }
  // Lets the server try the store again.
  void mendStore() {
    failStore(false);
    time_ += std::chrono::seconds(2);
    wall_ += std::chrono::seconds(2);
    server_->onTimer(now());
    commitAll();
    sets_->onTimer(now());
    run();
  }

 private:
  void point() {
    if (++points == killAt) throw Killed{};
  }

  void carryOut(manage::Commit& commit) {
    core::ManagedChange& change = commit.change;
    char kind[24];
    std::snprintf(kind, sizeof(kind), "commit %x", change.kind);
    timeline.emplace_back(kind);
    change.rows = [rows = change.rows, audit = commit.audit](store::OpsWriter& ops, std::uint64_t revision) {
      rows(ops, revision);
      for (std::size_t i = 0; i < audit.size(); ++i) {
        ops.put(kAuditTable, static_cast<std::int64_t>(revision * 8 + i));
        ops.text(audit[i].event + " " + audit[i].object + " by " + manage::recordedName(audit[i].who) + ": " +
                 audit[i].outcome + (audit[i].details.empty() ? "" : "; " + audit[i].details));
      }
    };
    point();
    if (meanwhile) std::exchange(meanwhile, {})();
    carriedOut.push_back(change);
    recorded.insert(recorded.end(), commit.audit.begin(), commit.audit.end());
    const core::ManagedVerdict verdict = server_->onManagedChange(change, now());
    sets_->onVerdict(change.ticket, verdict, now());
    point();
    commitAll();
  }
  void carryOut(manage::Lock& lock) {
    std::string text = "lock";
    lock.domains.visitWhile([&](Id id) { return text += " " + std::to_string(id), true; });
    timeline.push_back(text);
    if (beforeLock && !lock.domains.empty()) std::exchange(beforeLock, {})();
    server_->lockDomains(lock.domains, lock.sets);
  }
  void carryOut(manage::TargetState& state) {
    const std::string name = san::nameOf(model(), {Kind::Node, state.target});
    timeline.push_back((state.phase == manage::TargetPhase::Union ? "union " : "new ") +
                       name.substr(name.rfind(':') + 1));
    told[state.target] = state;
    if (agentsAnswer) applied(state.target, state.revision);
  }
  void carryOut(manage::AuditEvent& event) { audit.push_back(std::move(event)); }
  void carryOut(manage::Notice& notice) { notices.push_back(std::move(notice)); }
  void carryOut(manage::Reply& reply) { replies[reply.ticket] = std::move(reply.answer); }

  // Everything that waits for the store; the answers to clients that it set free.
  base::Bytes commitAll() {
    base::Bytes answers;
    while (auto batch = server_->takeBatch()) {
      const bool good = store_.commit(*batch, epoch_).ok();
      if (sets_ != nullptr && started_) point();
      server_->onCommitted(std::move(*batch), good ? core::CommitResult::Committed : core::CommitResult::Failed, now());
      base::append(answers, server_->releases().bytes);
      server_->released();
      const auto results = server_->takeManagedResults();
      for (const core::ManagedResult& result : results) {
        if (started_) sets_->onResult(result, now());
      }
      follow();
    }
    started_ = true;
    return answers;
  }
  void follow() {
    store::ChangeSink& sink = *this;
    ASSERT_TRUE(store_.changesSince(model().revision, 1000, sink).ok());
    if (started_) sets_->onCaughtUp(now());
    forgetOrphans();
  }
  // As the management server does.
  void forgetOrphans() {
    const auto rows = projection_.takeOrphans();
    if (rows.empty() || !started_) return;
    core::ManagedChange made;
    made.rows = [rows](store::OpsWriter& ops, std::uint64_t) {
      for (const ObjectRef row : rows) ops.erase(manage::tableOf(row.kind), row.id);
    };
    ASSERT_EQ(server_->onManagedChange(made, now()).what, core::ManagedVerdict::What::Accepted);
  }
  bool change(const store::Change& change) override {
    const san::Snapshot before = model();
    const base::Status status = projection_.apply(change);
    EXPECT_TRUE(status.ok()) << status.error().text;
    if (started_) sets_->onWireChange(change, before, model());
    return status.ok();
  }
  base::Status row(std::uint8_t table, std::int64_t id, std::span<const store::Cell> cells) override {
    if (table == manage::kDraftTable) return sets_->loadRow(id, cells);
    if (table == kAuditTable) return {};
    if (auto status = projection_.loadRow(table, id, cells); !status) return status;
    return manage::kindOf(table) != Kind::None ? base::Status{} : server_->loadRow(table, id, cells);
  }
  base::Status end(const store::LoadInfo& info) override {
    if (auto status = server_->finishLoad(info.revision, now()); !status) return status;
    return projection_.finishLoad(info.revision, wallSeconds());
  }

  std::shared_ptr<memory::MemoryDatabase> database_;
  memory::MemoryStore store_;
  core::Policy policy_;
  manage::Projection projection_;
  std::unique_ptr<core::Server> server_;
  std::unique_ptr<ChangeSets> sets_;
  std::uint64_t epoch_ = 0;
  std::uint16_t transaction_ = 0;
  bool started_ = false;
  base::TimePoint time_{std::chrono::hours(1)};
  base::WallTime wall_;
};

}  // namespace test
