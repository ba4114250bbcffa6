// The draft as a sanctl command: a shell gives sanctl the very edits of the draft, of every operation and every kind.
#include <gtest/gtest.h>

#include <QProcess>
#include <set>

#include "console-gui/client/demo_san.h"
#include "console-gui/model/cli_twin.h"
#include "shared/base/json_reader.h"
#include "shared/mgmt/edit_json.h"

using namespace console;

namespace {

constexpr san::Seconds kTime = 1'795'788'000;

// What a shell makes of the command: its words, then what it gets by the standard input.
QList<QByteArray> wordsOf(const QString& command) {
  QProcess shell;
  shell.start(QStringLiteral("sh"), {QStringLiteral("-s")});
  shell.write("sanctl() { printf '%s\\0' \"$@\"; cat; }\n");
  shell.write(command.toUtf8());
  shell.closeWriteChannel();
  if (!shell.waitForFinished()) return {};
  return shell.readAllStandardOutput().split('\0');
}

std::string textOf(const san::Snapshot& snapshot, const std::vector<san::Edit>& edits) {
  std::string text;
  mgmt::toJson(snapshot, edits, mgmt::References::Numbers).writeCompact(text);
  return text;
}

// Every operation on an object of each kind that the snapshot has, and on each of its fields.
std::vector<san::Edit> everyEdit(const san::Snapshot& snapshot, std::set<san::Kind>& kinds) {
  std::vector<san::Edit> edits;
  san::forEachKind([&](auto* none) {
    using T = std::remove_pointer_t<decltype(none)>;
    bool first = true;
    snapshot.table<T>().forEach([&](san::Id id, const T& object) {
      if (!std::exchange(first, false)) return;
      const san::ObjectRef ref{T::kKind, id};
      kinds.insert(ref.kind);
      edits.push_back(
          {san::EditOp::Create, {ref.kind, san::kFirstProvisional + static_cast<san::Id>(edits.size())}, {}, {}});
      for (const san::FieldRow& field : san::fieldsOf(ref.kind)) {
        const san::Value value = field.get(object);
        edits.push_back({san::EditOp::Set, ref, std::string(field.name), value});
        const auto* members = std::get_if<std::vector<san::ObjectRef>>(&value);
        if (members == nullptr || members->empty()) continue;
        edits.push_back({san::EditOp::Remove, ref, std::string(field.name), members->front()});
        edits.push_back({san::EditOp::Add, ref, std::string(field.name), members->front()});
      }
      edits.push_back({san::EditOp::Erase, ref, {}, {}});
    });
  });
  return edits;
}

TEST(DraftCommands, aShellGivesSanctlTheEditsOfEveryOperationAndKind) {
  const san::Snapshot snapshot = demoHistory(kTime).back().snapshot;
  std::set<san::Kind> kinds;
  const auto edits = everyEdit(snapshot, kinds);
  ASSERT_GE(kinds.size(), 20U);
  std::set<san::EditOp> ops;
  for (const san::Edit& edit : edits) ops.insert(edit.op);
  ASSERT_EQ(ops.size(), 5U);
  const QString title = QStringLiteral("It's \"$HOME\" `x` \\ ü");
  const auto words = wordsOf(commandsFor(snapshot, edits, title));
  ASSERT_EQ(words.size(), 6);
  EXPECT_EQ(words[0], "change");
  EXPECT_EQ(words[1], "new");
  EXPECT_EQ(QString::fromUtf8(words[2]), title);
  EXPECT_EQ(words[3], "--edits");
  EXPECT_EQ(words[4], "-");
  const auto json = base::parseJson(words[5].toStdString());
  ASSERT_TRUE(json);
  const auto read = mgmt::editsFromJson(*json, snapshot);
  ASSERT_TRUE(read) << read.error().pointer << ": " << read.error().text;
  EXPECT_EQ(textOf(snapshot, *read), textOf(snapshot, edits));
  EXPECT_EQ(static_cast<std::size_t>(words[5].count('\n')), edits.size()) << "an edit is a line";
}

TEST(DraftCommands, namesAreQuotedAndAnEmptyDraftHasNoCommand) {
  san::Snapshot snapshot = demoHistory(kTime).back().snapshot;
  EXPECT_EQ(commandsFor(snapshot, {}, QStringLiteral("x")), QString());
  const san::ObjectRef fresh{san::Kind::Site, san::kFirstProvisional};
  const std::vector<san::Edit> edits{{san::EditOp::Create, fresh, {}, {}},
                                     {san::EditOp::Set, fresh, "name", std::string("it's'; sanctl x")}};
  const auto words = wordsOf(commandsFor(snapshot, edits, QStringLiteral("New site")));
  ASSERT_EQ(words.size(), 6);
  EXPECT_TRUE(words[5].contains("it's'; sanctl x"));
}

}  // namespace
