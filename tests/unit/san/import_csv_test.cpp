#include "shared/san/import_csv.h"

#include <gtest/gtest.h>

#include <array>

#include "shared/san/document.h"
#include "tests/support/apply_edits.h"
#include "tests/support/san_builder.h"
#include "tests/unit/san/imported_text.h"

using namespace test;

namespace {

TEST(CsvImport, RowsBecomeObjects) {
  const Imported made = importCsv(
      "name,site,labels\r\nweb1,\"Zurich 1\",PCI; gold\r\n\r\n\"db \"\"1\"\"\", ,\r\n\"two\nlines\",x,\r\nlast,Bern",
      Kind::Host);
  EXPECT_EQ(errorsOf(made), "");
  EXPECT_EQ(textOf(made),
            R"({"format": 1, "hosts": [{"name": "web1", "site": "Zurich 1", "labels": ["PCI", "gold"]}, )"
            R"({"name": "db \"1\""}, {"name": "two\nlines", "site": "x"}, {"name": "last", "site": "Bern"}]})");
  EXPECT_EQ(made.origins[0], (std::pair<std::string, std::string>("/hosts/0", "line 2")));
  EXPECT_EQ(made.origins[3], (std::pair<std::string, std::string>("/hosts/3", "line 7")));
}

TEST(CsvImport, AMappingTakesTheColumnsThatItNames) {
  const std::array columns{CsvColumn{"Net", "name"}, CsvColumn{"VLAN id", "vlan"}, CsvColumn{"Use", "storage"}};
  const Imported made = importCsv("VLAN id,remark,Net,Use\n12,old,blue,YES\n0x10,,red,0\n", Kind::Network, columns);
  EXPECT_EQ(errorsOf(made), "");
  EXPECT_EQ(textOf(made), R"({"format": 1, "networks": [{"vlan": 12, "name": "blue", "storage": true}, )"
                          R"({"vlan": 16, "name": "red", "storage": false}]})");
}

TEST(CsvImport, WhatIsImportedCanBePlanned) {
  const Imported made = importCsv("name,vlan,subnets\nblue,12,10.0.0.0/24;10.0.1.0/24\n", Kind::Network);
  const DocumentPlan plan = planDocument(Snapshot(), made.document, DocumentMode::Merge);
  EXPECT_TRUE(plan.errors.empty());
  const auto next = applyEdits(Snapshot(), plan.edits);
  ASSERT_TRUE(next.ok());
  EXPECT_EQ(next->get<Network>(1)->subnets.size(), 2U);
}

TEST(CsvImport, AWrongRowIsNamedAndTheOthersAreTaken) {
  const Imported made = importCsv("name,vlan,storage\na,x,yes\nb,1,maybe\nc,1,no,more\n\"d,1\ne,2,no", Kind::Network);
  EXPECT_EQ(errorsOf(made),
            "line 2: vlan must be a number.\n"
            "line 3: storage must be yes or no.\n"
            "line 4: It has more cells than there are columns.\n"
            "line 5: Its quotes are not closed, or something stands behind them.\n");
  EXPECT_EQ(errorsOf(importCsv("name\n\"a\"b\n\"c\"\n", Kind::Site)),
            "line 2: Its quotes are not closed, or something stands behind them.\n");
}

TEST(CsvImport, CellsMayStandBetweenSemicolonsOrTabsAsTheFirstRowSays) {
  for (const char* table : {"name,site,labels\nweb1,\"Zurich, 1\",a;b\n", "name;site;labels\nweb1;Zurich, 1;\"a;b\"\n",
                            "\xef\xbb\xbf"
                            "name\tsite\tlabels\nweb1\tZurich, 1\ta;b\n"}) {
    const Imported made = importCsv(table, Kind::Host);
    EXPECT_EQ(errorsOf(made), "") << table;
    std::string text;
    made.document.writeCompact(text);
    EXPECT_EQ(text, R"({"format": 1, "hosts": [{"name": "web1", "site": "Zurich, 1", "labels": ["a", "b"]}]})")
        << table;
  }
  EXPECT_EQ(errorsOf(importCsv("\"name;site\"\nx\n", Kind::Host)).find("line 1: A host has no name;site"), 0U)
      << "in quotes it is a part of the name";
}

TEST(CsvImport, RowsWithoutAnythingAndBlanksAroundQuotesSayNothing) {
  const Imported made = importCsv("name; site\nweb1; \"Zurich; 1\" \n;\n ; \ndb1;\"Bern\"\n;;\n", Kind::Host);
  EXPECT_EQ(errorsOf(made), "");
  EXPECT_EQ(textOf(made), R"({"format": 1, "hosts": [{"name": "web1", "site": "Zurich; 1"}, )"
                          R"({"name": "db1", "site": "Bern"}]})");
}

TEST(CsvImport, AWrongHeaderTakesNothing) {
  EXPECT_EQ(errorsOf(importCsv("name,registered_at,name\nx,1,y\n", Kind::Host)),
            "line 1: A host has no registered_at that could be imported: its fields are name, site, cluster, entities, "
            "nodes, labels.\nline 1: Two columns are name.\n");
  const std::array columns{CsvColumn{"Server", "name"}, CsvColumn{"Rom", "site"}};
  EXPECT_EQ(errorsOf(importCsv("Server,Room\na,b\n", Kind::Host, columns)), "line 1: The table has no column Rom.\n");
  EXPECT_EQ(errorsOf(importCsv("", Kind::Host)), "line 1: The table is empty: its first row names the columns.\n");
  EXPECT_EQ(errorsOf(importCsv("name\n\xff\n", Kind::Host)),
            "line 2: The table is not UTF-8 here: save it as CSV in UTF-8.\n");
  EXPECT_EQ(errorsOf(importCsv("name\nx\n", Kind::Session)), "line 1: A document has no list of sessions.\n");
  EXPECT_EQ(errorsOf(importCsv(std::string(kMaxCsvColumns, ','), Kind::Host)),
            "line 1: There are more than 256 columns.\n");
}

TEST(CsvImport, RowsAndErrorsAreBounded) {
  std::string text = "name\n";
  for (std::size_t i = 0; i <= kMaxCsvRows; ++i) text += "x\n";
  const Imported made = importCsv(text, Kind::Site);
  EXPECT_EQ(made.document.find("sites")->array()->size(), kMaxCsvRows);
  EXPECT_EQ(errorsOf(made), "line 100002: There are more than 100000 rows.\n");
  std::string wrong = "name,vlan\n";
  for (int i = 0; i < 500; ++i) wrong += "x,y\n";
  const Imported faulty = importCsv(wrong, Kind::Network);
  EXPECT_EQ(faulty.errors.size(), kMaxImportErrors);
  EXPECT_GT(faulty.moreErrors, 0U);
}

}  // namespace
