#include "shared/ctl/output.h"

#include <gtest/gtest.h>

#include <sstream>

namespace {

using ctl::Cell;
using ctl::Format;
using base::Json;
using ctl::Output;
using ctl::Sheet;

const Sheet kSheet{{{"iscsi_name", "NAME"}, {"node_type", "TYPE"}, {"node_index", "INDEX"}},
                   {{base::Json("iqn.a"), base::Json(base::Json::Array{"target", "initiator"}), base::Json(7U)},
                    {base::Json("iqn.longer"), Cell{}, base::Json(123U)}}};

template <class Print>
std::string printed(Format format, Print&& print) {
  std::ostringstream out;
  Output output(out, format);
  print(output);
  return out.str();
}

std::string sheet(Format format, const Sheet& of) {
  return printed(format, [&](Output& output) { output.sheet(of); });
}

TEST(Output, AlignsTheColumnsOfATableAndNumbersToTheRight) {
  EXPECT_EQ(sheet(Format::Table, kSheet),
            "NAME        TYPE              INDEX\n"
            "iqn.a       target,initiator      7\n"
            "iqn.longer  -                   123\n");
}

TEST(Output, WritesASheetAsAnArrayOfObjectsWithoutWhatIsMissing) {
  EXPECT_EQ(sheet(Format::Json, kSheet),
            "[\n"
            "  {\"iscsi_name\": \"iqn.a\", \"node_type\": [\"target\", \"initiator\"], \"node_index\": 7},\n"
            "  {\"iscsi_name\": \"iqn.longer\", \"node_index\": 123}\n"
            "]\n");
  EXPECT_EQ(sheet(Format::Json, Sheet{kSheet.columns, {}}), "[]\n");
}

TEST(Output, WritesCsvWithFieldNamesAndQuotesWhatNeedsThem) {
  EXPECT_EQ(sheet(Format::Csv, kSheet),
            "iscsi_name,node_type,node_index\r\n"
            "iqn.a,\"target,initiator\",7\r\n"
            "iqn.longer,,123\r\n");
  EXPECT_EQ(sheet(Format::Csv, Sheet{{{"a", "A"}}, {{base::Json("say \"hi\"\nthere")}}}),
            "a\r\n\"say \"\"hi\"\"\nthere\"\r\n");
}

// Anybody may register an alias.
TEST(Output, DisarmsInCsvWhatASpreadsheetWouldTakeForAFormula) {
  const Sheet evil{{{"a", "A"}, {"b", "B"}, {"c", "C"}},
                   {{base::Json("=HYPERLINK(\"http://example.com\")"), base::Json("@SUM(A1)"), base::Json("a=b")}}};
  EXPECT_EQ(sheet(Format::Csv, evil), "a,b,c\r\n\"'=HYPERLINK(\"\"http://example.com\"\")\",'@SUM(A1),a=b\r\n");
  EXPECT_EQ(printed(Format::Csv,
                    [](Output& output) {
                      output.record({{"a", "A", base::Json("+1")}});
                    }),
            "a\r\n'+1\r\n");
}

TEST(Output, KeepsControlCharactersAwayFromTheTerminal) {
  const Sheet evil{{{"a", "A"}}, {{base::Json("x\x1b[31m\x7f\xc2\x9b\n\xc3\xa4")}}};
  EXPECT_EQ(sheet(Format::Table, evil), "A\nx\\x1b[31m\\x7f\\x9b\\x0a\xc3\xa4\n");
  EXPECT_EQ(sheet(Format::Json, evil), "[\n  {\"a\": \"x\\u001b[31m\\u007f\\u009b\\n\xc3\xa4\"}\n]\n");
}

TEST(Output, CountsCharactersNotBytes) {
  EXPECT_EQ(sheet(Format::Table,
                  Sheet{{{"a", "A"}, {"b", "B"}},
                        {{base::Json("\xc3\xa4\xc3\xb6"), base::Json("x")}, {base::Json("abc"), base::Json("y")}}}),
            "A    B\n\xc3\xa4\xc3\xb6   x\nabc  y\n");
}

TEST(Output, TellsNullFromMissing) {
  const Sheet nothing{{{"a", "A"}, {"b", "B"}}, {{base::Json(), Cell{}}}};
  EXPECT_EQ(sheet(Format::Table, nothing), "A     B\nnull  -\n");
  EXPECT_EQ(sheet(Format::Json, nothing), "[\n  {\"a\": null}\n]\n");
  EXPECT_EQ(sheet(Format::Csv, nothing), "a,b\r\nnull,\r\n");
}

const ctl::Record kRecord{
    {"eid", "Entity Identifier", base::Json("host")}, {"alias", "Alias", Cell{}}, {"count", "Count", base::Json(3U)}};

TEST(Output, WritesARecordAsLinesOrOneObjectOrOneRow) {
  const auto print = [](Output& output) { output.record(kRecord); };
  EXPECT_EQ(printed(Format::Table, print), "  Entity Identifier  host\n  Count              3\n");
  EXPECT_EQ(printed(Format::Json, print), "{\n  \"eid\": \"host\",\n  \"count\": 3\n}\n");
  EXPECT_EQ(printed(Format::Csv, print), "eid,alias,count\r\nhost,,3\r\n");
}

TEST(Output, WritesAReportAsSectionsOrOneObjectOrOneRowForEachValue) {
  const auto print = [](Output& output) {
    output.report(
        {{"node", "node", kRecord}, {"portals", "portals", kSheet}, {"sets", "sets", Sheet{{{"a", "A"}}, {}}}});
  };
  EXPECT_EQ(
      printed(Format::Table, print),
      "node\n  Entity Identifier  host\n  Count              3\n\nportals\n"
      "NAME        TYPE              INDEX\niqn.a       target,initiator      7\niqn.longer  -                   123\n"
      "\nsets\nnone\n");
  EXPECT_EQ(printed(Format::Json, print),
            "{\n  \"node\": {\n    \"eid\": \"host\",\n    \"count\": 3\n  },\n  \"portals\": [\n"
            "    {\"iscsi_name\": \"iqn.a\", \"node_type\": [\"target\", \"initiator\"], \"node_index\": 7},\n"
            "    {\"iscsi_name\": \"iqn.longer\", \"node_index\": 123}\n  ],\n  \"sets\": []\n}\n");
  EXPECT_EQ(printed(Format::Csv, print),
            "section,row,field,value\r\nnode,1,eid,host\r\nnode,1,count,3\r\nportals,1,iscsi_name,iqn.a\r\n"
            "portals,1,node_type,\"target,initiator\"\r\nportals,1,node_index,7\r\nportals,2,iscsi_name,iqn.longer\r\n"
            "portals,2,node_index,123\r\n");
}

TEST(Output, WritesLinesOneByOne) {
  const auto print = [](Output& output) {
    output.line(kRecord);
    output.line(kRecord);
  };
  EXPECT_EQ(printed(Format::Table, print), "host  3\nhost  3\n");
  EXPECT_EQ(printed(Format::Json, print), "{\"eid\": \"host\", \"count\": 3}\n{\"eid\": \"host\", \"count\": 3}\n");
  EXPECT_EQ(printed(Format::Csv, print), "eid,alias,count\r\nhost,,3\r\nhost,,3\r\n");
}

TEST(Json, WritesEveryKindOfValue) {
  std::string text;
  base::Json(
      base::Json::Array{true, false, 1U, 0.25, "a\"\\b", base::Json(), base::Json::Array{}, base::Json::Object{}})
      .writeCompact(text);
  EXPECT_EQ(text, "[true, false, 1, 0.25, \"a\\\"\\\\b\", null, [], {}]");
}

}  // namespace
