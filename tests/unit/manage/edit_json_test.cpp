#include "shared/mgmt/edit_json.h"

#include <gtest/gtest.h>

#include "isns-server/manage/changes/draft.h"
#include "shared/base/json_reader.h"
#include "tests/support/san_builder.h"
#include "tests/unit/manage/change_edits.h"

namespace {

using mgmt::References;
using san::Access;
using san::Edit;
using san::EditOp;
using san::Kind;
using san::ObjectRef;

struct EditJson : testing::Test {
  test::SanBuilder san;
  san::Id web = san.host("web1", "iqn.2026-01.example:web1");
  san::Id node = san.nodeNamed("iqn.2026-01.example:web1");
  san::Id disk = san.target("iqn.2026-01.example:disk1");
  san::Id unit = san.unit("naa.6001", disk, 0);
  san::Id zone = san.zone("zone1", {node, disk});

  std::string text(const std::vector<Edit>& edits, References references) {
    std::string out;
    mgmt::toJson(san.done(), edits, references).writeCompact(out);
    return out;
  }
  base::Result<std::vector<Edit>, mgmt::JsonFault> read(std::string_view json,
                                                          References references = References::Names) {
    const auto parsed = base::parseJson(json);
    EXPECT_TRUE(parsed.ok());
    return mgmt::editsFromJson(*parsed, san.done(), references);
  }
  void wrong(std::string_view json, std::string_view pointer) {
    const auto edits = read(json);
    ASSERT_FALSE(edits.ok()) << json;
    EXPECT_EQ(edits.error().pointer, pointer) << json;
    EXPECT_FALSE(edits.error().text.empty());
  }
};

TEST_F(EditJson, EditsOfEveryTypeComeBackByNamesAndByNumbers) {
  const ObjectRef fresh{Kind::Host, san::kFirstProvisional + 3};
  const ObjectRef network{Kind::Network, san::kFirstProvisional + 4};
  const std::vector<Edit> edits{
      {EditOp::Create, fresh, {}, {}},
      {EditOp::Set, fresh, "name", std::string("a \"name\"")},
      {EditOp::Set, fresh, "site", {}},
      {EditOp::Set, fresh, "nodes", std::vector<ObjectRef>{{Kind::Node, node}, {Kind::Node, disk}}},
      {EditOp::Create, network, {}, {}},
      {EditOp::Set, network, "subnets", std::vector<std::string>{"10.0.0.0/24"}},
      {EditOp::Set, network, "vlan", std::uint64_t{17}},
      {EditOp::Set, network, "storage", false},
      {EditOp::Set,
       {Kind::LogicalUnit, unit},
       "paths",
       std::vector<Access>{{{Kind::Node, disk}, {}, 4, san::Right::ReadWrite}}},
      {EditOp::Set,
       {Kind::AppliedTarget, 1},
       "maps",
       std::vector<Access>{{{Kind::Node, node}, {Kind::LogicalUnit, unit}, 4, san::Right::ReadOnly}}},
      {EditOp::Add, {Kind::Domain, zone}, "nodes", ObjectRef{Kind::Node, node}},
      {EditOp::Remove, {Kind::Domain, zone}, "nodes", ObjectRef{Kind::Node, disk}},
      {EditOp::Erase, {Kind::Host, web}, {}, {}}};
  const std::string numbers = text(edits, References::Numbers);
  EXPECT_EQ(numbers.find("iqn."), std::string::npos);
  EXPECT_EQ(*read(numbers, References::Numbers), edits);
  const std::vector<Edit> known(edits.begin(), edits.begin() + 9);
  const std::string names = text(known, References::Names);
  EXPECT_NE(names.find("node:iqn.2026-01.example:web1"), std::string::npos);
  EXPECT_NE(names.find("host:+3"), std::string::npos);
  EXPECT_EQ(*read(names), known);
}

// What takes a change set back may be longer than one may be.
TEST_F(EditJson, RowsOfOurOwnHaveNoBound) {
  const std::vector<Edit> many(san::kMaxEdits + 1, Edit{EditOp::Erase, {Kind::Host, web}, {}, {}});
  const auto back = read(text(many, References::Numbers), References::Numbers);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->size(), many.size());
  EXPECT_FALSE(read(text(many, References::Names)));
}

TEST_F(EditJson, ErrorsPointAtWhatIsWrong) {
  wrong(R"({})", "");
  wrong(R"([1])", "/0");
  wrong(R"([{"op":"erase","object":"host:web1"},{"op":"burn","object":"host:web1"}])", "/1/op");
  wrong(R"([{"op":"erase"}])", "/0/object");
  wrong(R"([{"op":"erase","object":"host:nobody"}])", "/0/object");
  wrong(R"([{"op":"erase","object":"house:web1"}])", "/0/object");
  wrong(R"([{"op":"erase","object":"host:#99"}])", "/0/object");
  wrong(R"([{"op":"erase","object":"host:+"}])", "/0/object");
  wrong(R"([{"op":"create","object":"host:+1048575"}])", "/0/object");
  wrong(R"([{"op":"erase","object":"host:#4294967295"}])", "/0/object");
  wrong(R"([{"op":"erase","object":"host:web1","field":"name"}])", "/0/field");
  wrong(R"([{"op":"erase","object":"host:web1","why/~":1}])", "/0/why~1~0");
  wrong(R"([{"op":"set","object":"host:web1","field":"color","value":1}])", "/0/field");
  wrong(R"([{"op":"set","object":"host:web1","field":"name"}])", "/0/value");
  wrong(R"([{"op":"set","object":"host:web1","field":"name","value":1}])", "/0/value");
  wrong(R"([{"op":"set","object":"host:web1","field":"nodes","value":["node:iqn.2026-01.example:web1","node:x"]}])",
        "/0/value/1");
  wrong(R"([{"op":"set","object":"host:web1","field":"nodes","value":["node:#1","node:#1"]}])", "/0/value");
  wrong(R"([{"op":"add","object":"host:web1","field":"name","value":"host:web1"}])", "/0/field");
  wrong(R"([{"op":"set","object":"logical-unit:naa.6001","field":"paths","value":[{"who":"node:#1","lun":99999}]}])",
        "/0/value/0/lun");
  wrong(R"([{"op":"set","object":"logical-unit:naa.6001","field":"paths","value":[{"lun":1}]}])", "/0/value/0/who");
}

TEST(DraftRow, AllOfADraftComesBack) {
  manage::Draft draft;
  draft.id = 17;
  draft.state = manage::DraftState::Confirming;
  draft.step = manage::CommitStep::Done;
  draft.version = 9;
  draft.origin = san::ChangeOrigin::Rollback;
  draft.immediate = true;
  draft.undoes = 4;
  draft.author = "alice";
  draft.exception = "why";
  draft.base = 77;
  draft.footprint = {{{{Kind::Host, 3}, 12}}, {{{Kind::Node, 4}, 0}}};
  draft.edits = {{EditOp::Create, {Kind::Host, san::kFirstProvisional}, {}, {}}};
  draft.rest = {{EditOp::Erase, {Kind::Domain, 5}, {}, {}}};
  draft.undo = draft.edits;
  draft.touched = {{Kind::Domain, 5}};
  draft.watched = {{1, 2}};
  draft.pending = {{3, false}, {4, true}};
  draft.confirmBy = 1'700'000'000;
  base::ByteArena arena;
  store::OpsWriter ops(arena);
  manage::writeRow(ops, draft, manage::Stamp::Stored, 90);
  store::OpsReader reader(arena.view());
  store::Op op;
  ASSERT_TRUE(reader.next(op));
  const auto back = manage::readDraft(op.id, op.cells);
  ASSERT_TRUE(back.ok()) << back.error().text;
  EXPECT_EQ(back->stored, 90U);
  EXPECT_EQ(back->state, draft.state);
  EXPECT_EQ(back->footprint.changed, draft.footprint.changed);
  EXPECT_EQ(back->edits, draft.edits);
  EXPECT_EQ(back->rest, draft.rest);
  EXPECT_EQ(back->touched, draft.touched);
  EXPECT_EQ(back->watched, draft.watched);
  EXPECT_EQ(back->pending, draft.pending);
  EXPECT_EQ(back->confirmBy, draft.confirmBy);
  EXPECT_EQ(back->exception, "why");
  std::vector<store::Cell> cells(op.cells.begin(), op.cells.end());
  // A row of an older version has the targets' numbers alone.
  const auto told = std::ranges::find_if(cells, [](const store::Cell& cell) {
    return cell.tag == store::CellTag::Text && cell.text() == "[[3, 0], [4, 1]]";
  });
  ASSERT_NE(told, cells.end());
  const std::string older = "[[3],[4]]";
  told->bytes = base::asBytes(older);
  const auto old = manage::readDraft(17, cells);
  ASSERT_TRUE(old.ok()) << old.error().text;
  EXPECT_EQ(old->pending, (std::vector<manage::PendingTarget>{{3, true}, {4, true}}));
  // Each column that is not what it should be is named.
  cells[0] = {store::CellTag::Integer, 99, {}};
  const auto bad = manage::readDraft(17, cells);
  ASSERT_FALSE(bad.ok());
  EXPECT_NE(bad.error().text.find("state"), std::string::npos);
}

TEST_F(EditJson, ADomainWhoseNumberIsBeyondThoseOfEditsIsRefusedByNameAndByNumber) {
  san::SnapshotEditor editor(san.done(), san.done().revision + 1, 0);
  ASSERT_TRUE(editor.create(Kind::Domain, 0xffffffff).ok());
  const san::FieldRow& name = *san::findField(Kind::Domain, "name");
  ASSERT_TRUE(editor.set({Kind::Domain, 0xffffffff}, name, std::string("far")).ok());
  const san::Snapshot snapshot = std::move(editor.finish()).value();
  for (const char* ref : {"domain:far", "domain:#4294967295"}) {
    const auto json = base::parseJson(std::string("[{\"op\": \"erase\", \"object\": \"") + ref + "\"}]");
    const auto edits = mgmt::editsFromJson(*json, snapshot, References::Names);
    ASSERT_FALSE(edits.ok());
    EXPECT_EQ(edits.error().pointer, "/0/object");
    EXPECT_NE(edits.error().text.find("The domain far has the number 4294967295"), std::string::npos)
        << edits.error().text;
  }
}

}  // namespace
