// Changes from a line of the control socket to what holds, is saved, and comes back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <memory>
#include <optional>
#include <tuple>

#include "agent/app/control_commands.h"
#include "agent/app/overlay_file.h"
#include "shared/base/json_members.h"
#include "shared/base/json_reader.h"
#include "shared/base/overloaded.h"
#include "tests/support/scratch_folder.h"
#include "tests/unit/agent/agent_testing.h"

namespace {

using agent_test::FakeTargets;
using agent_test::kHost;
using agent_test::kTarget;
using agent_test::lunsOf;
using agent_test::parsed;
using agent_test::unitOf;
using ::testing::HasSubstr;

bool diskFull = false;
const files::FileCalls kCalls{
    [](const char* path, int flags, mode_t mode) { return ::open(path, flags, mode); },
    [](int fd, const void* bytes, std::size_t size) -> ssize_t {
      if (!diskFull) return ::write(fd, bytes, size);
      errno = ENOSPC;
      return -1;
    },
    [](int) { return 0; },
    files::kFileCalls.rename,
};

constexpr std::string_view kFile = R"(
[[unit]]
id = "a"
store = "memory:1M"
[[target]]
name = "iqn.2024-01.org.example:store"
[[access]]
target = "iqn.2024-01.org.example:store"
authentication = "none"
luns = ["0=a"]
)";

// What is logged: "AGENT-4001 unit.create b 1000 42".
struct Lines final : ops::LogSink {
  void write(const ops::LogRecord& record) override {
    std::string line(record.event.id);
    for (const ops::LogField& field : record.fields) {
      line += " ";
      std::visit(base::Overloaded{[&](std::string_view text) { line += text; },
                                  [&](auto number) { line += std::to_string(number); }},
                 field.value.data());
    }
    lines.push_back(std::move(line));
  }
  std::vector<std::string> lines;
};

// All that a process around it does at once.
agent::ControlHooks willing() {
  agent::ControlHooks hooks;
  hooks.reload = [](const agent::ControlHooks::Told& told) { told(base::Json("reloaded")); };
  hooks.drain = [](std::optional<base::Duration>, const std::function<void()>& done) { done(); };
  hooks.join = [](std::string_view, const std::vector<std::string>&, const agent::ControlHooks::Told& told) {
    told(base::Json("joined"));
  };
  hooks.leave = [](const agent::ControlHooks::Told& told) { told(base::Json("left")); };
  return hooks;
}

// An agent from its configuration to its commands, without sockets.
struct Agent {
  Agent(const support::ScratchFolder& folder, std::string_view file, FakeTargets& targets)
      : worker(loop),
        states(
            worker, folder.path().string(), [](std::string_view, const base::Error&) {}, kCalls),
        holder(targets,
               [&targets](const target::UnitSetup& unit) -> base::Status {
                 if (targets.broken.contains(unit.store)) return base::fail(unit.store + " is broken");
                 return {};
               },
               {[this] { worker.settle(); }, [](const target::UnitFacts&) {}, [](std::string_view) {},
                [this](std::string_view unit, const base::Error&) { failed.emplace_back(unit); }}),
        administrator({holder, worker, log, metrics, folder.file("changes.toml"), {base::Bytes(32, 1)}, kCalls}),
        commands({administrator, holder, targets, states, worker, log, metrics, willing()}) {
    log.addSink(sink);
    auto overlay = agent::Administrator::loadOverlay(folder.file("changes.toml"));
    EXPECT_TRUE(overlay) << overlay.error().text;
    const auto begun = administrator.start(parsed(file), std::move(*overlay));
    EXPECT_TRUE(begun) << begun.error().text;
  }

  void send(const std::string& line) {
    commands.onLine(line, {1000, 42}, [this](std::string text) { answers.push_back(std::move(text)); });
  }
  // The answer to a command, with what it says.
  base::Json ask(const std::string& command, const std::string& arguments = "{}") {
    const std::size_t before = answers.size();
    send(R"({"v": 1, "id": 3, "command": ")" + command + R"(", "arguments": )" + arguments + "}");
    for (int i = 0; i < 1000 && answers.size() == before; ++i) loop.runTurn(std::chrono::milliseconds(5));
    EXPECT_EQ(answers.size(), before + 1);
    if (answers.size() == before) return {};
    EXPECT_EQ(answers.back().back(), '\n');
    auto json = base::parseJson(std::string_view(answers.back()).substr(0, answers.back().size() - 1));
    EXPECT_TRUE(json) << answers.back();
    return json ? *json : base::Json();
  }
  bool does(const std::string& command, const std::string& arguments = "{}") {
    return *ask(command, arguments).find("ok")->truth();
  }
  // "exists: there is a unit ..."
  std::string refusal(const std::string& command, const std::string& arguments) {
    const base::Json answer = ask(command, arguments);
    const base::Json* error = answer.find("error");
    if (error == nullptr) return "none";
    return *error->find("code")->text() + ": " + *error->find("text")->text();
  }

  net::Loop loop;
  agent::DiskWorker worker;
  agent::StateFiles states;
  Lines sink;
  ops::Log log{agent::kLogEvents, ops::Severity::Info};
  ops::Metrics metrics{agent::kMetrics};
  std::vector<std::string> failed;
  agent::Holder holder;
  agent::Administrator administrator;
  agent::ControlCommands commands;
  std::vector<std::string> answers;
};

class Control : public ::testing::Test {
 protected:
  void SetUp() override {
    diskFull = false;
    start();
  }
  // As after a restart: the same folder, nothing in memory.
  void start(std::string_view file = kFile) {
    agent_.reset();
    targets_ = std::make_unique<FakeTargets>();
    agent_.emplace(folder_, file, *targets_);
  }
  [[nodiscard]] const target::Setup& setup() const { return targets_->setup(); }

  support::ScratchFolder folder_;
  std::unique_ptr<FakeTargets> targets_;
  std::optional<Agent> agent_;
};

constexpr const char* kRemote = "iscsi://192.0.2.1/iqn.2024-01.org.example:behind/0";

TEST_F(Control, AUnitBehindANetworkIsCreatedThoughItIsAwayAndComesLater) {
  targets_->broken.insert(kRemote);
  EXPECT_TRUE(agent_->does("unit.create", R"({"id": "r", "store": ")" + std::string(kRemote) + "\"}"));
  EXPECT_TRUE(agent_->does("map", R"({"target": "iqn.2024-01.org.example:store", "unit": "r"})"));
  ASSERT_NE(unitOf(setup(), "r"), nullptr) << "its LUN is there, and becomes ready";
  EXPECT_TRUE(unitOf(setup(), "r")->awaited());
  EXPECT_EQ(lunsOf(setup(), kTarget, "*"), "0=a 1=r");
  EXPECT_EQ(target::openPartOf(setup()).units.size(), 1U);
  EXPECT_EQ(lunsOf(target::openPartOf(setup()), kTarget, "*"), "0=a");
  EXPECT_EQ(agent_->failed.front(), "r");
  ASSERT_TRUE(agent_->holder.missing().contains("r"));
  EXPECT_EQ(agent_->holder.missing().at("r"), std::string(kRemote) + " is broken");
  EXPECT_FALSE(agent_->holder.retry());
  targets_->broken.clear();
  EXPECT_TRUE(agent_->holder.retry());
  EXPECT_EQ(unitOf(setup(), "r")->store, kRemote);
  EXPECT_TRUE(agent_->holder.missing().empty());
}

TEST_F(Control, ALocalUnitThatCannotBeOpenedIsRefusedBesideOneThatIsAway) {
  targets_->broken.insert(kRemote);
  ASSERT_TRUE(agent_->does("unit.create", R"({"id": "r", "store": ")" + std::string(kRemote) + "\"}"));
  targets_->broken.insert("file:/b");
  EXPECT_FALSE(agent_->does("unit.create", R"({"id": "l", "store": "file:/b"})"));
  EXPECT_FALSE(agent_->holder.missing().contains("l"));
  EXPECT_TRUE(agent_->holder.missing().contains("r"));
}

TEST_F(Control, AUnitIsCreatedMappedAndThereAfterARestart) {
  EXPECT_TRUE(agent_->does("unit.create", R"({"id": "b", "store": "memory,block=4096", "size": "2M",
                                             "settings": ["serial=S7"]})"));
  EXPECT_TRUE(agent_->does("map", R"({"target": "iqn.2024-01.org.example:store", "unit": "b"})"));
  for (int round = 0; round < 2; ++round) {
    ASSERT_NE(unitOf(setup(), "b"), nullptr);
    EXPECT_EQ(unitOf(setup(), "b")->store, "memory:2097152,block=4096");
    EXPECT_EQ(unitOf(setup(), "b")->identity.serial, "S7");
    EXPECT_EQ(lunsOf(setup(), kTarget, "*"), "0=a 1=b");
    start();
  }
}

TEST_F(Control, AnAnswerComesAfterTheChangeIsOnDisk) {
  agent_->send(R"({"v": 1, "id": 3, "command": "unit.create", "arguments": {"id": "b", "store": "memory:1M"}})");
  EXPECT_TRUE(agent_->answers.empty());
  agent_->worker.flush();
  EXPECT_TRUE(agent_->answers.empty());  // the loop has not turned
  EXPECT_TRUE(folder_.has("changes.toml"));
  for (int i = 0; i < 100 && agent_->answers.empty(); ++i) agent_->loop.runTurn(std::chrono::milliseconds(5));
  EXPECT_EQ(agent_->answers.size(), 1U);
}

TEST_F(Control, WhatCannotBeSavedDoesNotHold) {
  diskFull = true;
  EXPECT_THAT(agent_->refusal("unit.create", R"({"id": "b", "store": "memory:1M"})"), HasSubstr("not-saved: "));
  EXPECT_EQ(unitOf(setup(), "b"), nullptr);
  EXPECT_THAT(agent_->refusal("target.delete", R"({"name": "iqn.2024-01.org.example:store"})"),
              HasSubstr("not-saved: "));
  EXPECT_EQ(setup().targets.size(), 1U);
  diskFull = false;
  EXPECT_TRUE(agent_->does("unit.create", R"({"id": "b", "store": "memory:1M"})"));
}

TEST_F(Control, WhatIsTakenAwayIsSavedFirst) {
  agent_->does("unit.create", R"({"id": "b", "store": "memory:1M"})");
  const int applied = targets_->applied;
  diskFull = true;
  EXPECT_THAT(agent_->refusal("unit.delete", R"({"id": "b"})"), HasSubstr("not-saved: "));
  // The blocks of a unit in memory would be lost by trying.
  EXPECT_EQ(targets_->applied, applied);
}

TEST_F(Control, ChangesThatCannotBeAreRefusedWithTheirReason) {
  EXPECT_THAT(agent_->refusal("unit.create", R"({"id": "a", "store": "memory:1M"})"), HasSubstr("exists: "));
  EXPECT_THAT(agent_->refusal("unit.create", R"({"id": "B", "store": "memory:1M"})"), HasSubstr("invalid: 'id'"));
  EXPECT_THAT(agent_->refusal("unit.create", R"({"id": "b", "store": "memory"})"), HasSubstr("needs a size"));
  EXPECT_THAT(agent_->refusal("unit.create", R"({"id": "b", "store": "memory:1M", "settings": ["seral=x"]})"),
              HasSubstr("did you mean 'serial'?"));
  EXPECT_THAT(agent_->refusal("unit.create", R"({"id": "b", "store": "memory:1M", "settings": ["id=c"]})"),
              HasSubstr("argument of its own"));
  EXPECT_THAT(agent_->refusal("unit.delete", R"({"id": "a"})"), HasSubstr("in-use: "));
  EXPECT_THAT(agent_->refusal("unit.delete", R"({"id": "z"})"), HasSubstr("not-found: "));
  EXPECT_THAT(agent_->refusal("target.create", R"({"name": "disk"})"), HasSubstr("invalid: "));
  EXPECT_THAT(agent_->refusal("target.create", R"({"name": "IQN.2024-01.ORG.example:store"})"), HasSubstr("exists: "));
  EXPECT_THAT(agent_->refusal("map", R"({"target": "iqn.2024-01.org.example:store", "unit": "z"})"),
              HasSubstr("not-found: "));
  EXPECT_THAT(agent_->refusal("map", R"({"target": "iqn.2024-01.org.example:store", "unit": "a", "lun": 0})"),
              HasSubstr("exists: LUN 0"));
  EXPECT_THAT(agent_->refusal("map", R"({"target": "iqn.2024-01.org.example:store", "unit": "a", "lun": 16384})"),
              HasSubstr("invalid: "));
  EXPECT_THAT(agent_->refusal("unmap", R"({"target": "iqn.2024-01.org.example:store", "lun": 9})"),
              HasSubstr("not-found: "));
  EXPECT_THAT(agent_->refusal("config.forget", R"({"kind": "unit", "key": "a"})"), HasSubstr("not-found: "));
  EXPECT_FALSE(folder_.has("changes.toml"));
}

// The management server's rules, and those of break-glass, stand in no configuration of the agent.
TEST_F(Control, AUnitThatAnotherRuleInForceMapsIsNotDeleted) {
  const std::string path = folder_.file("disk.img");
  ASSERT_TRUE(agent_->does("unit.create", R"({"id": "b", "store": "file:)" + path + R"(", "size": "1M"})"));
  targets_->layered = setup();
  target::AccessRule rule;
  rule.initiator = kHost;
  rule.luns.push_back({3, "b", target::Right::ReadWrite});
  targets_->layered->targets[0].rules = {rule};
  EXPECT_EQ(agent_->refusal("unit.delete", R"({"id": "b", "remove_file": true})"),
            "in-use: the unit \"b\" is LUN 3 of iqn.2024-01.org.example:store for iqn.2024-01.org.example:host1, by a "
            "rule of the management server or by break-glass; unmap it there first");
  EXPECT_TRUE(folder_.has("disk.img"));
  EXPECT_NE(unitOf(setup(), "b"), nullptr);
  EXPECT_THAT(agent_->refusal("unit.delete", R"({"id": "a"})"), HasSubstr("; unmap it first"))
      << "a rule of its own holds it, though it is not in force";
  targets_->layered->targets[0].rules.clear();
  EXPECT_TRUE(agent_->does("unit.delete", R"({"id": "b", "remove_file": true})"));
  EXPECT_FALSE(folder_.has("disk.img"));
}

TEST_F(Control, AUnitThatCannotBeOpenedIsNotCreated) {
  targets_->broken.insert("file:/missing");
  EXPECT_THAT(agent_->refusal("unit.create", R"({"id": "b", "store": "file:/missing"})"),
              HasSubstr("cannot be opened"));
  EXPECT_EQ(unitOf(setup(), "b"), nullptr);
  EXPECT_FALSE(folder_.has("changes.toml"));
}

TEST_F(Control, AFileIsMadeForAUnitAndGoesWhereItCannotBe) {
  const std::string path = folder_.file("disk.img");
  const std::string arguments = R"({"id": "b", "store": "file:)" + path + R"(", "size": "1M"})";
  targets_->broken.insert("file:" + path);
  EXPECT_THAT(agent_->refusal("unit.create", arguments), HasSubstr("invalid: "));
  EXPECT_FALSE(folder_.has("disk.img"));
  targets_->broken.clear();
  EXPECT_TRUE(agent_->does("unit.create", arguments));
  EXPECT_EQ(std::filesystem::file_size(path), 1U << 20);
  EXPECT_THAT(agent_->refusal("unit.create", R"({"id": "c", "store": "file:)" + path + R"(", "size": "1M"})"),
              HasSubstr("is there already"));
  EXPECT_TRUE(agent_->does("unit.delete", R"({"id": "b"})"));
  EXPECT_TRUE(folder_.has("disk.img"));
  EXPECT_TRUE(agent_->does("unit.create", R"({"id": "b", "store": "file:)" + path + R"("})"));
  EXPECT_TRUE(agent_->does("unit.delete", R"({"id": "b", "remove_file": true})"));
  EXPECT_FALSE(folder_.has("disk.img"));
}

TEST_F(Control, AUnitInMemoryLivesOnWhenItIsResizedAndIsSoLargeAfterARestart) {
  EXPECT_TRUE(agent_->does("unit.resize", R"({"id": "a", "size": "2M"})"));
  EXPECT_EQ(targets_->resized, std::vector<std::string>{"a 4096"});
  EXPECT_EQ(unitOf(setup(), "a")->store, "memory:1M");  // as it was opened: not opened anew
  EXPECT_TRUE(agent_->does("unit.create", R"({"id": "b", "store": "memory:1M"})"));
  EXPECT_EQ(unitOf(setup(), "a")->store, "memory:1M");
  start();
  EXPECT_EQ(unitOf(setup(), "a")->store, "memory:2097152");
  EXPECT_THAT(agent_->refusal("unit.resize", R"({"id": "a", "size": "513"})"), HasSubstr("multiple of 512"));
  EXPECT_THAT(agent_->refusal("unit.resize", R"({"id": "a", "size": "512"})"), HasSubstr("become smaller"));
}

TEST_F(Control, AResizeWithoutASizeTakesOverWhatTheStoreGotElsewhere) {
  const base::Json answer = agent_->ask("unit.resize", R"({"id": "a"})");
  ASSERT_NE(answer.find("result"), nullptr) << agent_->answers.back();
  EXPECT_EQ(base::numberOf(*answer.find("result"), "size"), 1048576U);
  EXPECT_EQ(targets_->refreshed, std::vector<std::string>{"a"});
  EXPECT_TRUE(targets_->resized.empty());
  EXPECT_THAT(agent_->refusal("unit.resize", R"({"id": "none"})"), HasSubstr("no unit"));
  EXPECT_FALSE(folder_.has("changes.toml")) << "nothing was changed here";
}

TEST_F(Control, ATargetGoesWithItsRules) {
  EXPECT_TRUE(agent_->does("target.create", R"({"name": "iqn.2024-01.org.example:new"})"));
  EXPECT_TRUE(agent_->does("access.allow", R"({"target": "iqn.2024-01.org.example:new",
      "initiator": "iqn.2024-01.org.example:host1", "addresses": ["10.0.0.0/8"], "settings": ["authentication=mutual"]})"));
  EXPECT_EQ(lunsOf(setup(), "iqn.2024-01.org.example:new", kHost), "");
  EXPECT_TRUE(agent_->does("target.delete", R"({"name": "iqn.2024-01.org.example:new"})"));
  EXPECT_TRUE(agent_->does("target.delete", R"({"name": "iqn.2024-01.org.example:store"})"));
  EXPECT_TRUE(setup().targets.empty());
  start();
  EXPECT_TRUE(setup().targets.empty());
  // Made anew it is empty: what the file says of its rule was taken away too.
  EXPECT_TRUE(agent_->does("target.create", R"({"name": "iqn.2024-01.org.example:store"})"));
  EXPECT_EQ(lunsOf(setup(), kTarget, "*"), "none");
}

TEST_F(Control, AChangeIsForgottenAndTheFileHolds) {
  EXPECT_TRUE(agent_->does("unmap", R"({"target": "iqn.2024-01.org.example:store", "lun": 0})"));
  EXPECT_EQ(lunsOf(setup(), kTarget, "*"), "");
  EXPECT_TRUE(agent_->does("config.forget", R"({"kind": "access", "key": "iqn.2024-01.org.example:store *"})"));
  EXPECT_EQ(lunsOf(setup(), kTarget, "*"), "0=a");
  // A change back to what the file says is none.
  EXPECT_TRUE(agent_->does("unmap", R"({"target": "iqn.2024-01.org.example:store", "lun": 0})"));
  EXPECT_TRUE(agent_->does("map", R"({"target": "iqn.2024-01.org.example:store", "lun": 0, "unit": "a"})"));
  EXPECT_TRUE(agent_->administrator.overlay().changes.empty());
}

TEST_F(Control, ASupersededChangeIsShownAndDoesNotStopOthers) {
  agent_->does("unit.create", R"({"id": "b", "store": "memory:1M"})");
  agent_->does("map", R"({"target": "iqn.2024-01.org.example:store", "unit": "b",
                          "initiator": "iqn.2024-01.org.example:host1"})");
  // The file takes the target away.
  start("[[unit]]\nid = \"a\"\nstore = \"memory:1M\"\n");
  const base::Json answer = agent_->ask("config");
  std::string text;
  answer.writeCompact(text);
  EXPECT_THAT(text, HasSubstr(R"("standing": "superseded")"));
  EXPECT_THAT(text, HasSubstr("there is no target"));
  EXPECT_TRUE(agent_->does("unit.create", R"({"id": "c", "store": "memory:1M"})"));
  EXPECT_NE(unitOf(setup(), "c"), nullptr);
  // The target comes back, and so does the change.
  start();
  EXPECT_EQ(lunsOf(setup(), kTarget, kHost), "0=b");
}

TEST_F(Control, ChangesAreMadeOneAfterTheOther) {
  for (int i = 0; i < 20; ++i) {
    agent_->send(R"({"v": 1, "id": 3, "command": "unit.create", "arguments": {"id": "u)" + std::to_string(i) +
                 R"(", "store": "memory:1M"}})");
  }
  for (int i = 0; i < 1000 && agent_->answers.size() < 20; ++i) agent_->loop.runTurn(std::chrono::milliseconds(5));
  EXPECT_EQ(agent_->answers.size(), 20U);
  EXPECT_EQ(setup().units.size(), 21U);
  start();
  EXPECT_EQ(setup().units.size(), 21U);
}

TEST_F(Control, AReloadWaitsForTheChangeThatIsUnderWay) {
  agent_->send(R"({"v": 1, "id": 3, "command": "unit.create", "arguments": {"id": "b", "store": "memory:1M"}})");
  bool reloaded = false;
  agent_->administrator.reload(parsed(std::string(kFile) + "[[unit]]\nid = \"c\"\nstore = \"memory:1M\"\n"),
                               [&](const base::Status& status) { reloaded = status.ok(); });
  EXPECT_FALSE(reloaded);
  for (int i = 0; i < 1000 && !reloaded; ++i) agent_->loop.runTurn(std::chrono::milliseconds(5));
  EXPECT_TRUE(reloaded);
  EXPECT_NE(unitOf(setup(), "b"), nullptr);
  EXPECT_NE(unitOf(setup(), "c"), nullptr);
}

TEST_F(Control, AReloadWaitsForAFileThatIsBeingMadeAndItsUnitStays) {
  agent_->send(R"({"v": 1, "id": 3, "command": "unit.create", "arguments": {"id": "b", "store": "file:)" +
               folder_.file("b.img") + R"(", "size": "1M"}})");
  bool reloaded = false;
  agent_->administrator.reload(parsed(std::string(kFile) + "[[unit]]\nid = \"c\"\nstore = \"memory:1M\"\n"),
                               [&](const base::Status& status) { reloaded = status.ok(); });
  EXPECT_FALSE(reloaded);
  for (int i = 0; i < 1000 && !reloaded; ++i) agent_->loop.runTurn(std::chrono::milliseconds(5));
  EXPECT_TRUE(reloaded);
  EXPECT_EQ(agent_->answers.size(), 1U);
  EXPECT_NE(unitOf(setup(), "b"), nullptr);
  EXPECT_NE(unitOf(setup(), "c"), nullptr);
}

TEST_F(Control, AReloadGoesOnWhereTheFileCannotBeMade) {
  agent_->send(R"({"v": 1, "id": 3, "command": "unit.create", "arguments": {"id": "b", "store": "file:)" +
               folder_.file("no/b.img") + R"(", "size": "1M"}})");
  bool reloaded = false;
  agent_->administrator.reload(parsed(kFile), [&](const base::Status& status) { reloaded = status.ok(); });
  for (int i = 0; i < 1000 && !reloaded; ++i) agent_->loop.runTurn(std::chrono::milliseconds(5));
  EXPECT_TRUE(reloaded);
  EXPECT_TRUE(agent_->does("unit.create", R"({"id": "b", "store": "memory:1M"})"));
}

// With a unit on a file, in the words of `store` and as `id`.
std::string withFileUnit(std::string_view id, std::string_view store) {
  std::string text(kFile);
  text.replace(text.find("\"0=a\""), 5, "\"0=a\", \"1=" + std::string(id) + "\"");
  return text + "[[unit]]\nid = \"" + std::string(id) + "\"\nstore = \"" + std::string(store) + "\"\n";
}

TEST_F(Control, AFileWithOtherWordsOrOfAnotherUnitIsServedAtOnceByAReload) {
  start(withFileUnit("f", "file:/f"));
  for (const auto& [id, store] : {std::pair{"f", "file:/f,writethrough"}, {"g", "file:/f,writethrough"}}) {
    base::Status reloaded = base::fail("no answer");
    agent_->administrator.reload(parsed(withFileUnit(id, store)),
                                 [&](const base::Status& status) { reloaded = status; });
    ASSERT_TRUE(reloaded) << reloaded.error().text;
    ASSERT_NE(unitOf(setup(), id), nullptr) << store;
    EXPECT_EQ(unitOf(setup(), id)->store, store);
    EXPECT_EQ(lunsOf(setup(), kTarget, "*"), std::string("0=a 1=") + id);
  }
  EXPECT_EQ(unitOf(setup(), "f"), nullptr);
  EXPECT_TRUE(agent_->failed.empty());
}

// Its commands of before have not ended, so it has its file itself.
TEST_F(Control, AFileThatIsNotGivenUpYetIsWaitedFor) {
  start(withFileUnit("f", "file:/f"));
  targets_->leaving = {"file:/f"};
  targets_->broken.insert("file:/f,writethrough");
  base::Status reloaded = base::fail("no answer");
  agent_->administrator.reload(parsed(withFileUnit("f", "file:/f,writethrough")),
                               [&](const base::Status& status) { reloaded = status; });
  ASSERT_TRUE(reloaded) << reloaded.error().text;
  ASSERT_NE(unitOf(setup(), "f"), nullptr);
  EXPECT_TRUE(unitOf(setup(), "f")->awaited());
  EXPECT_EQ(lunsOf(setup(), kTarget, "*"), "0=a 1=f");
  ASSERT_TRUE(agent_->holder.missing().contains("f"));
  EXPECT_THAT(agent_->holder.missing().at("f"), HasSubstr("not over")) << "not that somebody else has it";
  targets_->broken.clear();
  EXPECT_FALSE(agent_->holder.retry());
  targets_->leaving.clear();
  EXPECT_TRUE(agent_->holder.retry());
  EXPECT_EQ(unitOf(setup(), "f")->store, "file:/f,writethrough");
}

// Nothing but the agent itself keeps two out of it: the writes of before would come over the new ones.
TEST_F(Control, AUnitBehindANetworkThatIsNotGivenUpYetIsWaitedForUnderWhicheverWords) {
  start(kFile);
  for (const auto& [before, now] :
       {std::pair{"iscsi://127.0.0.1/iqn.2024-01.org.example:t/0",
                  "iscsi://127.0.0.2:3261/iqn.2024-01.org.example:t/0?data_digest=crc32c,user=u,secret=/s"},
        std::pair{"nbd://store/a", "nbd://store:10809/a,writethrough"}}) {
    targets_->leaving = {before};
    ASSERT_TRUE(agent_->does("unit.create", std::string(R"({"id": "r", "store": ")") + now + "\"}"));
    EXPECT_TRUE(unitOf(setup(), "r")->awaited()) << now;
    EXPECT_FALSE(agent_->holder.retry());
    targets_->leaving.clear();
    EXPECT_TRUE(agent_->holder.retry());
    EXPECT_EQ(unitOf(setup(), "r")->store, now);
    ASSERT_TRUE(agent_->does("unit.delete", R"({"id": "r"})"));
  }
}

TEST_F(Control, AUnitBehindANetworkWhoseWordsChangeIsGivenUpFirst) {
  const std::string store = "iscsi://127.0.0.1/iqn.2024-01.org.example:t/0";
  start(withFileUnit("r", store));
  base::Status reloaded = base::fail("no answer");
  agent_->administrator.reload(parsed(withFileUnit("r", store + "?data_digest=crc32c")),
                               [&](const base::Status& status) { reloaded = status; });
  ASSERT_TRUE(reloaded) << reloaded.error().text;
  EXPECT_TRUE(unitOf(setup(), "r")->awaited());
  EXPECT_TRUE(agent_->holder.retry());
  EXPECT_EQ(unitOf(setup(), "r")->store, store + "?data_digest=crc32c");
}

TEST_F(Control, AFileWhoseNewWordsAreRefusedIsServedByTheOldOnes) {
  start(std::string(kFile) + "[[unit]]\nid = \"f\"\nstore = \"file:/f\"\n");
  ASSERT_TRUE(agent_->does("unit.delete", R"({"id": "f"})"));
  ASSERT_TRUE(agent_->does("unit.create", R"({"id": "f", "store": "file:/f,writethrough"})"));
  targets_->broken.insert("file:/f");
  EXPECT_THAT(agent_->refusal("config.forget", R"({"kind": "unit", "key": "f"})"), HasSubstr("cannot be opened"));
  ASSERT_NE(unitOf(setup(), "f"), nullptr);
  EXPECT_EQ(unitOf(setup(), "f")->store, "file:/f,writethrough");
}

TEST_F(Control, WhoGaveACommandThatActsIsLogged) {
  for (const auto& [command, arguments, object] : {std::tuple{"leave", "{}", ""},
                                                   {"drain", "{}", ""},
                                                   {"reload", "{}", ""},
                                                   {"session.drop", R"({"session": 7})", "7"},
                                                   {"join", R"({"token": "t0ken", "servers": ["one"]})", ""}}) {
    agent_->sink.lines.clear();
    EXPECT_TRUE(agent_->does(command, arguments)) << command;
    EXPECT_EQ(agent_->sink.lines,
              std::vector<std::string>{std::string("AGENT-4001 ") + command + " " + object + " 1000 42"});
  }
  agent_->sink.lines.clear();
  EXPECT_FALSE(agent_->does("session.drop", R"({"session": 8})"));
  EXPECT_TRUE(agent_->does("sessions"));
  EXPECT_TRUE(agent_->sink.lines.empty());
}

TEST_F(Control, QuestionsAreAnsweredAtOnce) {
  for (const char* command : {"config", "units", "targets", "access", "portals", "sessions"}) {
    EXPECT_TRUE(agent_->does(command)) << command;
  }
  EXPECT_THAT(agent_->refusal("session.drop", R"({"session": 8})"), HasSubstr("not-found: "));
  EXPECT_TRUE(agent_->does("session.drop", R"({"session": 7})"));
  EXPECT_EQ(*agent_->ask("session.trace", R"({"session": 7})").find("result")->find("pcap")->text(), "a1b2");
}

class Broken : public Control {};

TEST_F(Broken, AUnitThatCannotBeOpenedIsAwaitedAndTriedAgain) {
  const std::string file = std::string(kFile) +
                           "[[unit]]\nid = \"b\"\nstore = \"file:/b\"\n"
                           "[[access]]\ntarget = \"iqn.2024-01.org.example:store\"\n"
                           "initiator = \"iqn.2024-01.org.example:host1\"\nluns = [\"0=b\", \"1=a\"]\n";
  agent_.reset();
  targets_ = std::make_unique<FakeTargets>();
  targets_->broken.insert("file:/b");
  agent_.emplace(folder_, file, *targets_);
  EXPECT_EQ(agent_->failed, std::vector<std::string>{"b"});
  ASSERT_NE(unitOf(setup(), "b"), nullptr);
  EXPECT_TRUE(unitOf(setup(), "b")->awaited());
  EXPECT_EQ(lunsOf(setup(), kTarget, kHost), "0=b 1=a") << "hosts wait for it";
  // Changes of other things go on meanwhile, and it stays known.
  EXPECT_TRUE(agent_->does("unit.create", R"({"id": "c", "store": "memory:1M"})"));
  EXPECT_TRUE(agent_->holder.missing().contains("b"));
  EXPECT_FALSE(agent_->holder.retry());
  targets_->broken.clear();
  EXPECT_TRUE(agent_->holder.retry());
  EXPECT_TRUE(agent_->holder.missing().empty());
  EXPECT_EQ(lunsOf(setup(), kTarget, kHost), "0=b 1=a");
}

}  // namespace
